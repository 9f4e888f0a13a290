"""Directions in the space of latent vectors or of styles, each of length 1; NumPy only.

The prior of z has variance 1 in every direction, so that a step along any of them counts in its
standard deviations. Styles vary more along some directions than along others.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ganlib.errors import MeasureError
from ganlib.events import Decoder
from ganlib.latent.walks import Latent, seeded_z
from ganlib.streams import Stream

SAMPLES = 2048
"""Latent vectors that directions are found from."""


@dataclass(frozen=True)
class Directions:
    """Orthonormal directions, the one that counts most first.

    Attributes:
        vectors: (K, latent_dim), or (K, w_dim).
        shares: (K,), the part of the variance of the features that each stands for.
        deviations: (K,), the standard deviation along each; 1 where the prior is that of z.
    """

    vectors: Latent
    shares: NDArray[np.float64]
    deviations: NDArray[np.float64]


def principal_directions(
    decoder: Decoder, most: int = 16, condition: NDArray[np.float32] | None = None
) -> Directions:
    """The directions of z along which the generator's first features vary most.

    The features of `SAMPLES` vectors get their principal components, and z is regressed on each
    of them. Where the features bend these directions are a little askew: they are made orthogonal
    in their order.

    Args:
        decoder: of the generator.
        most: how many at most; there are never more than latent dimensions.
        condition: (1, classes) the class that is asked for, where one can be.

    Source: Härkönen et al. 2020, arXiv 2004.02546.
    """
    from sklearn.decomposition import PCA

    z = seeded_z(Stream.DIRECTIONS, decoder.latent_dim, SAMPLES)
    conditions = None if condition is None else np.repeat(condition, len(z), axis=0)
    features = decoder.features(z, conditions).astype(np.float64)
    count = min(most, *features.shape, decoder.latent_dim)
    components = PCA(count, svd_solver="randomized", random_state=0)
    places = components.fit_transform(features)
    regressed = z.T.astype(np.float64) @ places / np.square(places).sum(0).clip(1e-12)
    # QR leaves the sign of each vector open.
    askew = regressed / np.linalg.norm(regressed, axis=0).clip(1e-12)
    upright, sizes = np.linalg.qr(askew)
    vectors = (upright * np.where(np.diag(sizes) < 0, -1, 1)).T
    shares = components.explained_variance_ratio_
    return Directions(vectors.astype(np.float32), shares, np.ones(count))


def style_directions(decoder: Decoder, most: int = 16) -> Directions:
    """The directions of w along which the styles of a generator vary most.

    These are the principal components of the styles of `SAMPLES` latent vectors.

    Args:
        decoder: of a generator that is steered by styles.
        most: how many at most; there are never more than numbers of a style.

    Source: Härkönen et al. 2020, arXiv 2004.02546.
    """
    from sklearn.decomposition import PCA

    z = seeded_z(Stream.DIRECTIONS, decoder.latent_dim, SAMPLES)
    styles = decoder.features(z).astype(np.float64)
    components = PCA(min(most, styles.shape[1]), svd_solver="covariance_eigh").fit(styles)
    vectors = components.components_.astype(np.float32)
    deviations = np.sqrt(components.explained_variance_.clip(0))
    return Directions(vectors, components.explained_variance_ratio_, deviations)


def random_directions(seed: int, latent_dim: int, most: int = 16) -> Latent:
    """Orthonormal directions (K, latent_dim) without any preference."""
    drawn = np.random.default_rng(seed).standard_normal((latent_dim, min(most, latent_dim)))
    return np.linalg.qr(drawn)[0].T.astype(np.float32)


def mean_direction(z: Latent, chosen: NDArray[np.bool_]) -> Latent:
    """The way from the mean of the other latent vectors to that of the chosen ones: (latent_dim,).

    Args:
        z: (N, latent_dim).
        chosen: (N,).

    Raises:
        MeasureError: none or all of them are chosen, or the means are one.

    Source: Radford et al. 2016, arXiv 1511.06434.
    """
    if chosen.all() or not chosen.any():
        raise MeasureError("A direction leads from some samples to others: choose both kinds.")
    way = z[chosen].mean(0, dtype=np.float64) - z[~chosen].mean(0, dtype=np.float64)
    length = np.linalg.norm(way)
    if length < 1e-6:
        raise MeasureError("The two kinds of samples have the same mean: choose others.")
    return np.asarray(way / length, np.float32)
