"""Latent vectors, what turns them into samples, and the way back."""

from ganlib.latent.autoregressive import AutoregressiveDecoder
from ganlib.latent.bound import importance_bound, terms
from ganlib.latent.decoder import GeneratorDecoder
from ganlib.latent.directions import (
    Directions,
    mean_direction,
    principal_directions,
    random_directions,
    style_directions,
)
from ganlib.latent.inversion import Inversion, invert, paste, residual
from ganlib.latent.styles import mix_styles, steer_styles
from ganlib.latent.vae import VaeDecoder
from ganlib.latent.walks import (
    lerp,
    one_class,
    seeded_z,
    share_below,
    slerp,
    truncate,
    usual_lengths,
)

__all__ = [
    "AutoregressiveDecoder",
    "Directions",
    "GeneratorDecoder",
    "Inversion",
    "VaeDecoder",
    "importance_bound",
    "invert",
    "lerp",
    "mean_direction",
    "mix_styles",
    "one_class",
    "paste",
    "principal_directions",
    "random_directions",
    "residual",
    "seeded_z",
    "share_below",
    "slerp",
    "steer_styles",
    "style_directions",
    "terms",
    "truncate",
    "usual_lengths",
]
