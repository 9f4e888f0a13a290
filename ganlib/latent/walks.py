"""Latent vectors, the ways between them, and conditions beside them; NumPy only.

The prior is a standard normal, as in training (`ganlib.runtime.draw_z`).
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtr, chdtri

Latent = NDArray[np.float32]


def seeded_z(seed: int, latent_dim: int, count: int = 1) -> Latent:
    """`count` latent vectors (count, latent_dim) from the prior; the same seed gives the same."""
    return np.random.default_rng(seed).standard_normal((count, latent_dim), dtype=np.float32)


def usual_lengths(latent_dim: int) -> tuple[float, float]:
    """The lengths |z| / sqrt(d) between which 95 of 100 vectors of the prior lie."""
    low, high = (chdtri(latent_dim, above) / latent_dim for above in (0.975, 0.025))
    return math.sqrt(low), math.sqrt(high)


def share_below(length: float, latent_dim: int) -> float:
    """The share of vectors of the prior whose |z| / sqrt(d) is at most this."""
    return float(chdtr(latent_dim, latent_dim * length**2))


def one_class(label: int, classes: int, count: int) -> NDArray[np.float32]:
    """A condition (count, classes) that asks for the class of this number, `count` times."""
    return np.eye(classes, dtype=np.float32)[[label] * count]


def truncate(z: Latent, psi: float) -> Latent:
    """Draw z (N, d) towards the mean of the prior: psi 1 leaves it, psi 0 gives the mean.

    Source: Karras et al. 2019, arXiv 1812.04948, for a mean of zero.
    """
    return np.float32(psi) * z


def lerp(start: Latent, end: Latent, count: int) -> Latent:
    """`count` points (count, d) on the straight line; its middle is nearer to the mean."""
    share = np.linspace(0, 1, count, dtype=np.float32)[:, None]
    return (1 - share) * start + share * end


def slerp(start: Latent, end: Latent, count: int) -> Latent:
    """`count` points (count, d) along the arc from start to end, both (d,).

    Vectors of many numbers from a normal prior have nearly equal length; the arc keeps it, so that
    every point is as likely as the ends. Parallel vectors, and zero, have no arc and give the
    straight line.

    Source: White 2016, arXiv 1609.04468.
    """
    lengths = np.linalg.norm(start) * np.linalg.norm(end)
    cosine = np.dot(start, end) / lengths if lengths > 0 else 1.0
    angle = np.arccos(np.clip(cosine, -1, 1))
    if np.sin(angle) < 1e-4:
        return lerp(start, end, count)
    share = np.linspace(0, 1, count, dtype=np.float32)[:, None]
    arc = (np.sin((1 - share) * angle) * start + np.sin(share * angle) * end) / np.sin(angle)
    return np.asarray(arc, np.float32)
