"""All runs of this process: they begin, are steered, and wait for each other."""

import atexit
import logging
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from ganlib.commands import ChangeSettings, Command, Pause, Resume, Stop, TakeStep
from ganlib.config import RunConfig
from ganlib.errors import RunError
from ganlib.execution.catalogue import Catalogue, Run
from ganlib.execution.scheduler import Scheduler
from ganlib.execution.thread import RunThread
from ganlib.process import available_cores
from ganlib.store.origin import StartPoint, fork, train_on
from ganlib.store.row import Origin
from ganlib.store.snapshot import State
from ganlib.store.store import RunStore

log = logging.getLogger(__name__)

UNWATCHED = 600.0
"""Seconds for which a paused run stays in memory without a visitor."""
LOOK_EVERY = 20.0
"""Seconds between two looks for such runs."""
LET_GO = (
    "It was paused and nobody watched it for ten minutes, so it was saved and its memory given to "
    "others: train it on from here."
)
ENDING = 5.0
"""Seconds in which a run that is over lets go of its folder."""


@dataclass(frozen=True)
class Waiting:
    """What a run that waits can expect.

    Attributes:
        place: 1 for the run that begins next.
        behind: titles of the runs that train meanwhile.
        seconds: until it is expected to begin; infinite where nobody knows.
    """

    place: int
    behind: tuple[str, ...]
    seconds: float


