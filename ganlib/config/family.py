"""What every family of models says of itself, for all who treat them alike."""

from typing import Literal

from ganlib.config.part import Part, setting

Capability = Literal["discriminator", "latent", "encoder", "likelihood", "order"]
"""What a family has: a D that judges samples; a latent space to walk in; a way from a sample to
its z; a likelihood of samples, exact or bounded; an order in which it draws number after number."""

Decay = Literal["none", "linear", "cosine"]


class AnyShape(Part):
    """The shape of any network."""

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


class Stepping(Part):
    """How weights move, whoever has them."""

    optimiser: Literal["adam", "rmsprop"] = setting(
        "adam", "The rule that turns slopes into steps."
    )
    beta1: float = setting(0.9, "Adam's memory of the slope.", ge=0, lt=1)
    beta2: float = setting(0.999, "Adam's (and RMSProp's) memory of its size.", ge=0, lt=1)


class SoloOptimisation(Stepping):
    """How the weights of a family without a second player move."""

    lr: float = setting(1e-3, "Step size.", live=True, gt=0, le=0.1)
    lr_decay: Decay = setting(
        "none",
        "How the step size falls to zero: linear over the second half of the run, cosine over all.",
    )
    ema_half_life: float = setting(
        0.0, "Samples after which a weight counts half in the average.", ge=0, le=10_000_000
    )
