"""An autoregressive model: each number given those before it, from left to right and downwards."""

from math import prod
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ganlib.charts.autoregressive import METRICS, charts
from ganlib.config.family import Family, NetworkConfig, SingleNetworkConfig
from ganlib.config.part import setting
from ganlib.lazy import Later
from ganlib.validation import autoregressive

algorithm = Later("ganlib.algorithms.autoregressive")


class AutoregressiveNetwork(NetworkConfig):
    """What every network has that looks back only."""

    always_draws_freely: ClassVar[tuple[str, str]] = ("conditional", "off")
    conditional: bool = setting(
        False,
        "Class-conditional",
        "Condition the model on a class label.",
        when=lambda config, own: own.is_conditional or bool(config.data.class_names),
    )

    @property
    def is_conditional(self) -> bool:
        """Whether it is class-conditional."""
        return self.conditional


class MadeNetwork(AutoregressiveNetwork):
    """A perceptron whose weights are masked (MADE, Germain et al. 2015)."""

    gains_from_threads: ClassVar[bool] = False
    architecture: Literal["made"] = "made"
    width: int = setting(
        512, "Hidden units", "Units in each hidden layer.", unit="units", ge=4, le=4096
    )
    depth: int = setting(
        2, "Hidden layers", "Layers between input and output.", unit="layers", ge=1, le=8
    )
    bins: int = setting(
        64,
        "Bins of an axis",
        "Stripes that each axis of the plane is cut into (points only).",
        unit="bins",
        when=lambda config, own: config.data.is_2d,
        ge=2,
        le=256,
    )


class PixelCnnNetwork(AutoregressiveNetwork):
    """Gated convolutions that see what is above and to the left (van den Oord et al. 2016)."""

    architecture: Literal["pixelcnn"] = "pixelcnn"
    width: int = setting(24, "Channels", "Channels of each stack.", unit="channels", ge=4, le=256)
    depth: int = setting(
        5,
        "Gated layers",
        "Layers of gated convolutions.",
        unit="layers",
        source="van den Oord et al. 2016, arXiv 1606.05328",
        ge=1,
        le=20,
    )
    reach: int = setting(
        2,
        "Reach of a kernel",
        "Pixels that a layer sees to each side and upwards.",
        unit="pixels",
        ge=1,
        le=4,
    )


class AutoregressiveConfig(SingleNetworkConfig):
    """An autoregressive model: a product of exact conditional probabilities."""

    family: Literal["autoregressive"] = "autoregressive"
    network: Annotated[MadeNetwork | PixelCnnNetwork, Field(discriminator="architecture")] = (
        MadeNetwork()
    )

    def z_dim(self, shape: tuple[int, ...]) -> int:
        """Chances by which one number, or pixel, of the sample after the other is drawn."""
        return prod(shape[1:]) if len(shape) > 1 else shape[0]


AUTOREGRESSIVE = Family(
    key="autoregressive",
    title="Autoregressive",
    summary="Draws one number after another. Knows the likelihood exactly. Has no latent space.",
    config=AutoregressiveConfig,
    capabilities=frozenset(("likelihood", "autoregressive", "repeatable")),
    make=lambda config, shape, device: algorithm.Autoregressive(config, shape, device),
    rules=autoregressive.RULES,
    charts=charts,
    metrics=METRICS,
)
