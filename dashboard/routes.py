"""Plain routes beside the pages: what refreshes by itself comes from here, without a rerun.

They stand outside Streamlit's session, so each checks for itself that the question comes from
this server's own pages, names a run that exists, and is of bounded size.
"""

import functools
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import plotly
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from dashboard import frames, images
from dashboard.services import run_manager
from ganlib import RunThread, UnknownRunError

BROWSER = Path(__file__).parent / "browser"
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
NEVER = {"Cache-Control": "no-store"}
BINARY = "application/octet-stream"
MOST_LATENTS = 64
"""Vectors in one question to the decoder."""


class Refusal(Exception):  # noqa: N818 - an answer, not a fault of the server
    """A question that is not answered; becomes JSON with this status."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def answer(handler: Callable[[Request], Awaitable[Response]]) -> Callable[..., Awaitable[Response]]:
    """Check the origin first, and turn refusals into JSON."""

    @functools.wraps(handler)
    async def checked(request: Request) -> Response:
        try:
            _check_origin(request)
            return await handler(request)
        except Refusal as refusal:
            return _error(refusal.status, str(refusal))
        except UnknownRunError as error:
            return _error(404, str(error))

    return checked


@answer
async def live(request: Request) -> Response:
    """Everything that moves on a page: status, and the curves since the step `since`."""
    run = _run(request)
    snapshot = run.snapshot
    since = _number(request, "since", 0, lowest=0)
    points = _number(request, "points", 600, lowest=3)
    reset = since == 0 or since > snapshot.step
    first = 0 if reset else since + 1
    header = frames.live_header(run.run_id, snapshot, run.config.title, run.config.total_steps) | {
        "since": 0 if reset else since,
        "reset": reset,
        "queue_position": run_manager().queue_position(run.run_id),
    }
    series = await run_in_threadpool(frames.curves, snapshot, first, snapshot.step, points)
    return Response(frames.message(header, series), media_type=BINARY, headers=NEVER)


@answer
async def curves(request: Request) -> Response:
    """The curves between two steps at full detail, for a zoomed chart."""
    snapshot = _run(request).snapshot
    first = _number(request, "first", 0, lowest=0)
    last = _number(request, "last", snapshot.step, lowest=0)
    points = _number(request, "points", 600, lowest=3)
    series = await run_in_threadpool(frames.curves, snapshot, first, last, points)
    return Response(frames.message({}, series), media_type=BINARY, headers=NEVER)


@answer
async def frame(request: Request) -> Response:
    """The picture of one saved moment; it never changes."""
    run, step = _run(request), _whole("step", request.path_params["step"], lowest=0)
    picture = await run_in_threadpool(_frame_picture, run.run_id, step)
    return Response(picture, media_type="image/webp", headers=FOREVER)


@answer
async def real(request: Request) -> Response:
    """Samples of the data; they never change."""
    samples = _run(request).snapshot.real
    if samples is None:
        raise Refusal(404, "The data are not ready yet: ask again in a moment.")
    # Points lie under no fake ones, and so have the colour of the real.
    fake = samples[:0] if samples.ndim == 2 else samples
    picture = await run_in_threadpool(images.picture, fake, samples)
    return Response(picture, media_type="image/webp", headers=FOREVER)


@answer
async def decode(request: Request) -> Response:
    """What the published generator makes of latent vectors, as one picture.

    The body holds float32 (little-endian) vectors one after another; `columns` pictures in a row.
    """
    run = _run(request)
    published = run.snapshot.published
    if published is None:
        raise Refusal(404, "The generator is not made yet: ask again in a moment.")
    width = 4 * published.decoder.latent_dim
    body = await _bounded_body(request, MOST_LATENTS * width)
    if not body or len(body) % width:
        raise Refusal(
            400, f"Send between 1 and {MOST_LATENTS} latent vectors of {width} bytes each."
        )
    z = np.frombuffer(body, "<f4").reshape(-1, width // 4)
    if not np.isfinite(z).all():
        raise Refusal(400, "Latent vectors must be finite numbers.")
    columns = min(len(z), _number(request, "columns", len(z), lowest=1))
    samples = await run_in_threadpool(published.decoder.decode, z.astype(np.float32))
    picture = await run_in_threadpool(images.picture, samples, run.snapshot.real, columns)
    headers = NEVER | {"X-Step": str(published.step)}
    return Response(picture, media_type="image/webp", headers=headers)


@answer
async def script(request: Request) -> Response:
    """The JavaScript of our own components, and Plotly's from its own wheel."""
    name = request.path_params["name"]
    if name == "plotly.min.js":
        return FileResponse(PLOTLY, media_type="text/javascript", headers=FOREVER)
    if name not in {path.name for path in BROWSER.glob("*.js")}:
        raise Refusal(404, "There is no such script.")
    return FileResponse(
        BROWSER / name, media_type="text/javascript", headers={"Cache-Control": "no-cache"}
    )


ROUTES = [
    Route("/minimax/runs/{run_id}/live", live),
    Route("/minimax/runs/{run_id}/curves", curves),
    Route("/minimax/runs/{run_id}/frames/{step}.webp", frame),
    Route("/minimax/runs/{run_id}/real.webp", real),
    Route("/minimax/runs/{run_id}/decode", decode, methods=["POST"]),
    Route("/minimax/browser/{name}", script),
]


def routes_below(base: str) -> list[Route]:
    """The routes of a server whose every path begins with `base`, which is empty for most."""
    return [Route(base + one.path, one.endpoint, methods=one.methods) for one in ROUTES]


@functools.lru_cache(maxsize=256)
def _frame_picture(run_id: str, step: int) -> bytes:
    """Encoded once for all who watch."""
    snapshot = run_manager().get(run_id).snapshot
    for one in snapshot.frames:
        if one.step == step:
            return images.picture(one.samples, snapshot.real)
    raise Refusal(404, f"No moment was kept at step {step}: the run's frames list those that were.")


def _run(request: Request) -> RunThread:
    return run_manager().get(request.path_params["run_id"])


def _number(request: Request, name: str, default: int, lowest: int) -> int:
    text = request.query_params.get(name)
    return default if text is None else _whole(name, text, lowest)


def _whole(name: str, text: str, lowest: int) -> int:
    is_short = text.isascii() and text.isdecimal() and len(text) <= 10
    if not is_short or not lowest <= int(text) < 2**32:
        raise Refusal(400, f"{name} is {text[:40]!r}: send a whole number, at least {lowest}.")
    return int(text)


def _check_origin(request: Request) -> None:
    """Let only pages of this very server ask; a browser names the page's origin by itself."""
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        raise Refusal(403, "Only pages of this server may ask.")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refusal(403, "Only pages of this server may ask.")


async def _bounded_body(request: Request, most: int) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise Refusal(413, f"The question is too long: send at most {most} bytes.")
    return body


def _error(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, status_code=status, headers=NEVER)
