"""Latent vectors, and what turns them into samples."""

from ganlib.latent.decoder import GeneratorDecoder
from ganlib.latent.walks import lerp, seeded_z, slerp, truncate

__all__ = ["GeneratorDecoder", "lerp", "seeded_z", "slerp", "truncate"]
