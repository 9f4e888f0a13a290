"""The loop that trains: a generator of events, with no thread, no file and no print in it."""

import math
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, cast

from numpy.typing import NDArray

from ganlib.algorithms import Algorithm, HasGame, Targeted, make_algorithm, restore
from ganlib.commands import ChangeSettings, Command, StepTarget
from ganlib.config import RunConfig
from ganlib.controls import Controls
from ganlib.data import Batches, Data, open_data
from ganlib.data.cache import Progress, ignore_progress
from ganlib.errors import DivergedError
from ganlib.events import (
    CheckpointSaved,
    CommandActed,
    DecoderPublished,
    Event,
    FrameDrawn,
    PlanePublished,
    RunEnded,
    RunPrepared,
    StepCompleted,
)
from ganlib.runtime import choose_device, draw_z, make_rng, own_threads, use_threads
from ganlib.settings import changed
from ganlib.streams import Stream

PICTURES_IN_A_FRAME = 64
POINTS_IN_A_FRAME = 1024
LONGEST_BETWEEN_FRAMES = 1.0
"""Seconds: a slow run shows a frame at least so often, besides those at its saved frames."""
LONGEST_IN_DRAWINGS = 20.0
"""Where it takes long to draw a frame, the time between is so many times as long instead."""
FIRST_CHECKPOINT = 0.5
"""Seconds after the first state to the next; then twice as long each time, up to what is set."""
SCORED_STEPS = 100
"""Steps before a checkpoint whose mean loss is its score."""
BETWEEN_PLANES = 0.12
"""Seconds between two views of the game in the plane: eight a second."""


def train(
    config: RunConfig,
    controls: Controls | None = None,
    report: Progress = ignore_progress,
    start: CheckpointSaved | None = None,
) -> Iterator[Event]:
    """Train as configured and tell what happens.

    The calling thread computes on `cpu_threads` cores until the last event, or until the iterator
    is closed, and gets back what it had.

    Args:
        config: what to do. The same configuration gives bitwise the same metrics on one machine.
        controls: where commands come from; none do by default.
        start: a checkpoint of a run with the same networks, to go on from; config may differ.
            Its state may come from anywhere: what does not fit is refused.
        report: called while data are fetched or read, with a text and a share in 0..1 or None.

    Raises:
        GanlibError: the configuration cannot be run here, or its data cannot be had.
    """
    controls = controls or Controls(config)
    with own_threads(controls.config.cpu_threads or 1):
        yield from _train(config, controls, report, start)


def _train(
    config: RunConfig, controls: Controls, report: Progress, start: CheckpointSaved | None
) -> Iterator[Event]:
    first = start.step if start is not None else 0
    device = choose_device(config.device)
    try:
        data = open_data(config.data, device, _until_stopped(report, controls))
    except _StoppedError:
        yield from (CommandActed(first, command) for command in controls.pending)
        yield RunEnded(first, "stopped", controls.reason)
        return
    batches = data.batches(config.batch_size, make_rng(config.seed, Stream.BATCHES))
    algorithm = make_algorithm(config, data.shape, device)
    if start is not None:
        restore(start, algorithm=algorithm, batches=batches)
    frames = _Frames(config, algorithm, flat=len(data.shape) == 1)
    yield RunPrepared(data.examples(frames.size), str(device), algorithm.metric_names)
    run = _Run(config, controls, algorithm, data, batches, frames, _Checkpoints(config, start))
    yield from run.keep(first)
    yield from run.take_steps(first)


@dataclass
class _Run:
    """The parts of a run that has begun; `config` is what holds, not what was only asked for."""

    config: RunConfig
    controls: Controls
    algorithm: Algorithm
    data: Data
    batches: Batches
    frames: "_Frames"
    checkpoints: "_Checkpoints"

    def take_steps(self, first: int) -> Iterator[Event]:
        """Every step after the first, as the controls allow, to the end."""
        controls = self.controls
        for step in count(first + 1):
            while isinstance(target := controls.wait(), Command):
                yield from self._heed(step - 1, target)
            if target is None:
                if self.frames.drawn_step != step - 1:
                    yield from self.keep(step - 1)
                yield from self._save(step - 1)
                yield RunEnded(step - 1, "stopped", controls.reason)
                return
            try:
                metrics = self._step(target)
            except DivergedError as error:  # A loss became NaN or infinite.
                yield RunEnded(step - 1, "diverged", str(error))
                return
            yield StepCompleted(step, metrics, self.algorithm.images_seen)
            self.checkpoints.note(metrics)
            last = step >= self.config.total_steps
            if last or controls.at_rest or self.frames.due(step):
                yield from self.keep(step)
            elif self.frames.plane_due():
                yield from self._plane(step)
            if last or self.checkpoints.due():
                yield from self._save(step)
            if last:
                yield RunEnded(step, "completed")
                return

    def _step(self, target: StepTarget) -> Mapping[str, float]:
        if target == "both":
            return self.algorithm.train_step(self.batches)
        targeted = cast("Targeted", self.algorithm)  # Its controls take no other target.
        return targeted.train_step(self.batches, target)

    def keep(self, step: int) -> Iterator[Event]:
        """What is kept of one step: a frame, and a checkpoint where it is due."""
        yield from self.frames.draw(step)
        if self.data.shape == (2,):  # There a state is small enough to go back to any step.
            yield from self._save(step)
            yield from self._plane(step)
        elif self.checkpoints.due():
            yield from self._save(step)

    def _save(self, step: int) -> Iterator[Event]:
        """Save the state, unless it has been saved at this very step."""
        if self.checkpoints.begin(step):
            yield CheckpointSaved(step, self.config, self._state(), self.checkpoints.score)

    def _plane(self, step: int) -> Iterator[Event]:
        algorithm = self.algorithm
        if isinstance(algorithm, HasGame) and (plane := algorithm.publish_plane()) is not None:
            self.frames.note_plane()
            yield PlanePublished(step, plane)

    def _heed(self, step: int, command: Command) -> Iterator[Event]:
        """Tell of a command that acts now; one that lets the run rest shows where it does."""
        if isinstance(command, ChangeSettings):
            self._change(command.values)
        yield CommandActed(step, command)
        if self.controls.at_rest and self.frames.drawn_step != step:
            yield from self.keep(step)

    def _change(self, values: Mapping[str, Any]) -> None:
        """Let live settings act from the next step on; `ganlib.controls` has refused others."""
        self.config = changed(self.config, values)
        self.algorithm.change(self.config)
        self.data.change(self.config.data)
        use_threads(self.config.cpu_threads or 1)

    def _state(self) -> dict[str, NDArray[Any]]:
        """What a checkpoint holds: the `state_dict` of algorithm and batches, as NumPy copies."""
        parts: dict[str, Algorithm | Batches] = {
            "algorithm": self.algorithm,
            "batches": self.batches,
        }
        return {
            f"{name}.{key}": value.detach().cpu().clone().numpy()
            for name, part in parts.items()
            for key, value in part.state_dict().items()
        }


