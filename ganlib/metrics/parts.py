"""How far to trust a metric of a sample, told by the metrics of parts of that sample.

Parts are (P, N) bool, which of the N members are in each.
"""

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

GROUPS = 20
HALVINGS = 10
_SEED = 7


def whole(count: int) -> Tensor:
    """One part with all members."""
    return torch.ones(1, count, dtype=torch.bool)


def all_but_some(count: int) -> Tensor:
    """All without one of `GROUPS` random groups each, which share all members out among them."""
    order = torch.randperm(count, generator=torch.Generator().manual_seed(_SEED))
    groups = min(GROUPS, count)
    return order % groups != torch.arange(groups)[:, None]


def halves(count: int) -> Tensor:
    """One half and the other, in `HALVINGS` random ways; of an odd number one is in neither."""
    rng = torch.Generator().manual_seed(_SEED)
    orders = torch.stack([torch.randperm(count, generator=rng) for _ in range(HALVINGS)])
    half = count // 2
    return torch.stack((orders < half, (orders >= half) & (orders < 2 * half)), 1).flatten(0, 1)


def jackknife(values: Sequence[float], surplus: float = 0.0) -> float:
    """The standard error of a metric, from those of `all_but_some`.

    Args:
        values: see above.
        surplus: by which the variance comes out twice as large as it is, where the metric is a sum
            of squares of what averages to 0.

    Source: Efron & Tibshirani 1993, An Introduction to the Bootstrap, chapter 11.
    """
    variance = (len(values) - 1) * float(np.var(values))
    return math.sqrt(max(variance - surplus, surplus))


def half_difference(values: Sequence[float]) -> float:
    """The same from those of `halves`: half the root mean square of their differences.

    Where a metric counts how near members are to each other, the jackknife finds 1.5 times as much
    as there is.
    """
    return math.sqrt(np.square(np.subtract(values[::2], values[1::2])).mean()) / 2
