import random
import shutil
import sqlite3

import numpy as np
import pytest

from ganlib.errors import StoreError
from ganlib.events import RunEnded
from ganlib.runs import RunStore, StoredRun

PAGE = 4096


@pytest.fixture
def five(hold, events, store):
    """The folder of a store with five runs that are over: 25, 26, ... 29 steps; it is closed."""
    for number in range(5):
        run = hold(*events(0, 25 + number), RunEnded(25 + number, "completed"))
        run._keeper.finish()
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
            assert [state.load().step for state in snapshot.states] == [0, 10, 20]
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
    store = open_store(five)
    assert store.notice == ""
    with pytest.raises(StoreError, match="was made by another version, and cannot be read here"):
        StoredRun(store, store.row("r1"))


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
    children = [in_another_process(script, five) for _ in range(3)]
    for child in children:
        assert child.stdout.readline() == "ready\n"
    for child in children:
        child.stdin.write("\n")
        child.stdin.flush()
    assert [child.stdout.readline() for child in children] == ["5\n"] * 3
    assert len(list(five.glob("damaged-*.db"))) == 1


def test_a_folder_that_cannot_be_used_is_told(tmp_path):
    (tmp_path / "file").write_text("text")
    with pytest.raises(StoreError) as refusal:
        RunStore(tmp_path / "file")
    assert str(refusal.value).startswith(f"Runs cannot be kept in {tmp_path / 'file'} (")
    assert str(refusal.value).endswith("): set MINIMAX_RUNS to a folder that may be written.")
