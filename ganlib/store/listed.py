"""Which runs the database lists, and in which order."""

from sqlite3 import Row

from ganlib.errors import DamagedStoreError, UnknownRunError
from ganlib.store.database import Database
from ganlib.store.row import RunRow, row_of

NO_SENSE = (
    "What the database tells of the run {run_id} makes no sense any more: start again, and what "
    "can be read is saved into a new one."
)
_ROWS = (
    "SELECT *, (SELECT max(step) FROM frames WHERE frames.run_id = runs.run_id) AS frame_step, "
    "(SELECT max(step) FROM moments WHERE moments.run_id = runs.run_id) AS saved_step, "
    "(SELECT body FROM figures WHERE figures.run_id = runs.run_id ORDER BY step DESC LIMIT 1) "
    "AS measured FROM runs"
)
_NEWEST_FIRST = "ORDER BY created DESC, rowid DESC"


def rows(database: Database, deleted: bool) -> tuple[RunRow, ...]:
    """All runs, the newest first: those that are kept, or those in the bin.

    Raises:
        DamagedStoreError: a row makes no sense.
    """
    test = "IS NOT NULL" if deleted else "IS NULL"
    selected = database.read(f"{_ROWS} WHERE deleted {test} {_NEWEST_FIRST}")
    return tuple(map(_row_of, selected))


def row(database: Database, run_id: str) -> RunRow:
    """One run, also when it is in the bin.

    Raises:
        UnknownRunError: there is none of that id.
        DamagedStoreError: its row makes no sense.
    """
    selected = database.read(f"{_ROWS} WHERE run_id = ?", (run_id,))
    if not selected:
        raise _unknown(run_id)
    return _row_of(selected[0])


def check_kept(database: Database, run_id: str) -> None:
    """Make sure that there is a run, and not in the bin.

    Raises:
        UnknownRunError: there is none, or it is there.
    """
    selected = database.read("SELECT deleted FROM runs WHERE run_id = ?", (run_id,))
    if not selected:
        raise _unknown(run_id)
    if selected[0]["deleted"] is not None:
        raise UnknownRunError(
            f"The run {run_id} was deleted and lies in the bin: bring it back from there, or "
            "choose another run."
        )


def _row_of(listed: Row) -> RunRow:
    try:
        return row_of(listed)
    except (ValueError, TypeError, AttributeError) as error:  # Since it was checked at opening.
        raise DamagedStoreError(NO_SENSE.format(run_id=listed["run_id"])) from error


def _unknown(run_id: str) -> UnknownRunError:
    return UnknownRunError(
        f"There is no run {run_id[:20]!r} here. It may have been deleted: choose another run, or "
        "start a new one."
    )
