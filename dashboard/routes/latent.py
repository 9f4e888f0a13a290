"""What a generator makes of latent vectors, and what else a person asks about them.

A question that has a body sends float32 (little-endian) vectors one after another. A generator that
can be asked for classes takes their weights as `condition`.
"""

import functools
import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from dashboard import frames
from dashboard.routes.asking import (
    BINARY,
    MOST_LETTERS,
    NEVER,
    Refusal,
    answer,
    bounded_body,
    decimal,
    number,
    open_socket,
    published_of,
    question,
    run_of,
)
from dashboard.services import explored, run_manager
from ganlib import Decoder, Run, RunError, picture, saved_decoder, write_walk

MOST_LATENTS = 64
"""Vectors in one question."""
HIGHEST_PSI = 2.0
NEIGHBOURS = 6
FILMS = {"gif": "image/gif", "mp4": "video/mp4"}

Latent = NDArray[np.float32]


@dataclass(frozen=True)
class _Asked:
    """Latent vectors, what is to be made of them, and by which generator."""

    run: Run
    step: int
    decoder: Decoder
    z: Latent
    condition: Latent | None


@answer
async def decode(request: Request) -> Response:
    """What the published generator makes of latent vectors, as one picture.

    `columns` pictures in a row; `step` asks the generator of a saved moment instead.
    """
    asked = await _asked(request)
    columns = min(len(asked.z), number(request, "columns", len(asked.z), lowest=1))
    drawn = await run_in_threadpool(_drawn, asked, columns)
    headers = NEVER | {"X-Step": str(asked.step)}
    return Response(drawn, media_type="image/webp", headers=headers)


@answer
async def judge(request: Request) -> Response:
    """D's logits of what the generator makes of latent vectors, and the way between neighbours.

    `path` has for each sample but the first its distance from the one before it, root mean square
    over the numbers of a sample in [-1, 1].
    """
    found = await run_in_threadpool(_judged, await _asked(request))
    return JSONResponse(found, headers=NEVER)


@answer
async def film(request: Request) -> Response:
    """The samples of latent vectors one after another and back, as a GIF or an MP4."""
    kind = request.path_params["kind"]
    if kind not in FILMS:
        raise Refusal(404, "Choose gif or mp4.")
    made = await run_in_threadpool(_film, await _asked(request), kind)
    return Response(made, media_type=FILMS[kind], headers=NEVER)


@answer
async def nearest(request: Request) -> Response:
    """The training pictures nearest to what one latent vector gives: in pixels and in features."""
    header, body = await run_in_threadpool(_nearest, await _asked(request))
    return Response(frames.body_message(header, body), media_type=BINARY, headers=NEVER)


@answer
async def spread(request: Request) -> Response:
    """Precision and recall of the published generator whose latent vectors are truncated."""
    run = run_of(request)
    step, decoder = await run_in_threadpool(_decoder, run, request)
    psi = decimal(request, "psi", 1.0, HIGHEST_PSI)
    condition = condition_of(_weights(request), decoder.classes, 1)
    found = await run_in_threadpool(_spread, run, decoder, psi, condition)
    return JSONResponse({"step": step, **found}, headers=NEVER)


async def explore(socket: WebSocket) -> None:
    """Answer question after question, each with samples: at the speed of the hand.

    A question is JSON: `id`, `z` (the numbers of one vector), and where there are classes
    `condition`. The answer is a header (`id`, `step`, `shape`, `logit`, or `error`) and the bytes
    of the sample: uint8 pixels, or float32 of a point. Who asks waits for the answer, so that there
    is never more than one question on the way.
    """
    if (run := await open_socket(socket)) is None:
        return
    try:
        while True:
            text = await socket.receive_text()
            await socket.send_bytes(await run_in_threadpool(_explored, run, text))
    except (WebSocketDisconnect, RuntimeError):  # It hung up, perhaps before our answer.
        return


def _explored(run: Run, text: str) -> bytes:
    asked = 0
    try:
        said = question(text)
        asked = int(said["id"])
        return _sample(run, asked, said["z"], said.get("condition"))
    except (Refusal, RunError) as refusal:
        return frames.body_message({"id": asked, "error": str(refusal)}, b"")
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        sentence = "Send an id, the numbers of z, and the weights of the classes."
        return frames.body_message({"id": asked, "error": sentence}, b"")


def _sample(run: Run, asked: int, numbers: Any, weights: Any) -> bytes:
    published = published_of(run)
    decoder = published.decoder
    z = _checked(np.array([numbers], np.float32), decoder)
    condition = condition_of(weights, decoder.classes, 1)
    (sample,), logits = decoder.judge(z, condition)
    header = {
        "id": asked,
        "step": published.step,
        "shape": list(sample.shape),
        "logit": None if logits is None else _finite(logits[0]),
    }
    return frames.body_message(header, np.ascontiguousarray(sample).tobytes())


