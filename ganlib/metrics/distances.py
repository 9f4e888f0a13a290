"""How far two sets of features lie apart, as two numbers that need no neighbours."""

import torch
from torch import Tensor, nn

from ganlib.errors import MeasureError

SUBSET = 500
SUBSETS = 20
"""Draws whose mean is the kernel distance; its cost then grows no further with the samples."""
_SEED = 6


def frechet_distance(real: Tensor, fake: Tensor) -> float:
    """Squared Fréchet distance of the normal distributions with the same means and covariances.

    ||m - n||^2 + tr(S + T - 2 (S T)^(1/2)); computed by torchmetrics from sums of both sets.

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


def kernel_distance(real: Tensor, fake: Tensor) -> float:
    """Squared maximum mean discrepancy under the kernel (x.y / d + 1)^3, without bias.

    Of equal distributions it is 0 on average, and as often negative as positive. The mean of
    `SUBSETS` draws of `SUBSET` members of each set, or of as many as the smaller set has.

    Args:
        real: (M, d) float64, M at least 2.
        fake: (N, d) float64, N at least 2.

    Raises:
        MeasureError: a set has fewer than 2 members.

    Source: Binkowski et al. 2018, arXiv 1801.01401.
    """
    check_count("kernel distance", 2, len(real), len(fake))
    size = min(SUBSET, len(real), len(fake))
    # The class of torchmetrics draws subsets from the global generator, which all threads share.
    rng = torch.Generator().manual_seed(_SEED)
    draws = 1 if size == len(real) == len(fake) else SUBSETS
    return sum(_one_draw(real, fake, size, rng) for _ in range(draws)) / draws


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


def _one_draw(real: Tensor, fake: Tensor, size: int, rng: torch.Generator) -> float:
    from torchmetrics.image.kid import poly_mmd

    some_real, some_fake = (
        each[torch.randperm(len(each), generator=rng)[:size]] for each in (real, fake)
    )
    return float(poly_mmd(some_real, some_fake))


class _AsTheyAre(nn.Module):
    """The feature network that torchmetrics asks for, when the features are computed already."""

    def __init__(self, dimensions: int) -> None:
        super().__init__()
        self.num_features = dimensions

    def forward(self, features: Tensor) -> Tensor:
        """(N, d) float64 as they are; the distance comes in the precision of the features."""
        return features
