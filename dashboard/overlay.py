"""Runs laid over one another: smoothed, on a common axis, thinned, with bands over seeds."""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ganlib import Facets, RunConfig, RunSnapshot, Setting, all_settings

Axis = Literal["step", "images", "seconds"]
AXES: tuple[Axis, ...] = get_args(Axis)
Floats = NDArray[np.float32]

HEAVIEST = 0.999
"""Weight of the heaviest smoothing: a memory of 1,000 steps."""
SAMPLED = 2000
"""Values of a curve that the usual range is read from."""
ARCHITECTURE = Facets(label="Architecture", role="learning")


def smooth(values: Floats, weight: float) -> Floats:
    """Debiased exponential moving average of a series with a row for each step.

        s_t = sum_k w^(t-k) x_k / sum_k w^(t-k)      over the measured k <= t

    It looks back only, so that a new point changes no old one, and the weight of a value falls
    with the steps since, measured or not: the memory is 1 / (1 - w) steps for every series,
    however often it is measured. With all measured the denominator is (1 - w^t) / (1 - w): the
    correction of Adam's moments (Kingma & Ba 2015, arXiv 1412.6980).

    Args:
        values: (n,), NaN where nothing was measured.
        weight: w from 0 (no smoothing) to `HEAVIEST`.

    Returns:
        (n,), NaN where `values` is not finite.
    """
    measured = np.isfinite(values)
    total, mass = _fading_sums(np.stack([np.where(measured, values, 0.0), measured]), weight)
    mean: Floats = np.full(len(values), np.nan, np.float32)
    mean[measured] = total[measured] / mass[measured]
    return mean


def _fading_sums(rows: NDArray[np.float64], weight: float) -> NDArray[np.float64]:
    """sum_k w^(t-k) x_k over the k <= t, along the last axis.

    Each pass doubles how far back the sums reach; every element is worked out from those before it
    alone, and so to the last bit the same however many follow. Terms that weigh less than a
    float32 can tell are left out.
    """
    sums, reach = rows.astype(np.float64), 1
    while reach < rows.shape[-1] and weight > 1e-9:
        sums[..., reach:] += weight * sums[..., :-reach]
        reach, weight = 2 * reach, weight * weight
    return sums


def positions(snapshot: RunSnapshot, axis: Axis, rows: slice) -> Floats:
    """Where some rows of a run stand on an axis, never falling."""
    columns: dict[Axis, NDArray[Any]] = {
        "step": snapshot.steps,
        "images": snapshot.images,
        "seconds": snapshot.seconds,
    }
    return columns[axis][rows].astype(np.float32)


def within(x: Floats, first: float, last: float) -> slice:
    """The rows between two positions (both included), and one more on each side for the line."""
    begin = int(np.searchsorted(x, first, side="left"))
    end = int(np.searchsorted(x, last, side="right"))
    return slice(max(begin - 1, 0), end + 1)


def sample(values: Floats) -> Floats:
    """At most `SAMPLED` of the measured values, evenly spread."""
    values = values[np.isfinite(values)]
    return values[:: max(1, -(-len(values) // SAMPLED))]


def usual_range(samples: Sequence[Floats]) -> tuple[float, float] | None:
    """The 1st and the 99th percentile of all values together; None when there are none.

    One spike does not stretch it, and neither does one run of several that leaps.
    """
    together = np.concatenate([*samples, np.empty(0, np.float32)])
    if not len(together):
        return None
    low, high = np.percentile(together, (1, 99))
    return float(low), float(high)


def band(curves: Sequence[tuple[Floats, Floats]]) -> tuple[Floats, Floats, Floats, Floats]:
    """Mean, least and greatest value of several curves at common positions.

    The positions are those of the first curve, as far as all curves reach; the others are read on
    the straight lines between their points.

    Args:
        curves: positions and values of each, NaN where nothing was measured.

    Returns:
        positions, mean, least and greatest: (m,) each; m is 0 when there is no common stretch.
    """
    measured = [(x[np.isfinite(y)], y[np.isfinite(y)]) for x, y in curves]
    if not all(len(x) for x, _ in measured):
        nothing = np.empty(0, np.float32)
        return nothing, nothing, nothing, nothing
    begin = max(x[0] for x, _ in measured)
    end = min(x[-1] for x, _ in measured)
    common = measured[0][0]
    common = common[(common >= begin) & (common <= end)]
    levels = np.stack([np.interp(common, x, y) for x, y in measured]).astype(np.float32)
    return common, levels.mean(axis=0), levels.min(axis=0), levels.max(axis=0)


@lru_cache(maxsize=64)
def but_for_seed(config: RunConfig) -> Hashable:
    """Equal for two configurations that learn alike but for their random numbers."""
    return tuple(
        (one.name, one.value) for one in _settings(config).values() if one.facets.role != "seed"
    )


def differences(configs: Sequence[RunConfig]) -> list[tuple[Setting, list[str]]]:
    """The settings in which these differ, with what each has, in words.

    What one of them does not have at all is left out: its architecture or data tell as much. What
    kinds of runs call otherwise has all its labels.
    """
    settings = [_settings(config) for config in configs]
    return [
        (
            _called_by_all([one[name] for one in settings]),
            [one[name].in_words(one[name].value) for one in settings],
        )
        for name in (settings[0] if settings else ())
        if all(name in one for one in settings)
        if len({one[name].value for one in settings}) > 1
    ]


def _called_by_all(settings: Sequence[Setting]) -> Setting:
    """The first of some of one name, under all their labels, as in "Distribution or Data set"."""
    first = settings[0]
    labels = dict.fromkeys(one.facets.label for one in settings)
    return replace(first, facets=replace(first.facets, label=" or ".join(labels)))


def _settings(config: RunConfig) -> dict[str, Setting]:
    """All that decides how a run learns, by name, and the kind of its networks."""
    path = ("algorithm", "network", "architecture")
    kind = Setting(path, "choice", config.algorithm.network.architecture, "", ARCHITECTURE)
    return {one.name: one for one in (*all_settings(config), kind) if one.decides_learning}
