"""Runs that go on in the background and are kept on the disk, and what can be read of them."""

from typing import TYPE_CHECKING

from ganlib.lazy import lazy

if TYPE_CHECKING:
    from ganlib.runs.diagnosed import diagnose_run
    from ganlib.runs.explored import Explored
    from ganlib.runs.inside import HeldOut, learnt_density, point_figures, seen_through, shared_mass
    from ganlib.runs.manager import Run, RunManager
    from ganlib.runs.measurer import measure_decoder, open_reals
    from ganlib.runs.origin import last_good, saved_at
    from ganlib.runs.record import RunRecord
    from ganlib.runs.row import Origin, RunRow
    from ganlib.runs.saved_directions import SavedDirections
    from ganlib.runs.snapshot import FINAL_STATES, RunSnapshot, State
    from ganlib.runs.store import RunStore
    from ganlib.runs.stored import StoredRun
    from ganlib.runs.thread import RunThread
else:
    __getattr__, __dir__ = lazy(__name__)

__all__ = [
    "FINAL_STATES",
    "Explored",
    "HeldOut",
    "Origin",
    "Run",
    "RunManager",
    "RunRecord",
    "RunRow",
    "RunSnapshot",
    "RunStore",
    "RunThread",
    "SavedDirections",
    "State",
    "StoredRun",
    "diagnose_run",
    "last_good",
    "learnt_density",
    "measure_decoder",
    "open_reals",
    "point_figures",
    "saved_at",
    "seen_through",
    "shared_mass",
]
