"""What was measured of the pictures of runs, in the database."""

import sqlite3
from functools import lru_cache

from pydantic import TypeAdapter, ValidationError

from ganlib.errors import StoreError
from ganlib.events import Measured
from ganlib.runs.database import Database

_MEASURED = TypeAdapter(Measured)


def add_figures(writer: sqlite3.Connection, run_id: str, measured: Measured) -> None:
    """Write down, within a transaction, what was measured of a run; again is over again."""
    values = (run_id, measured.step, _MEASURED.dump_json(measured).decode())
    writer.execute("INSERT OR REPLACE INTO figures VALUES (?, ?, ?)", values)


def read_figures(database: Database, run_id: str) -> tuple[Measured, ...]:
    """What was measured of a run, in order.

    Raises:
        StoreError: it cannot be read, or another version has written it.
    """
    found = database.read("SELECT body FROM figures WHERE run_id = ? ORDER BY step", (run_id,))
    try:
        return tuple(_MEASURED.validate_json(one["body"]) for one in found)
    except ValidationError as error:
        raise StoreError(f"The figures of {run_id} cannot be read here ({error}).") from error


@lru_cache(maxsize=1024)  # A table of runs is read again and again; what was measured stays.
def newest_of(body: str | None) -> Measured | None:
    """One measurement from the database; None where there is none that this version can read."""
    try:
        return None if body is None else _MEASURED.validate_json(body)
    except ValidationError:
        return None
