"""The record of a run: one thread writes events into it, any thread reads snapshots of it."""

import mmap
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ganlib.events import (
    Checkpoint,
    CheckpointSaved,
    CommandActed,
    DecoderPublished,
    Event,
    Frame,
    FrameDrawn,
    Measured,
    PlanePublished,
    RunEnded,
    RunPrepared,
    Samples,
    StepCompleted,
)
from ganlib.metrics import FRECHET
from ganlib.store.snapshot import RunSnapshot

FRAME_BYTES = 32 * 2**20
MOST_FRAMES = 500
"""Frames of a run held in memory; past that every second one is let go, but never step 0."""

CHECKPOINT_BYTES = 128 * 2**20
MOST_CHECKPOINTS = 500
"""States of a run held in memory, and their number; past that every second one is let go."""

RATE_WINDOW = 3.0
"""Seconds over which the rate is measured."""


class RunRecord:
    """Everything a run has said.

    Args:
        clock: seconds that count as training; it may stand still while the run is paused.
        history: what the run goes on from, when it does not begin at step 0.
        newest: so many of the newest states are never let go.
        by_frechet: whether the state next to the lowest Fréchet distance is never let go either.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        history: RunSnapshot | None = None,
        newest: int = 1,
        by_frechet: bool = False,
    ) -> None:
        self._rest = history or RunSnapshot()
        self._clock = clock
        self._newest, self._by_frechet = newest, by_frechet
        self._pace = _Pace(clock, self._rest)
        self._rows = _Rows(self._rest)
        # The run's thread tells, and the thread that keeps the run on the disk notes what it kept.
        self._telling = threading.Lock()

    @property
    def snapshot(self) -> RunSnapshot:
        """The run as it is now, put together when it is read: a step only leaves its row."""
        rest, rows = self._rest, self._rows.newest
        snapshot = replace(rest, **rows)
        stands = rest.is_over or rest.state == "paused"
        return replace(snapshot, steps_per_second=0.0) if stands else snapshot

    def prepare(self, text: str, share: float | None) -> None:
        """Note that data are being fetched or read."""
        self._note(state="preparing", progress=(text, share))

    def note_kept(
        self, frames: Mapping[int, Frame], checkpoints: Mapping[int, Checkpoint], problem: str = ""
    ) -> None:
        """Take over what is on the disk now, by its step, and let go of it in memory."""
        with self._telling:
            self._rest = replace(
                self._rest,
                frames=tuple(frames.get(one.step, one) for one in self._rest.frames),
                checkpoints=tuple(checkpoints.get(one.step, one) for one in self._rest.checkpoints),
                saved_step=max(checkpoints, default=None),
                problem=problem,
            )

    def forget(self, frames: Collection[int], checkpoints: Collection[int]) -> None:
        """Let go of what was on the disk at these steps and is there no longer."""
        with self._telling:
            self._rest = replace(
                self._rest,
                frames=tuple(
                    one
                    for one in self._rest.frames
                    if one.step not in frames or isinstance(one, FrameDrawn)
                ),
                checkpoints=tuple(
                    one
                    for one in self._rest.checkpoints
                    if one.step not in checkpoints or isinstance(one, CheckpointSaved)
                ),
            )

    def note_problem(self, sentence: str) -> None:
        """Take in why nothing can be kept on the disk now."""
        self._note(problem=sentence)

    def add(self, event: Event) -> None:
        """Take in one event."""
        match event:
            case StepCompleted():
                self._pace.note(event.step)
                self._rows.add(event, self._pace.elapsed, self._pace.rate)
            case RunPrepared(real, device, metric_names):
                self._rows.take_columns(self._rest.metric_names, metric_names)
                self._rows.hear()
                self._pace = _Pace(self._clock, self._rest)
                known = {"real": real, "device": device, "metric_names": metric_names}
                self._note(state="running", progress=("", None), **known)
            case FrameDrawn(step, samples):
                self._add_frame(FrameDrawn(step, _in_own_pages(samples)))
            case DecoderPublished():
                self._note(published=event)
            case PlanePublished():
                self._note(plane=event)
            case CheckpointSaved():
                self._add_checkpoint(event)
            case CommandActed():
                with self._telling:
                    self._rest = self._rest.after(event)
            case Measured():
                self._note(measurements=(*self._rest.measurements, event))
            case RunEnded(_, outcome, message):
                self._note(state=outcome, message=message)

    def _note(self, **changes: Any) -> None:
        with self._telling:
            self._rest = replace(self._rest, **changes)

    def _add_frame(self, frame: FrameDrawn) -> None:
        room = max(16, min(MOST_FRAMES, FRAME_BYTES // frame.samples.nbytes))
        with self._telling:
            before = (one for one in self._rest.frames if one.step != frame.step)
            self._rest = replace(self._rest, frames=thinned((*before, frame), room))

    def _add_checkpoint(self, state: CheckpointSaved) -> None:
        size = sum(part.nbytes for part in state.state.values())
        room = max(4, min(MOST_CHECKPOINTS, CHECKPOINT_BYTES // size))
        with self._telling:
            before = (one for one in self._rest.checkpoints if one.step != state.step)
            checkpoints: tuple[Checkpoint, ...] = (*before, state)
            best = self._best(checkpoints)
            self._rest = replace(
                self._rest, checkpoints=thinned(checkpoints, room, self._newest, best)
            )

    def _best(self, checkpoints: tuple[Checkpoint, ...]) -> Checkpoint | None:
        """The state that is to stay for what it is like; None when nothing tells."""
        if self._by_frechet:
            measured = [
                (metric.value, one.step)
                for one in self._rest.measurements
                if (metric := one.report.named(FRECHET)) is not None
            ]
            if not measured:
                return None
            _, step = min(measured)
            # Pictures are measured when there is time, and seldom at the step of a state.
            return min(checkpoints, key=lambda one: abs(one.step - step))
        scores = {one.score: one for one in checkpoints if one.score is not None}
        return scores[min(scores)] if scores else None


class _Rows:
    """The steps and metrics of a run, in arrays that double when they are full."""

    def __init__(self, history: RunSnapshot) -> None:
        self._arrays: tuple[NDArray[Any], ...] = (
            *(history.steps, history.images, history.seconds, history.metrics),
        )
        self._count = len(history.steps)
        self._last: tuple[tuple[NDArray[Any], ...], int, dict[str, float]]
        self._note(history.step, history.images_seen, history.elapsed, history.steps_per_second)

    @property
    def newest(self) -> dict[str, Any]:
        """The attributes of a snapshot that every step changes; rows once filled never do."""
        arrays, count, numbers = self._last
        steps, images, seconds, metrics = (one[:count] for one in arrays)
        for one in (steps, images, seconds, metrics):
            one.flags.writeable = False
        return {
            **numbers,
            "steps": steps,
            "images": images,
            "seconds": seconds,
            "metrics": metrics,
        }

    def take_columns(self, before: tuple[str, ...], names: tuple[str, ...]) -> None:
        """Have a column for each of these metrics; what was not measured before is NaN."""
        if before == names:
            return
        *others, old = self._arrays
        metrics = np.full((len(old), len(names)), np.nan, np.float32)
        for column, name in enumerate(names):
            if name in before:
                metrics[:, column] = old[:, before.index(name)]
        self._arrays = (*others, metrics)
        self._last = (self._arrays, *self._last[1:])

    def add(self, event: StepCompleted, elapsed: float, rate: float) -> None:
        """Fill the next row."""
        if self._count == len(self._arrays[0]):
            # Readers keep the old arrays, whose rows no longer change.
            more = max(1024, self._count)
            self._arrays = tuple(
                np.concatenate([one, np.empty((more, *one.shape[1:]), one.dtype)])
                for one in self._arrays
            )
        steps, images, seconds, metrics = self._arrays
        steps[self._count], images[self._count] = event.step, event.images_seen
        seconds[self._count] = elapsed
        metrics[self._count] = tuple(event.metrics.values())
        self._count += 1
        self._note(event.step, event.images_seen, elapsed, rate)

    def hear(self) -> None:
        """Note that the run says something now."""
        arrays, count, numbers = self._last
        self._last = arrays, count, numbers | {"last_seen": time.time()}

    def _note(self, step: int, images_seen: int, elapsed: float, rate: float) -> None:
        """Swap as a whole all that readers see."""
        numbers = {
            "step": step,
            "images_seen": images_seen,
            "elapsed": elapsed,
            "steps_per_second": rate,
            "last_seen": time.time(),
        }
        self._last = self._arrays, self._count, numbers


class _Pace:
    """Time spent training, and the rate of steps over the last seconds of it."""

    def __init__(self, clock: Callable[[], float], before: RunSnapshot) -> None:
        self.elapsed = before.elapsed
        self.rate = 0.0
        self._clock = clock
        self._start = clock() - before.elapsed
        self._marks = deque([(before.elapsed, before.step)])

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


_Saved = TypeVar("_Saved", bound=Frame | Checkpoint)


def thinned(
    saved: tuple[_Saved, ...], room: int, newest: int = 1, best: _Saved | None = None
) -> tuple[_Saved, ...]:
    """What was saved, or every second one of it when there is no room for all.

    The first stays, and so do the newest ones and the best.
    """
    if len(saved) <= room:
        return saved
    older = saved[:-newest]
    thinned_out = [one for number, one in enumerate(older) if number % 2 == 0 or one is best]
    return (*thinned_out, *saved[-newest:])
