"""The game of a run on 2-D data: what its picture shows, and how it stands."""

import math
import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dashboard.routes.asking import (
    NEVER,
    HttpError,
    absent,
    answer,
    checkpoint_of,
    message,
    number,
    once,
    run_of,
)
from dashboard.services import run_manager
from ganlib import (
    LAYERS,
    PLANE_REACH,
    DivergedError,
    PlanePublished,
    PlaneView,
    Run,
    saved_plane,
)

SCALES = {"map": 256, "optimal": 256, "gradient": 256, "warp_density": 256}
"""Parts of one that the values of large arrays are rounded to, to halve their size."""


@answer
def plane(request: Request) -> Response:
    """The game in the plane: samples and the layers asked for, now or at a saved step."""
    run = run_of(request)
    snapshot = run.snapshot
    layers = _layers(request)
    saved = number(request.query_params, "step", -1, lowest=0)
    newest = -1 if saved >= 0 else _game(run).step
    step, arrays, reading = _look(run.run_id, saved, newest, layers)
    header = {
        "step": step,
        "saved": [one.step for one in snapshot.checkpoints],
        "reach": PLANE_REACH,
        **reading,
    }
    return message(header, arrays, SCALES)


@answer
def measures(request: Request) -> Response:
    """How the game in the plane stands, as JSON; measured at most once a second for all."""
    run = run_of(request)
    step = _game(run).step
    snapshot = run.snapshot
    moving = not (snapshot.is_over or snapshot.is_at_rest)
    now = int(time.monotonic()) if moving else -1
    return JSONResponse(_measure(run.run_id, now, 0 if moving else step), headers=NEVER)


@once(64)
def _look(
    run_id: str, saved: int, newest: int, layers: tuple[str, ...]
) -> tuple[int, Mapping[str, NDArray[np.float32]], dict[str, Any]]:
    """The step of a game, the arrays of its layers, how D is read and the mean push on the fakes.

    The game is that of a saved step, or without one (-1) the newest. `newest` is the step of the
    newest when it was asked for; a newer one that has come since is as good an answer.
    """
    run = run_manager().get(run_id)
    published = _game(run)
    is_newest = saved in (-1, published.step)
    snapshot = published.plane if is_newest else _saved_game(run, saved)
    arrays = snapshot.compute(layers)
    mean_force = math.nan
    if "forces" in arrays:
        mean_force = float(np.linalg.norm(arrays["forces"], axis=1).mean())
    reading = {
        "reading": snapshot.reading,
        "mean_force": mean_force if math.isfinite(mean_force) else None,
    }
    return published.step if is_newest else saved, arrays, reading


@once(64)
def _measure(run_id: str, second: int, step: int) -> dict[str, Any]:
    """How the game of a run stands in this second, or at this step when it rests."""
    published = _game(run_manager().get(run_id))
    try:
        return {"step": published.step, **published.plane.measure()}
    except DivergedError as error:
        raise HttpError(409, str(error)) from None


def _game(run: Run) -> PlanePublished:
    published = run.snapshot.plane
    if published is None:
        if run.config.has_game:
            raise absent(run, "The pair of networks")
        raise HttpError(404, "This run has no game in the plane.")
    return published


def _saved_game(run: Run, step: int) -> PlaneView:
    if (snapshot := saved_plane(checkpoint_of(run, step))) is None:
        raise HttpError(404, f"No game in the plane was kept at step {step}.")
    return snapshot


def _layers(request: Request) -> tuple[str, ...]:
    """The layers asked for, in one order whatever the question's, so that they are drawn once."""
    names = set(filter(None, request.query_params.get("layers", "")[:200].split(",")))
    if unknown := names.difference(LAYERS):
        raise HttpError(
            400, f"There is no layer {min(unknown)[:40]!r}: ask for {', '.join(LAYERS)}."
        )
    return tuple(sorted(names))
