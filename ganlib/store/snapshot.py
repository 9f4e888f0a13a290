"""What readers see of a run: frozen, complete, and free of any lock that training waits on."""

import math
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ganlib.commands import ChangeSettings, LimitSpeed, Pause, Resume, TakeStep
from ganlib.config import RunConfig
from ganlib.errors import ConfigError
from ganlib.events import (
    Checkpoint,
    CommandActed,
    DecoderPublished,
    Frame,
    Measured,
    Outcome,
    PlanePublished,
    Samples,
)
from ganlib.settings import changed

State = Literal["queued", "preparing", "running", "paused", "interrupted"] | Outcome
FINAL_STATES: frozenset[State] = frozenset(
    {"completed", "stopped", "diverged", "failed", "interrupted"}
)
"""States of a run that is over; "interrupted" is one whose process ended without a word."""


USUAL_STEPS = 20
"""A run that says nothing for the time of so many steps may stand still."""
LEAST_SILENCE, FIRST_STEP = 5.0, 60.0
"""Seconds of silence that mean nothing: of a run whose rate is known, and before it is."""


def silence(state: State, last_seen: float, steps_per_second: float, now: float) -> float:
    """Seconds for which a run that trains has said nothing; 0 where that is nothing unusual.

    Its process may be stopped, its machine asleep or very busy. Whoever trains it writes at least
    once a second what is new.

    Args:
        state: what it does.
        last_seen: when it said something last, in seconds since 1970.
        steps_per_second: how fast it was then; 0 when unknown.
        now: seconds since 1970.
    """
    usual = USUAL_STEPS / steps_per_second if steps_per_second > 0 else FIRST_STEP
    silent = now - last_seen
    return silent if state == "running" and silent > max(LEAST_SILENCE, usual) else 0.0


@dataclass(frozen=True)
class RunSnapshot:
    """A run at one step.

    Attributes:
        step: number of the last step taken.
        steps: (n,) uint32, the steps that `metrics` tells of; read-only, as what stands beside it.
        images: (n,) uint64, images seen by then.
        seconds: (n,) float32, `elapsed` as it was then.
        metrics: (n, len(metric_names)) float32, NaN for what was not measured; read-only.
        elapsed: seconds of training so far, without pauses.
        steps_per_second: over the last few seconds; 0 when unknown.
        frames: in order; the first is step 0.
        real: samples of the data.
        checkpoints: what is needed to go on, in order.
        saved_step: the newest checkpoint that is on the disk; None when none is.
        plane: G and D as they last were; of 2-D data only.
        commands: those that acted, in order.
        measurements: what was measured of the pictures, in order.
        progress: text and share (0..1, or None) of the preparation that goes on.
        message: a sentence about what went wrong; empty when nothing did.
        problem: a sentence about why nothing can be saved now; empty when everything can.
        last_seen: when it said something last, in seconds since 1970.
    """

    state: State = "queued"
    message: str = ""
    step: int = 0
    images_seen: int = 0
    elapsed: float = 0.0
    steps_per_second: float = 0.0
    device: str = ""
    threads: int = 0
    progress: tuple[str, float | None] = ("", None)
    metric_names: tuple[str, ...] = ()
    steps: NDArray[np.uint32] = field(default_factory=lambda: np.empty(0, np.uint32))
    images: NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))
    seconds: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))
    metrics: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 0), np.float32))
    frames: tuple[Frame, ...] = ()
    real: Samples | None = None
    commands: tuple[CommandActed, ...] = ()
    measurements: tuple[Measured, ...] = ()
    published: DecoderPublished | None = None
    checkpoints: tuple[Checkpoint, ...] = ()
    saved_step: int | None = None
    problem: str = ""
    plane: PlanePublished | None = None
    last_seen: float = field(default_factory=time.time)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in FINAL_STATES

    def seconds_left(self, total_steps: int) -> float:
        """Until the last step, at the present pace or at that so far; infinite where none is known.

        Args:
            total_steps: of the run.
        """
        pace = self.steps_per_second or self.step / max(self.elapsed, 1e-6)
        return (total_steps - self.step) / pace if pace > 1e-6 else math.inf

    @property
    def changes(self) -> tuple[tuple[int, Mapping[str, Any]], ...]:
        """Changes of settings, in order: the step after which each came, and the new values."""
        return tuple(
            (step, command.values)
            for step, command in ((one.step, one.command) for one in self.commands)
            if isinstance(command, ChangeSettings)
        )

    @property
    def is_paused(self) -> bool:
        """Whether the run is to rest but for single steps, also before it has begun."""
        steering = (one.command for one in reversed(self.commands))
        return isinstance(
            next((one for one in steering if isinstance(one, Pause | TakeStep | Resume)), None),
            Pause | TakeStep,
        )

    @property
    def is_at_rest(self) -> bool:
        """Whether the run is paused and every step asked for has been taken."""
        last = 0
        for one in self.commands:
            match one.command:
                case TakeStep(_, count):
                    last = max(last, one.step) + count
                case Resume():
                    last = 0
        return self.is_paused and self.step >= last

    @property
    def speed_limit(self) -> float | None:
        """Steps a second at most; None when there is no limit."""
        limits = (one.command for one in reversed(self.commands))
        limit = next((one for one in limits if isinstance(one, LimitSpeed)), LimitSpeed())
        return limit.steps_per_second

    def config_after(self, config: RunConfig, step: int | None = None) -> RunConfig:
        """The settings that hold from a step on, by default now.

        Args:
            config: what the run was asked for at its start.
            step: None for the newest.
        """
        live: dict[str, Any] = {}
        for at, values in self.changes:
            live |= values if step is None or at <= step else {}
        with suppress(ConfigError):  # Another version, or another person, wrote them down.
            return changed(config, live)
        return config

    @property
    def last_number(self) -> int:
        """Of the last command that acted; 0 before any did."""
        return self.commands[-1].command.number if self.commands else 0

    def after(self, acted: CommandActed) -> "RunSnapshot":
        """The same run once this command has acted."""
        changes: dict[str, Any] = {"commands": (*self.commands, acted)}
        match acted.command:
            case Pause() | TakeStep() if self.state == "running":
                changes |= {"state": "paused", "steps_per_second": 0.0}
            case Resume() if self.state == "paused":
                changes["state"] = "running"
            case ChangeSettings({"cpu_threads": threads}):
                changes["threads"] = threads
        return replace(self, **changes)

    def silent_seconds(self, now: float) -> float:
        """As `silence`."""
        return silence(self.state, self.last_seen, self.steps_per_second, now)
