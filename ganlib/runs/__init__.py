"""Runs that go on in the background, and what can be read of them."""

from ganlib.runs.manager import RunManager
from ganlib.runs.origin import Origin, saved_at
from ganlib.runs.record import RunRecord
from ganlib.runs.snapshot import FINAL_STATES, RunSnapshot, State
from ganlib.runs.thread import RunThread

__all__ = [
    "FINAL_STATES",
    "Origin",
    "RunManager",
    "RunRecord",
    "RunSnapshot",
    "RunThread",
    "State",
    "saved_at",
]
