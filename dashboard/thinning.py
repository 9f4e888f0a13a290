"""Curves of a run, downsampled so that they weigh the same at any step.

Those that are compared are smoothed in `dashboard.overlay`.
"""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from tsdownsample import MinMaxLTTBDownsampler

from dashboard.wire import Arrays
from ganlib import RunSnapshot

_X = TypeVar("_X", np.uint32, np.float32)

MOST_POINTS = 800
"""Points of one series in a message."""
MOST_POINTS_IN_ALL = 6750
"""Points of all series in a message, which weigh 54 kB."""


def curves(snapshot: RunSnapshot, first: int, last: int, points: int) -> Arrays:
    """The steps and values of every series between two steps (both included), thinned.

    Each has at most so many `points`, and is left out where it has none. Where many are measured,
    each has fewer, so that a message never grows beyond its budget.
    """
    begin = int(np.searchsorted(snapshot.steps, first, side="left"))
    end = int(np.searchsorted(snapshot.steps, last, side="right"))
    steps, metrics = snapshot.steps[begin:end], snapshot.metrics[begin:end]
    measured = int(np.isfinite(metrics).any(axis=0).sum())
    points = min(points, MOST_POINTS_IN_ALL // max(1, measured))
    arrays: dict[str, NDArray[Any]] = {}
    for column, name in enumerate(snapshot.metric_names):
        kept_steps, values = thin(steps, metrics[:, column], points)
        if len(kept_steps):
            arrays |= {f"{name}/steps": kept_steps, f"{name}/values": values}
    return arrays


def thin(
    x: NDArray[_X], values: NDArray[np.float32], points: int
) -> tuple[NDArray[_X], NDArray[np.float32]]:
    """Leave out what is NaN, then keep the points that make up the look of the curve.

    Extremes survive, so that a spike never vanishes (MinMaxLTTB, Van der Donckt et al. 2023,
    arXiv 2305.00332).
    """
    measured = np.isfinite(values)
    x, values = x[measured], np.ascontiguousarray(values[measured])
    points = max(3, min(points, MOST_POINTS))
    if len(values) <= points:
        return x, values
    rows = MinMaxLTTBDownsampler().downsample(np.ascontiguousarray(x), values, n_out=points)
    return x[rows], values[rows]
