import errno
import json
import random
import shutil
import sqlite3

import numpy as np
import pytest

from ganlib.errors import StoreError, UnwritableStoreError
from ganlib.events import RunEnded
from ganlib.store import RunStore, StoredRun, repair
from ganlib.store.metadata import LONGEST_MESSAGE

METRICS = ("d_loss", "g_loss")
PAGE = 4096


@pytest.fixture
def five(hold, events, store):
    """The folder of a store with five runs that are over: 25, 26, ... 29 steps; it is closed."""
    for number in range(5):
        run = hold(*events(0, 25 + number), RunEnded(25 + number, "completed"))
        run._writer.finish()
    store.annotate("r3", title="A fine run", tags=["fine"], notes="Look.")
    store.close()
    return store.folder


@pytest.fixture
def reopened(open_store):
    """Opens a folder again, and makes sure that every run in it is there and whole."""

    def reopen(folder):
        store = open_store(folder)
        assert {row.run_id for row in store.rows()} == {f"r{number}" for number in range(5)}
        for row in store.rows():
            number = int(row.run_id[1:])
            snapshot = StoredRun(store, row).snapshot
            assert (snapshot.state, snapshot.step) == ("completed", 25 + number)
            assert snapshot.steps.tolist() == list(range(1, 26 + number))
            assert snapshot.metrics[:, 0].tolist() == [step / 2 for step in range(1, 26 + number)]
            assert [frame.step for frame in snapshot.frames] == [0, 10, 20]
            assert [frame.samples[0, 0] for frame in snapshot.frames] == [0, 10, 20]
            assert [state.load().step for state in snapshot.checkpoints] == [0, 10, 20]
            assert np.array_equal(snapshot.real, np.full((3, 2), 0.5))
        (fine,) = (row for row in store.rows() if row.title == "A fine run")
        assert (fine.run_id, fine.tags, fine.notes) == ("r3", ("fine",), "Look.")
        return store

    return reopen


def test_a_database_without_damage_is_opened_as_it_is(five, reopened):
    before = (five / "minimax.db").read_bytes()
    assert reopened(five).notice == ""
    assert (five / "minimax.db").read_bytes() == before
    assert list(five.glob("damaged-*")) == []


