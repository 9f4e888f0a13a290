"""Measures the pictures of one run while it goes on, and never in the way of training."""

import logging
import threading
import time
from collections.abc import Callable

from ganlib.analysis.measured import measure_decoder, open_reference_set
from ganlib.config import RunConfig
from ganlib.controls import Controls
from ganlib.errors import GanlibError, reason
from ganlib.events import Decoder, Measured, MetricReport
from ganlib.metrics import ReferenceSet
from ganlib.process import give_way
from ganlib.store.snapshot import RunSnapshot

log = logging.getLogger(__name__)

EVERY = 0.5
"""Seconds between two looks at the run."""
RESTS = 9
"""Times as long as it works that measuring rests: it takes a tenth of the time at most."""


class Measurer:
    """Measures one run in a thread of its own, from frozen copies of its averaged generator.

    All runs of a process take turns: one of them is measured at a time. Each measurement rests as
    often as it has to, that all of them together take a tenth of the time since the run began.

    Args:
        config: what the run was asked for.
        controls: say when it is told to stop.
        look: the run as it is now.
        note: told each measurement.
    """

    def __init__(
        self,
        config: RunConfig,
        controls: Controls,
        look: Callable[[], RunSnapshot],
        note: Callable[[Measured], None],
    ) -> None:
        self._config, self._controls = config, controls
        self._look, self._note = look, note
        self._reals: ReferenceSet | None = None
        self._step = max((one.step for one in look().measurements), default=0)
        self._began = self._measured_at = time.monotonic()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="measure", daemon=True)

    def start(self) -> None:
        """Begin, where there is something to measure."""
        if not self._config.data.is_2d and self._config.saving.measure_every:
            self._thread.start()

    def finish(self) -> None:
        """End: measure the last pictures of a run that is completed, and leave off any other."""
        self._done.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _go_on(self) -> None:
        give_way()
        every = self._config.saving.measure_every
        try:
            while not self._done.wait(EVERY):
                is_time = time.monotonic() - self._measured_at > every
                if is_time and self._has_news and _TURNS.begin(self._began):
                    self._measure()
            if self._goes_on and self._has_news and self._look().elapsed > every:
                while not _TURNS.begin(self._began, rested=False):
                    self._check("", None)
                    time.sleep(EVERY / 10)
                self._measure()
        except _LeftOffError:
            return

    @property
    def _has_news(self) -> bool:
        published = self._look().published
        return published is not None and published.step > self._step

    @property
    def _goes_on(self) -> bool:
        if self._controls.stopping:
            return False
        return not self._done.is_set() or self._look().state == "completed"

    def _check(self, text: str, share: float | None) -> None:
        """A `Progress` that breaks off what nobody wants any more."""
        if not self._goes_on:
            raise _LeftOffError

    def _check_and_rest(self, text: str, share: float | None) -> None:
        """A `Progress` that also waits, while the run trains, until the work so far is a tenth."""
        self._check(text, share)
        while _TURNS.to_rest > 0 and not self._done.wait(EVERY):
            self._check(text, share)

    def _measure(self) -> None:
        """Measure the newest pictures, within a turn that has begun."""
        try:
            self._step, report = self._report()
            self._note(Measured(self._step, _TURNS.worked, report))
        finally:
            _TURNS.end()
            self._measured_at = time.monotonic()

    def _report(self) -> tuple[int, MetricReport]:
        """The step of the pictures that are the newest once all is ready, and their metrics."""
        try:
            self._reals = self._reals or open_reference_set(self._config.data, self._check)
            self._check_and_rest("", None)
            step, decoder = self._newest()
            return step, measure_decoder(self._reals, decoder, self._check_and_rest)
        except GanlibError as error:
            return self._newest()[0], MetricReport((), refused=(str(error),))
        except _LeftOffError:
            raise
        except Exception as error:  # Else the thread would end without a word.
            log.exception("Measuring failed")
            sentence = (
                f"Measuring went wrong inside ({type(error).__name__}: {reason(error)}). Training "
                "goes on, and the next pictures are measured when it is their turn."
            )
            return self._newest()[0], MetricReport((), refused=(sentence,))

    def _newest(self) -> tuple[int, Decoder]:
        published = self._look().published
        if published is None:
            raise _LeftOffError
        return published.step, published.decoder


class _LeftOffError(Exception):
    """The run is over before its pictures were measured."""


class _Turns:
    """One measurement of the process at a time, with rests that make up for its work."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._even_at = 0.0
        """When the rests have made up for all work of earlier turns."""
        self._work_before = 0.0

    def begin(self, since: float, rested: bool = True) -> bool:
        """Take the turn, if nobody has it and, where that is asked for, the rests are over.

        Args:
            since: when the run began, by `time.monotonic`; the time before it is nobody's rest.
            rested: whether the rests have to be over.
        """
        if rested and time.monotonic() < self._even_at:
            return False
        if not self._lock.acquire(blocking=False):
            return False
        self._even_at, self._work_before = max(self._even_at, since), time.thread_time()
        return True

    @property
    def worked(self) -> float:
        """Seconds of a core that whoever has the turn has worked in it."""
        return time.thread_time() - self._work_before

    @property
    def to_rest(self) -> float:
        """Seconds that whoever has the turn has to rest before the next piece of work."""
        return self._evens_out - time.monotonic()

    @property
    def _evens_out(self) -> float:
        return self._even_at + (RESTS + 1) * self.worked

    def end(self) -> None:
        """Give the turn back; whoever took it calls this, in the same thread."""
        self._even_at = self._evens_out
        self._lock.release()


_TURNS = _Turns()
