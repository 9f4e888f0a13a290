"""The record of a run: one thread writes events into it, any thread reads snapshots of it."""

import mmap
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganlib.events import (
    ControlChanged,
    DecoderPublished,
    Event,
    FrameDrawn,
    GamePublished,
    RunEnded,
    RunPrepared,
    Samples,
    StateSaved,
    StepCompleted,
)
from ganlib.runs.snapshot import RunSnapshot

FRAME_BYTES = 32 * 2**20
MOST_FRAMES = 500
"""Frames of a run held in memory; past that every second one is let go, but never step 0."""

STATE_BYTES = 128 * 2**20
"""States of a run held in memory; past that every second one is let go."""

RATE_WINDOW = 3.0
"""Seconds over which the rate is measured."""


class RunRecord:
    """Everything a run has said.

    Args:
        clock: seconds that count as training; it may stand still while the run is paused.
        history: what the run goes on from, when it does not begin at step 0.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        history: RunSnapshot | None = None,
    ) -> None:
        self._rest = history or RunSnapshot()
        self._clock = clock
        self._pace = _Pace(clock, self._rest.step)
        self._rows = _Rows(self._rest)

    @property
    def snapshot(self) -> RunSnapshot:
        """The run as it is now, put together when it is read: a step only leaves its row."""
        rest, rows = self._rest, self._rows
        step, images_seen, elapsed, rate, steps, metrics = rows.newest
        steps.flags.writeable = metrics.flags.writeable = False
        return replace(
            rest,
            step=step,
            images_seen=images_seen,
            elapsed=elapsed,
            steps_per_second=0.0 if rest.is_over else rate,
            steps=steps,
            metrics=metrics,
        )

    def prepare(self, text: str, share: float | None) -> None:
        """Note that data are being fetched or read."""
        self._rest = replace(self._rest, state="preparing", progress=(text, share))

    def add(self, event: Event) -> None:
        """Take in one event."""
        match event:
            case StepCompleted():
                self._add_step(event)
            case RunPrepared(real, device, metric_names):
                self._rows.widen(len(metric_names))
                self._pace = _Pace(self._clock, self._rest.step)
                self._rest = replace(
                    self._rest,
                    state="running",
                    progress=("", None),
                    real=real,
                    device=device,
                    metric_names=metric_names,
                )
            case FrameDrawn(step, samples):
                kept = FrameDrawn(step, _in_own_pages(samples))
                frames = _thinned((*self._rest.frames, kept))
                self._rest = replace(self._rest, frames=frames)
            case DecoderPublished():
                self._rest = replace(self._rest, published=event)
            case GamePublished():
                self._rest = replace(self._rest, game=event)
            case StateSaved():
                states = _within_bytes((*self._rest.states, event))
                self._rest = replace(self._rest, states=states)
            case ControlChanged():
                self._rest = replace(self._rest, marks=(*self._rest.marks, event))
            case RunEnded(_, outcome, message):
                self._rest = replace(self._rest, state=outcome, message=message)

    def _add_step(self, event: StepCompleted) -> None:
        self._pace.note(event.step)
        self._rows.add(event, self._pace.elapsed, self._pace.rate)


class _Rows:
    """The steps and metrics of a run, in arrays that double when they are full.

    Attributes:
        newest: step, images seen, elapsed, rate, and the arrays as far as they are filled; swapped
            as a whole. Rows once filled never change.
    """

    def __init__(self, history: RunSnapshot) -> None:
        self._steps, self._metrics = history.steps, history.metrics
        self._count = len(self._steps)
        self.newest = (
            *(history.step, history.images_seen, history.elapsed, history.steps_per_second),
            *(self._steps, self._metrics),
        )

    def widen(self, columns: int) -> None:
        """Make place for so many metrics."""
        self._metrics = self._metrics.reshape(self._count, columns)
        self.newest = (*self.newest[:5], self._metrics)

    def add(self, event: StepCompleted, elapsed: float, rate: float) -> None:
        """Fill the next row."""
        if self._count == len(self._steps):
            # Readers keep the old arrays, whose rows no longer change.
            more = max(1024, self._count)
            self._steps = np.concatenate([self._steps, np.empty(more, np.uint32)])
            columns = self._metrics.shape[1]
            self._metrics = np.concatenate([self._metrics, np.empty((more, columns), np.float32)])
        self._steps[self._count] = event.step
        self._metrics[self._count] = tuple(event.metrics.values())
        self._count += 1
        filled = self._steps[: self._count], self._metrics[: self._count]
        self.newest = (event.step, event.images_seen, elapsed, rate, *filled)


class _Pace:
    """Time spent training, and the rate of steps over the last seconds of it."""

    def __init__(self, clock: Callable[[], float], step: int) -> None:
        self.elapsed = 0.0
        self.rate = 0.0
        self._clock = clock
        self._start = clock()
        self._marks = deque([(0.0, step)])

    def note(self, step: int) -> None:
        """Take in that `step` is done now."""
        self.elapsed = self._clock() - self._start
        if self.elapsed - self._marks[-1][0] < RATE_WINDOW / 10:
            return
        self._marks.append((self.elapsed, step))
        while len(self._marks) > 2 and self.elapsed - self._marks[0][0] > RATE_WINDOW:
            self._marks.popleft()
        time_before, step_before = self._marks[0]
        self.rate = (step - step_before) / (self.elapsed - time_before)


def _in_own_pages(samples: Samples) -> Samples:
    """A read-only copy outside the heap.

    A frame lives long, the network that drew it is let go at the next frame. Side by side on the
    heap, each frame would settle in the gap of a network and leave it too small for the next one:
    measured, the process grew by a whole network with every frame.
    """
    pages = mmap.mmap(-1, max(1, samples.nbytes))
    copy: NDArray[Any] = np.frombuffer(pages, samples.dtype, samples.size)
    copy = copy.reshape(samples.shape)
    copy[...] = samples
    copy.flags.writeable = False
    return copy


def _within_bytes(states: tuple[StateSaved, ...]) -> tuple[StateSaved, ...]:
    """The states, or every second one and the newest when they take too much memory."""
    room = max(4, STATE_BYTES // sum(part.nbytes for part in states[-1].state.values()))
    return states if len(states) <= room else (*states[:-1:2], states[-1])


def _thinned(frames: tuple[FrameDrawn, ...]) -> tuple[FrameDrawn, ...]:
    """The frames, or every second one and the newest when there are too many."""
    room = max(16, min(MOST_FRAMES, FRAME_BYTES // frames[-1].samples.nbytes))
    if len(frames) <= room:
        return frames
    return (*frames[:-1:2], frames[-1])
