"""Opening a database that may be damaged, lost or on a full disk, without losing the runs."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from itertools import chain, count
from pathlib import Path
from typing import Any

from filelock import FileLock

from ganlib.errors import DamagedStoreError, StoreError, UnwritableStoreError
from ganlib.files import SCRATCH, finish
from ganlib.store.archive import enter, list_files
from ganlib.store.database import Database, in_memory, to_read
from ganlib.store.folder import RUN_ID, RunFolder
from ganlib.store.metadata import RunMetadata, read_metadata
from ganlib.store.row import RunRow, row_of
from ganlib.store.salvage import is_of_a_run, salvaged

NAME = "minimax.db"
FILES = ("", "-wal", "-shm")
"""How the names of the files of a database end, besides its own."""
_STEP = "typeof(step) = 'integer' AND step >= 0"
TABLES = {
    "runs": "typeof(run_id) = 'text'",
    "chunks": "typeof(number) = 'integer' AND typeof(count) = 'integer' AND typeof(body) = 'blob'",
    "frames": _STEP,
    "moments": f"{_STEP} AND typeof(score) IN ('real', 'integer', 'null')",
    "events": f"{_STEP} AND typeof(kind) = 'text' AND json_valid(data) AND data LIKE '{{%'",
    "figures": f"{_STEP} AND json_valid(body)",
}
"""Each table, and what holds of every row that makes sense: SQLite takes any value anywhere."""
CHECKS = (
    *(f"PRAGMA integrity_check({table})" for table in TABLES if table != "chunks"),
    *(
        f"SELECT iif(count(*), 'senseless', 'ok') FROM {name} WHERE NOT ({sense})"
        for name, sense in TABLES.items()
    ),
    "SELECT 'ok' FROM (SELECT total(count) FROM chunks NOT INDEXED)",
    "SELECT 'ok' FROM (SELECT total(number) FROM chunks INDEXED BY sqlite_autoindex_chunks_1)",
)
"""What leads through all pages but those of the curves, which are checked when they are read."""
SHAPE = (
    "SELECT t.name, c.name, c.type, c.'notnull', c.dflt_value, c.pk "
    "FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'",
    "SELECT t.name, f.'table', f.'from', f.on_delete "
    "FROM sqlite_master t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table'",
)
"""What tables there are, and what each column is."""
NAMED = 5
"""Runs of which a notice says what is missing."""

Read = Callable[[str], list[sqlite3.Row]]


def open_or_repair(folder: Path) -> tuple[Database, str]:
    """The database of a folder of runs, and sentences about what had to be repaired.

    A damaged one is put aside, never removed. What can be read of it goes into a new one; runs that
    it no longer tells of are taken in from their own folders.

    Raises:
        UnwritableStoreError: the disk is full, or may only be read: see `open_to_read`.
        StoreError: it cannot be opened, and nothing is wrong with it.
    """
    path = folder / NAME
    with FileLock(folder / "locks" / "opening", is_singleton=False):
        is_lost = _is_lost(path)
        if not is_lost or not _ids_of_folders(folder):
            with suppress(DamagedStoreError):
                return _checked(path), ""
        draft, notice = _made_anew(path)
        if not is_lost:
            aside = _put_aside(path)
            notice = (
                f"The database of the runs was damaged and has been made anew: {notice} The "
                f"damaged one is kept as {aside.name}."
            )
        _remove(path)
        finish(draft, path)
        return Database(path), notice


def open_to_read(folder: Path, refusal: str) -> tuple[Database, str]:
    """The same where nothing can be written: what has to be repaired is repaired in memory.

    Args:
        folder: of the runs.
        refusal: what is said to whoever wants to write.

    Raises:
        StoreError: a newer version of this program made it.
    """
    path, notice = folder / NAME, ""
    try:
        database = _checked(path, to_read(path))
    except (DamagedStoreError, UnwritableStoreError):
        database = Database(path, in_memory())
        notice = _filled(database, path, to_read(path))
        if not _is_lost(path):
            notice = f"The database of the runs cannot be used as it is: {notice}"
    database.refusal = refusal
    return database, notice


def _is_lost(path: Path) -> bool:
    return not path.exists() or path.stat().st_size == 0


def _remove(path: Path) -> None:
    """Remove a database, or what is left of it."""
    for suffix in FILES:
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _made_anew(path: Path) -> tuple[Path, str]:
    """Make a new database beside the old one, whole or not at all; sentences about it.

    A full disk or a kill on the way leaves the old one to be tried again.

    Raises:
        UnwritableStoreError: the disk is full.
    """
    draft = path.with_suffix(SCRATCH)
    _remove(draft)
    try:
        with closing(Database(draft)) as database:
            notice = _filled(database, path, path.absolute().as_uri())
        if Path(f"{draft}-wal").exists():  # SQLite tells nobody that closing could not write.
            raise UnwritableStoreError("The disk is full: the database cannot be made anew.")
    except BaseException:
        _remove(draft)
        raise
    return draft, notice


def _checked(path: Path, where: str | None = None) -> Database:
    """A database, once it is clear that it is whole.

    Raises:
        DamagedStoreError: a page, the schema or a row of a run is damaged.
    """
    database = Database(path, where)
    try:
        for check in CHECKS:
            (outcome,) = database.read(check)[0]
            if outcome != "ok":
                raise DamagedStoreError(outcome)
        if not _shape_of_new() <= _shape(database.read):
            raise DamagedStoreError("Its tables are not those of this program.")
        for row in database.read("SELECT * FROM runs"):
            if _understood(row, path.parent) is None:
                raise DamagedStoreError("What it tells of a run cannot be understood.")
    except DamagedStoreError:
        database.close()
        raise
    return database


def _shape(read: Read) -> set[tuple[Any, ...]]:
    return {tuple(row) for question in SHAPE for row in read(question)}


def _shape_of_new() -> set[tuple[Any, ...]]:
    """The shape of a database that was just made."""
    new = Database(Path(NAME), in_memory())
    try:
        return _shape(new.read)
    finally:
        new.close()


def _understood(row: sqlite3.Row | dict[str, Any], folder: Path) -> RunRow | None:
    """The row of a run, unless its bytes make no sense; another version's configuration may."""
    try:
        beside = dict.fromkeys(("frame_step", "saved_step", "measured"))
        known = row_of({**dict(row), **beside})
        if known.config is not None:
            names = RunMetadata.model_fields.keys() & known.__dict__.keys()
            RunMetadata.model_validate({name: getattr(known, name) for name in names})
            return known
        json.loads(known.config_json)
    except (ValueError, TypeError, AttributeError):
        return None
    try:
        read_metadata(folder / known.run_id)
    except StoreError:
        return known  # Another version has written both.
    return None


