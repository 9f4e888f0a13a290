"""Opening a database that may be damaged or lost, without losing the runs."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import chain, count
from pathlib import Path

from filelock import FileLock

from ganlib.errors import DamagedStoreError, StoreError
from ganlib.runs.about import FILE
from ganlib.runs.archive import adopt, list_files
from ganlib.runs.database import Database
from ganlib.runs.folder import RUN_ID, RunFolder
from ganlib.runs.row import RunRow, row_of

NAME = "minimax.db"
TABLES = ("runs", "chunks", "frames", "moments", "events", "figures")
CHECKS = (
    *(f"PRAGMA integrity_check({table})" for table in TABLES if table != "chunks"),
    "SELECT 'ok' FROM (SELECT total(count) FROM chunks NOT INDEXED)",
    "SELECT 'ok' FROM (SELECT total(number) FROM chunks INDEXED BY sqlite_autoindex_chunks_1)",
)
"""What leads through all pages but those of the curves, which are checked when they are read."""


def open_or_repair(folder: Path) -> tuple[Database, str]:
    """The database of a folder of runs, and a sentence about what had to be repaired.

    A damaged one is put aside, never removed. What can be read of it goes into a new one; runs that
    it no longer tells of are taken in from their own folders.

    Raises:
        StoreError: it cannot be opened, and nothing is wrong with it.
    """
    path = folder / NAME
    with FileLock(folder / "locks" / "opening", is_singleton=False):
        is_lost = not path.exists() or path.stat().st_size == 0
        try:
            database = Database(path)
        except DamagedStoreError:
            return _repair(folder)
        try:
            _check(database)
        except DamagedStoreError:
            database.close()
            return _repair(folder)
        found = _take_in_missing(database, folder) if is_lost else []
        if not found:
            return database, ""
        return database, (
            f"The database of the runs was gone: {len(found)} runs were taken in from their "
            "folders."
        )


def _check(database: Database) -> None:
    """What is damaged says so now, not on a page.

    Raises:
        DamagedStoreError: a page is damaged, or a row of a run cannot be understood.
    """
    for check in CHECKS:
        (told,) = database.read(check)[0]
        if told != "ok":
            raise DamagedStoreError(told)
    for row in database.read("SELECT * FROM runs"):
        if _understood(row) is None:
            raise DamagedStoreError("What it tells of a run cannot be understood.")


def _understood(row: sqlite3.Row) -> RunRow | None:
    """The row of a run, unless its bytes make no sense; another version's configuration may."""
    try:
        beside = dict.fromkeys(("frame_step", "saved_step", "measured"))
        known = row_of({**dict(row), **beside})
        if known.config is None:
            json.loads(known.config_json)
        return known
    except (ValueError, TypeError, AttributeError):
        return None


def _repair(folder: Path) -> tuple[Database, str]:
    path = folder / NAME
    stamp = time.strftime("%Y%m%d-%H%M%S")
    names = chain([f"damaged-{stamp}.db"], (f"damaged-{stamp}-{number}.db" for number in count(2)))
    aside = next(folder / name for name in names if not (folder / name).exists())
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{path}{suffix}").replace(f"{aside}{suffix}")
    database = Database(path)
    saved = _salvage(aside, database, _ids_of_folders(folder))
    found = _take_in_missing(database, folder)
    return database, (
        f"The database of the runs was damaged and has been made anew: {saved} runs were read from "
        f"it, {len(found)} taken in from their folders. The damaged one is kept as {aside.name}."
    )


def _salvage(aside: Path, database: Database, folders: list[str]) -> int:
    """Copy what can be read, run by run; the number of runs."""
    saved = 0
    with closing(sqlite3.connect(aside, isolation_level=None)) as old:
        old.row_factory = sqlite3.Row
        listed = [one["run_id"] for one in _readable(old, "SELECT run_id FROM runs")]
        for run_id in dict.fromkeys((*listed, *folders)):
            rows = {table: _rows_of(old, table, run_id) for table in TABLES}
            known = _understood(rows["runs"][0]) if rows["runs"] else None
            if known is None:
                continue
            with database.writing() as writer:
                for table, found in rows.items():
                    for row in found:
                        names, places = ", ".join(row.keys()), ", ".join("?" * len(row))
                        writer.execute(
                            f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({places})", tuple(row)
                        )
                if known.config is not None:
                    run = RunFolder(database.path.parent / run_id, known.config.data.shape)
                    list_files(writer, run, run_id, {})
            saved += 1
    return saved


def _rows_of(old: sqlite3.Connection, table: str, run_id: str) -> list[sqlite3.Row]:
    return list(_readable(old, f"SELECT * FROM {table} WHERE run_id = ?", run_id))


def _readable(old: sqlite3.Connection, question: str, *values: str) -> Iterator[sqlite3.Row]:
    """Rows until one cannot be read."""
    with suppress(sqlite3.DatabaseError):
        yield from old.execute(question, values)


def _take_in_missing(database: Database, folder: Path) -> list[str]:
    """Take in the runs that have a folder and are not in the database; their ids."""
    known = {one["run_id"] for one in database.read("SELECT run_id FROM runs")}
    found = []
    for run_id in _ids_of_folders(folder):
        if run_id not in known:
            with suppress(StoreError, OSError):  # What tells of no run is left as it is.
                adopt(database, folder / run_id, run_id)
                found.append(run_id)
    return found


def _ids_of_folders(folder: Path) -> list[str]:
    return [
        path.parent.name
        for path in sorted(folder.glob(f"*/{FILE}"))
        if RUN_ID.fullmatch(path.parent.name)
    ]
