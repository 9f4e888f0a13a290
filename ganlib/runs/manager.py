"""All runs of this process: who runs, who waits, and on how many cores."""

import atexit
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

from ganlib.config import RunConfig
from ganlib.errors import QueueFullError, RunError, UnknownRunError
from ganlib.process import available_cores
from ganlib.runs.origin import Beginning, go_on, history, last_good, saved_at
from ganlib.runs.row import Origin, RunRow
from ganlib.runs.store import RunStore
from ganlib.runs.stored import StoredRun
from ganlib.runs.thread import RunThread
from ganlib.settings import changed

KEPT_RUNS = 4
"""Finished runs held in memory; the store has all of them."""
OPENED_RUNS = 16
"""Runs from the store held in memory."""

Run = RunThread | StoredRun
"""A run that is trained here, or read from the store."""


class RunManager:
    """Starts runs, lets them wait when too many go on, and shares the CPU among them.

    Attributes:
        store: where every run is kept.

    Args:
        store: see above; by default the one of `process.runs_folder()`.
        max_running: runs that may go on at once; by default one for each core, at least 2.
        max_waiting: runs that may wait.
        cores: CPU cores to share out.
    """

    def __init__(
        self,
        store: RunStore | None = None,
        max_running: int | None = None,
        max_waiting: int = 50,
        cores: int | None = None,
    ) -> None:
        self.store = store or RunStore()
        self._cores = cores or available_cores()
        self._max_running = max_running or max(2, self._cores)
        self._max_waiting = max_waiting
        self._lock = threading.RLock()
        self._runs: dict[str, RunThread] = {}
        self._opened: OrderedDict[str, StoredRun] = OrderedDict()
        self._opening: dict[str, threading.Lock] = {}
        self._running: list[RunThread] = []
        self._waiting: list[RunThread] = []
        self._begins_with: dict[str, str] = {}
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
        # Threads were perhaps shared out by this manager: they are shared out anew.
        config = go_on(saved, {"cpu_threads": run.config.cpu_threads} | dict(changes))
        before = history(snapshot, saved, config)
        origin = Origin(run_id, run.config.title, step)
        return self._begin(secrets.token_hex(4), config, Beginning(saved, before, origin))

    def resume(self, run_id: str, total_steps: int | None = None) -> str:
        """Train a run on from its last good checkpoint, as the same run; its run_id.

        What it did after that checkpoint comes again, bitwise the same on the same machine.

        Args:
            run_id: of a run that is over, wherever it was trained, and not in the bin.
            total_steps: where it is to end now; by default as configured, and when it has come to
                that, as much again.

        Raises:
            RunError: it still goes on, nothing of it was kept, or no run can be started now.
            ConfigError: it has done more than total_steps already.
        """
        run = self.get(run_id)
        snapshot = run.snapshot
        if not snapshot.is_over:
            raise RunError("This run goes on already: watch it, or stop it first.")
        if not snapshot.states and run.origin is None:  # It never came to its first checkpoint.
            total = {"total_steps": total_steps} if total_steps else {}
            return self._begin(run_id, changed(run.config, total), None)
        saved, damaged = last_good(snapshot)
        asked = total_steps or run.config.total_steps
        if total_steps is None and asked <= saved.step:
            asked = saved.step + run.config.total_steps
        asked_for = {"title": run.config.title, "cpu_threads": run.config.cpu_threads}
        config = go_on(saved, {"total_steps": asked, **asked_for})
        before = history(snapshot, saved, config)
        return self._begin(run_id, config, Beginning(saved, before, run.origin, damaged))

    def start(self, config: RunConfig) -> str:
        """Begin a run, or put it in the queue, and return its run_id.

        Raises:
            QueueFullError: too many runs wait already.
            RunError: the manager is closed, or the run cannot be kept.
        """
        return self._begin(secrets.token_hex(4), config, None)

    def _begin(self, run_id: str, config: RunConfig, beginning: Beginning | None) -> str:
        with self._lock:
            self._check_room(1)
            self._enqueue(run_id, config, beginning)
            self._start_waiting()
            self._forget_oldest()
            return run_id

    def start_together(self, configs: Sequence[RunConfig]) -> tuple[str, ...]:
        """Begin several runs in the same instant, all or none, and return their run_ids.

        One free place is enough for all of them, so that a race need not wait for the end of the
        run that it was thought of at. Without one they wait together, and begin together.

        Raises:
            QueueFullError: too many runs wait already; none of these was begun.
            RunError: the manager is closed, or a run cannot be kept; none was begun.
        """
        with self._lock:
            self._check_room(len(configs))
            run_ids = tuple(secrets.token_hex(4) for _ in configs)
            try:
                for run_id, config in zip(run_ids, configs, strict=True):
                    self._enqueue(run_id, config, None)
            except RunError:
                for run_id in filter(self._runs.__contains__, run_ids):
                    self.stop(run_id)
                raise
            self._begins_with |= dict.fromkeys(run_ids[1:], run_ids[0])
            self._start_waiting()
            self._forget_oldest()
            return run_ids

    def get(self, run_id: str) -> Run:
        """The run of that id, trained here or kept in the store.

        Raises:
            UnknownRunError: there is none, or it was deleted, here or by another program.
            StoreError: it cannot be read.
        """
        run = self._runs.get(run_id)
        if run and (not run.snapshot.is_over or self.store.is_closed):
            return run
        try:
            self.store.check_kept(run_id)
        except UnknownRunError:
            self._forget(run_id)
            raise
        if run:
            return run
        with self._lock:
            opening = self._opening.setdefault(run_id, threading.Lock())
        # A disk may be slow: who asks for another run does not wait for this one.
        with opening:
            try:
                found = self._opened.get(run_id) or StoredRun(self.store, self.store.row(run_id))
                with self._lock:
                    self._opened[run_id] = found
                    self._opened.move_to_end(run_id)
                    while len(self._opened) > OPENED_RUNS:
                        self._opened.popitem(last=False)
            finally:
                # Not before it is there: else who asks now would open it once more.
                self._opening.pop(run_id, None)
        return found

    def runs(self) -> tuple[RunThread, ...]:
        """Every run that is trained here, or was lately, the oldest first."""
        with self._lock:
            return tuple(self._runs.values())

    def drawable(self) -> tuple[RunRow, ...]:
        """Runs that samples can be drawn of now, the newest first; each has its configuration."""
        with self._lock:
            here = {run.run_id for run in self._runs.values() if run.snapshot.published}
        return tuple(
            row
            for row in self.store.rows()
            if row.config and (row.run_id in here or row.saved_step is not None)
        )

    def explorable(self) -> dict[str, str]:
        """Titles of those that have a latent space, by run_id."""
        return {
            row.run_id: row.title
            for row in self.drawable()
            if row.config and "latent" in row.config.algorithm.capabilities
        }

    def annotate(self, run_id: str, title: str, tags: Sequence[str], notes: str) -> None:
        """Change what people say about a run.

        Raises:
            ConfigError: a text is empty or too long.
            RunError: there is no such run, or the store cannot be written.
        """
        self.store.annotate(run_id, title, tags, notes)
        run = self.get(run_id)
        run.config = run.config.model_copy(update={"title": title.strip()})

    def delete(self, run_id: str) -> None:
        """Put a run into the bin; `store.restore` brings it back.

        Raises:
            StoreError: it still goes on.
        """
        self.store.delete(run_id)
        self._forget(run_id)

    def queue_position(self, run_id: str) -> int:
        """1 for the run that begins next, 0 for one that does not wait."""
        with self._lock:
            waiting = [run.run_id for run in self._waiting]
            return waiting.index(run_id) + 1 if run_id in waiting else 0

    def stop(self, run_id: str, patience: float = 0.0) -> None:
        """End a run after its present step, or take it out of the queue.

        Args:
            run_id: of the run; nothing happens when it is over.
            patience: seconds to wait for that step and for the end to be kept.

        Raises:
            UnknownRunError: there is none.
            RunError: another process trains it.
        """
        with self._lock:
            if (run := self._runs.get(run_id)) is None:
                if self.store.row(run_id).is_over:
                    return
                raise RunError(
                    "This server does not train that run: stop it in the program that does."
                )
            if run in self._waiting:
                self._waiting.remove(run)
                self._begins_with.pop(run_id, None)
                run.cancel()
            run.controls.stop()
        run.join(patience)

    def close(self) -> None:
        """Stop every run and wait for its end; no run can start afterwards."""
        with self._lock:
            self._closed = True
            runs = self.runs()
            for run in runs:
                self.stop(run.run_id)
        for run in runs:
            run.join(timeout=10)
        self.store.close()
        atexit.unregister(self.close)

    def unsaved(self) -> tuple[str, ...]:
        """A sentence about each run that is over and whose end is not saved."""
        return tuple(
            f"Run {run.run_id} is not saved to its end, and "
            f"{'not at all' if saved is None else f'only up to step {saved:,}'}. {snapshot.problem}"
            for run in self.runs()
            if (snapshot := run.snapshot).is_over and not run.is_kept
            for saved in (snapshot.saved_step,)
        )

    def _forget(self, run_id: str) -> None:
        """Hold a run no longer in memory."""
        with self._lock:
            self._runs.pop(run_id, None)
            self._opened.pop(run_id, None)

    def _check_room(self, count: int) -> None:
        if self._closed:
            raise RunError("The server is shutting down: start the run again afterwards.")
        full = len(self._running) >= self._max_running
        if full and len(self._waiting) + count > self._max_waiting:
            raise QueueFullError(
                f"Too many runs: {len(self._running)} going on, {len(self._waiting)} waiting. "
                "Stop one, or try again when one has ended."
            )

    def _enqueue(self, run_id: str, config: RunConfig, beginning: Beginning | None) -> None:
        run = RunThread(run_id, config, self.store, self._note_end, beginning)
        self._opened.pop(run_id, None)
        self._runs.pop(run_id, None)
        self._runs[run_id] = run
        self._waiting.append(run)

    def _start_waiting(self) -> None:
        while self._waiting and len(self._running) < self._max_running and not self._closed:
            first, *rest = self._waiting
            begun = [first]
            begun += (run for run in rest if self._begins_with.get(run.run_id) == first.run_id)
            for run in begun:
                self._waiting.remove(run)
                self._begins_with.pop(run.run_id, None)
            self._running += begun
            self._share_cores()
            for run in begun:
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


SMALL = ("plane", "mlp", "dense-spatial", "vae-perceptron", "made")


def is_small(config: RunConfig) -> bool:
    """Whether a second thread would cost this network more than it brings (see benchmarks)."""
    return config.algorithm.network.architecture in SMALL
