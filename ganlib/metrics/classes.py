"""What a classifier says of a set of pictures: which classes, and how surely."""

import torch
from torch import Tensor

from ganlib.metrics.distances import check_count

LEAST_OF_A_CLASS = 5
"""Pictures for each class, on average, from which a histogram is counted."""


def histogram(shares: Tensor) -> Tensor:
    """(K,) float64: of (N, K) probabilities, the share of pictures whose likeliest class it is."""
    return torch.bincount(shares.argmax(1), minlength=shares.shape[1]).double() / len(shares)


def class_divergence(shares: Tensor, counts: Tensor) -> float:
    """KL of the histogram of the fakes' classes to that of the data, in nats.

    0 for the same shares; log K for one class out of K equal ones. Of as many pictures of the data
    it is about (K - 1) / 2N. A class that the data lack counts as one picture there: else a single
    fake that is taken for one would make it infinite.

    Args:
        shares: (N, K) float64 probabilities of the fakes.
        counts: (K,) int64, pictures of each class in the data.

    Raises:
        MeasureError: N is less than 5 K.
    """
    check_count("class KL", LEAST_OF_A_CLASS * len(counts), len(shares))
    fakes, data = histogram(shares), counts.clamp(min=1).double()
    return float(torch.special.xlogy(fakes, fakes / (data / data.sum())).sum())


def classifier_score(shares: Tensor) -> float:
    """Exp of the mean KL of each picture's probabilities to the mean of all: 1 to K.

    High when each picture is surely of one class, and all classes are there.

    Args:
        shares: (N, K) float64 probabilities.

    Raises:
        MeasureError: there are fewer than 2 pictures, of which the score is always 1.

    Source: Salimans et al. 2016, arXiv 1606.03498.
    """
    check_count("classifier score", 2, len(shares))
    surprise = torch.special.xlogy(shares, shares) - torch.special.xlogy(shares, shares.mean(0))
    return float(surprise.sum(1).mean().exp())
