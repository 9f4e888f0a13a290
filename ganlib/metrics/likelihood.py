"""How likely a model takes samples to be that it never saw."""

import math

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from ganlib.data import Distribution
from ganlib.events import HasLikelihood, Metric
from ganlib.runtime import make_rng
from ganlib.streams import Stream

NLL = "negative log-likelihood"
BITS_PER_DIM = "bits per dimension"
SHARED = "mass shared with the data"
MOST_HELD_OUT = 500
"""Held-out pictures, the first of them, that a model is asked about."""
POINTS = 5000
"""Fresh points of 2-D data whose density it is asked for."""


def likelihood_metrics(
    decoder: HasLikelihood, pictures: Tensor, learnt: Tensor | None = None
) -> tuple[Metric, ...]:
    """The mean of -log p(x), in nats for each picture, and in bits for each of its numbers.

    Of a density there are no bits for each number: it depends on the unit of the numbers.

    Args:
        decoder: says how likely pictures are.
        pictures: (N, C, S, S) uint8.
        learnt: (M, C, S, S) uint8 that it learnt from: told is how many of the others are alike.
    """
    held_out = pictures[:MOST_HELD_OUT]
    alike = "" if learnt is None else _alike(held_out, learnt)
    nll = -decoder.log_likelihood(held_out.permute(0, 2, 3, 1).contiguous().numpy())
    count = len(nll)
    mean, error = _mean(nll)
    features = f"held-out pictures, {decoder.likelihood_words}"
    if decoder.is_density:
        note = "Of a density of numbers from -1 to 1: no probability to compare with one."
        return (Metric(NLL, mean, error, None, count, features, f"{note} {alike}".strip()),)
    each = np.log(2) * math.prod(held_out.shape[1:])
    return (
        Metric(NLL, mean, error, None, count, features, alike),
        Metric(BITS_PER_DIM, mean / each, error / each, None, count, features, alike),
    )


def _alike(held_out: Tensor, learnt: Tensor) -> str:
    known = {one.numpy().tobytes() for one in learnt}
    count = sum(one.numpy().tobytes() in known for one in held_out)
    return f"{count:,} of them are exactly like one that was learnt from." if count else ""


def density_metric(decoder: HasLikelihood, distribution: Distribution) -> Metric:
    """The mean of -log p(x) in nats of fresh points, always the same.

    Its floor is what the true density gets there: on average nothing gets less.

    Args:
        decoder: says how likely points are.
        distribution: what it learnt from.
    """
    points = _fresh(distribution)
    mean, error = _mean(-decoder.log_likelihood(points.numpy()))
    floor = -float(distribution.log_density(points.double()).mean())
    return Metric(NLL, mean, error, floor, POINTS, f"fresh points, {decoder.likelihood_words}")


def shared_mass(decoder: HasLikelihood, distribution: Distribution) -> Metric:
    """How much of its mass a density q shares with that of the data p: 1 - TV = E_p min(1, q / p).

    It is the mean over the same fresh points as above. Reading both densities on a grid instead
    would count what lies between its places as missing, and their means over cells would hide
    what is wrong within a cell.

    Args:
        decoder: says how likely points are.
        distribution: what it learnt from.
    """
    points = _fresh(distribution)
    true = distribution.log_density(points.double()).numpy()
    share, error = _mean(np.exp(np.minimum(decoder.log_likelihood(points.numpy()) - true, 0)))
    words = f"fresh points, {decoder.likelihood_words}"
    return Metric(SHARED, share, error, 1.0, POINTS, words)


def _fresh(distribution: Distribution) -> Tensor:
    """(POINTS, 2), always the same."""
    return distribution.sample(POINTS, make_rng(0, Stream.LIKELIHOOD_POINTS))


def _mean(values: NDArray[np.float64]) -> tuple[float, float]:
    """The mean with its standard error."""
    return float(values.mean()), float(values.std() / math.sqrt(len(values)))