def _put_aside(path: Path) -> Path:
    """Give a damaged database another name; the name."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    names = chain([f"damaged-{stamp}.db"], (f"damaged-{stamp}-{number}.db" for number in count(2)))
    aside = next(path.with_name(name) for name in names if not path.with_name(name).exists())
    for suffix in FILES:
        with suppress(FileNotFoundError):
            Path(f"{path}{suffix}").replace(f"{aside}{suffix}")
    return aside


def _salvage(where: str, database: Database, folders: list[str]) -> int:
    """Copy what can be read, run by run; the number of runs."""
    saved = 0
    with closing(sqlite3.connect(where, isolation_level=None, uri=True)) as old:
        old.row_factory = sqlite3.Row
        listed = [str(one[0]) for one in _rows_of(old, "runs")]
        for run_id in dict.fromkeys((*listed, *folders)):
            rows = {table: [*_rows_of(old, table, run_id)] for table in TABLES}
            # Columns have come at the end only: by their places they are known, whatever a flipped
            # bit has made of their names.
            named = {table: database.columns(table) for table in TABLES}
            runs = [dict(zip(named["runs"], row, strict=False)) for row in rows["runs"]]
            known = _understood(runs[0], database.path.parent) if runs else None
            if known is None:
                continue
            with database.writing() as writer:
                for table, salvaged_rows in rows.items():
                    for row in salvaged_rows:
                        names, places = named[table][: len(row)], ", ".join("?" * len(row))
                        writer.execute(
                            f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({places})",
                            tuple(row),
                        )
                for table, sense in TABLES.items():
                    writer.execute(f"DELETE FROM {table} WHERE NOT ({sense})")
                if known.config is not None:
                    run = RunFolder(database.path.parent / run_id, known.config.data.shape)
                    list_files(writer, run, run_id, {})
            saved += 1
    return saved


def _rows_of(old: sqlite3.Connection, table: str, run_id: str | None = None) -> Iterator[Any]:
    """Rows until one cannot be read: all, or those of one run, whose id is the first column."""
    with suppress(sqlite3.DatabaseError):
        first = old.execute(f"PRAGMA table_info({table})").fetchone()
        if first is not None:
            of_run = (f' WHERE "{first["name"]}" = ?', (run_id,)) if run_id else ("", ())
            yield from old.execute(f"SELECT * FROM {table}{of_run[0]}", of_run[1])


def _filled(database: Database, path: Path, where: str) -> str:
    """Save what is left into a new database: of the old one, read as `where`, and of the folders.

    Returns:
        Sentences about it; empty where nothing is left.
    """
    folder = path.parent
    run_ids = _ids_of_folders(folder)
    if not _is_lost(path):
        saved = _salvage(where, database, run_ids)
        imported, lacking = _import_missing(database, folder)
        were = "run was" if saved == 1 else "runs were"
        return f"{saved} {were} read from it, {imported} taken in from their folders.{lacking}"
    if not run_ids:
        return ""
    imported, lacking = _import_missing(database, folder)
    words = "run was taken in from its folder"
    if imported != 1:
        words = "runs were taken in from their folders"
    return f"The database of the runs was gone: {imported} {words}.{lacking}"


def _import_missing(database: Database, folder: Path) -> tuple[int, str]:
    """Take in the runs that only have a folder: how many, and a sentence about what is missing.

    Raises:
        UnwritableStoreError: the disk is full.
    """
    known = {one["run_id"] for one in database.read("SELECT run_id FROM runs")}
    imported, lacking = 0, []
    for run_id in _ids_of_folders(folder):
        if run_id in known:
            continue
        try:
            salvage = salvaged(folder / run_id)
            enter(database, folder / run_id, run_id, salvage.metadata, salvage.curves)
            imported += 1
            if salvage.missing:
                lacking.append(f"{run_id}: {salvage.missing}")
        except UnwritableStoreError:
            raise  # That is no fault of this run.
        except (StoreError, OSError):
            lacking.append(
                f"{run_id}: neither run.json nor a checkpoint can be read, and it is left as it is"
            )
    more = [f"and {len(lacking) - NAMED} more"] if len(lacking) > NAMED else []
    words = "; ".join((*lacking[:NAMED], *more))
    return imported, f" Not all was whole: {words}." if lacking else ""


def _ids_of_folders(folder: Path) -> list[str]:
    with suppress(OSError):
        return sorted(
            path.name
            for path in folder.iterdir()
            if RUN_ID.fullmatch(path.name) and is_of_a_run(path)
        )
    return []
