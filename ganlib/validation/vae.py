"""Settings of a VAE that cannot go together."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from ganlib.config import RunConfig, VaeConfig


def _maps_need_pictures(config: "RunConfig") -> str | None:
    if config.data.is_2d and config.algorithm.network.architecture != "vae-perceptron":
        return (
            "Convolutions need pictures, and 2-D points are none: choose the "
            "architecture vae-perceptron, or pictures."
        )
    return None


def _bernoulli_needs_two_levels(config: "RunConfig") -> str | None:
    vae, data = cast("VaeConfig", config.algorithm), config.data
    if vae.objective.likelihood != "bernoulli":
        return None
    if data.levels is None:
        return (
            "The bernoulli likelihood is of black and white, and points have neither: set "
            f"{config.called('likelihood')} to gaussian."
        )
    if data.levels != 2:
        return (
            f"The bernoulli likelihood gives chances to black and white alone, and these pictures "
            f"have {data.levels} levels: set {config.called('levels')} to 2, or "
            f"{config.called('likelihood')} to gaussian."
        )
    return None


RULES: tuple[Callable[["RunConfig"], str | None], ...] = (
    _maps_need_pictures,
    _bernoulli_needs_two_levels,
)
