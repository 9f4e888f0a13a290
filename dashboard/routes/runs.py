"""What moves on the page of any run: status, curves, pictures of saved frames.

Polled over HTTP, without a WebSocket or server-sent events: frames are WebP pictures, curves the
binary messages of `dashboard.wire`.
"""

import functools

from starlette.requests import Request
from starlette.responses import Response

from dashboard.routes.asking import (
    FOREVER,
    LATER,
    HttpError,
    answer,
    message,
    number,
    points_of,
    run_of,
    whole,
)
from dashboard.services import run_manager
from dashboard.status import queue, status
from dashboard.thinning import curves as thinned
from ganlib import in_columns, picture

THUMBNAIL_PICTURES = 4


@answer
def live(request: Request) -> Response:
    """New loss values and status since the step `since`; polled by `browser/live.js`."""
    run = run_of(request)
    snapshot = run.snapshot
    since = number(request.query_params, "since", 0, lowest=0)
    points = points_of(request, 600)
    reset = since == 0 or since > snapshot.step
    first = 0 if reset else since + 1
    header = status(run.run_id, snapshot, run.config) | {
        "reset": reset,
        "is_unsaved": snapshot.is_over and not run.is_settled,
        "state": run_manager().state_of(run),
        "queue": queue(run_manager().waiting(run.run_id)),
    }
    return message(header, thinned(snapshot, first, snapshot.step, points))


@answer
def curves(request: Request) -> Response:
    """The curves between two steps at full detail, for a zoomed chart."""
    snapshot = run_of(request).snapshot
    first = number(request.query_params, "first", 0, lowest=0)
    last = number(request.query_params, "last", snapshot.step, lowest=0)
    return message({}, thinned(snapshot, first, last, points_of(request, 600)))


@answer
def frame(request: Request) -> Response:
    """The picture of one saved frame; it never changes."""
    run, step = run_of(request), whole("step", request.path_params["step"], lowest=0)
    drawn = _frame_picture(run.run_id, step)
    return Response(drawn, media_type="image/webp", headers=FOREVER)


@answer
def thumbnail(request: Request) -> Response:
    """A corner of one saved frame, for a table of runs; the run itself is not opened."""
    step = whole("step", request.path_params["step"], lowest=0)
    small = _thumbnail(request.path_params["run_id"], step)
    return Response(small, media_type="image/webp", headers=FOREVER)


@answer
def real(request: Request) -> Response:
    """Samples of the data; they never change."""
    run = run_of(request)
    snapshot = run.snapshot
    samples = snapshot.real
    if samples is None and (snapshot.is_over or snapshot.step):
        raise HttpError(404, "The samples of the data that were kept with this run are gone.")
    if samples is None:
        raise HttpError(LATER, "The data are not ready yet: ask again in a moment.")
    # Points lie under no fake ones, and so have the colour of the real.
    fake = samples[:0] if samples.ndim == 2 else samples
    fake, columns = in_columns(run.config, fake)
    drawn = picture(fake, samples, columns)
    return Response(drawn, media_type="image/webp", headers=FOREVER)


@functools.lru_cache(maxsize=256)
def _frame_picture(run_id: str, step: int) -> bytes:
    """Encoded once for all who watch."""
    run = run_manager().get(run_id)
    snapshot = run.snapshot
    for one in snapshot.frames:
        if one.step == step:
            samples, columns = in_columns(run.config, one.samples)
            return picture(samples, snapshot.real, columns)
    raise HttpError(
        404, f"No frame was kept at step {step}: the run's frames list those that were."
    )


@functools.lru_cache(maxsize=1024)
def _thumbnail(run_id: str, step: int) -> bytes:
    samples = run_manager().store.frame(run_id, step).samples
    # Points are a cloud only when there are many of them.
    return picture(samples if samples.ndim == 2 else samples[:THUMBNAIL_PICTURES])
