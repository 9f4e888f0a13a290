"""What nearest neighbours tell of two sets: quality and variety apart, and copies."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganlib.errors import MeasureError
from ganlib.metrics.distances import check_count
from ganlib.metrics.parts import whole

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

K = 5
"""Which neighbour of a sample bounds its neighbourhood."""
_CHUNK = 500
_INSIDE = 1 - 1e-9
"""Of a reach: a distance computed in two ways may differ in its last digits."""
_THROWS = 6
_WEIGHTS = {
    number: sum(math.comb(_THROWS, more) for more in range(number, _THROWS + 1)) / 2**_THROWS
    for number in range(1, _THROWS + 1)
}
"""Chances of at least so many heads in six throws of a coin."""
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
    """All four: see `around_reals` and `recall`."""
    (precision, _), (density, _), (coverage, _) = around_reals(real, fake, k)
    (recalled,) = recall(real, fake, whole(len(fake)), k)
    return Neighbourhoods(precision, recalled, density, coverage)


def around_reals(real: Tensor, fake: Tensor, k: int = K) -> list[tuple[float, float]]:
    """Precision, density and coverage, each with its standard error.

    A sample's neighbourhood reaches to its k-th nearest neighbour within its own set, itself not
    counted; what lies exactly on its edge is outside. The errors are those of other fakes and the
    same reals: of means for the first two, and for coverage see `_error_of_coverage`.

    Args:
        real: (M, d) float64.
        fake: (N, d) float64.
        k: see above.

    Raises:
        MeasureError: a set has no more than k members.

    Sources: Kynkaanniemi et al. 2019, arXiv 1904.06991; Naeem et al. 2020, arXiv 2002.09797.
    """
    check_count("precision", k + 1, len(real), len(fake))
    reach = nearest(real.numpy(), None, k)[:, -1:] * _INSIDE
    lies_in, held = np.zeros(len(fake), np.int64), Counter[bytes]()
    for part, apart in _apart(real, fake):
        within = apart < reach[part]
        lies_in += within.sum(0)
        held.update(one.tobytes() for one in np.packbits(within, axis=1))
    coverage = 1 - held.pop(bytes(-(-len(fake) // 8)), 0) / len(real)
    return [
        *(_mean(one) for one in (lies_in > 0, lies_in / k)),
        (coverage, _error_of_coverage(held, len(fake)) / len(real)),
    ]


def _mean(values: NDArray[Any]) -> tuple[float, float]:
    """With its standard error."""
    return float(values.mean()), float(values.std()) / math.sqrt(len(values))


def _error_of_coverage(held: Mapping[bytes, int], count: int) -> float:
    """Standard error of the number of reals in whose neighbourhood some of N fakes lie.

    With p_j the chance that a fake lies near the real j, and p_jk that it lies near both, the
    variance of N independent fakes is the sum over all j and k of

        exp(-N (p_j + p_k - p_jk)) - exp(-N (p_j + p_k)) (1 + N p_j p_k).

    In a place with c fakes, exp(-2 N p) is on average (-1)^c. So the sum of the first two is on
    average that of -(-1)^c over those j and k that hold the very same c > 0 fakes, and the last
    is the square of how many hold one, over N. With c = 1 alone this is the jackknife, which finds
    up to twice the variance. Large c say nothing but noise, and are weighed down.

    Args:
        held: how many reals hold the same fakes, by these.
        count: N.

    Source: Good & Toulmin 1956 for (-1)^c; Efron & Thisted 1976 for the weights.
    """
    variance, alone = 0.0, 0
    for fakes, reals in held.items():
        number = int.from_bytes(fakes).bit_count()
        alone += reals * (number == 1)
        variance -= (-1) ** number * _WEIGHTS.get(number, 0.0) * reals**2
    return math.sqrt(max(variance - alone**2 / count, 0.0))


def recall(real: Tensor, fake: Tensor, parts: Tensor, k: int = K) -> list[float]:
    """Share of the reals near to each of several parts of the fakes; see `around_reals`.

    Args:
        real: (M, d) float64.
        fake: (N, d) float64.
        parts: (P, N) bool, which fakes are in each.
        k: as there.

    Raises:
        MeasureError: the reals, or a part of the fakes, have no more than k members.
    """
    check_count("recall", k + 1, len(real), *parts.sum(1).tolist())
    # Nothing lies within a negative reach.
    reaches = np.where(parts.numpy(), nearest_other(fake, parts, k).numpy() * _INSIDE, -1)
    recalled = np.zeros(len(reaches), np.int64)
    for _, apart in _apart(real, fake):
        recalled += [(apart < reach).any(1).sum() for reach in reaches]
    return [float(count) / len(real) for count in recalled]


def _apart(real: Tensor, fake: Tensor) -> Iterator[tuple[slice, Distances]]:
    """How far each real lies from each fake, for some reals at a time."""
    from scipy.spatial.distance import cdist

    for start in range(0, len(real), _CHUNK):
        part = slice(start, start + _CHUNK)
        yield part, cdist(real[part].numpy(), fake.numpy())


@cache
def _thread_pools() -> "ThreadpoolController":
    """Those of this process, which take some milliseconds to find."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def nearest(among: NDArray[Any], of: NDArray[Any] | None, k: int) -> Distances:
    """Distances to the k nearest in `among`, the nearest first: (n, k).

    Args:
        among: (m, d).
        of: (n, d); None for the members of `among`, none of which counts as its own neighbour.
        k: less than m.
    """
    from sklearn.neighbors import NearestNeighbors

    # Scikit-learn takes every core, whatever n_jobs says; one is what measuring may have.
    with _thread_pools().limit(limits=1, user_api="openmp"):
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
    queries = of.flatten(1).float().numpy()
    parts = [part.flatten(1).float().numpy() for part in among.split(_CHUNK)]
    distances = [nearest(part, queries, min(k, len(part))) for part in parts]
    return np.sort(np.concatenate(distances, axis=1), axis=1)[:, :k]


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


def nearest_other(some: Tensor, parts: Tensor, k: int = 1) -> Tensor:
    """How far each member of a part lies from the k-th nearest other of it: (P, N) float64.

    Args:
        some: (N, d).
        parts: (P, N) bool, more than k in each; who is not in it gets NaN.
        k: see above.
    """
    distances = some.new_full(parts.shape, math.nan)
    for row, part in zip(distances, parts, strict=True):
        row[part] = torch.from_numpy(nearest(some[part].numpy(), None, k)[:, -1])
    return distances


def memorisation_ratio(distances: Tensor, typical: float) -> float:
    """Median distance from a fake to the nearest training picture, over what is typical of those.

    About 1 for pictures that were never seen, near 0 for copies.

    Args:
        distances: (N,) as `nearest_training` gives them.
        typical: `typical_distance` of the training pictures.
    """
    return float(distances.quantile(0.5)) / typical
