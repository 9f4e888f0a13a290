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
    PRICE,
    Figure,
    Measured,
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
    """All that a page shows of the figures of a run that was measured at least once.

    `config` is what the run was asked for at its start.
    """
    newest = snapshot.figures[-1]
    return {
        "words": _words(snapshot),
        "diagnosis": diagnose_run(config, snapshot, newest.step, newest.found),
        "table": [_row(one) for one in newest.found.figures],
        "classes": [list(one) for one in newest.found.classes],
        "refused": list(newest.found.refused),
        "charts": _charts(newest),
    }


def _words(snapshot: RunSnapshot) -> str:
    """Of which step the figures are, and what they cost."""
    newest = snapshot.figures[-1]
    spent = sum(one.seconds for one in snapshot.figures)
    words = f"Pictures of step {newest.step:,}. Measuring them took a core {newest.seconds:.1f} s"
    if snapshot.elapsed > spent:
        words += f", and all measurements so far {spent / snapshot.elapsed:.0%} of the time"
    return f"{words}."


def _row(figure: Figure) -> dict[str, str]:
    return {
        "name": figure.name,
        "features": figure.features,
        "note": figure.note,
        "value": f"{_short(figure.value)} ± {_short(figure.error)}",
        "floor": "" if figure.floor is None else _short(figure.floor),
        "n": f"{figure.n:,}",
    }


def _short(value: float) -> str:
    """A number with three decimals, two from 10 on; without a sign when it rounds to 0."""
    text = f"{value:.{2 if abs(value) >= 10 else 3}f}"
    return text.replace("-", "" if float(text) == 0 else "\N{MINUS SIGN}")


def _charts(newest: Measured) -> list[dict[str, Any]]:
    """Charts as the browser's curves component takes them, with the lines that reals reach."""
    charts = []
    if (price := newest.found.named(PRICE)) is not None:
        charts.append(_price_chart(price))
    if (distance := newest.found.named(FRECHET)) is not None:
        charts.append(_distance_chart(distance))
    shares = [one for one in newest.found.figures if one.name in _SHARES]
    if shares:
        charts.append(_share_chart(shares))
    return charts


def _price_chart(figure: Figure) -> dict[str, Any]:
    return {
        "id": "price",
        "title": f"Price of a picture, {figure.features}",
        "y_title": "nats (lower is better)",
        "alt": f"Negative log-likelihood of {figure.n:,} held-out pictures against steps.",
        "series": [{"name": PRICE, "label": "held-out", "colour": COLOURS["real"]}],
        "lines": [],
    }


def _distance_chart(figure: Figure) -> dict[str, Any]:
    floor = figure.floor
    reals = {"value": floor, "label": f"reals ({floor or 0:.2g})", "colour": COLOURS["real"]}
    return {
        "id": "frechet",
        "title": figure.title,
        "y_title": "distance (lower is better)",
        "alt": f"{figure.title}, of {figure.n:,} fakes to real pictures, against steps.",
        "log": True,
        "series": [{"name": figure.name, "label": "fakes", "colour": COLOURS["fake"]}],
        "lines": [reals] if floor is not None and floor > 0 else [],
    }


def _share_chart(figures: list[Figure]) -> dict[str, Any]:
    return {
        "id": "shares",
        "title": f"Quality and variety, {figures[0].features}",
        "y_title": "share (higher is better)",
        "alt": "Precision, density, recall and coverage of the fakes against steps.",
        "series": [
            {"name": name, "label": name, "colour": colour, "dash": dash}
            for name, (colour, dash) in _SHARES.items()
        ],
        "lines": [],
    }


def courses(snapshot: RunSnapshot) -> Arrays:
    """The course of each figure that a chart shows: its steps and values, thinned."""
    arrays: dict[str, NDArray[Any]] = {}
    for name in (FRECHET, *_SHARES, PRICE):
        found = [(one.step, one.found.named(name)) for one in snapshot.figures]
        steps = np.array([step for step, figure in found if figure], np.uint32)
        values = np.array([figure.value for _, figure in found if figure], np.float32)
        arrays[f"{name}/steps"], arrays[f"{name}/values"] = thin(steps, values, MOST_POINTS)
    return arrays
