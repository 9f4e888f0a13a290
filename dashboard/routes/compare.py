"""Several runs at a time: their curves laid over one another, and their saved frames."""

import math
import time
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dashboard import overlay
from dashboard.charts import metric_chart
from dashboard.routes.asking import (
    NEVER,
    HttpError,
    answer,
    decimal,
    message,
    number,
    once,
    points_of,
    whole,
)
from dashboard.services import run_manager
from dashboard.status import marks
from dashboard.thinning import thin
from ganlib import Run

MOST_RUNS = 20
"""Runs in one question."""
FRESHNESS = 0.5
"""Seconds in which all who ask about a run that goes on get the same rows of it."""

Arrays = Mapping[str, overlay.Floats]


@dataclass(frozen=True)
class _View:
    """How curves are to be shown."""

    axis: overlay.Axis
    weight: float
    first: float
    last: float
    points: int


@answer
def comparison(request: Request) -> Response:
    """The curves of several runs: as measured, and smoothed; or bands over their seeds.

    `have` says how many rows of each run the asker holds already: the lines of runs that have no
    more are left out.
    """
    runs, view = _runs(request), _view(request)
    text = request.query_params.get("metric")
    query = None if text is None else text[:400].split(",")
    bands = number(request.query_params, "bands", 0, lowest=0) > 0
    return _answer(runs, query, view, bands, _have(request, len(runs)))


@answer
def frames(request: Request) -> Response:
    """Which saved frames of several runs there are, as JSON."""
    header = [
        {
            "run_id": run.run_id,
            "state": snapshot.state,
            "silent_seconds": snapshot.silent_seconds(time.time()),
            "step": snapshot.step,
            "frames": [frame.step for frame in snapshot.frames],
        }
        for run in _runs(request)
        for snapshot in [run.snapshot]
    ]
    return JSONResponse({"runs": header}, headers=NEVER)


def _answer(
    runs: list[Run], query: list[str] | None, view: _View, bands: bool, have: list[int]
) -> Response:
    counts = [_count(run) for run in runs]
    shared = _shared_metrics(runs, counts)
    metrics = shared if query is None else [name for name in shared if name in query]
    groups = _groups(runs)
    begun = tuple((run.run_id, n) for run, n in zip(runs, counts, strict=True) if n)
    fresh = {place for place, count in enumerate(counts) if count and count != have[place]}
    drawn_as_bands = groups if bands else []
    banded = {place for group in drawn_as_bands for place in group}
    arrays: dict[str, overlay.Floats] = {}
    for place in sorted(fresh - banded):
        for name in metrics:
            lines = _lines(runs[place].run_id, name, counts[place], view)
            arrays |= {f"{place}/{name}/{part}": line for part, line in lines.items()}
    for group in drawn_as_bands:
        members = tuple((runs[place].run_id, counts[place]) for place in group)
        for name in metrics if fresh.intersection(group) else ():
            lines = _band(members, name, view)
            arrays |= {f"{group[0]}/{name}/{part}": line for part, line in lines.items()}
    header = {
        "charts": _charts(runs, counts, shared),
        "usual": {name: _usual_range(begun, name, view) for name in metrics},
        "groups": groups,
        "runs": [_header(run, count, view.axis) for run, count in zip(runs, counts, strict=True)],
    }
    return message(header, arrays)


def _count(run: Run) -> int:
    """How many rows of a run are told of."""
    if run.snapshot.is_over:
        return len(run.snapshot.steps)
    return _rows(run.run_id, int(time.monotonic() / FRESHNESS))


@once(64)
def _rows(run_id: str, step: int) -> int:
    return len(run_manager().get(run_id).snapshot.steps)


def _charts(runs: list[Run], counts: list[int], metrics: list[str]) -> list[dict[str, str]]:
    """A chart for each metric that all share, as the family of the first that has any has it."""
    begun = (run for run, count in zip(runs, counts, strict=True) if count)
    family = next((run.config.algorithm.spec for run in begun), None)
    return [metric_chart(name, family) for name in metrics] if family else []


def _shared_metrics(runs: list[Run], counts: list[int]) -> list[str]:
    """The metrics that all runs have and at least one has measured, leaving out empty runs."""
    begun = [(run, count) for run, count in zip(runs, counts, strict=True) if count]
    if not begun:
        return []
    names = [run.snapshot.metric_names for run, _ in begun]
    return [
        name
        for name in names[0]
        if all(name in some for some in names)
        and any(_is_measured(run.run_id, name, count) for run, count in begun)
    ]


@once(1024)
def _is_measured(run_id: str, metric: str, count: int) -> bool:
    return bool(np.isfinite(_column(run_manager().get(run_id), metric, count)).any())


