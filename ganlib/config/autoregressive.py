"""An autoregressive model: each number given those before it, from left to right and downwards."""

from typing import Annotated, Literal

from pydantic import Field

from ganlib.config.family import AnyShape, Capability, SoloOptimisation
from ganlib.config.part import Part, setting


class OrderedNetwork(AnyShape):
    """What every network has that looks back only."""

    conditional: bool = setting(
        False,
        "Class-conditional",
        "Draw the class that is asked for.",
        when=lambda config: (
            config.algorithm.network.is_conditional or bool(config.data.class_names)
        ),
    )

    @property
    def is_conditional(self) -> bool:
        """Whether it can be asked for a class."""
        return self.conditional


class MadeNetwork(OrderedNetwork):
    """A perceptron whose weights are masked (MADE, Germain et al. 2015)."""

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
        when=lambda config: config.data.is_2d,
        ge=2,
        le=256,
    )


class PixelCnnNetwork(OrderedNetwork):
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


class AutoregressiveConfig(Part):
    """A chain of exact conditional probabilities."""

    family: Literal["autoregressive"] = "autoregressive"
    network: Annotated[MadeNetwork | PixelCnnNetwork, Field(discriminator="architecture")] = (
        MadeNetwork()
    )
    optimisation: SoloOptimisation = SoloOptimisation()

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What this family has."""
        return frozenset(("likelihood", "order"))
