"""What is known of a family of models, in one place, and what the settings of all have."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import GetCoreSchemaHandler, ValidationError
from pydantic_core import CoreSchema, InitErrorDetails, core_schema

from ganlib.charts import Chart, StepMetric, one_each
from ganlib.config.part import Part, setting, unknown_key
from ganlib.registry import Registry

if TYPE_CHECKING:  # Settings know of families, and need no torch.
    import torch

    from ganlib.algorithms import Algorithm
    from ganlib.config.run import RunConfig

Capability = Literal[
    "discriminator", "game", "latent", "encoder", "likelihood", "autoregressive", "repeatable"
]
"""What a family has: a D that classifies samples; two players who can be watched where samples are
points; a latent space to walk in; a way from a sample to its z; a likelihood of samples, exact or
bounded; an order in which it draws number after number; samples that z alone decides."""

Rule = Callable[["RunConfig"], str | None]
"""Why a configuration cannot work, in a sentence that says what to change; None where it can."""
Decay = Literal["none", "linear", "cosine"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Family:
    """A family of models, and all that others need to know of it.

    Attributes:
        key: how configurations and the command line name it.
        title: how people do.
        summary: what it can do and what not, in a few sentences.
        config: its settings, whose `family` is the key.
        capabilities: what it has; `Algorithm` and `Decoder` have protocols for each.
        make: its algorithm at the start of a run, for samples of a shape, on a device.
        metrics: what its steps measure, by key.
        charts: what a run of it shows while it trains, as its settings are; by default a chart
            for each metric.
        targets: the networks that a step may update alone; see `Targeted`.
        rules: which of its configurations are refused, and why.
    """

    key: str
    title: str
    summary: str
    config: type["FamilyConfig"]
    capabilities: frozenset[Capability]
    make: Callable[["RunConfig", tuple[int, ...], "torch.device"], "Algorithm"]
    metrics: Mapping[str, StepMetric]
    charts: Callable[["RunConfig"], tuple[Chart, ...]] = one_each
    targets: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = field(default=())


FAMILIES: Registry[Family] = Registry("family")
"""Every family of models that can be trained; `FAMILIES.register` adds one."""


def latent_dimension(default: int) -> Any:
    """Declare the length of z."""
    return setting(
        default,
        "Latent dimension",
        "Length of the latent vector z.",
        unit="numbers",
        ge=1,
        le=512,
    )


def base_channels(default: int, most: int) -> Any:
    """Declare the width of a convolutional network."""
    return setting(
        default,
        "Base channels",
        "Channels next to the picture; doubled with every halving.",
        unit="channels",
        ge=4,
        le=most,
    )


class NetworkConfig(Part):
    """The shape of any network; each has an `architecture` of its own as a `Literal`."""

    architecture: str
    always_draws_freely: ClassVar[tuple[str, str]] = ("", "")
    """Which setting to change, and to what, so that it is asked for no class."""
    gains_from_threads: ClassVar[bool] = True
    """Whether a second thread brings more than it costs; not where tensors are small."""

    FIXED = True

    @property
    def is_conditional(self) -> bool:
        """Whether it is class-conditional."""
        return False

    @property
    def has_styles(self) -> bool:
        """Whether each of its layers is steered by a style."""
        return False

    @property
    def code_names(self) -> tuple[str, ...]:
        """Names of the codes that it is conditioned on, which are no classes of the data."""
        return ()


ADAM = "Kingma & Ba 2015, arXiv 1412.6980"


def adam_beta1(default: float) -> Any:
    """Declare Adam's momentum."""
    return setting(
        default,
        "Adam beta1",
        "How much of the mean gradient stays with each update: momentum.",
        symbol="β₁",
        source=ADAM,
        when=lambda config, own: own.optimiser == "adam",
        ge=0,
        lt=1,
    )


class FamilyConfig(Part):
    """The settings of any family; each has its key as a `Literal` in `family`."""

    family: str
    network: NetworkConfig

    @property
    def spec(self) -> Family:
        """All that is known of the family."""
        return FAMILIES[self.family]

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What the family has."""
        return self.spec.capabilities

    def z_dim(self, shape: tuple[int, ...]) -> int:
        """Standard normal numbers that a sample of this shape is made from."""
        raise NotImplementedError


class _OfItsFamily:
    """Annotates the settings of a family, which its key decides, as it is registered then."""

    def __get_pydantic_core_schema__(self, of: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._validated)

    def _validated(self, values: Any) -> FamilyConfig:
        if isinstance(values, FamilyConfig):
            return values
        if not isinstance(values, Mapping):
            return FamilyConfig.model_validate(values)
        key = values.get("family")
        if not isinstance(key, str) or key not in FAMILIES:
            unknown = InitErrorDetails(type=unknown_key(FAMILIES), loc=("family",), input=key)
            raise ValidationError.from_exception_data("FamilyConfig", [unknown])
        return FAMILIES[key].config.model_validate(values)


AnyFamily = Annotated[FamilyConfig, _OfItsFamily()]


class OptimizerConfig(Part):
    """The optimiser and its hyperparameters."""

    optimiser: Literal["adam", "rmsprop"] = setting(
        "adam",
        "Optimiser",
        "The rule that turns gradients into changes of the weights.",
        source=f"Adam: {ADAM}",
        fixed=True,
    )
    beta1: float = adam_beta1(0.9)
    beta2: float = setting(
        0.999,
        "Adam beta2",
        "How much of the mean squared gradient stays with each update, in RMSProp too.",
        symbol="β₂",
        source=ADAM,
        ge=0,
        lt=1,
    )


class SingleNetworkOptimisation(OptimizerConfig):
    """Optimiser and learning rate of a family of a single network."""

    lr: float = setting(
        1e-3,
        "Learning rate",
        "How far an update moves the weights.",
        symbol="η",
        live=True,
        gt=0,
        le=0.1,
    )
    lr_decay: Decay = setting(
        "none",
        "Learning rate schedule",
        "How the learning rate falls to zero: linear over the second half of the run, cosine over "
        "all.",
    )
    ema_half_life: float = setting(
        0.0,
        "Half-life of averaged weights",
        "Samples after which a weight counts half in the exponential moving average.",
        unit="samples",
        ge=0,
        le=10_000_000,
    )


class SingleNetworkConfig(FamilyConfig):
    """The settings of a family that learns with one network and one loss."""

    optimisation: SingleNetworkOptimisation = SingleNetworkOptimisation()
