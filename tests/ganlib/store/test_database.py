import sqlite3
import threading

import pytest

from ganlib.errors import DamagedStoreError, StoreError
from ganlib.store import database
from ganlib.store.database import MIGRATIONS, Database, add_event

RUN = "INSERT INTO runs (run_id, title, config, state, created, updated) VALUES (?, ?, ?, ?, ?, ?)"
VALUES = ("a", "A run", "{}", "running", 1.0, 2.0)
HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.readline()
connection.execute("COMMIT")
print("free", flush=True)
"""
WRITER = """
import sys
from pathlib import Path
from ganlib.store.database import Database, add_event
with_events = Database(Path(sys.argv[1]))
for number in range(100):
    with with_events.writing() as writer:
        add_event(writer, "a", number, sys.argv[2], {})
print("done", flush=True)
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "minimax.db"


@pytest.fixture
def open_database(path):
    opened = []

    def open_one():
        opened.append(Database(path))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def filled(open_database):
    """A database with one run."""
    filled = open_database()
    with filled.writing() as writer:
        writer.execute(RUN, VALUES)
    return filled


def titles(database):
    return [row["title"] for row in database.read("SELECT title FROM runs ORDER BY run_id")]


def test_a_new_database_has_every_table_and_the_newest_version(open_database):
    new = open_database()
    assert new.read("PRAGMA user_version")[0][0] == len(MIGRATIONS)
    tables = {row["name"] for row in new.read("SELECT name FROM sqlite_master WHERE sql NOTNULL")}
    assert tables == {"runs", "chunks", "frames", "moments", "events", "figures"}


def test_readers_never_wait_and_what_was_written_survives_a_lost_current(open_database):
    new = open_database()
    assert new.read("PRAGMA journal_mode")[0][0] == "wal"
    assert new.read("PRAGMA synchronous")[0][0] == 2  # FULL
    assert new.read("PRAGMA foreign_keys")[0][0] == 1


def test_what_is_written_is_read_at_once_and_by_the_next_process(filled, open_database):
    assert titles(filled) == ["A run"]
    assert titles(open_database()) == ["A run"]


def test_a_transaction_is_kept_whole_or_not_at_all(filled):
    def fail():
        with filled.writing() as writer:
            writer.execute("UPDATE runs SET title = 'Half'")
            raise KeyError("in between")

    with pytest.raises(KeyError):
        fail()
    assert titles(filled) == ["A run"]
    with filled.writing() as writer:
        writer.execute("UPDATE runs SET title = 'Whole'")
    assert titles(filled) == ["Whole"]


def test_a_reader_sees_nothing_of_a_transaction_before_its_end(filled):
    with filled.writing() as writer:
        writer.execute("UPDATE runs SET title = 'New'")
        assert titles(filled) == ["A run"]
    assert titles(filled) == ["New"]


def test_what_belongs_to_a_run_goes_with_it(filled):
    with filled.writing() as writer:
        add_event(writer, "a", 3, "changed", {"lr_d": 0.1})
        writer.execute("INSERT INTO frames VALUES ('a', 3)")
        writer.execute("DELETE FROM runs WHERE run_id = 'a'")
    assert filled.read("SELECT * FROM events") == filled.read("SELECT * FROM frames") == []


def test_events_are_numbered_in_their_order_for_each_run(filled):
    with filled.writing() as writer:
        writer.execute(RUN, ("b", *VALUES[1:]))
        for run_id, step in [("a", 5), ("b", 1), ("a", 5), ("a", 7)]:
            add_event(writer, run_id, step, "changed", {"lr_d": 0.1})
    found = filled.read("SELECT number, step, data FROM events WHERE run_id = 'a' ORDER BY number")
    assert [tuple(row) for row in found] == [
        (number, step, '{"lr_d": 0.1}') for number, step in [(1, 5), (2, 5), (3, 7)]
    ]
    assert filled.read("SELECT time FROM events")[0]["time"] > 1e9


def test_a_later_version_brings_an_older_database_up_to_date(filled, open_database, monkeypatch):
    later = "ALTER TABLE runs ADD COLUMN seen INTEGER NOT NULL DEFAULT 7; UPDATE runs SET seen = 8;"
    monkeypatch.setattr(database, "MIGRATIONS", (*MIGRATIONS, later))
    for _ in range(2):  # The second time nothing is left to do.
        newer = open_database()
        assert newer.read("PRAGMA user_version")[0][0] == len(MIGRATIONS) + 1
        assert [tuple(row) for row in newer.read("SELECT title, seen FROM runs")] == [("A run", 8)]


def test_a_version_that_fails_half_way_leaves_the_database_as_it_was(
    filled, open_database, path, monkeypatch
):
    half = "ALTER TABLE runs ADD COLUMN seen INTEGER; ALTER TABLE nothing ADD COLUMN seen INTEGER"
    monkeypatch.setattr(database, "MIGRATIONS", (*MIGRATIONS, half))
    with pytest.raises(StoreError, match="nothing"):
        Database(path)
    monkeypatch.undo()
    old = open_database()
    assert old.read("PRAGMA user_version")[0][0] == len(MIGRATIONS)
    assert "seen" not in old.read("SELECT * FROM runs")[0].keys()  # noqa: SIM118
    with old.writing() as writer:  # And nobody holds it.
        writer.execute("UPDATE runs SET title = 'Free'")


