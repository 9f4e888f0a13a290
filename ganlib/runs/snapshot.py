"""What readers see of a run: frozen, complete, and free of any lock that training waits on."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ganlib.events import (
    ControlChanged,
    DecoderPublished,
    FrameDrawn,
    GamePublished,
    Outcome,
    Samples,
    StateSaved,
)

State = Literal["queued", "preparing", "running", "paused"] | Outcome
FINAL_STATES: frozenset[State] = frozenset({"completed", "stopped", "diverged", "failed"})


@dataclass(frozen=True)
class RunSnapshot:
    """A run at one moment.

    Attributes:
        step: number of the last step taken.
        steps: (n,) uint32, the steps that `metrics` tells of; read-only.
        metrics: (n, len(metric_names)) float32, NaN for what was not measured; read-only.
        elapsed: seconds of training so far, without pauses.
        steps_per_second: over the last few seconds; 0 when unknown.
        frames: the saved moments, in order; the first is step 0.
        real: samples of the data.
        states: what is needed to go on from saved moments, in order; in the plane only.
        game: both players as they last were; in the plane only.
        marks: live changes, in order.
        progress: text and share (0..1, or None) of the preparation that goes on.
        message: a sentence about what went wrong; empty when nothing did.
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
    metrics: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 0), np.float32))
    frames: tuple[FrameDrawn, ...] = ()
    real: Samples | None = None
    marks: tuple[ControlChanged, ...] = ()
    published: DecoderPublished | None = None
    states: tuple[StateSaved, ...] = ()
    game: GamePublished | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in FINAL_STATES
