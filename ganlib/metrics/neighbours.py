"""What nearest neighbours tell of two sets: quality and variety apart, and copies."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganlib.errors import MeasureError
from ganlib.metrics.distances import check_count

K = 5
"""Which neighbour of a sample bounds its neighbourhood."""
_CHUNK = 500
_INSIDE = 1 - 1e-9
"""Of a reach: a distance computed in two ways may differ in its last digits."""
Distances = NDArray[np.float64]


@dataclass(frozen=True)
class Neighbourhoods:
    """Four shares; the first three are of fakes or reals within the other set's neighbourhoods.

    Attributes:
        precision: share of the fakes that lie in the neighbourhood of some real.
        recall: share of the reals that lie in the neighbourhood of some fake.
        density: in how many neighbourhoods of reals a fake lies, over k; it may exceed 1.
        coverage: share of the reals in whose neighbourhood some fake lies.
    """

    precision: float
    recall: float
    density: float
    coverage: float


def neighbourhoods(real: Tensor, fake: Tensor, k: int = K) -> Neighbourhoods:
    """Precision, recall, density and coverage.

    A sample's neighbourhood reaches to its k-th nearest neighbour within its own set, itself not
    counted; what lies exactly on its edge is outside.

    Args:
        real: (M, d) float64.
        fake: (N, d) float64.
        k: see above.

    Raises:
        MeasureError: a set has no more than k members.

    Sources: Kynkaanniemi et al. 2019, arXiv 1904.06991; Naeem et al. 2020, arXiv 2002.09797.
    """
    from scipy.spatial.distance import cdist

    check_count("precision", k + 1, len(real), len(fake))
    reals, fakes = real.numpy(), fake.numpy()
    reach_real = nearest(reals, None, k)[:, -1] * _INSIDE
    reach_fake = nearest(fakes, None, k)[:, -1] * _INSIDE
    lies_in = np.zeros(len(fakes), np.int64)
    recalled = covered = 0
    for start in range(0, len(reals), _CHUNK):
        part = slice(start, start + _CHUNK)
        apart = cdist(reals[part], fakes)
        within = apart < reach_real[part, None]
        lies_in += within.sum(0)
        covered += int(within.any(1).sum())
        recalled += int((apart < reach_fake).any(1).sum())
    return Neighbourhoods(
        precision=float((lies_in > 0).mean()),
        recall=recalled / len(reals),
        density=float(lies_in.mean()) / k,
        coverage=covered / len(reals),
    )


def nearest(among: NDArray[Any], of: NDArray[Any] | None, k: int) -> Distances:
    """Distances to the k nearest in `among`, the nearest first: (n, k).

    Args:
        among: (m, d).
        of: (n, d); None for the members of `among`, none of which counts as its own neighbour.
        k: less than m.
    """
    from sklearn.neighbors import NearestNeighbors
    from threadpoolctl import threadpool_limits

    # Scikit-learn takes every core, whatever n_jobs says; one is what measuring may have.
    with threadpool_limits(1, user_api="openmp"):
        search = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(among)
        distances: Distances = search.kneighbors(of)[0]
    return distances


def nearest_in_parts(among: Tensor, of: Tensor, k: int) -> Distances:
    """As `nearest`, for many numbers of any kind: only a part of them is in the form of the search.

    Args:
        among: (m, ...), m at least k.
        of: (n, ...); a member of `among` counts as its own neighbour, at distance 0.
        k: how many.
    """
    asked = of.flatten(1).float().numpy()
    parts = [part.flatten(1).float().numpy() for part in among.split(_CHUNK)]
    found = [nearest(part, asked, min(k, len(part))) for part in parts]
    return np.sort(np.concatenate(found, axis=1), axis=1)[:, :k]


def typical_distance(train: Tensor) -> float:
    """Median distance from a training picture to the nearest other one.

    Args:
        train: (M, ...) numbers, M at least 2, in random order: the first `_CHUNK` are asked.

    Raises:
        MeasureError: there is one picture, or most of them have an exact copy.
    """
    check_count("memorisation ratio", 2, len(train))
    typical = float(np.median(nearest_in_parts(train, train[:_CHUNK], 2)[:, 1]))
    if typical == 0:
        raise MeasureError(
            "The memorisation ratio needs pictures that differ, and most of these have a copy."
        )
    return typical


def nearest_training(some: Tensor, train: Tensor) -> Tensor:
    """(N,) float64: how far each of (N, ...) numbers lies from the nearest of (M, ...)."""
    return torch.from_numpy(nearest_in_parts(train, some, 1)[:, 0])


def nearest_other(some: Tensor) -> Tensor:
    """(N,) float64: how far each of (N, d) numbers, N at least 2, lies from the nearest other."""
    return torch.from_numpy(nearest(some.numpy(), None, 1)[:, 0])


def memorisation_ratio(distances: Tensor, typical: float) -> float:
    """Median distance from a fake to the nearest training picture, over what is typical of those.

    About 1 for pictures that were never seen, near 0 for copies.

    Args:
        distances: (N,) as `nearest_training` gives them.
        typical: `typical_distance` of the training pictures.
    """
    return float(distances.quantile(0.5)) / typical