def test_a_newer_database_is_refused_and_left_alone(filled, path):
    with filled.writing() as writer:
        writer.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError) as refusal:
        Database(path)
    assert not isinstance(refusal.value, DamagedStoreError)
    assert str(refusal.value) == (
        f"{path} was made by a newer version of this program (99; this one knows "
        f"{len(MIGRATIONS)}): update, or choose another folder."
    )
    with filled.writing() as writer:  # The refusal holds it no longer.
        writer.execute("UPDATE runs SET title = 'Free'")
    assert titles(filled) == ["Free"]


def test_a_database_that_another_process_holds_is_told_and_written_later(
    filled, path, in_another_process, monkeypatch
):
    monkeypatch.setattr(database, "PATIENCE", 0.05)
    impatient = Database(path)
    holder = in_another_process(HOLDER, path)
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(StoreError) as refusal, impatient.writing():
        pass
    assert str(refusal.value) == (
        "Another program holds minimax.db and lets nobody write: close it; what is new is saved as "
        "soon as it lets go."
    )
    assert titles(impatient) == ["A run"]  # Reading goes on.
    holder.stdin.write("\n")
    holder.stdin.flush()
    assert holder.stdout.readline() == "free\n"
    with impatient.writing() as writer:
        writer.execute("UPDATE runs SET title = 'Later'")
    assert titles(impatient) == ["Later"]
    impatient.close()


def test_a_short_hold_is_waited_for(filled, path):
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.2, lambda: other.execute("COMMIT"))
    release.start()
    with filled.writing() as writer:
        writer.execute("UPDATE runs SET title = 'Waited'")
    release.join()
    other.close()
    assert titles(filled) == ["Waited"]


def test_two_processes_write_and_nothing_is_lost(filled, path, in_another_process):
    writers = [in_another_process(WRITER, path, name) for name in ("first", "second")]
    for writer in writers:
        assert writer.stdout.readline() == "done\n"
    found = filled.read("SELECT kind, count(*), max(step) FROM events GROUP BY kind ORDER BY kind")
    assert [tuple(row) for row in found] == [("first", 100, 99), ("second", 100, 99)]


def test_many_threads_write_and_read_at_once(filled):
    def work(number):
        for step in range(20):
            with filled.writing() as writer:
                add_event(writer, "a", step, f"thread {number}", {})
            filled.read("SELECT count(*) FROM events")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert filled.read("SELECT max(number), count(*) FROM events")[0][:] == (160, 160)


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"SQLite format 3\0" * 300])
def test_what_is_no_database_is_told(path, content):
    path.write_bytes(content)
    with pytest.raises(DamagedStoreError) as refusal:
        Database(path)
    assert str(refusal.value).startswith("minimax.db is damaged (")
    assert str(refusal.value).endswith(
        "): start again, and what can be read is saved into a new one."
    )


def test_a_database_without_its_tables_is_damaged(path):
    with sqlite3.connect(path) as bare:
        bare.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    bare.close()
    bare = Database(path)
    with pytest.raises(DamagedStoreError, match="no such table"):
        bare.read("SELECT * FROM runs")
    bare.close()


def test_a_folder_that_cannot_hold_a_database_is_told(tmp_path):
    with pytest.raises(StoreError, match="cannot be read or written") as refusal:
        Database(tmp_path / "nowhere" / "minimax.db")
    assert "see whether its folder may be written" in str(refusal.value)


def test_a_database_that_is_taken_away_takes_nothing_more_in_silence(filled, path):
    path.rename(path.with_name("moved.db"))
    for _ in range(2):
        gone = pytest.raises(StoreError, match="was taken away while it was in use")
        with gone, filled.writing() as writer:
            writer.execute("UPDATE runs SET title = 'Lost'")
        path.write_bytes(b"")  # The second time there is another one in its place.


def test_a_closed_database_is_told_as_a_sentence(path):
    closed = Database(path)
    assert not closed.is_closed
    closed.close()
    closed.close()
    assert closed.is_closed
    for ask in (lambda: closed.read("SELECT 1"), lambda: closed.writing().__enter__()):
        with pytest.raises(StoreError, match="closed"):
            ask()


def test_who_reads_slowly_holds_up_nobody_who_reads(filled, monkeypatch):
    begun, go_on, answers = threading.Event(), threading.Event(), []

    def connect(where):
        connection = sqlite3_connect(where)
        connection.create_function("slowly", 0, lambda: begun.set() or go_on.wait(60))
        return connection

    sqlite3_connect = database._connect
    monkeypatch.setattr(database, "_connect", connect)
    filled._resting.clear()
    slow = threading.Thread(target=lambda: answers.append(filled.read("SELECT slowly()")[0][0]))
    slow.start()
    assert begun.wait(60)
    assert titles(filled) == ["A run"]
    assert answers == []
    go_on.set()
    slow.join(60)
    assert answers == [1]
    assert len(filled._resting) == 2


def test_a_closed_database_is_not_read(filled):
    filled.close()
    with pytest.raises(StoreError, match="it is closed"):
        filled.read("SELECT 1")
