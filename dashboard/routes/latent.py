"""What a generator makes of latent vectors, and what else a person asks about them."""

import math
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from dashboard.routes.asking import (
    MOST_BYTES,
    NEVER,
    Refusal,
    answer,
    bounded_body,
    decimal,
    first_message,
    message,
    next_message,
    number,
    once,
    open_socket,
    opened,
    published_of,
    question,
    refused,
)
from dashboard.routes.dear import dear
from dashboard.routes.vectors import (
    HIGHEST_PSI,
    MOST_LATENTS,
    Asked,
    asked_in,
    asked_of,
    decoder_of,
    saved_decoder_of,
    style_shape_of,
    vectors_of,
)
from dashboard.services import explored, run_manager
from dashboard.wire import encode
from ganlib import Run, RunError, mix_styles, picture, write_walk

NEIGHBOURS = 6
FILMS = {"gif": "image/gif", "mp4": "video/mp4"}


@answer
async def decode(request: Request) -> Response:
    """What a generator makes of latent vectors, as one picture: its `step`, and `webp`.

    The question's `columns` are how many pictures stand in a row.
    """
    return await run_in_threadpool(_decoded, await asked_of(request))


@answer
async def mix(request: Request) -> Response:
    """Two lists of latent vectors, and every mixture of the styles of one with those of the other.

    Each of `coarse` says the coarse layers of a row of pictures, up to the `crossover`, and each of
    `fine` the fine layers of a column. The answer is as of `decode`.
    """
    run = await opened(request)
    return await run_in_threadpool(_mixed, run, await bounded_body(request, MOST_BYTES))


@answer
async def judge(request: Request) -> Response:
    """D's `logits` of what the generator makes of latent vectors, and the way between neighbours.

    `path` has for each sample but the first its distance from the one before it, root mean square
    over the numbers of a sample in [-1, 1]. Where D judges no sample alone there are no logits.
    """
    return await run_in_threadpool(_judged, await asked_of(request))


@answer
async def film(request: Request) -> Response:
    """The samples of latent vectors one after another and back, as a GIF or an MP4."""
    kind = request.path_params["kind"]
    if kind not in FILMS:
        raise Refusal(404, "Choose gif or mp4.")
    made = await dear(request, _film, await asked_of(request), kind)
    return Response(made, media_type=FILMS[kind], headers=NEVER)


@answer
async def nearest(request: Request) -> Response:
    """The training pictures nearest to what one latent vector gives: in pixels and in features."""
    return await dear(request, _nearest, await asked_of(request))


@answer
async def spread(request: Request) -> Response:
    """Precision and recall of the published generator whose latent vectors are truncated.

    Where it can be asked for classes or codes they take turns, for the reals are of all classes.
    """
    run = await opened(request)
    query = request.query_params
    is_saved = "step" in query
    step = (
        number(query, "step", 0, lowest=0)
        if is_saved
        else (await run_in_threadpool(published_of, run)).step
    )
    psi = round(decimal(query, "psi", 1.0, HIGHEST_PSI), 2)
    found = await dear(request, _spread, run.run_id, step, is_saved, psi)
    return JSONResponse(found, headers=NEVER)


async def explore(socket: WebSocket) -> None:
    """Answer question after question, each with the sample of one vector: at the speed of the hand.

    Questions are as `dashboard.routes.vectors` tells. The answer is a header (`step`, `logit`, or
    `error` and `status`) and the `sample`: uint8 pixels, or float32 of a point. Who asks waits for
    the answer, so that there is never more than one question on the way.
    """
    if (run := await open_socket(socket)) is None:
        return
    try:
        asked = await first_message(socket)
        while True:
            await socket.send_bytes(await run_in_threadpool(_explored, run.run_id, asked))
            asked = await next_message(socket)
    except (WebSocketDisconnect, RuntimeError):  # It hung up, perhaps before our answer.
        return


