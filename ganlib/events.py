"""What a run says while it goes on: frozen values of floats and NumPy, never a live tensor."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ganlib.commands import Command
from ganlib.config import RunConfig

Samples = NDArray[np.uint8] | NDArray[np.float32]
"""(N, H, W, C) uint8 pictures, or (N, 2) float32 points."""

Outcome = Literal["completed", "stopped", "diverged", "failed"]


class Decoder(Protocol):
    """A frozen copy of the generator that any thread may use."""

    latent_dim: int
    classes: int
    """That it is conditioned on; 0 where it is unconditional."""

    @property
    def style_shape(self) -> tuple[int, int] | None:
        """Layers and w_dim of the styles that steer it; None where z alone does."""

    def decode(
        self, z: NDArray[np.float32], condition: NDArray[np.float32] | None = None
    ) -> Samples:
        """Turn (N, latent_dim) latent vectors, or styles (N, *style_shape), into samples.

        `condition` (N, classes) weighs the classes; without it they take turns.
        """

    def decode_with_logits(
        self, z: NDArray[np.float32], condition: NDArray[np.float32] | None = None
    ) -> tuple[Samples, NDArray[np.float32] | None]:
        """The same, and D's logits (N,) of them; None where D does not classify one by one."""

    def features(
        self, z: NDArray[np.float32], condition: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """What the generator's first layer makes of latent vectors: (N, F); w where styles are."""

    def truncated(self, z: NDArray[np.float32], psi: float) -> NDArray[np.float32]:
        """Latent vectors nearer to the mean, or styles where there are some, for `decode`."""

    def opened(self) -> "Decoder":
        """The same in memory, read from the disk where it lies there."""


@runtime_checkable
class HasLikelihood(Protocol):
    """A decoder that says how likely samples are."""

    likelihood_words: str
    """What it says: such as "exact"."""
    is_density: bool
    """Whether it is a density of numbers in [-1, 1], and no probability."""
    readings: int
    """Along either side of a small cell of the plane, for its mean density: 1 where one is dear."""

    def log_likelihood(self, samples: Samples) -> NDArray[np.float64]:
        """In nats, of each of (N, ...) samples: (N,)."""


@runtime_checkable
class HasEncoder(Protocol):
    """A decoder with the way back."""

    def encode(self, samples: Samples) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Mean and standard deviation of z of each of (N, ...) samples: (N, latent_dim) each."""

    def reconstruct(self, samples: Samples) -> Samples:
        """What it makes of the mean z of each sample."""


@dataclass(frozen=True)
class SamplingTrace:
    """Pictures that were drawn pixel by pixel, and the distribution of each pixel before it was.

    Attributes:
        samples: (N, H, W, C) uint8.
        expected: (N, H, W, C) uint8, the mean of what each number could become.
        entropy: (N, H, W) float32, of each pixel given those before it, in bits.
    """

    samples: Samples
    expected: Samples
    entropy: NDArray[np.float32]


@runtime_checkable
class IsAutoregressive(Protocol):
    """A decoder that draws pictures pixel by pixel."""

    def sample_with_trace(
        self,
        z: NDArray[np.float32],
        given: Samples | None = None,
        known: int = 0,
        condition: NDArray[np.float32] | None = None,
    ) -> SamplingTrace:
        """Draw pictures of (N, D) z; the first `known` pixels are those `given` (1, H, W, C)."""

    def saliency(
        self, sample: Samples, place: int, condition: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """Saliency: how much one pixel of a picture (1, H, W, C) depends on each: (H, W)."""


class PlaneView(Protocol):
    """G and D frozen, for any thread that draws the plane."""

    @property
    def reading(self) -> Mapping[str, Any]:
        """How D's logits are read, the fields of a `ganlib.objectives.Reading`."""

    def compute(self, layers: Collection[str]) -> Mapping[str, NDArray[np.float32]]:
        """What the layers of a picture of the plane show; `ganlib.plane` names them."""

    def measure(self) -> Mapping[str, Any]:
        """Metrics of the two networks, as plain JSON values; `ganlib.plane` names them."""


class Frame(Protocol):
    """One saved frame, in memory or on the disk."""

    @property
    def step(self) -> int:
        """The step after which it was drawn."""

    @property
    def samples(self) -> Samples:
        """What the averaged generator made of z_fixed.

        Raises:
            RunError: the disk no longer has it.
        """


class Checkpoint(Protocol):
    """A checkpoint to go on from, in memory or on the disk."""

    @property
    def step(self) -> int:
        """The step after which it was saved."""

    @property
    def score(self) -> float | None:
        """See `CheckpointSaved`."""

    def load(self) -> "CheckpointSaved":
        """The whole of it.

        Raises:
            CheckpointError: it is damaged, or no longer there.
        """


@dataclass(frozen=True)
class RunPrepared:
    """The data set is ready and the networks are made; `real` are samples of the data."""

    real: Samples
    device: str
    metric_names: tuple[str, ...]


@dataclass(frozen=True)
class StepCompleted:
    """One step is done.

    `metrics` always has the same keys; NaN stands for what this step did not measure.
    """

    step: int
    metrics: Mapping[str, float]
    images_seen: int


@dataclass(frozen=True)
class FrameDrawn:
    """One saved frame: what the averaged generator makes of z_fixed after `step` steps."""

    step: int
    samples: Samples


@dataclass(frozen=True)
class DecoderPublished:
    """A frozen copy of the averaged generator as it was after `step` steps."""

    step: int
    decoder: Decoder


@dataclass(frozen=True)
class PlanePublished:
    """G and D frozen as they were after `step` steps, for the view of the plane."""

    step: int
    plane: PlaneView


@dataclass(frozen=True)
class CheckpointSaved:
    """All that decides how the run goes on after `step` steps, for going on from there anew.

    `score` is the loss if `saving.keep_best` asks for it, on average of the last 100 steps; None
    where it does not, or nothing was measured yet.
    """

    step: int
    config: RunConfig
    state: Mapping[str, NDArray[Any]]
    score: float | None = None

    def load(self) -> "CheckpointSaved":
        """The state itself: it is in memory already."""
        return self


@dataclass(frozen=True)
class Metric:
    """One number that says how far fakes are from reals, and how far to trust it.

    Attributes:
        name: such as "Fréchet distance".
        error: its standard error, as other fakes would have it; that of the reals, which are always
            the same, is not in it.
        floor: what as many reals get in the place of the fakes; None when there are none.
        n: how many fakes it was measured from.
        features: what they were compared in, such as "digit features 3f2a".
        note: what else to know, as a sentence; mostly empty.
    """

    name: str
    value: float
    error: float
    floor: float | None
    n: int
    features: str
    note: str = ""

    @property
    def title(self) -> str:
        """The name with the features, without which its value means nothing."""
        return f"{self.name}, {self.features}"


@dataclass(frozen=True)
class MetricReport:
    """What was measured of some pictures.

    Attributes:
        classes: (class, its share of the fakes, its share of the data); none without classes.
        refused: a sentence for each metric that could not be measured.
    """

    metrics: tuple[Metric, ...]
    classes: tuple[tuple[str, float, float], ...] = ()
    refused: tuple[str, ...] = ()

    def named(self, name: str) -> Metric | None:
        """The first metric of that name, if it could be measured."""
        return next((one for one in self.metrics if one.name == name), None)


@dataclass(frozen=True)
class Measured:
    """The pictures that the averaged generator made after `step` steps were measured.

    `seconds` is the time that a CPU core worked for it.
    """

    step: int
    seconds: float
    report: MetricReport


@dataclass(frozen=True)
class CommandActed:
    """A command was heeded after `step` steps.

    One that changes settings names all that is to be told again for the same effect: the values
    that changed, and what a loss has beside it that is not the usual.
    """

    step: int
    command: Command


@dataclass(frozen=True)
class RunEnded:
    """The run is over; `message` is a sentence for a person, empty when nothing went wrong."""

    step: int
    outcome: Outcome
    message: str = ""


Event = (
    RunPrepared
    | StepCompleted
    | FrameDrawn
    | DecoderPublished
    | PlanePublished
    | CheckpointSaved
    | Measured
    | CommandActed
    | RunEnded
)
