"""Time in which this process ran: while it is stopped, or its machine sleeps, none goes by."""

import threading
import time
from collections.abc import Callable
from functools import cache

BEAT = 0.5
"""Seconds between two signs of life."""
LONGEST = 3.0
"""Seconds without one that still count: a busy machine lets a thread wait, but not for longer."""


class AwakeClock:
    """Seconds that go on as long as someone calls `beat`.

    Args:
        clock: seconds that go on in any case.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._beaten = clock(), 0.0

    def beat(self) -> None:
        """Give a sign of life."""
        now, (last, stood) = self._clock(), self._beaten
        self._beaten = now, stood + max(0.0, now - last - LONGEST)

    def __call__(self) -> float:
        """The seconds so far, which never go back."""
        last, stood = self._beaten
        return min(self._clock(), last + LONGEST) - stood


@cache
def awake_clock() -> AwakeClock:
    """The one of this process, kept alive by a thread."""
    clock = AwakeClock()

    def go_on() -> None:
        while True:
            time.sleep(BEAT)
            clock.beat()

    threading.Thread(target=go_on, name="awake", daemon=True).start()
    return clock
