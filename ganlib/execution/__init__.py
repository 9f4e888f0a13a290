"""Runs that go on: who runs and who waits, and the threads that train."""

from typing import TYPE_CHECKING

from ganlib.lazy import lazy

if TYPE_CHECKING:
    from ganlib.execution.catalogue import Run
    from ganlib.execution.launcher import RunManager, Waiting
    from ganlib.execution.thread import RunThread
else:
    __getattr__, __dir__ = lazy(__name__)

__all__ = [
    "Run",
    "RunManager",
    "RunThread",
    "Waiting",
]
