"""Runs on the disk: the database, folders, checkpoints, archive, repair; one writer a run."""

from typing import TYPE_CHECKING

from ganlib.lazy import lazy

if TYPE_CHECKING:
    from ganlib.store.origin import checkpoint_at, last_good_checkpoint
    from ganlib.store.record import RunRecord
    from ganlib.store.row import Origin, RunRow
    from ganlib.store.saved_directions import SavedDirections
    from ganlib.store.snapshot import FINAL_STATES, RunSnapshot, State
    from ganlib.store.store import RunStore
    from ganlib.store.stored import StoredRun
else:
    __getattr__, __dir__ = lazy(__name__)

__all__ = [
    "FINAL_STATES",
    "Origin",
    "RunRecord",
    "RunRow",
    "RunSnapshot",
    "RunStore",
    "SavedDirections",
    "State",
    "StoredRun",
    "checkpoint_at",
    "last_good_checkpoint",
]
