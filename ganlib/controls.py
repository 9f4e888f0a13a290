"""The hand on a run: it takes in commands from any thread, and says what comes next."""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ganlib.commands import (
    ChangeSettings,
    Command,
    LimitSpeed,
    Pause,
    Resume,
    StepTarget,
    Stop,
    TakeStep,
)
from ganlib.config import RunConfig
from ganlib.errors import ConfigError
from ganlib.settings import changed, find_settings, live_settings, with_companions

MOST_WAITING = 100
"""Commands for steps that may wait; more are passed over."""


class Controls:
    """What the people who watch a run want of it, read by `train` before every step.

    Attributes:
        config: the configuration with every change that was sent.
        pending: commands that `train` has not told of yet, in order.
        paused_seconds: how long the run has waited because it was paused.

    Args:
        config: what the run begins with.
        clock: seconds, by which `paused_seconds` are counted.
        number: of the last command that the run has had before.
    """

    def __init__(
        self, config: RunConfig, clock: Callable[[], float] = time.monotonic, number: int = 0
    ) -> None:
        self.config = config
        self.pending: tuple[Command, ...] = ()
        self.paused_seconds = 0.0
        self._clock = clock
        self._number = number
        self._wake = threading.Condition()
        self._paused = False
        self._stop: Stop | None = None
        self._steps: deque[TakeStep] = deque()
        self._interval = 0.0
        self._next_turn = 0.0
        self._is_told = False

    @property
    def at_rest(self) -> bool:
        """Whether the run is paused and every step asked for has been taken."""
        return self._paused and not self._steps

    @property
    def stopping(self) -> bool:
        """Whether the run is to end."""
        return self._stop is not None

    @property
    def reason(self) -> str:
        """Why the run is to end, as a sentence; mostly empty."""
        return self._stop.reason if self._stop else ""

    def send(self, command: Command) -> None:
        """Give a command, which is numbered unless it is already.

        It does nothing when its number was taken in before, or where it changes nothing.

        Raises:
            ConfigError: a value is refused, or needs a new run; nothing has changed then.
        """
        with self._wake:
            if self._stop or 0 < command.number <= self._number:
                return
            if (acting := self._heed(command)) is not None:
                self._number = command.number or self._number + 1
                self.pending = (*self.pending, replace(acting, number=self._number))
                self._wake.notify_all()

    def wait(self) -> Command | StepTarget | None:
        """Block until something comes: a command that acts now, or who moves in the next step.

        None when the run is to end instead.
        """
        with self._wake:
            if self._is_told:  # Until now it was pending: `pending` and events leave no gap.
                self.pending, self._is_told = self.pending[1:], False
            while not self.pending:
                if self._stop:
                    return None
                if self._steps:
                    return self._take_step()
                now = time.monotonic()
                if self._paused:
                    begin = self._clock()
                    self._wake.wait()
                    self.paused_seconds += self._clock() - begin
                elif (wait := self._next_turn - now) > 0:
                    self._wake.wait(wait)
                else:
                    # A small delay is made up for; time lost otherwise brings no burst of steps.
                    due = self._next_turn + self._interval
                    self._next_turn = due if due > now else now + self._interval
                    return "both"
            self._is_told = True
            return self.pending[0]

    def _heed(self, command: Command) -> Command | None:
        """Do what a command says: it as it acts, or None where it changes nothing."""
        match command:
            case Pause() if not self._paused:
                self._paused = True
            case Resume() if self._paused:
                self._paused = False
                self._steps.clear()
            case Stop():
                self._stop = command
            case TakeStep(target) if len(self._steps) < MOST_WAITING:
                if target not in ("both", *self.config.algorithm.spec.targets):
                    family = self.config.algorithm.spec.title
                    raise ConfigError((("", f"A run of the family {family} steps all at once."),))
                self._paused = True
                self._steps.append(command)
            case LimitSpeed(rate) if self._interval != (interval := 1 / rate if rate else 0.0):
                self._interval, self._next_turn = interval, 0.0
            case ChangeSettings(values):
                return self._change(command, values)
            case _:
                return None
        return command

    def _take_step(self) -> StepTarget:
        step = self._steps[0]
        if step.count > 1:  # Never empty in between: `at_rest` is read without the lock.
            self._steps[0] = replace(step, count=step.count - 1)
        else:
            self._steps.popleft()
        return step.target

    def _change(self, command: ChangeSettings, values: Mapping[str, Any]) -> Command | None:
        """Refuse settings that are not declared with `live=True` in `ganlib.config`.

        The others act in `_Run._change` of `ganlib.trainer`.
        """
        settings = find_settings(self.config)
        for name in values:
            if name not in settings or not settings[name].live:
                called = settings[name].title if name in settings else name
                raise ConfigError(
                    ((name, f"{called} cannot change while a run goes on: start a new run."),)
                )
        old = {one.address: one.value for one in live_settings(self.config)}
        self.config = changed(self.config, values)
        new = {one.address: one for one in live_settings(self.config)}
        moved = {one.name: one.value for one in new.values() if one.value != old[one.address]}
        beside = with_companions(self.config, moved)
        acting = {
            address: one.value
            for address, one in new.items()
            if one.name in moved or one.value != beside.get(one.name, one.value)
        }
        return replace(command, values=acting) if moved else None
