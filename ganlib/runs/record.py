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

    Attributes:
        snapshot: the run as it is now; swapped as a whole, never changed.

    Args:
        clock: seconds that count as training; it may stand still while the run is paused.
        history: what the run goes on from, when it does not begin at step 0.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        history: RunSnapshot | None = None,
    ) -> None:
        self.snapshot = history or RunSnapshot()
        self._count = len(self.snapshot.steps)
        self._steps, self._metrics = self.snapshot.steps, self.snapshot.metrics
        self._clock = clock
        self._pace = _Pace(clock, self.snapshot.step)

    def prepare(self, text: str, share: float | None) -> None:
        """Note that data are being fetched or read."""
        self.snapshot = replace(self.snapshot, state="preparing", progress=(text, share))

    def add(self, event: Event) -> None:
        """Take in one event."""
        match event:
            case StepCompleted():
                self._add_step(event)
            case RunPrepared(real, device, metric_names):
                self._metrics = self._metrics.reshape(self._count, len(metric_names))
                self._pace = _Pace(self._clock, self.snapshot.step)
                self.snapshot = replace(
                    self.snapshot,
                    state="running",
                    progress=("", None),
                    real=real,
                    device=device,
                    metric_names=metric_names,
                    metrics=self._metrics,
                )
            case FrameDrawn(step, samples):
                kept = FrameDrawn(step, _in_own_pages(samples))
                frames = _thinned((*self.snapshot.frames, kept))
                self.snapshot = replace(self.snapshot, frames=frames)
            case DecoderPublished():
                self.snapshot = replace(self.snapshot, published=event)
            case GamePublished():
                self.snapshot = replace(self.snapshot, game=event)
            case StateSaved():
                states = _within_bytes((*self.snapshot.states, event))
                self.snapshot = replace(self.snapshot, states=states)
            case ControlChanged():
                self.snapshot = replace(self.snapshot, marks=(*self.snapshot.marks, event))
            case RunEnded(_, outcome, message):
                self.snapshot = replace(
                    self.snapshot, state=outcome, message=message, steps_per_second=0.0
                )

    def _add_step(self, event: StepCompleted) -> None:
        if self._count == len(self._steps):
            # Readers keep the old arrays, whose rows no longer change.
            more = max(1024, self._count)
            self._steps = np.concatenate([self._steps, np.empty(more, np.uint32)])
            columns = self._metrics.shape[1]
            self._metrics = np.concatenate([self._metrics, np.empty((more, columns), np.float32)])
        self._steps[self._count] = event.step
        self._metrics[self._count] = tuple(event.metrics.values())
        self._count += 1
        self._pace.note(event.step)
        steps, metrics = self._steps[: self._count], self._metrics[: self._count]
        steps.flags.writeable = metrics.flags.writeable = False
        self.snapshot = replace(
            self.snapshot,
            step=event.step,
            images_seen=event.images_seen,
            steps=steps,
            metrics=metrics,
            elapsed=self._pace.elapsed,
            steps_per_second=self._pace.rate,
        )


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
