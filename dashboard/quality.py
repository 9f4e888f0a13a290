"""What was measured of a run's pictures -> charts, a table and words. Plain values only."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.thinning import thin
from dashboard.wire import Arrays
from ganlib import (
    COLOURS,
    FRECHET,
    NLL,
    Measured,
    Metric,
    RunConfig,
    RunSnapshot,
    diagnose_run,
)

MOST_POINTS = 300
"""Measurements in a curve."""

_SHARES: Mapping[str, tuple[str, str]] = {
    "precision": (COLOURS["fake"], "solid"),
    "density": (COLOURS["fake"], "dot"),
    "recall": (COLOURS["real"], "solid"),
    "coverage": (COLOURS["real"], "dot"),
}
"""Of fakes among reals, and of reals among fakes."""


def quality(config: RunConfig, snapshot: RunSnapshot) -> dict[str, Any]:
    """All that a page shows of the metrics of a run that was measured at least once.

    `config` is what the run was asked for at its start.
    """
    newest = snapshot.measurements[-1]
    return {
        "words": _words(snapshot),
        "diagnosis": diagnose_run(config, snapshot, newest.step, newest.report),
        "table": [_row(one) for one in newest.report.metrics],
        "classes": [list(one) for one in newest.report.classes],
        "refused": list(newest.report.refused),
        "charts": _charts(newest),
    }


def _words(snapshot: RunSnapshot) -> str:
    """Of which step the metrics are, and what they cost."""
    newest = snapshot.measurements[-1]
    spent = sum(one.seconds for one in snapshot.measurements)
    words = f"Pictures of step {newest.step:,}. Measuring them took a core {newest.seconds:.1f} s"
    if snapshot.elapsed > spent:
        words += f", and all measurements so far {spent / snapshot.elapsed:.0%} of the time"
    return f"{words}."


def _row(metric: Metric) -> dict[str, str]:
    return {
        "name": metric.name,
        "features": metric.features,
        "note": metric.note,
        "value": f"{_short(metric.value)} ± {_short(metric.error)}",
        "floor": "" if metric.floor is None else _short(metric.floor),
        "n": f"{metric.n:,}",
    }


def _short(value: float) -> str:
    """A number with three decimals, two from 10 on; without a sign when it rounds to 0."""
    text = f"{value:.{2 if abs(value) >= 10 else 3}f}"
    return text.replace("-", "" if float(text) == 0 else "\N{MINUS SIGN}")


def _charts(newest: Measured) -> list[dict[str, Any]]:
    """Charts as the browser's curves component takes them, with the lines that reals reach."""
    charts = []
    if (nll := newest.report.named(NLL)) is not None:
        charts.append(_nll_chart(nll))
    if (distance := newest.report.named(FRECHET)) is not None:
        charts.append(_distance_chart(distance))
    shares = [one for one in newest.report.metrics if one.name in _SHARES]
    if shares:
        charts.append(_share_chart(shares))
    return charts


def _nll_chart(metric: Metric) -> dict[str, Any]:
    return {
        "id": "nll",
        "title": f"Negative log-likelihood, {metric.features}",
        "y_title": "nats (lower is better)",
        "alt": f"Negative log-likelihood of {metric.n:,} held-out pictures against steps.",
        "series": [{"name": NLL, "label": "held-out", "colour": COLOURS["real"]}],
        "lines": [],
    }


def _distance_chart(metric: Metric) -> dict[str, Any]:
    floor = metric.floor
    reals = {"value": floor, "label": f"reals ({floor or 0:.2g})", "colour": COLOURS["real"]}
    return {
        "id": "frechet",
        "title": metric.title,
        "y_title": "distance (lower is better)",
        "alt": f"{metric.title}, of {metric.n:,} fakes to real pictures, against steps.",
        "log": True,
        "series": [{"name": metric.name, "label": "fakes", "colour": COLOURS["fake"]}],
        "lines": [reals] if floor is not None and floor > 0 else [],
    }


def _share_chart(metrics: list[Metric]) -> dict[str, Any]:
    return {
        "id": "shares",
        "title": f"Quality and variety, {metrics[0].features}",
        "y_title": "share (higher is better)",
        "alt": "Precision, density, recall and coverage of the fakes against steps.",
        "series": [
            {"name": name, "label": name, "colour": colour, "dash": dash}
            for name, (colour, dash) in _SHARES.items()
        ],
        "lines": [],
    }


def courses(snapshot: RunSnapshot) -> Arrays:
    """The course of each metric that a chart shows: its steps and values, thinned."""
    arrays: dict[str, NDArray[Any]] = {}
    for name in (FRECHET, *_SHARES, NLL):
        course = [(one.step, one.report.named(name)) for one in snapshot.measurements]
        steps = np.array([step for step, metric in course if metric], np.uint32)
        values = np.array([metric.value for _, metric in course if metric], np.float32)
        arrays[f"{name}/steps"], arrays[f"{name}/values"] = thin(steps, values, MOST_POINTS)
    return arrays
