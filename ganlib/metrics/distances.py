"""How far two sets of features lie apart, as two numbers that need no neighbours."""

import torch
from torch import Tensor, nn

from ganlib.errors import MeasureError

_CHUNK = 500
"""Samples whose kernels are in memory at once."""


def frechet_distance(real: Tensor, fake: Tensor) -> float:
    """Squared Fréchet distance of the normal distributions with the same means and covariances.

    ||m - n||^2 + tr(S + T - 2 (S T)^(1/2)); computed by torchmetrics from sums of both sets. The
    features of pictures are those of `ganlib.metrics.features`, or `inception` where it is wanted.

    Args:
        real: (M, d) float64.
        fake: (N, d) float64.

    Raises:
        MeasureError: one of the sets has no more than d + 1 members, so that its covariance says
            more about the draw than about the distribution.

    Source: Heusel et al. 2017, arXiv 1706.08500.
    """
    least = real.shape[1] + 2
    check_count("Fréchet distance", least, len(real), len(fake))
    from torchmetrics.image.fid import FrechetInceptionDistance

    distance = FrechetInceptionDistance(feature=_AsTheyAre(real.shape[1]))
    distance.update(real, real=True)
    distance.update(fake, real=False)
    return float(distance.compute())


def kernel_distance(real: Tensor, fake: Tensor, parts: Tensor) -> Tensor:
    """Squared maximum mean discrepancy under the kernel (x.y / d + 1)^3, without bias.

    Of equal distributions it is 0 on average, and as often negative as positive. It is of all
    pairs; the source takes those of random subsets, which is the same on average.

    Args:
        real: (M, d) float64, M at least 2.
        fake: (N, d) float64.
        parts: (P, N) bool, parts of the fakes, at least 2 in each.

    Returns:
        (P,) float64, of each part.

    Raises:
        MeasureError: the reals, or a part of the fakes, have fewer than 2 members.

    Source: Binkowski et al. 2018, arXiv 1801.01401.
    """
    check_count("kernel distance", 2, len(real), *parts.sum(1).tolist())
    chosen, m = parts.double(), len(real)
    n = chosen.sum(1)
    of_reals = _sums(real, real).sum() - _own(real).sum()
    of_fakes = (_sums(fake, fake, chosen) * chosen.T).sum(0) - chosen @ _own(fake)
    across = _sums(real, fake, chosen).sum(0)
    distances: Tensor = of_reals / (m * (m - 1)) + of_fakes / (n * (n - 1)) - 2 * across / (m * n)
    return distances


def _sums(some: Tensor, others: Tensor, parts: Tensor | None = None) -> Tensor:
    """Of each with all others, or those of each part (P, M): (L, d), (M, d) -> (L, 1 or P)."""
    chosen = some.new_ones(1, len(others)) if parts is None else parts
    kernels = ((few @ others.T / some.shape[1] + 1).pow(3) for few in some.split(_CHUNK))
    return torch.cat([one @ chosen.T for one in kernels])


def _own(some: Tensor) -> Tensor:
    """Of each with itself: (L, d) -> (L,)."""
    return (some.square().mean(1) + 1).pow(3)


def check_count(name: str, least: int, *counts: int) -> None:
    """Refuse too few pictures.

    Raises:
        MeasureError: one of the counts is below `least`.
    """
    if min(counts) < least:
        raise MeasureError(
            f"The {name} needs at least {least:,} pictures of each kind, and there are "
            f"{min(counts):,}: measure more of them."
        )


class _AsTheyAre(nn.Module):
    """The feature network that torchmetrics asks for, when the features are computed already."""

    def __init__(self, dimensions: int) -> None:
        super().__init__()
        self.num_features = dimensions

    def forward(self, features: Tensor) -> Tensor:
        """(N, d) float64 as they are; the distance comes in the precision of the features."""
        return features
