"""How likely a model takes pictures to be that it never saw."""

import math

import numpy as np
from torch import Tensor

from ganlib.events import Figure, Likely

PRICE = "negative log-likelihood"
BITS = "bits per dimension"
MOST_ASKED = 500
"""Held-out pictures, the first of them, that a model is asked about."""


def likelihood_figures(decoder: Likely, pictures: Tensor) -> tuple[Figure, ...]:
    """The mean of -log p(x), in nats for each picture, and in bits for each of its numbers.

    Of a density there are no bits for each number: it depends on the unit of the numbers.

    Args:
        decoder: says how likely pictures are.
        pictures: (N, C, S, S) uint8.
    """
    asked = pictures[:MOST_ASKED]
    prices = -decoder.log_likelihood(asked.permute(0, 2, 3, 1).contiguous().numpy())
    count = len(prices)
    mean, error = float(prices.mean()), float(prices.std() / math.sqrt(count))
    features = f"held-out pictures, {decoder.likelihood_words}"
    if decoder.is_density:
        note = "Of a density of numbers from -1 to 1: no probability to compare with one."
        return (Figure(PRICE, mean, error, None, count, features, note),)
    each = np.log(2) * math.prod(asked.shape[1:])
    return (
        Figure(PRICE, mean, error, None, count, features),
        Figure(BITS, mean / each, error / each, None, count, features),
    )
