"""The loop that trains: a generator of events, with no thread, no file and no print in it."""

import math
import time
from collections.abc import Callable, Iterator
from itertools import count

from ganlib.algorithms import Algorithm, make_algorithm
from ganlib.config import RunConfig
from ganlib.controls import Controls
from ganlib.data import Batches, open_data
from ganlib.errors import DivergedError
from ganlib.events import (
    ControlChanged,
    DecoderPublished,
    Event,
    FrameDrawn,
    RunEnded,
    RunPrepared,
    StepCompleted,
)
from ganlib.runtime import choose_device, draw_z, make_rng, use_threads

PICTURES_IN_A_FRAME = 64
POINTS_IN_A_FRAME = 1024
LONGEST_BETWEEN_FRAMES = 1.0
"""Seconds: a slow run shows a frame at least so often, besides those at its saved moments."""


def train(
    config: RunConfig,
    controls: Controls | None = None,
    report: Callable[[str, float | None], None] = lambda text, share: None,
) -> Iterator[Event]:
    """Train as configured and tell what happens.

    Args:
        config: what to do. The same configuration gives bitwise the same metrics on one machine.
        controls: pause, steps, speed and live values; none by default.
        report: called while data are fetched or read, with a text and a share in 0..1 or None.

    Raises:
        GanlibError: the configuration cannot be run here, or its data cannot be had.
    """
    controls = controls or Controls(config)
    device = choose_device(config.device)
    use_threads(controls.config.cpu_threads or 1)
    try:
        data = open_data(config.data, device, _until_stopped(report, controls))
    except _StoppedError:
        yield RunEnded(0, "stopped")
        return
    batches = data.batches(config.batch_size, make_rng(config.seed, purpose=10))
    algorithm = make_algorithm(config, data.shape, device)
    frames = _Frames(config, algorithm, flat=len(data.shape) == 1)
    yield RunPrepared(data.examples(frames.size), str(device), algorithm.metric_names)
    yield from frames.draw(0)
    yield from _take_steps(config, controls, algorithm, batches, frames)


def _take_steps(
    config: RunConfig,
    controls: Controls,
    algorithm: Algorithm,
    batches: Batches,
    frames: "_Frames",
) -> Iterator[Event]:
    for step in count(1):
        players = controls.wait_for_turn()
        if changes := controls.take_changes():
            algorithm.change(controls.config)
            use_threads(controls.config.cpu_threads or 1)
            yield ControlChanged(step - 1, changes)
        if players is None:
            yield RunEnded(step - 1, "stopped")
            return
        try:
            metrics = algorithm.train_step(batches, players)
        except DivergedError as error:
            yield RunEnded(step - 1, "diverged", str(error))
            return
        yield StepCompleted(step, metrics, algorithm.images_seen)
        last = step == config.total_steps
        if last or controls.paused or frames.due(step):
            yield from frames.draw(step)
        if last:
            yield RunEnded(step, "completed")
            return


def _until_stopped(
    report: Callable[[str, float | None], None], controls: Controls
) -> Callable[[str, float | None], None]:
    """The same report, which ends the work that reports once the run is told to stop."""

    def tell(text: str, share: float | None) -> None:
        if controls.stopping:
            raise _StoppedError
        report(text, share)

    return tell


class _StoppedError(Exception):
    """The run was told to stop while its data were being fetched."""


class _Frames:
    """When to draw a frame, and how. Drawing never touches a random number of the training."""

    def __init__(self, config: RunConfig, algorithm: Algorithm, flat: bool) -> None:
        self.size = POINTS_IN_A_FRAME if flat else PICTURES_IN_A_FRAME
        self._every = config.frame_every
        self._algorithm = algorithm
        rng = make_rng(config.seed, purpose=11)
        self._z_fixed = draw_z(self.size, config.algorithm.network.latent_dim, rng).numpy()
        self._drawn_at = -math.inf

    def due(self, step: int) -> bool:
        """Whether this step is a saved moment: each power of two at first, then every so many."""
        early = step < self._every and step.bit_count() == 1
        late = time.monotonic() - self._drawn_at > LONGEST_BETWEEN_FRAMES
        return early or late or step % self._every == 0

    def draw(self, step: int) -> Iterator[Event]:
        self._drawn_at = time.monotonic()
        decoder = self._algorithm.publish()
        yield FrameDrawn(step, decoder.decode(self._z_fixed))
        yield DecoderPublished(step, decoder)
