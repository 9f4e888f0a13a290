"""All runs of this process: who runs, who waits, and on how many cores."""

import atexit
import secrets
import threading
from collections.abc import Mapping
from typing import Any

from ganlib.config import RunConfig
from ganlib.errors import QueueFullError, RunError, UnknownRunError
from ganlib.runs.origin import Origin, go_on, history, saved_at
from ganlib.runs.thread import RunThread
from ganlib.runtime import available_cores

KEPT_RUNS = 30
"""Finished runs held in memory; the oldest are let go."""


class RunManager:
    """Starts runs, lets them wait when too many go on, and shares the CPU among them.

    Args:
        max_running: runs that may go on at once; by default one for each core, at least 2.
        max_waiting: runs that may wait.
        cores: CPU cores to share out.
    """

    def __init__(
        self, max_running: int | None = None, max_waiting: int = 50, cores: int | None = None
    ) -> None:
        self._cores = cores or available_cores()
        self._max_running = max_running or max(2, self._cores)
        self._max_waiting = max_waiting
        self._lock = threading.RLock()
        self._runs: dict[str, RunThread] = {}
        self._running: list[RunThread] = []
        self._waiting: list[RunThread] = []
        self._closed = False
        atexit.register(self.close)

    def fork(self, run_id: str, step: int, changes: Mapping[str, Any]) -> str:
        """Go on from a saved moment of a run as a new one, and return the new run_id.

        Weights, optimisers, random streams and the place in the data are those of the moment, so
        that with no changes the new run repeats what the old one did.

        Raises:
            ConfigError: a change is refused, or needs a new start.
            RunError: no such moment was kept, or no run can be started now.
        """
        run = self.get(run_id)
        snapshot = run.snapshot
        saved = saved_at(snapshot, step)
        config = go_on(saved, changes)
        before = history(snapshot, saved, config)
        return self.start(config, Origin(run_id, run.config.title, saved, before))

    def start(self, config: RunConfig, origin: Origin | None = None) -> str:
        """Begin a run, or put it in the queue, and return its run_id.

        Raises:
            QueueFullError: too many runs wait already.
            RunError: the manager is closed.
        """
        with self._lock:
            if self._closed:
                raise RunError("The server is shutting down: start the run again afterwards.")
            full = len(self._running) >= self._max_running
            if full and len(self._waiting) >= self._max_waiting:
                raise QueueFullError(
                    f"Too many runs: {len(self._running)} going on, {len(self._waiting)} waiting. "
                    "Stop one, or try again when one has ended."
                )
            run = RunThread(secrets.token_hex(4), config, self._note_end, origin)
            self._runs[run.run_id] = run
            self._waiting.append(run)
            self._start_waiting()
            self._forget_oldest()
            return run.run_id

    def get(self, run_id: str) -> RunThread:
        """The run of that id.

        Raises:
            UnknownRunError: there is none.
        """
        try:
            return self._runs[run_id]
        except KeyError:
            raise UnknownRunError(
                f"There is no run {run_id[:20]!r} here. It may belong to an earlier start of the "
                "server: choose another run, or start a new one."
            ) from None

    def runs(self) -> tuple[RunThread, ...]:
        """Every run, the oldest first."""
        with self._lock:
            return tuple(self._runs.values())

    def queue_position(self, run_id: str) -> int:
        """1 for the run that begins next, 0 for one that does not wait."""
        with self._lock:
            waiting = [run.run_id for run in self._waiting]
            return waiting.index(run_id) + 1 if run_id in waiting else 0

    def stop(self, run_id: str) -> None:
        """End a run after its present step, or take it out of the queue."""
        with self._lock:
            run = self.get(run_id)
            if run in self._waiting:
                self._waiting.remove(run)
                run.cancel()
            run.controls.stop()

    def close(self) -> None:
        """Stop every run and wait for its end; no run can start afterwards."""
        with self._lock:
            self._closed = True
            runs = self.runs()
            for run in runs:
                self.stop(run.run_id)
        for run in runs:
            run.join(timeout=10)
        atexit.unregister(self.close)

    def _start_waiting(self) -> None:
        while self._waiting and len(self._running) < self._max_running and not self._closed:
            run = self._waiting.pop(0)
            self._running.append(run)
            self._share_cores()
            run.start()

    def _share_cores(self) -> None:
        """Give each run its part of the cores: two runs that both want all are slowed manyfold."""
        share = max(1, self._cores // max(1, len(self._running)))
        for run in self._running:
            if run.config.cpu_threads == 0:
                useful = 1 if is_small(run.config) else share
                run.controls.change({"cpu_threads": useful})

    def _note_end(self, run: RunThread) -> None:
        with self._lock:
            self._running.remove(run)
            self._start_waiting()
            self._share_cores()

    def _forget_oldest(self) -> None:
        over = [run for run in self._runs.values() if run.snapshot.is_over]
        for run in over[: max(0, len(over) - KEPT_RUNS)]:
            del self._runs[run.run_id]


def is_small(config: RunConfig) -> bool:
    """Whether a second thread would cost this network more than it brings (see benchmarks)."""
    return config.algorithm.network.architecture != "dcgan"