def _explored(run_id: str, asked: bytes) -> bytes:
    try:
        # A run may be trained on, or be deleted, while a socket to it is open.
        return _sample(asked_in(run_manager().get(run_id), asked))
    except (Refusal, RunError) as error:
        return refused(error)


def _sample(asked: Asked) -> bytes:
    if len(asked.z) > 1:
        raise Refusal(400, "Send one latent vector at a time.")
    (sample,), logits = asked.decoder.judge(asked.z, asked.condition)
    logit = None if logits is None else _finite(logits[0])
    return encode({"step": asked.step, "logit": logit}, {"sample": sample})


def _decoded(asked: Asked) -> Response:
    samples = asked.decoder.decode(asked.z, asked.condition)
    columns = min(len(samples), number(asked.said, "columns", len(samples), lowest=1))
    return _webp({"step": asked.step}, picture(samples, asked.run.snapshot.real, columns))


def _mixed(run: Run, body: bytes) -> Response:
    said, arrays = question(body)
    step, decoder = decoder_of(run, said)
    layers, _ = style_shape_of(decoder)
    coarse, fine = (vectors_of(arrays, name, decoder.latent_dim) for name in ("coarse", "fine"))
    rows, columns = len(coarse), len(fine)
    if rows * columns > MOST_LATENTS:
        raise Refusal(400, f"Send vectors for at most {MOST_LATENTS} cells.")
    if (crossover := number(said, "crossover", 0, lowest=0)) > layers:
        raise Refusal(400, f"crossover is {crossover}: this generator has {layers} layers.")
    coarse, fine = np.split(decoder.features(np.concatenate((coarse, fine))), [rows])
    coarse, fine = np.repeat(coarse, columns, axis=0), np.tile(fine, (rows, 1))
    drawn = decoder.decode(mix_styles(coarse, fine, crossover, layers))
    return _webp({"step": step}, picture(drawn, None, columns))


def _film(asked: Asked, kind: str) -> bytes:
    samples = asked.decoder.decode(asked.z, asked.condition)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"walk.{kind}")
        write_walk(samples, asked.run.snapshot.real, path)
        return path.read_bytes()


def _judged(asked: Asked) -> Response:
    samples, logits = asked.decoder.judge(asked.z, asked.condition)
    scale = 127.5 if samples.dtype == np.uint8 else 1.0
    steps = np.diff(samples.reshape(len(samples), -1).astype(np.float64) / scale, axis=0)
    arrays = {"path": np.sqrt(np.square(steps).mean(1))}
    if logits is not None:
        arrays["logits"] = np.asarray(logits)
    return message({"step": asked.step}, arrays)


def _nearest(asked: Asked) -> Response:
    sample, *_ = asked.decoder.decode(asked.z, asked.condition)
    found = explored(asked.run.config).likenesses(np.asarray(sample, np.uint8), NEIGHBOURS)
    spaces = [
        {"space": one.space, "ratios": one.ratios.tolist(), "among": one.among} for one in found
    ]
    shown = np.concatenate([one.pictures for one in found])
    sheet = picture(shown, None, len(found[0].pictures))
    return _webp({"step": asked.step, "spaces": spaces}, sheet)


def _webp(header: Mapping[str, Any], picture: bytes) -> Response:
    return message(header, {"webp": np.frombuffer(picture, np.uint8)})


@once(64)
def _spread(run_id: str, step: int, is_saved: bool, psi: float) -> dict[str, Any]:
    """Made once for all who ask; of the newest generator, one that has come since is as good."""
    run = run_manager().get(run_id)
    published = published_of(run)
    decoder = saved_decoder_of(run_id, step) if is_saved else published.decoder
    data = explored(run.config)
    found, floor = data.spread(decoder, psi), data.floor
    return {
        "step": step if is_saved else published.step,
        "precision": found.precision,
        "recall": found.recall,
        "precision_floor": floor.precision,
        "recall_floor": floor.recall,
        "n": data.compared,
        "features": data.reals.viewer.name,
    }


def _finite(number: Any) -> float | None:
    return float(number) if math.isfinite(number) else None
