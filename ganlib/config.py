"""What a run is asked to do: one frozen tree of settings.

Every bound and every description stands here once. Validation reads them, and so do the
dashboard's widgets and the command line's flags (see `ganlib.settings`).
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ganlib.errors import ConfigError
from ganlib.refusals import first_refusal, problems

Loss = Literal["minimax", "ns", "lsgan", "wgan", "wgan-gp", "hinge", "rpgan"]

LOSS_COMPANIONS: Mapping[str, Mapping[str, float]] = {
    "minimax": {"weight_clip": 0.0},
    "ns": {"weight_clip": 0.0},
    "lsgan": {"weight_clip": 0.0},
    "wgan": {"weight_clip": 0.01, "gp_lambda": 0.0},
    "wgan-gp": {"weight_clip": 0.0, "gp_lambda": 10.0},
    "hinge": {"weight_clip": 0.0},
    "rpgan": {"weight_clip": 0.0},
}
"""What each loss needs beside it, filled in wherever it is chosen and nothing else is said."""


Coordinate = Annotated[float, Field(ge=-1.3, le=1.3)]
Points = tuple[tuple[Coordinate, Coordinate], ...]
"""(x, y) pairs within what a picture of the plane shows."""


def setting(default: Any, description: str, *, live: bool = False, **bounds: Any) -> Any:
    """A field with its bounds and description; `live` means that it may change during a run."""
    return Field(default, description=description, json_schema_extra={"live": live}, **bounds)


class Part(BaseModel):
    """A group of settings that cannot change once made."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class PlaneData(Part):
    """Points of a two-dimensional distribution: an endless stream with a known density."""

    kind: Literal["plane"] = "plane"
    name: Literal[
        "line",
        "two-gaussians",
        "three-blobs",
        "ring",
        "grid",
        "two-moons",
        "swiss-roll",
        "spiral",
        "checkerboard",
        "sketch",
    ] = setting("ring", "The distribution that the generator is to imitate.")
    points: Points = setting(
        (), "Drawn by hand (sketch only): the middles of equal blots.", live=True, max_length=2000
    )

    @model_validator(mode="before")
    @classmethod
    def _leave_points_to_the_sketch(cls, values: Any) -> Any:
        if isinstance(values, Mapping) and values.get("name") != "sketch":
            return {name: value for name, value in values.items() if name != "points"}
        return values

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one sample: (2,)."""
        return (2,)


class ImageData(Part):
    """Pictures, square, with values in [-1, 1]."""

    kind: Literal["images"] = "images"
    name: Literal[
        "mnist-5k",
        "shapes",
        "mnist",
        "fashion-mnist",
        "kmnist",
        "emnist-letters",
        "cifar10",
        "svhn",
        "celeba",
    ] = setting("mnist-5k", "The pictures to learn; mnist-5k and shapes need no download.")
    size: Literal[28, 32, 64] = setting(28, "Side of a picture in pixels; others are resized.")

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one sample: (C, H, W)."""
        colour = self.name in ("shapes", "cifar10", "svhn", "celeba")
        return (3 if colour else 1, self.size, self.size)


class Network(Part):
    """What every generator and discriminator pair has."""

    latent_dim: int = setting(64, "Length of the latent vector z.", ge=1, le=512)
    spectral_norm: bool = setting(
        False, "Divide every weight of D by its largest singular value (Miyato et al. 2018)."
    )


class PlaneNetwork(Network):
    """Two plain perceptrons for points in the plane."""

    architecture: Literal["plane"] = "plane"
    latent_dim: int = setting(16, "Length of the latent vector z.", ge=1, le=512)
    width: int = setting(128, "Units in each hidden layer of G and D.", ge=4, le=1024)
    depth: int = setting(3, "Hidden layers of G and D.", ge=1, le=8)
    pack: int = setting(
        1, "Samples that D judges together, all real or all fake (PacGAN).", ge=1, le=8
    )
    minibatch_stddev: bool = setting(
        False, "Show D how far apart the samples of its batch lie (Karras et al. 2018)."
    )


class MlpNetwork(Network):
    """The introductory TensorFlow pair: G z-256-512-pixels, D pixels-512-256-1."""

    architecture: Literal["mlp"] = "mlp"
    latent_dim: int = setting(100, "Length of the latent vector z.", ge=1, le=512)


class DenseSpatialNetwork(Network):
    """The introductory Keras pair: a 7x7 map refined pixel by pixel, D pixels-256-1.

    As published the generator ends at 7x7 and cannot feed its own 28x28 discriminator. Here the
    last dense layer emits 16 channels, and a pixel shuffle turns them into 28x28.
    """

    architecture: Literal["dense-spatial"] = "dense-spatial"
    latent_dim: int = setting(100, "Length of the latent vector z.", ge=1, le=512)


class DcganNetwork(Network):
    """Convolutional pair after Radford et al. 2016 (arXiv 1511.06434)."""

    architecture: Literal["dcgan"] = "dcgan"
    width: int = setting(
        32, "Channels next to the picture; doubled with every halving.", ge=4, le=256
    )
    g_batch_norm: bool = setting(True, "Batch normalisation in G.")
    d_batch_norm: bool = setting(
        False, "Batch normalisation in D, as in the paper; it couples the samples of a batch."
    )


