"""What every family of models says of itself, for all who treat them alike."""

from typing import Any, Literal

from ganlib.config.part import Part, setting

Capability = Literal["discriminator", "latent", "encoder", "likelihood", "order"]
"""What a family has: a D that judges samples; a latent space to walk in; a way from a sample to
its z; a likelihood of samples, exact or bounded; an order in which it draws number after number."""

Decay = Literal["none", "linear", "cosine"]


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


class AnyShape(Part):
    """The shape of any network."""

    FIXED = True

    @property
    def is_conditional(self) -> bool:
        """Whether it can be asked for a class."""
        return False

    @property
    def has_styles(self) -> bool:
        """Whether each of its layers is steered by a style."""
        return False

    @property
    def code_names(self) -> tuple[str, ...]:
        """What it can be asked for where no class of the data is meant."""
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
        when=lambda config: config.algorithm.optimisation.optimiser == "adam",
        ge=0,
        lt=1,
    )


class Stepping(Part):
    """How weights move, whoever has them."""

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


class SoloOptimisation(Stepping):
    """How the weights of a family without a second player move."""

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
