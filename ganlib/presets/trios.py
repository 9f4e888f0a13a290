"""One run of each family on the same data."""

from collections.abc import Mapping
from dataclasses import dataclass

from ganlib.config import RunConfig
from ganlib.presets.families import FAMILIES
from ganlib.presets.pictures import PICTURES
from ganlib.presets.toy2d import TOY_2D
from ganlib.settings import changed


@dataclass(frozen=True)
class Trio:
    """Runs that learn the same data.

    Attributes:
        takes: how long all of them take on two CPU cores.
        configs: of a GAN, a VAE and an autoregressive model.
    """

    takes: str
    configs: tuple[RunConfig, ...]


def _digits() -> RunConfig:
    """The digits of the GAN in black and white, as the other two families learn them."""
    config = PICTURES["digits"].config
    return changed(config, {"title": "Digits in black and white (GAN)", "levels": 2})


TRIOS: Mapping[str, Trio] = {
    "Digits in black and white": Trio(
        "four minutes",
        (_digits(), FAMILIES["vae-digits"].config, FAMILIES["made-digits"].config),
    ),
    "The ring in 2-D": Trio(
        "one minute",
        (TOY_2D["ring"].config, FAMILIES["vae-ring"].config, FAMILIES["made-ring"].config),
    ),
}
"""By the name that a button bears."""
