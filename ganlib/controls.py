"""The hand on a run: pause, single steps, speed, live values. Any thread may hold it."""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from typing import Any, Literal

from ganlib.config import RunConfig
from ganlib.errors import ConfigError
from ganlib.settings import changed, live_settings

Players = Literal["both", "d", "g"]
"""Who moves in a step: both networks, only the discriminator, only the generator."""


class Controls:
    """Wishes of the people who watch a run, read by `train` before every step.

    Attributes:
        config: the configuration with every live change applied.
        paused_seconds: how long the run has waited because it was paused.
        times_changed: how often each live value was changed, by name.

    Args:
        clock: seconds, by which `paused_seconds` are counted.
    """

    def __init__(self, config: RunConfig, clock: Callable[[], float] = time.monotonic) -> None:
        self.config = config
        self._clock = clock
        self.paused_seconds = 0.0
        self.times_changed: Counter[str] = Counter()
        self._wake = threading.Condition()
        self._paused = False
        self._stopping = False
        self._asked: deque[tuple[Players, int]] = deque(maxlen=100)
        self._changes: dict[str, Any] = {}
        self._interval = 0.0
        self._next_turn = 0.0

    @property
    def paused(self) -> bool:
        """Whether the run waits; single steps are still taken."""
        return self._paused

    @property
    def at_rest(self) -> bool:
        """Whether the run is paused and every step asked for has been taken."""
        return self._paused and not self._asked

    @property
    def stopping(self) -> bool:
        """Whether the run has been told to stop."""
        return self._stopping

    @property
    def speed_limit(self) -> float | None:
        """Steps a second at most; None when there is no limit."""
        return 1 / self._interval if self._interval else None

    def pause(self) -> None:
        """Let the run wait after the step that goes on, or whose turn comes next."""
        with self._wake:
            self._paused = True
            self._wake.notify_all()

    def resume(self) -> None:
        """Go on at the set speed."""
        with self._wake:
            self._paused = False
            self._asked.clear()
            self._wake.notify_all()

    def stop(self) -> None:
        """End the run after the step that goes on."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()

    def take_step(self, players: Players = "both", count: int = 1) -> None:
        """Take one step, or `count`, and wait again; a run that was going on is paused first.

        Raises:
            ConfigError: the family has no such network to step alone.
        """
        if players not in ("both", *self.config.algorithm.spec.targets):
            family = self.config.algorithm.spec.title
            raise ConfigError((("", f"A run of the family {family} steps all at once."),))
        with self._wake:
            self._paused = True
            self._asked.append((players, count))
            self._wake.notify_all()

    def limit_speed(self, steps_per_second: float | None) -> None:
        """Take at most so many steps a second; None for as many as possible."""
        if steps_per_second is not None and not 0.01 <= steps_per_second <= 1e6:
            raise ConfigError(
                (("", f"{steps_per_second} steps a second: choose between 0.01 and 1,000,000."),)
            )
        with self._wake:
            self._interval = 1 / steps_per_second if steps_per_second else 0.0
            self._next_turn = 0.0
            self._wake.notify_all()

    def change(self, values: Mapping[str, Any]) -> None:
        """Change live values by name, as in {"lr_d": 1e-4}; they hold from the next step.

        A new loss brings what it needs beside it, unless that is given too.

        Raises:
            ConfigError: a value is refused, or needs a new run; nothing has changed then.
        """
        with self._wake:
            live = {one.name: one.value for one in live_settings(self.config)}
            for name in values:
                if name not in live:
                    raise ConfigError(
                        ((name, f"{name} cannot change while a run goes on: start a new run."),)
                    )
            self.config = changed(self.config, values)
            new = {one.name: one.value for one in live_settings(self.config)}
            changes = {name: new[name] for name in new if new[name] != live[name]}
            self._changes |= changes
            self.times_changed.update(changes.keys())

    def take_changes(self) -> dict[str, Any]:
        """The live values that changed since the last call."""
        if not self._changes:
            return {}
        with self._wake:
            changes, self._changes = self._changes, {}
            return changes

    def wait_for_turn(self) -> Players | None:
        """Block until the next step may be taken; None when the run is to end instead."""
        with self._wake:
            while not self._stopping:
                if self._asked:
                    players, left = self._asked[0]
                    if left > 1:  # Never empty in between: `at_rest` is read without the lock.
                        self._asked[0] = (players, left - 1)
                    else:
                        self._asked.popleft()
                    return players
                now = time.monotonic()
                if self._paused:
                    begin = self._clock()
                    self._wake.wait()
                    self.paused_seconds += self._clock() - begin
                elif (wait := self._next_turn - now) > 0:
                    self._wake.wait(wait)
                    if self._paused and not self._asked and not self._stopping:
                        return "both"  # The last step before the rest, which shows it.
                else:
                    # A small delay is made up for; time lost otherwise brings no burst of steps.
                    due = self._next_turn + self._interval
                    self._next_turn = due if due > now else now + self._interval
                    return "both"
            return None
