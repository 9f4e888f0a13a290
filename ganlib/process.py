"""The process that ganlib runs in: what it may use, what is set in it, where it keeps runs."""

import contextlib
import gc
import os
import sys
import threading
from pathlib import Path

GIVING_WAY = 10
"""Niceness of a training thread on Linux, where it belongs to the thread alone."""

_READ_ONCE = {
    # Readers (decoders, pages) compute in threads of their own beside the runs. One core each keeps
    # them off the cores that training uses; a run asks for more with `runtime.use_threads`.
    "OMP_NUM_THREADS": "1",
    # Torch's OpenMP workers spin while they wait, and so take a whole core from whatever else runs:
    # with two threads on two cores and one of them busy, 0.9 steps/s instead of 6.2.
    "OMP_WAIT_POLICY": "PASSIVE",
}
"""Environment variables that torch reads when it is loaded; who has set one keeps it."""


def set_up_process() -> None:
    """Set up a process of ganlib's own to train in, before torch is loaded in it.

    Where ganlib is imported by somebody else's program, nothing of this is done. Called once more
    when all is loaded, it leaves what is there by then out of every later garbage collection: a
    full one holds up training for 200 ms (147 -> 0.3 steps/s with five open tabs, measured).
    """
    for name, value in _READ_ONCE.items():
        os.environ.setdefault(name, value)
    gc.collect()
    gc.freeze()


def runs_folder() -> Path:
    """Where runs and own pictures are kept: the environment variable MINIMAX_RUNS, or ./runs."""
    return Path(os.environ.get("MINIMAX_RUNS") or "runs").expanduser().absolute()


def available_cores() -> int:
    """CPU cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def give_way() -> None:
    """Let every other thread of the machine go before the calling one, where the system can.

    Training takes all that is left; pages, browser and server answer at once.
    """
    # Elsewhere niceness belongs to a whole process, and a thread's number may be another's.
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), GIVING_WAY)
