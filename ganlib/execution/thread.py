"""A run in a thread of its own, outliving the pages that watch it."""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ganlib.commands import Command
from ganlib.config import RunConfig
from ganlib.controls import Controls
from ganlib.errors import GanlibError, reason
from ganlib.events import CommandActed, RunEnded
from ganlib.execution.awake import awake_clock
from ganlib.execution.measurer import Measurer
from ganlib.process import give_way
from ganlib.store.origin import StartPoint
from ganlib.store.record import RunRecord
from ganlib.store.run_writer import RunWriter
from ganlib.store.snapshot import RunSnapshot
from ganlib.store.store import RunStore
from ganlib.trainer import train

log = logging.getLogger(__name__)


class RunThread:
    """One run: its controls, its record, and the thread that joins them.

    Attributes:
        run_id: short name, unique in this process.
        config: what was asked for.
        origin: the checkpoint of another run that it goes on from, if any.
        is_here: whether this process trains it, and can steer it.

    Args:
        store: where it is kept from now on.
        on_end: called when it is over and kept.
        beginning: what it goes on from, if not from step 0.

    Raises:
        RunError: it cannot be kept, or another process trains it.
    """

    is_here = True

    def __init__(
        self,
        run_id: str,
        config: RunConfig,
        store: RunStore,
        on_end: Callable[["RunThread"], None],
        start_point: StartPoint | None = None,
    ) -> None:
        self.run_id = run_id
        self.config = config
        self._clock = awake_clock()
        history = replace(
            start_point.history if start_point else RunSnapshot(), threads=config.cpu_threads
        )
        self._controls = Controls(config, self._clock, history.last_number)
        self.origin = start_point.origin if start_point else None
        self._start_from = start_point.saved if start_point else None
        self._store, self._on_end = store, on_end
        self._record = RunRecord(
            self._training_time,
            history,
            config.saving.keep_newest,
            by_frechet=config.saving.keep_best == "frechet",
        )
        self._measurer = Measurer(
            config, self._controls, lambda: self._record.snapshot, self._record.add
        )
        notice = start_point.notice if start_point else ""
        self._writer = RunWriter(store, run_id, config, self.origin, self._record, notice)
        # Daemon, so that a forgotten run cannot keep the interpreter alive; the manager stops and
        # joins every run before the interpreter goes, for torch would abort otherwise.
        self._thread = threading.Thread(target=self._drain, name=f"run-{run_id}", daemon=True)

    @property
    def snapshot(self) -> RunSnapshot:
        """The run as it is now, as if all commands that were sent had acted already."""
        pending = self._controls.pending  # Before the record, to which they go from there.
        snapshot = self._record.snapshot
        if snapshot.is_over:
            return snapshot
        for command in pending:
            if command.number > snapshot.last_number:
                snapshot = snapshot.after(CommandActed(snapshot.step, command))
        return snapshot

    @property
    def has_begun(self) -> bool:
        """Whether its thread was started."""
        return self._thread.ident is not None

    @property
    def seconds_left(self) -> float:
        """Of training until its last step; infinite where nobody knows."""
        return self.snapshot.seconds_left(self.config.total_steps)

    @property
    def created(self) -> float:
        """When the run was made, in seconds since 1970."""
        return self._store.row(self.run_id).created

    def export_zip(self, target: Path) -> None:
        """Write all that is kept of the run so far as one zip, which any store takes in.

        Raises:
            StoreError: it cannot be written.
        """
        self._store.export_zip(self.run_id, target)

    def send(self, command: Command) -> None:
        """Give it a command, which acts before its next step; of a run that is over, nothing.

        Raises:
            ConfigError: a value is refused, or needs a new run.
        """
        self._controls.send(command)

    def start(self) -> None:
        """Begin to train."""
        self._record.prepare("Preparing the data", None)
        self._thread.start()

    def cancel(self) -> None:
        """End the run before it has begun; it is kept as soon as the disk lets it."""
        snapshot = self._record.snapshot
        if snapshot.is_over:
            return
        for command in self._controls.pending:
            self._record.add(CommandActed(snapshot.step, command))
        self._record.add(RunEnded(snapshot.step, "stopped", self._controls.reason))
        self._writer.finish(0)

    def join(self, timeout: float | None = None) -> None:
        """Wait for the end of a run that is to end, and for a try to keep it."""
        if self.has_begun:
            self._thread.join(timeout)
        elif self.snapshot.is_over:
            self._writer.finish(timeout)

    @property
    def is_kept(self) -> bool:
        """Whether all of the run, to its end, is on the disk."""
        return self._writer.is_kept

    @property
    def is_settled(self) -> bool:
        """Whether nothing of it is left to be tried to keep."""
        return self.wait_until_kept(0)

    def wait_until_kept(self, timeout: float) -> bool:
        """Wait so many seconds for the end to be kept; whether nothing is left to be tried."""
        return self._writer.wait(timeout)

    def _training_time(self) -> float:
        return self._clock() - self._controls.paused_seconds

    def _drain(self) -> None:
        give_way()
        self._measurer.start()
        try:
            for event in train(self.config, self._controls, self._record.prepare, self._start_from):
                self._record.add(event)
        except GanlibError as error:
            self._fail(str(error))
        except MemoryError:
            self._fail("There is not enough memory: choose a smaller batch, picture or network.")
        # Whatever breaks in a run must end as a message.
        except Exception as error:
            log.exception("Run %s failed", self.run_id)
            self._fail(f"Something inside went wrong ({type(error).__name__}: {reason(error)}).")
        finally:
            self._measurer.finish()
            self._writer.finish()
            self._on_end(self)

    def _fail(self, message: str) -> None:
        self._record.add(RunEnded(self._record.snapshot.step, "failed", message))