def _groups(runs: list[Run]) -> list[list[int]]:
    """The places of runs that differ in their seed alone, where there are several.

    A run that goes on from another, or was changed while it went on, stands for itself.
    """
    alike: dict[Hashable, list[int]] = {}
    for place, run in enumerate(runs):
        if run.origin is None and not marks(run.snapshot, run.config):
            alike.setdefault(overlay.but_for_seed(run.config), []).append(place)
    return [places for places in alike.values() if len(places) > 1]


@once(1024)
def _lines(run_id: str, metric: str, count: int, view: _View) -> Arrays:
    """One curve of a run as measured and, when asked for, smoothed; thinned."""
    x, values, smoothed = _whole_lines(run_id, metric, count, view)
    shown = overlay.within(x, view.first, view.last)
    raw_x, raw = thin(x[shown], values[shown], view.points)
    if not view.weight:
        return {"raw_x": raw_x, "raw": raw}
    smooth_x, smooth = thin(x[shown], smoothed[shown], view.points)
    return {"raw_x": raw_x, "raw": raw, "smooth_x": smooth_x, "smooth": smooth}


@once(128)
def _band(members: tuple[tuple[str, int], ...], metric: str, view: _View) -> Arrays:
    """Mean, least and greatest of the smoothed curves of some runs, thinned by the mean."""
    lines = [_whole_lines(run_id, metric, count, view) for run_id, count in members]
    x, mean, low, high = overlay.band([(x, smoothed) for x, _, smoothed in lines])
    shown = overlay.within(x, view.first, view.last)
    mean_x, steps_left = thin(x[shown], mean[shown], view.points)
    rows = np.searchsorted(x, mean_x)
    return {"mean_x": mean_x, "mean": steps_left, "low": low[rows], "high": high[rows]}


def _whole_lines(
    run_id: str, metric: str, count: int, view: _View
) -> tuple[overlay.Floats, overlay.Floats, overlay.Floats]:
    """Positions, values and smoothed values of the first rows of a run."""
    run = run_manager().get(run_id)
    x = overlay.positions(run.snapshot, view.axis, slice(count))
    values = _column(run, metric, count)
    return x, values, overlay.smooth(values, view.weight)


def _column(run: Run, metric: str, count: int) -> overlay.Floats:
    snapshot = run.snapshot
    return snapshot.metrics[:count, snapshot.metric_names.index(metric)]


@once(256)
def _usual_range(
    members: tuple[tuple[str, int], ...], metric: str, view: _View
) -> tuple[float, float] | None:
    return overlay.usual_range([_sample(run_id, metric, count, view) for run_id, count in members])


@once(1024)
def _sample(run_id: str, metric: str, count: int, view: _View) -> overlay.Floats:
    """Some of the values that are shown of a run."""
    run = run_manager().get(run_id)
    x = overlay.positions(run.snapshot, view.axis, slice(count))
    return overlay.sample(_column(run, metric, count)[overlay.within(x, view.first, view.last)])


def _header(run: Run, count: int, axis: overlay.Axis) -> dict[str, Any]:
    """What is to be known of a run besides its curves; live changes where they stand."""
    snapshot = run.snapshot
    steps = snapshot.steps[:count]

    def after(rows: int) -> float:
        if not rows:
            return 0.0
        x = overlay.positions(snapshot, axis, slice(rows - 1, rows))
        return float(x[0])

    return {
        "state": snapshot.state,
        "count": count,
        "end": after(count),
        "marks": [
            mark | {"x": after(int(np.searchsorted(steps, mark["step"], side="right")))}
            for mark in marks(snapshot, run.config)
        ],
    }


def _runs(request: Request) -> list[Run]:
    """The runs that the question names, each once."""
    names = list(dict.fromkeys(filter(None, request.query_params.get("runs", "").split(","))))
    if not 1 <= len(names) <= MOST_RUNS:
        raise HttpError(
            400, f"runs names {len(names)} runs: send 1 to {MOST_RUNS}, as in runs=a,b."
        )
    return [run_manager().get(name) for name in names]


def _view(request: Request) -> _View:
    axis = request.query_params.get("x", "step")
    if axis not in overlay.AXES:
        known = ", ".join(overlay.AXES)
        raise HttpError(400, f"There is no axis {axis[:40]!r}: ask for one of {known}.")
    return _View(
        axis=axis,
        weight=decimal(request.query_params, "smooth", 0.0, overlay.HEAVIEST),
        first=decimal(request.query_params, "first", 0.0),
        last=decimal(request.query_params, "last", math.inf),
        points=points_of(request, 300),
    )


def _have(request: Request, runs: int) -> list[int]:
    """The rows that the asker holds of each run; 0 when it says nothing."""
    text = request.query_params.get("have")
    if text is None:
        return [0] * runs
    rows = [whole("have", part, lowest=0) for part in text[:400].split(",")]
    if len(rows) != runs:
        raise HttpError(
            400, f"have tells of {len(rows)} runs: send a number for each of the {runs}."
        )
    return rows