def harm(path, how):
    body = bytearray(path.read_bytes())
    random_bytes = random.Random(0).randbytes
    match how:
        case "header zeros":
            body[:100] = bytes(100)
        case "header noise":
            body[:100] = random_bytes(100)
        case "first page zeros":
            body[:PAGE] = bytes(PAGE)
        case "first page noise behind the header":
            body[100:PAGE] = random_bytes(PAGE - 100)
        case "middle zeros":
            body[PAGE : len(body) // 2] = bytes(len(body) // 2 - PAGE)
        case "middle noise":
            body[PAGE : len(body) // 2] = random_bytes(len(body) // 2 - PAGE)
        case "all noise":
            body = random_bytes(len(body))
        case "half":
            body = body[: len(body) // 2]
        case "two pages":
            body = body[: 2 * PAGE]
        case "odd length":
            body = body[:5000]
    path.write_bytes(body)


@pytest.mark.parametrize(
    "how",
    [
        *("header zeros", "header noise", "first page zeros", "middle zeros", "middle noise"),
        *("first page noise behind the header", "all noise", "half", "two pages", "odd length"),
    ],
)
def test_every_run_is_there_after_damage(five, reopened, how):
    harm(five / "minimax.db", how)
    store = reopened(five)
    assert store.notice.startswith("The database of the runs was damaged and has been made anew: ")
    (aside,) = five.glob("damaged-*.db")
    assert store.notice.endswith(f"The damaged one is kept as {aside.name}.")
    store.close()
    assert reopened(five).notice == ""


@pytest.mark.parametrize("kind", [b"\0", b"\xff", None], ids=["zeros", "ones", "noise"])
def test_every_run_is_there_whichever_page_is_damaged(five, reopened, tmp_path, kind):
    pages = (five / "minimax.db").stat().st_size // PAGE
    assert pages >= 10
    rng = random.Random(0)
    for page in range(pages):
        folder = tmp_path / f"page {page}"
        shutil.copytree(five, folder)
        with (folder / "minimax.db").open("rb+") as file:
            file.seek(page * PAGE)
            file.write(PAGE * kind if kind else rng.randbytes(PAGE))
        reopened(folder).close()
        shutil.rmtree(folder)


@pytest.mark.parametrize(
    "what",
    [
        *("title TEXT", "run_id TEXT PRIMARY", "notes TEXT NOT NULL DEFAULT ''", "deleted REAL"),
        *("count INTEGER", "score REAL", "kind TEXT", "ON DELETE CASCADE", "step INTEGER NOT"),
    ],
)
def test_a_flipped_byte_in_the_schema_is_seen_at_once_and_repaired(five, reopened, what):
    flipped = chr(ord(what[0]) ^ 1) + what[1:]
    with sqlite3.connect(five / "minimax.db") as direct:
        direct.execute("PRAGMA writable_schema = ON")
        direct.execute("UPDATE sqlite_master SET sql = replace(sql, ?, ?)", (what, flipped))
        assert direct.total_changes > 1
    direct.close()
    store = reopened(five)
    assert store.notice.startswith("The database of the runs was damaged and has been made anew: ")
    store.close()
    assert reopened(five).notice == ""


def test_a_flipped_bit_that_makes_a_database_older_is_repaired(five, reopened):
    with sqlite3.connect(five / "minimax.db") as direct:
        direct.execute("PRAGMA user_version = 0")
    direct.close()
    assert "5 runs were read from it, 0 taken in" in reopened(five).notice


@pytest.mark.parametrize(
    "flip", ["state = 'complfted'", "step = 'many'", "title = ''", "metric_names = '[1]'"]
)
def test_a_flipped_byte_in_what_is_told_of_a_run_is_seen_at_once(five, reopened, flip):
    with sqlite3.connect(five / "minimax.db") as direct:
        direct.execute(f"UPDATE runs SET {flip} WHERE run_id = 'r1'")
    direct.close()
    assert "4 runs were read from it, 1 taken in" in reopened(five).notice


@pytest.mark.parametrize("how", ["deleted", "empty"])
def test_a_lost_database_is_made_anew_from_the_folders(five, reopened, how):
    for suffix in ("", "-wal", "-shm"):
        (five / f"minimax.db{suffix}").unlink(missing_ok=True)
    if how == "empty":
        (five / "minimax.db").touch()
    store = reopened(five)
    assert store.notice == (
        "The database of the runs was gone: 5 runs were taken in from their folders."
    )
    store.close()
    assert reopened(five).notice == ""


def test_what_is_left_of_a_run_is_taken_in_and_what_is_missing_named(five, open_store):
    for name in ("minimax.db", "r1/run.json"):
        (five / name).unlink()
    (five / "r2" / "curves.safetensors").write_bytes(b"noise")
    (five / "r3" / "run.json").write_bytes(b"noise")
    (five / "r3" / "checkpoints" / "20.safetensors").write_bytes(b"noise")
    (five / "r4" / "run.json").write_bytes(b"noise")
    for path in (five / "r4" / "checkpoints").iterdir():
        path.write_bytes(b"noise")
    store = open_store(five)
    outcome = "its settings are those of step {}, and title, tags, notes and measurements are lost"
    assert store.notice.startswith(
        "The database of the runs was gone: 4 runs were taken in from their folders. Not all was "
        f"whole: r1: run.json cannot be read, so {outcome.format(20)}"
    )
    assert "; r2: its curves cannot be read; r3: run.json cannot" in store.notice
    assert outcome.format(10) in store.notice
    assert store.notice.endswith(
        "; r4: neither run.json nor a checkpoint can be read, and it is left as it is."
    )
    assert {row.run_id: (row.state, row.step) for row in store.rows()} == {
        "r0": ("completed", 25),
        "r1": ("interrupted", 20),
        "r2": ("completed", 27),
        "r3": ("interrupted", 10),
    }
    lost = store.row("r3")
    assert "Of this run not all is left: run.json cannot be read" in lost.message
    snapshot = StoredRun(store, lost).snapshot
    assert [frame.samples[0, 0] for frame in snapshot.frames] == [0, 10, 20]
    assert snapshot.checkpoints[1].load().step == 10
    curves = StoredRun(store, store.row("r1")).snapshot
    assert (curves.metric_names, curves.steps.tolist()) == (METRICS, list(range(1, 27)))
    store.close()
    assert open_store(five).notice == "", "it is told once, and then by each run"


def test_a_message_of_any_length_leaves_room_for_what_is_said_of_a_run(five, open_store):
    answer = json.loads((five / "r1/run.json").read_text()) | {"state": "running"}
    (five / "r1/run.json").write_text(json.dumps(answer | {"message": LONGEST_MESSAGE * "a"}))
    (five / "r1/curves.safetensors").write_bytes(b"damaged")
    (five / "minimax.db").unlink()
    store = open_store(five)
    assert store.metadata("r1").message.endswith("taken in after step 26: train on from there.")
    store.close()
    assert open_store(five).notice == ""


@pytest.fixture
def unwritable(monkeypatch):
    """A disk that is full or may only be read: root may write anyway, so the writes are refused."""

    def refuse(opening):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("ganlib.store.opening.Opening._open", refuse)
    return monkeypatch


@pytest.mark.parametrize("lost", ["nothing", "the database", "a page of it"])
def test_what_can_be_read_is_read_where_nothing_can_be_written(five, reopened, unwritable, lost):
    if lost == "the database":
        (five / "minimax.db").unlink()
    elif lost == "a page of it":
        harm(five / "minimax.db", "first page zeros")
    before = {path: path.read_bytes() for path in five.rglob("*") if path.is_file()}
    store = reopened(five)
    assert store.caution == (
        "Nothing new is kept: the runs here can be read, but their folder cannot be written. See "
        "who may write there; then it is kept again."
    )
    with pytest.raises(StoreError, match="Nothing new is kept"):
        store.delete("r1")
    store.close()
    assert {path: path.read_bytes() for path in five.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("how", ["gone", "all noise"])
def test_a_disk_that_gets_full_during_a_repair_loses_no_run(five, reopened, monkeypatch, how):
    if how == "gone":
        (five / "minimax.db").unlink()
    else:
        harm(five / "minimax.db", how)

    def enter(database, folder, run_id, *left, enter=repair.enter):
        if run_id == "r3" and database._file:  # What is made in memory has room.
            raise UnwritableStoreError("The disk is full.")
        enter(database, folder, run_id, *left)

    monkeypatch.setattr(repair, "enter", enter)
    before = {path.name for path in five.iterdir()}
    store = reopened(five)
    assert store.caution.startswith("Nothing new is kept")
    store.close()
    assert {path.name for path in five.iterdir()} == before
    monkeypatch.undo()
    store = reopened(five)
    assert (store.caution, "5 taken in" in store.notice or "5 runs" in store.notice) == ("", True)


def test_what_was_written_last_before_a_kill_is_read_too(five, unwritable, open_store, tmp_path):
    """It lies beside the database, and no index of it can be made on the disk."""
    unwritable.undo()
    store = open_store(five)
    store.annotate("r1", title="Said last")
    for name in ("minimax.db", "minimax.db-wal"):
        shutil.copy(five / name, tmp_path / name)
    store.close()
    for name in ("minimax.db", "minimax.db-wal"):
        shutil.copy(tmp_path / name, five / name)
    unwritable.setattr(
        "ganlib.store.opening.Opening._open", lambda opening: (_ for _ in ()).throw(OSError())
    )
    assert open_store(five).row("r1").title == "Said last"


def test_runs_are_kept_again_as_soon_as_the_disk_can_be_written(five, unwritable, reopened):
    store = reopened(five)
    unwritable.undo()
    unwritable.setattr("ganlib.store.opening.TRY_AGAIN", 0.0)
    assert store.caution == ""
    store.delete("r1")
    assert len(store.rows()) == 4


def test_a_disk_that_gets_full_while_runs_go_on_is_told(five, open_store, monkeypatch):
    store = open_store(five)
    assert store.caution == ""
    monkeypatch.setattr("ganlib.store.opening.LEAST_SPACE", 2**63)
    assert "but their disk is full. Free some space; then it is kept again." in store.caution
    assert len(store.rows()) == 5


def test_a_new_folder_has_no_runs_and_nothing_to_say(open_store, tmp_path):
    store = open_store(tmp_path / "new")
    assert (store.rows(), store.notice) == ((), "")


def test_what_stands_in_no_folder_is_read_from_a_damaged_database(five, reopened):
    for number in range(4):
        (five / f"r{number}" / "run.json").unlink()
        (five / f"r{number}" / "curves.safetensors").unlink()
    with sqlite3.connect(five / "minimax.db") as direct:
        direct.execute("UPDATE runs SET tags = 'not JSON' WHERE run_id = 'r4'")
        direct.execute("DELETE FROM moments WHERE run_id = 'r2'")
    direct.close()
    assert "4 runs were read from it, 1 taken in" in reopened(five).notice


@pytest.mark.parametrize(
    "flip",
    [
        *("frames SET step = 'ten' WHERE step = 10", "moments SET score = x'00' WHERE step = 10"),
        *("events SET data = '{' WHERE number = 1", "events SET data = '[]' WHERE number = 1"),
        *("moments SET step = -7 WHERE step = 20", "chunks SET count = 'all'"),
    ],
)
def test_a_value_that_makes_no_sense_is_repaired_once(five, reopened, flip):
    with sqlite3.connect(five / "minimax.db") as direct:
        table, rest = flip.split(" SET ")
        joined = rest if "WHERE" in rest else f"{rest} WHERE true"
        direct.execute(f"UPDATE {table} SET {joined} AND run_id = 'r1'")
    direct.close()
    store = reopened(five)
    assert "5 runs were read from it, 0 taken in" in store.notice
    store.close()
    assert reopened(five).notice == ""


def test_a_row_that_makes_no_sense_is_made_anew_from_its_folder(five, reopened):
    with sqlite3.connect(five / "minimax.db") as direct:
        direct.execute("UPDATE runs SET tags = 'not JSON' WHERE run_id = 'r1'")
        direct.execute("UPDATE runs SET config = x'00ff00' WHERE run_id = 'r2'")
        direct.execute("UPDATE runs SET outline = '{' WHERE run_id = 'r4'")
    direct.close()
    assert "2 runs were read from it, 3 taken in" in reopened(five).notice


def test_a_configuration_of_another_version_is_no_damage(five, open_store):
    with sqlite3.connect(five / "minimax.db") as direct:
        direct.execute("""UPDATE runs SET config = '{"unheard": "of"}' WHERE run_id = 'r1'""")
    direct.close()
    (five / "r1" / "run.json").write_text("""{"config": {"unheard": "of"}}""")
    store = open_store(five)
    assert store.notice == ""
    with pytest.raises(StoreError, match="was made by another version, and cannot be read here"):
        StoredRun(store, store.row("r1"))


def test_a_flipped_byte_in_a_setting_is_no_other_version_where_its_folder_is_read(five, reopened):
    with sqlite3.connect(five / "minimax.db") as direct:
        direct.execute("UPDATE runs SET config = replace(config, 'seed', 'sfed') WHERE title > ''")
    direct.close()
    assert "0 runs were read from it, 5 taken in" in reopened(five).notice


def test_curves_that_the_database_lost_are_read_from_beside(five, reopened):
    with sqlite3.connect(five / "minimax.db") as direct:
        direct.execute("DELETE FROM chunks WHERE run_id = 'r1'")
        direct.execute("UPDATE chunks SET body = x'00' WHERE run_id = 'r2'")
    direct.close()
    store = reopened(five)
    problems = [StoredRun(store, store.row(f"r{number}")).snapshot.problem for number in (0, 1, 2)]
    assert problems == [
        "",
        "The last curves of this run are missing in the database.",
        "Curves of this run are damaged in the database.",
    ]


def test_a_second_damage_keeps_the_first_damaged_database_too(five, reopened):
    for number in (1, 2, 3):
        harm(five / "minimax.db", "all noise")
        reopened(five).close()
        assert len(list(five.glob("damaged-*.db"))) == number


def test_what_is_no_run_is_left_alone(five, reopened):
    strange = {
        "not-a-run/run.json": "{}",
        "../run.json": "{}",
        "zzz/run.json": "not JSON",
        "Capital/run.json": "{}",
        "file.txt": "text",
    }
    for name, text in strange.items():
        (five / name).parent.mkdir(exist_ok=True)
        (five / name).write_text(text)
    (five / "minimax.db").unlink()
    reopened(five)
    for name, text in strange.items():
        assert (five / name).read_text() == text


def test_two_that_open_a_damaged_database_at_once_repair_it_once(five, in_another_process):
    harm(five / "minimax.db", "all noise")
    script = (
        "import sys; from pathlib import Path; from ganlib import RunStore\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "store = RunStore(Path(sys.argv[1])); print(len(store.rows()), flush=True)"
    )
    children = [in_another_process(script, five) for _ in range(2)]
    for child in children:
        assert child.stdout.readline() == "ready\n"
    for child in children:
        child.stdin.write("\n")
        child.stdin.flush()
    assert [child.stdout.readline() for child in children] == ["5\n"] * 2
    assert len(list(five.glob("damaged-*.db"))) == 1


def test_a_folder_that_cannot_be_used_is_told(tmp_path):
    (tmp_path / "file").write_text("text")
    with pytest.raises(StoreError) as refusal:
        RunStore(tmp_path / "file")
    assert str(refusal.value) == (
        "Runs cannot be kept in 'file', which is no folder: set MINIMAX_RUNS to one "
        "that may be written."
    )