def _until_stopped(report: Progress, controls: Controls) -> Progress:
    """The same report, which ends the work that reports once the run is told to stop."""

    def tell(text: str, share: float | None) -> None:
        if controls.stopping:
            raise _StoppedError
        report(text, share)

    return tell


class _StoppedError(Exception):
    """The run was told to stop while its data were being fetched."""


class _Checkpoints:
    """When to save a state, and how good the run was before it. The clock decides no number."""

    def __init__(self, config: RunConfig, start: CheckpointSaved | None) -> None:
        self._every = config.saving.checkpoint_every
        self._by = config.saving.keep_best
        is_same = start is not None and start.config.saving.keep_best == self._by
        self._first_score = start.score if start is not None and is_same else None
        self._scores: deque[float] = deque(maxlen=SCORED_STEPS)
        self._step = -1
        self._begun_at: float | None = None
        self._saved_at = -math.inf

    @property
    def score(self) -> float | None:
        """Mean of the chosen loss over the last steps; None when none is chosen or measured."""
        return sum(self._scores) / len(self._scores) if self._scores else self._first_score

    def note(self, metrics: Mapping[str, float]) -> None:
        """Take in what a step measured."""
        loss = metrics.get(self._by, math.nan)
        if math.isfinite(loss):
            self._scores.append(loss)

    def due(self) -> bool:
        """Whether the last state is old: older than half of a run that is young."""
        begun_at = self._saved_at if self._begun_at is None else self._begun_at
        young = max(FIRST_CHECKPOINT, self._saved_at - begun_at)
        return time.monotonic() - self._saved_at > min(self._every, young)

    def begin(self, step: int) -> bool:
        """Whether there is no state of this step yet; there is from now on."""
        is_new = step != self._step
        self._step, self._saved_at = step, time.monotonic()
        if self._begun_at is None:
            self._begun_at = self._saved_at
        return is_new


class _Frames:
    """When to draw a frame, and how. Drawing never touches a random number of the training."""

    def __init__(self, config: RunConfig, algorithm: Algorithm, flat: bool) -> None:
        self.size = POINTS_IN_A_FRAME if flat else PICTURES_IN_A_FRAME
        self._every = config.frame_every
        self._algorithm = algorithm
        rng = make_rng(config.seed, Stream.FRAMES)
        self._z_fixed = draw_z(self.size, config.latent_dim, rng).numpy()
        self.drawn_step = -1
        self._drawn_at = -math.inf
        self._plane_at = -math.inf
        self._patience = LONGEST_BETWEEN_FRAMES

    def due(self, step: int) -> bool:
        """Whether this step is a saved frame: each power of two at first, then every so many."""
        early = step < self._every and step.bit_count() == 1
        late = time.monotonic() - self._drawn_at > self._patience
        return early or late or step % self._every == 0

    def plane_due(self) -> bool:
        """Whether the view of the game is old enough to be renewed."""
        return time.monotonic() - self._plane_at > BETWEEN_PLANES

    def note_plane(self) -> None:
        """Take in that the game is published now."""
        self._plane_at = time.monotonic()

    def draw(self, step: int) -> Iterator[Event]:
        begin = time.monotonic()
        decoder = self._algorithm.publish()
        samples = decoder.decode(self._z_fixed)
        self.drawn_step, self._drawn_at = step, time.monotonic()
        took = self._drawn_at - begin
        self._patience = max(LONGEST_BETWEEN_FRAMES, LONGEST_IN_DRAWINGS * took)
        yield FrameDrawn(step, samples)
        yield DecoderPublished(step, decoder)
