"""Runs by their ids, wherever they are: trained here, or known to the store alone."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

from ganlib.errors import UnknownRunError
from ganlib.execution.awake import awake_clock
from ganlib.execution.thread import RunThread
from ganlib.store import RunRow, RunStore, StoredRun

KEPT_RUNS = 4
"""Finished runs held in memory; the store has all of them."""
OPENED_RUNS = 16
"""Runs from the store held in memory."""

Run = RunThread | StoredRun
"""A run that is trained here, or read from the store."""


class Catalogue:
    """Finds runs, and says which there are.

    Its lock guards what is in memory: it is never held while a disk is read or written.

    Attributes:
        store: where every run is kept.

    Args:
        store: see above; by default the one of `process.runs_folder()`.
        clock: seconds, by which visits are noted.
    """

    def __init__(
        self, store: RunStore | None = None, clock: Callable[[], float] | None = None
    ) -> None:
        self.store = store or RunStore()
        self._clock = clock or awake_clock()
        self._lock = threading.RLock()
        self._runs: dict[str, RunThread] = {}
        self._visited: dict[str, float] = {}
        self._opened: OrderedDict[str, StoredRun] = OrderedDict()
        self._opening: dict[str, threading.Lock] = {}

    def get(self, run_id: str) -> Run:
        """The run of that id, trained here or kept in the store; whoever asks visits it.

        Raises:
            UnknownRunError: there is none, or it was deleted, here or by another program.
            StoreError: it cannot be read.
        """
        run = self._runs.get(run_id)
        if run:
            self._visited[run_id] = self._clock()
            if not run.snapshot.is_over or self.store.is_closed:
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
                stored = self._opened.get(run_id) or StoredRun(self.store, self.store.row(run_id))
                with self._lock:
                    self._opened[run_id] = stored
                    self._opened.move_to_end(run_id)
                    while len(self._opened) > OPENED_RUNS:
                        self._opened.popitem(last=False)
            finally:
                # Not before it is there: else who asks now would open it once more.
                self._opening.pop(run_id, None)
        return stored

    def runs(self) -> tuple[RunThread, ...]:
        """Every run that is trained here, or was lately, the oldest first."""
        with self._lock:
            return tuple(self._runs.values())

    def drawable(self) -> tuple[RunRow, ...]:
        """Runs that samples can be drawn of now, the newest first; each has its configuration."""
        here = {run.run_id for run in self.runs() if run.snapshot.published}
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

    def unsaved(self) -> tuple[str, ...]:
        """A sentence about each run that is over and whose end is not saved."""
        return tuple(
            f"Run {run.run_id} is not saved to its end, and "
            f"{'not at all' if saved is None else f'only up to step {saved:,}'}. {snapshot.problem}"
            for run in self.runs()
            if (snapshot := run.snapshot).is_over and not run.is_kept
            for saved in (snapshot.saved_step,)
        )

    def _remember(self, run: RunThread) -> None:
        """Hold a run in memory from now on, and old ones that are over no longer."""
        self._opened.pop(run.run_id, None)
        self._runs.pop(run.run_id, None)
        self._runs[run.run_id] = run
        self._visited[run.run_id] = self._clock()
        over = [one.run_id for one in self._runs.values() if one.snapshot.is_over]
        for run_id in over[: max(0, len(over) - KEPT_RUNS)]:
            self._forget(run_id)

    def _forget(self, run_id: str) -> None:
        """Hold a run no longer in memory."""
        with self._lock:
            for held in (self._runs, self._visited, self._opened):
                held.pop(run_id, None)
