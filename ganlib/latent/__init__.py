"""Latent vectors, and what turns them into samples."""

from ganlib.latent.decoder import GeneratorDecoder
from ganlib.latent.directions import (
    Directions,
    mean_direction,
    principal_directions,
    random_directions,
)
from ganlib.latent.walks import lerp, one_class, seeded_z, slerp, truncate

__all__ = [
    "Directions",
    "GeneratorDecoder",
    "lerp",
    "mean_direction",
    "one_class",
    "principal_directions",
    "random_directions",
    "seeded_z",
    "slerp",
    "truncate",
]
