"""What was measured of the pictures of runs, in the database."""

import sqlite3
from functools import lru_cache

from pydantic import TypeAdapter, ValidationError

from ganlib.events import Measured
from ganlib.store.database import Database

_MEASURED = TypeAdapter(Measured)


def add_figures(writer: sqlite3.Connection, run_id: str, measured: Measured) -> None:
    """Write down, within a transaction, what was measured of a run; again is over again."""
    values = (run_id, measured.step, _MEASURED.dump_json(measured).decode())
    writer.execute("INSERT OR REPLACE INTO figures VALUES (?, ?, ?)", values)


def read_figures(database: Database, run_id: str) -> tuple[tuple[Measured, ...], str]:
    """What was measured of a run, in order, and a sentence about what of it cannot be read.

    Raises:
        StoreError: the database cannot be read.
    """
    found = database.read("SELECT body FROM figures WHERE run_id = ? ORDER BY step", (run_id,))
    known = tuple(one for row in found if (one := measured_in(row["body"])) is not None)
    lost = len(found) - len(known)
    return known, (
        f"{lost} of the {len(found)} measurements of this run are damaged, or of another version."
        if lost
        else ""
    )


@lru_cache(maxsize=1024)  # A table of runs is read again and again; what was measured stays.
def measured_in(body: str | None) -> Measured | None:
    """One measurement from the database; None where there is none that this version can read."""
    try:
        return None if body is None else _MEASURED.validate_json(body)
    except ValidationError:
        return None
