"""Latent vectors, and what turns them into samples."""

from ganlib.latent.decoder import GeneratorDecoder
from ganlib.latent.walks import lerp, one_class, seeded_z, slerp, truncate

__all__ = ["GeneratorDecoder", "lerp", "one_class", "seeded_z", "slerp", "truncate"]