class RunManager(Catalogue):
    """Begins runs and steers them as the scheduler says, and shares the CPU among them.

    What it asks the scheduler, and what that allows, happens under one lock, and only in memory: a
    run is written down before it asks to begin, and its end after it has left.

    Args:
        store: where runs are kept; by default the one of `process.runs_folder()`.
        max_running: runs that may go on at once; by default one for each core, at least 2.
        max_waiting: runs that may wait or be paused.
        cores: CPU cores to share out.
        clock: seconds, by which visits are noted.
    """

    def __init__(
        self,
        store: RunStore | None = None,
        max_running: int | None = None,
        max_waiting: int = 50,
        cores: int | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        super().__init__(store, clock)
        self._cores = cores or available_cores()
        self._scheduler = Scheduler(max_running or max(2, self._cores), max_waiting)
        self._closed = threading.Event()
        self._watch: threading.Thread | None = None
        atexit.register(self.close)

    def start(self, config: RunConfig, owner: str = "") -> str:
        """Begin a run, or put it in the queue of its owner, and return its run_id.

        Raises:
            QueueFullError: too many runs wait already.
            RunError: the manager is closed, or the run cannot be kept.
        """
        return self.start_together([config], owner)[0]

    def start_together(self, configs: Sequence[RunConfig], owner: str = "") -> tuple[str, ...]:
        """Begin several runs in the same instant, all or none, and return their run_ids.

        One free place is enough for all of them, so that a race need not wait for the end of the
        run that it was thought of at. Without one they wait together, and begin together.

        Raises:
            QueueFullError: too many runs wait already; none of these was begun.
            RunError: the manager is closed, or a run cannot be kept; none was begun.
        """
        configs_by_id = {secrets.token_hex(4): config for config in configs}
        self._begin(configs_by_id, owner)
        return tuple(configs_by_id)

    def fork(self, run_id: str, step: int, changes: Mapping[str, Any], owner: str = "") -> str:
        """Go on from a checkpoint of a run as a new one, and return the new run_id.

        Weights, optimisers, random streams and the place in the data are those of the checkpoint,
        so that with no changes the new run repeats what the old one did.

        Raises:
            ConfigError: a change is refused, or needs a new start.
            RunError: no such checkpoint was kept, or no run can be started now.
        """
        run = self.get(run_id)
        origin = Origin(run_id, run.config.title, step)
        config, start_point = fork(run.config, run.snapshot, origin, changes)
        new = secrets.token_hex(4)
        self._begin({new: config}, owner, start_point)
        return new

    def resume(self, run_id: str, total_steps: int | None = None, owner: str = "") -> str:
        """Train a run on from its last good checkpoint, as the same run; its run_id.

        What it did after that checkpoint comes again, bitwise the same on the same machine. It
        stands first in the queue of its owner.

        Args:
            run_id: of a run that is over, wherever it was trained, and not in the bin.
            total_steps: where it is to end now; by default as configured, and when it has come to
                that, as much again.
            owner: whose it is.

        Raises:
            RunError: it still goes on, nothing of it was kept, or no run can be started now.
            ConfigError: it has done more than total_steps already.
        """
        run = self.get(run_id)
        snapshot = run.snapshot
        if not snapshot.is_over:
            raise RunError("This run goes on already: watch it, or stop it first.")
        if isinstance(run, RunThread):
            run.join(ENDING)
        config, start_point = train_on(run.config, snapshot, run.origin, total_steps)
        self._begin({run_id: config}, owner, start_point, is_resumed=True)
        return run_id

    def send(self, run_id: str, command: Command, patience: float = 0.0) -> None:
        """Give a run a command; one that is to go on waits for its turn, if need be.

        Args:
            run_id: of the run; nothing happens when it is over.
            command: acts before its next step.
            patience: seconds to wait for the end of a run that is to stop.

        Raises:
            UnknownRunError: there is none.
            RunError: another process trains it.
            ConfigError: a setting is refused, or needs a new run.
        """
        with self._lock:
            if (run := self._runs.get(run_id)) is not None:
                self._steer(run, command)
        if run is None:
            if self.store.row(run_id).is_over:
                return
            raise RunError(
                "This server does not train that run: steer it in the program that does."
            )
        if isinstance(command, Stop):
            run.join(patience)

    def waiting(self, run_id: str) -> Waiting | None:
        """What a run that waits can expect; None for one that does not."""
        with self._lock:
            if not (place := self._scheduler.place(run_id)):
                return None
            running = self._held(self._scheduler.running)
            left = {one.run_id: one.seconds_left for one in running}
            left |= {one.run_id: one.seconds_left for one in self._held(self._scheduler.waiting)}
            seconds = self._scheduler.seconds_until(run_id, left)
        return Waiting(place, tuple(one.config.title for one in running), seconds)

    def state_of(self, run: Run) -> State:
        """What a run does, as a person sees it: whatever waits for a slot is in the queue."""
        state = run.snapshot.state
        with self._lock:
            if self._scheduler.place(run.run_id):
                return "queued"
            is_put_off = state == "queued" and run.run_id in self._scheduler.paused
        return "paused" if is_put_off else state

    def let_go_of_unwatched(self) -> None:
        """Save and end the paused runs that nobody has visited for long."""
        with self._lock:
            before = self._clock() - UNWATCHED
            for run in self._held(self._scheduler.unwatched(self._visited, before)):
                if run.snapshot.is_at_rest:
                    self._steer(run, Stop(LET_GO))

    def close(self) -> None:
        """Stop every run and wait for its end; no run can start afterwards."""
        with self._lock:
            self._closed.set()
            for run in self.runs():
                self._steer(run, Stop())
        for run in self.runs():
            run.join(timeout=10)
        if self._watch is not None:
            self._watch.join()
        self.store.close()
        atexit.unregister(self.close)

    def _begin(
        self,
        configs: Mapping[str, RunConfig],
        owner: str,
        start_point: StartPoint | None = None,
        is_resumed: bool = False,
    ) -> None:
        """Write runs down and let them begin in their turn, all or none."""
        run_ids, made = list(configs), list[RunThread]()
        with self._lock:
            self._check_open()
            self._scheduler.reserve(run_ids, owner, is_resumed)
        with ExitStack() as undo:
            undo.callback(self._leave, run_ids)
            for run_id, config in configs.items():
                try:
                    run = RunThread(run_id, config, self.store, self._note_end, start_point)
                except RunError:
                    self._check_open()  # Who closes meanwhile closes the store as well.
                    raise
                made.append(run)
                undo.callback(run.cancel)
            with self._lock:
                self._check_open()
                for run in made:
                    self._remember(run)
                self._let_go_on(self._scheduler.arrive(run_ids))
            undo.pop_all()

    def _check_open(self) -> None:
        if self._closed.is_set():
            raise RunError("The server is shutting down: start the run again afterwards.")
        if self._watch is None:
            self._watch = threading.Thread(target=self._look, name="unwatched", daemon=True)
            self._watch.start()

    def _look(self) -> None:
        while not self._closed.wait(LOOK_EVERY):
            try:
                self.let_go_of_unwatched()
            except Exception:  # Else paused runs would be kept in memory for ever.
                log.exception("Runs that nobody watches could not be let go of")

    def _steer(self, run: RunThread, command: Command) -> None:
        """Do what a command means to who goes on, and hand it to the run."""
        run_id = run.run_id
        match command:
            case Resume() if run_id in self._scheduler.paused:
                self._let_go_on(self._scheduler.resume(run_id))  # It is told when it may.
                return
            case Pause() | TakeStep():
                run.send(command)
                self._let_go_on(self._scheduler.pause(run_id))
                is_here = run_id in self._scheduler.paused
                if isinstance(command, TakeStep) and is_here and not run.has_begun:
                    run.start()
            case Stop():
                run.send(command)
                if not run.has_begun:
                    run.cancel()
                    self._leave([run_id])
            case _:
                run.send(command)

    def _let_go_on(self, run_ids: Sequence[str]) -> None:
        """Let these runs train, as those that hold slots now share the cores."""
        if self._closed.is_set():
            return
        self._share_cores()
        for run in self._held(run_ids):
            run.send(Resume())
            if not run.has_begun:
                run.start()

    def _share_cores(self) -> None:
        """Give each run its part of the cores: two runs that both want all are slowed manyfold."""
        running = self._held(self._scheduler.running)
        share = max(1, self._cores // max(1, len(running)))
        for run in running:
            if run.config.cpu_threads == 0:
                useful = share if run.config.algorithm.network.gains_from_threads else 1
                run.send(ChangeSettings({"cpu_threads": useful}))

    def _held(self, run_ids: Iterable[str]) -> list[RunThread]:
        """Those of these runs that are in memory: one that is over may be forgotten already."""
        return [self._runs[run_id] for run_id in run_ids if run_id in self._runs]

    def _note_end(self, run: RunThread) -> None:
        self._leave([run.run_id])

    def _leave(self, run_ids: Sequence[str]) -> None:
        with self._lock:
            for run_id in run_ids:
                self._let_go_on(self._scheduler.leave(run_id))