AnyNetwork = Annotated[
    PlaneNetwork | MlpNetwork | DenseSpatialNetwork | DcganNetwork,
    Field(discriminator="architecture"),
]


class Objective(Part):
    """What D and G minimise. Formulas and sources stand in `ganlib.objectives`."""

    loss: Loss = setting("ns", "The game that is played.", live=True)
    r1_gamma: float = setting(
        0.0,
        "Weight of R1: gradient of D at real samples, squared, halved.",
        live=True,
        ge=0,
        le=1000,
    )
    r2_gamma: float = setting(
        0.0, "Weight of R2: the same at fake samples.", live=True, ge=0, le=1000
    )
    gp_lambda: float = setting(
        0.0, "Weight of the WGAN-GP penalty, between real and fake.", live=True, ge=0, le=1000
    )
    penalty_interval: int = setting(
        1, "Compute R1, R2 and GP every so many D updates, weighted up as much.", ge=1, le=64
    )
    weight_clip: float = setting(
        0.0,
        "Clip every weight of D to this size after its update (wgan only).",
        live=True,
        ge=0,
        le=1,
    )
    label_smoothing: float = setting(
        0.0,
        "Taken off the label 1 of real samples in D's loss (minimax and ns only).",
        ge=0,
        le=0.5,
    )
    instance_noise: float = setting(
        0.0, "Standard deviation of noise on D's input at the start.", ge=0, le=2
    )
    instance_noise_steps: int = setting(
        2000, "Steps over which that noise falls to zero.", ge=1, le=10_000_000
    )
    unrolled_steps: int = setting(
        0, "G looks so many updates of D ahead (Metz et al. 2017); in the plane only.", ge=0, le=10
    )

    @model_validator(mode="before")
    @classmethod
    def _bring_companions(cls, values: Any) -> Any:
        if isinstance(values, Mapping):
            return {**LOSS_COMPANIONS.get(str(values.get("loss")), {}), **values}
        return values

    @property
    def has_gradient_penalty(self) -> bool:
        """Whether any of R1, R2 and WGAN-GP is on."""
        return self.r1_gamma > 0 or self.r2_gamma > 0 or self.gp_lambda > 0


class Optimisation(Part):
    """How the weights of D and G move."""

    optimiser: Literal["adam", "rmsprop"] = setting(
        "adam", "The rule that turns slopes into steps."
    )
    lr_g: float = setting(2e-4, "Step size of the generator.", live=True, gt=0, le=0.1)
    lr_d: float = setting(2e-4, "Step size of the discriminator.", live=True, gt=0, le=0.1)
    beta1: float = setting(0.5, "Adam's memory of the slope.", ge=0, lt=1)
    beta2: float = setting(0.999, "Adam's (and RMSProp's) memory of its size.", ge=0, lt=1)
    lr_decay: Literal["none", "linear"] = setting(
        "none", "linear: both step sizes fall to zero over the second half of the run."
    )
    d_steps: int = setting(1, "Updates of D in a step.", live=True, ge=1, le=20)
    g_steps: int = setting(1, "Updates of G in a step.", live=True, ge=1, le=20)
    updates: Literal["alternating", "simultaneous"] = setting(
        "alternating", "D first and then G, or both from the same forward pass."
    )
    ema_half_life: float = setting(
        10_000.0, "Images after which a weight counts half in the averaged G.", ge=0, le=10_000_000
    )


class GanConfig(Part):
    """A generator against a discriminator."""

    family: Literal["gan"] = "gan"
    network: AnyNetwork = DcganNetwork()
    objective: Objective = Objective()
    optimisation: Optimisation = Optimisation()


class RunConfig(Part):
    """Everything that decides a run. The same RunConfig gives the same run on the same machine."""

    title: str = setting("My run", "What the run is called.", min_length=1, max_length=80)
    seed: int = setting(0, "Start of every random number of the run.", ge=0, le=2**32 - 1)
    total_steps: int = setting(3000, "Steps after which the run is complete.", ge=1, le=10_000_000)
    batch_size: int = setting(64, "Samples in a batch.", ge=2, le=4096)
    frame_every: int = setting(25, "Steps between two saved moments.", ge=1, le=100_000)
    device: Literal["auto", "cpu", "cuda"] = setting("auto", "Where to compute.")
    cpu_threads: int = setting(
        0, "CPU threads; 0 lets the run manager share them out.", live=True, ge=0, le=64
    )
    data: Annotated[PlaneData | ImageData, Field(discriminator="kind")] = ImageData()
    algorithm: GanConfig = GanConfig()

    @model_validator(mode="after")
    def _refuse_what_cannot_work(self) -> Self:
        if refusal := first_refusal(self):
            raise ValueError(refusal)
        return self

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Self:
        """Build from plain values.

        Raises:
            ConfigError: a sentence for each problem.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise ConfigError(problems(error)) from None

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Build from JSON, as `to_json` writes it.

        Raises:
            ConfigError: a sentence for each problem.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise ConfigError(problems(error)) from None

    def to_json(self) -> str:
        """The whole configuration as JSON, defaults included."""
        return self.model_dump_json(indent=2)
