"""The SQLite file beside the run folders: what is small, changes, and is searched.

One connection of the process writes, and each of those that read at a time has one of its own. In
WAL mode none waits for another, nor for other processes that read; a second writer waits a few
seconds for the first. Opening writes nothing where nothing has to be written: a full disk can be
read, and a disk that may only be read too.
"""

import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

from ganlib.errors import (
    DamagedStoreError,
    HeldStoreError,
    StoreError,
    UnwritableStoreError,
    reason,
)

PATIENCE = 5.0
"""Seconds to wait for another process that writes."""

RESTING = 4
"""Connections that are kept for those who read next."""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE runs (
        run_id TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        config TEXT NOT NULL,
        origin TEXT NOT NULL DEFAULT 'null',
        state TEXT NOT NULL,
        message TEXT NOT NULL DEFAULT '',
        step INTEGER NOT NULL DEFAULT 0,
        images_seen INTEGER NOT NULL DEFAULT 0,
        elapsed REAL NOT NULL DEFAULT 0,
        steps_per_second REAL NOT NULL DEFAULT 0,
        device TEXT NOT NULL DEFAULT '',
        threads INTEGER NOT NULL DEFAULT 0,
        metric_names TEXT NOT NULL DEFAULT '[]',
        created REAL NOT NULL,
        updated REAL NOT NULL,
        tags TEXT NOT NULL DEFAULT '[]',
        notes TEXT NOT NULL DEFAULT '',
        deleted REAL,
        outline TEXT NOT NULL DEFAULT '{}'
    );
    CREATE TABLE chunks (
        run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
        number INTEGER NOT NULL,
        count INTEGER NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (run_id, number)
    );
    CREATE TABLE frames (
        run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
        step INTEGER NOT NULL,
        PRIMARY KEY (run_id, step)
    ) WITHOUT ROWID;
    CREATE TABLE moments (
        run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
        step INTEGER NOT NULL,
        score REAL,
        PRIMARY KEY (run_id, step)
    ) WITHOUT ROWID;
    CREATE TABLE events (
        run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
        number INTEGER NOT NULL,
        time REAL NOT NULL,
        step INTEGER NOT NULL,
        kind TEXT NOT NULL,
        data TEXT NOT NULL DEFAULT '{}',
        PRIMARY KEY (run_id, number)
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE figures (
        run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
        step INTEGER NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (run_id, step)
    ) WITHOUT ROWID;
    """,
)
"""What brings a database from version n to n + 1; its version is SQLite's own `user_version`."""


class Database:
    """The database of one folder of runs.

    Args:
        path: the file, which is made when it is not there.
        where: how SQLite is to open it, by default to read and write; see `to_read`, `in_memory`.

    Attributes:
        is_closed: whether it has been let go of.
        refusal: why nothing is to be written into it; empty where it may be.

    Raises:
        DamagedStoreError: it is no database, or its pages are damaged.
        UnwritableStoreError: the disk is full, or may only be read.
        StoreError: it cannot be opened, or a newer version of this program made it.
    """

    def __init__(self, path: Path, where: str | None = None) -> None:
        self.path = path
        self.is_closed = False
        self.refusal = ""
        where = where or path.absolute().as_uri()
        with _as_sentences(path), ExitStack() as opened:
            self._writer = opened.enter_context(closing(_connect(where)))
            self._to_read = where if "?" in where else f"{where}?mode=rw"  # It is there by now.
            self._resting = [opened.enter_context(closing(_connect(self._to_read)))]
            self._migrate()
            self._file = path.stat().st_ino if where.startswith("file:///") else None
            opened.pop_all()
        self._writing, self._leaving = threading.RLock(), threading.Lock()

    def read(self, question: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """All rows that answer a question.

        Raises:
            StoreError: it cannot be read.
        """
        with _as_sentences(self.path), self._reader() as reader:
            return reader.execute(question, values).fetchall()

    def columns(self, table: str) -> list[str]:
        """The names of the columns of a table, in order."""
        return [row["name"] for row in self.read(f"PRAGMA table_info({table})")]

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection whose changes are all kept at the end, or none of them.

        Raises:
            StoreError: it cannot be written.
        """
        if self.refusal:
            raise UnwritableStoreError(self.refusal)
        with self._writing, _as_sentences(self.path):
            self._check_file()
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            finally:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")

    def close(self) -> None:
        """Let go of the file."""
        with self._writing, self._leaving:
            self.is_closed = True
            for connection in (*self._resting, self._writer):
                connection.close()

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        """A connection of one's own: who reads waits for the disk, and nobody for who reads."""
        if self.is_closed:
            raise sqlite3.ProgrammingError("it is closed")
        try:
            reader = self._resting.pop()
        except IndexError:
            reader = _connect(self._to_read)
        try:
            yield reader
        finally:
            with self._leaving:
                if self.is_closed or len(self._resting) >= RESTING:
                    reader.close()
                else:
                    self._resting.append(reader)

    def _check_file(self) -> None:
        """A file that is taken away stays open, and what is written into it is lost unseen."""
        with suppress(OSError):
            if self._file is None or self.path.stat().st_ino == self._file:
                return
        raise StoreError(
            f"{self.path.name} was taken away while it was in use: start this program again, and "
            "the runs are taken in from their folders."
        )

    def _migrate(self) -> None:
        """Bring an older database up to date, all steps or none."""
        if self._version() == len(MIGRATIONS):
            return
        self._writer.execute("BEGIN IMMEDIATE")  # Of two processes one migrates, the other waits.
        for script in MIGRATIONS[self._version() :]:
            for statement in filter(str.strip, script.split(";")):
                self._writer.execute(statement)
        self._writer.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        self._writer.execute("COMMIT")

    def _version(self) -> int:
        version: int = self._writer.execute("PRAGMA user_version").fetchone()[0]
        if version > len(MIGRATIONS):
            raise StoreError(
                f"{self.path} was made by a newer version of this program "
                f"({version}; this one knows {len(MIGRATIONS)}): update, or choose another folder."
            )
        return version


def to_read(path: Path) -> str:
    """How SQLite opens a file, as `where`, on a disk on which nothing can be written."""
    log = Path(f"{path}-wal")
    uri = path.absolute().as_uri()
    if log.exists() and log.stat().st_size and os.name == "posix":
        # What was written last lies beside it. Without locks its index is made in memory.
        return f"{uri}?mode=ro&vfs=unix-none"
    return f"{uri}?mode=ro&immutable=1"


def in_memory() -> str:
    """A database that lies on no disk, as `where`, and is seen by its own connections alone."""
    return f"file:minimax-{next(_NUMBERS)}?mode=memory&cache=shared"


_NUMBERS = count()


def add_event(
    writer: sqlite3.Connection, run_id: str, step: int, kind: str, data: Mapping[str, Any]
) -> None:
    """Write down, within a transaction, what happened to a run."""
    writer.execute(
        "INSERT INTO events SELECT ?, coalesce(max(number), 0) + 1, ?, ?, ?, ? "
        "FROM events WHERE run_id = ?",
        (run_id, time.time(), step, kind, json.dumps(data), run_id),
    )


def _connect(where: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        where, timeout=PATIENCE, isolation_level=None, check_same_thread=False, uri=True
    )
    connection.row_factory = sqlite3.Row
    try:
        if "vfs=" in where:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        # What was told to be saved survives anything.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


@contextmanager
def _as_sentences(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.OperationalError, sqlite3.IntegrityError, sqlite3.ProgrammingError) as error:
        text = str(error)
        if any(word in text for word in _DAMAGES):
            raise DamagedStoreError(_DAMAGED.format(name=path.name, error=reason(error))) from error
        if "locked" in text or "busy" in text:
            raise HeldStoreError(
                f"Another program holds {path.name} and lets nobody write: close it; what is new "
                "is saved as soon as it lets go."
            ) from error
        kind = UnwritableStoreError if any(word in text for word in _UNWRITABLE) else StoreError
        raise kind(
            f"{path.name} cannot be read or written ({reason(error)}): free some space on the "
            "disk, or see whether its folder may be written."
        ) from error
    except sqlite3.DatabaseError as error:
        raise DamagedStoreError(_DAMAGED.format(name=path.name, error=reason(error))) from error


_DAMAGED = "{name} is damaged ({error}): start again, and what can be read is saved into a new one."
_DAMAGES = ("no such table", "no such column", "decode to UTF-8", "short read", "already exists")
"""What SQLite says of a damaged file without calling it so."""
_UNWRITABLE = ("unable to open", "disk I/O error", "is full", "readonly")
"""What SQLite says where it cannot write."""
