"""What was measured of the pictures of runs, in the database."""

import json
import sqlite3
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from ganlib.config import aliases
from ganlib.events import Measured
from ganlib.store.database import Database

_MEASURED = TypeAdapter(Measured)


def add_measurement(writer: sqlite3.Connection, run_id: str, measured: Measured) -> None:
    """Write down, within a transaction, what was measured of a run; again is over again."""
    values = (run_id, measured.step, _MEASURED.dump_json(measured).decode())
    writer.execute("INSERT OR REPLACE INTO figures VALUES (?, ?, ?)", values)


def read_measurements(database: Database, run_id: str) -> tuple[tuple[Measured, ...], str]:
    """What was measured of a run, in order, and a sentence about what of it cannot be read.

    Raises:
        StoreError: the database cannot be read.
    """
    rows = database.read("SELECT body FROM figures WHERE run_id = ? ORDER BY step", (run_id,))
    known = tuple(one for row in rows if (one := measurement_of(row["body"])) is not None)
    lost = len(rows) - len(known)
    return known, (
        f"{lost} of the {len(rows)} measurements of this run are damaged, or of another version."
        if lost
        else ""
    )


@lru_cache(maxsize=1024)  # A table of runs is read again and again; what was measured stays.
def measurement_of(body: str | None) -> Measured | None:
    """One measurement from the database; None where there is none that this version can read."""
    try:
        return None if body is None else _MEASURED.validate_python(_read(body))
    except ValueError:
        return None


def _read(body: str) -> Any:
    return aliases.measurement(json.loads(body))