def _decoder(run: Run, request: Request) -> tuple[int, Decoder]:
    """The generator that is asked for, and after which step it was so."""
    if "step" in request.query_params:
        step = number(request, "step", 0, lowest=0)
        return step, _of_moment(run.run_id, step)
    published = published_of(run)
    return published.step, published.decoder


@functools.lru_cache(maxsize=24)
def _of_moment(run_id: str, step: int) -> Decoder:
    for moment in run_manager().get(run_id).snapshot.states:
        if moment.step == step:
            return saved_decoder(moment.load())
    raise Refusal(404, f"No state was saved at step {step}: the run lists those that were.")


async def _asked(request: Request) -> _Asked:
    run = run_of(request)
    step, decoder = await run_in_threadpool(_decoder, run, request)
    z = await _latents(request, decoder)
    condition = condition_of(_weights(request), decoder.classes, len(z))
    return _Asked(run, step, decoder, z, condition)


async def _latents(request: Request, decoder: Decoder) -> Latent:
    width = 4 * decoder.latent_dim
    body = await bounded_body(request, MOST_LATENTS * width)
    if not body or len(body) % width:
        raise Refusal(
            400, f"Send between 1 and {MOST_LATENTS} latent vectors of {width} bytes each."
        )
    return _checked(np.frombuffer(body, "<f4").reshape(-1, decoder.latent_dim), decoder)


def _checked(z: NDArray[Any], decoder: Decoder) -> Latent:
    if z.ndim != 2 or z.shape[1] != decoder.latent_dim:
        raise Refusal(400, f"A latent vector of this run has {decoder.latent_dim} numbers.")
    if not np.isfinite(z).all():
        raise Refusal(400, "Latent vectors must be finite numbers.")
    return z.astype(np.float32)


def _weights(request: Request) -> list[float] | None:
    text = request.query_params.get("condition")
    try:
        return None if text is None else [float(one) for one in text[:MOST_LETTERS].split(",")]
    except ValueError as error:
        raise Refusal(400, "condition must be numbers with commas between them.") from error


def condition_of(weights: Sequence[float] | None, classes: int, count: int) -> Latent | None:
    """The condition that so many samples are drawn under; None where none is asked for."""
    if weights is None:
        return None
    row = np.array(weights, np.float64)
    if row.shape != (classes,) or not (row >= 0).all() or abs(row.sum() - 1) > 1e-3:
        raise Refusal(
            400,
            f"condition must have {classes} weights from 0 on that add up to 1: this generator "
            f"knows {classes} classes.",
        )
    return np.repeat(row[None].astype(np.float32), count, axis=0)


def _drawn(asked: _Asked, columns: int) -> bytes:
    samples = asked.decoder.decode(asked.z, asked.condition)
    return picture(samples, asked.run.snapshot.real, columns)


def _film(asked: _Asked, kind: str) -> bytes:
    samples = asked.decoder.decode(asked.z, asked.condition)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"walk.{kind}")
        write_walk(samples, asked.run.snapshot.real, path)
        return path.read_bytes()


def _judged(asked: _Asked) -> dict[str, Any]:
    samples, logits = asked.decoder.judge(asked.z, asked.condition)
    scale = 127.5 if samples.dtype == np.uint8 else 1.0
    steps = np.diff(samples.reshape(len(samples), -1).astype(np.float64) / scale, axis=0)
    return {
        "step": asked.step,
        "logits": None if logits is None else [_finite(one) for one in logits],
        "path": [_finite(one) for one in np.sqrt(np.square(steps).mean(1))],
    }


def _nearest(asked: _Asked) -> tuple[dict[str, Any], bytes]:
    sample, *_ = asked.decoder.decode(asked.z, asked.condition)
    found = explored(asked.run.config).likenesses(np.asarray(sample, np.uint8), NEIGHBOURS)
    spaces = [
        {"space": one.space, "ratios": one.ratios.tolist(), "among": one.among} for one in found
    ]
    shown = np.concatenate([one.pictures for one in found])
    header = {"step": asked.step, "spaces": spaces}
    return header, picture(shown, None, len(found[0].pictures))


def _spread(run: Run, decoder: Decoder, psi: float, condition: Latent | None) -> dict[str, Any]:
    data = explored(run.config)
    found, floor = data.spread(decoder, psi, condition), data.floor
    return {
        "precision": found.precision,
        "recall": found.recall,
        "precision_floor": floor.precision,
        "recall_floor": floor.recall,
        "n": data.compared,
        "features": data.reals.viewer.name,
    }


def _finite(number: Any) -> float | None:
    return float(number) if math.isfinite(number) else None
