"""Runs that go on: who runs and who waits, and the threads that train."""

from ganlib.execution.catalogue import Run
from ganlib.execution.launcher import RunManager, Waiting
from ganlib.execution.thread import RunThread

__all__ = [
    "Run",
    "RunManager",
    "RunThread",
    "Waiting",
]
