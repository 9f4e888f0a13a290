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
    HttpError,
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
    LatentQuery,
    decoder_of,
    latent_query_in,
    latent_query_of,
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
    return await run_in_threadpool(_decoded, await latent_query_of(request))


@answer
async def mix(request: Request) -> Response:
    """Two lists of latent vectors, and every mixture of the styles of one with those of the other.

    Each of `coarse` says the coarse layers of a row of pictures, up to the `crossover`, and each of
    `fine` the fine layers of a column. The answer is as of `decode`.
    """
    run = await opened(request)
    return await run_in_threadpool(_mixed, run, await bounded_body(request, MOST_BYTES))


@answer
async def discriminate(request: Request) -> Response:
    """D's `logits` of what the generator makes of latent vectors, and the way between neighbours.

    `path` has for each sample but the first its distance from the one before it, root mean square
    over the numbers of a sample in [-1, 1]. Where D classifies no sample alone there are no logits.
    """
    return await run_in_threadpool(_logits_of, await latent_query_of(request))


@answer
async def film(request: Request) -> Response:
    """The samples of latent vectors one after another and back, as a GIF or an MP4."""
    kind = request.path_params["kind"]
    if kind not in FILMS:
        raise HttpError(404, "Choose gif or mp4.")
    made = await dear(request, _film, await latent_query_of(request), kind)
    return Response(made, media_type=FILMS[kind], headers=NEVER)


@answer
async def nearest(request: Request) -> Response:
    """The training pictures nearest to what one latent vector gives: in pixels and in features."""
    return await dear(request, _nearest, await latent_query_of(request))


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
    body = await dear(request, _spread, run.run_id, step, is_saved, psi)
    return JSONResponse(body, headers=NEVER)


async def explore(socket: WebSocket) -> None:
    """Answer question after question, each with the sample of one vector: at the speed of the hand.

    Questions are as `dashboard.routes.vectors` tells. The answer is a header (`step`, `logit`, or
    `error` and `status`) and the `sample`: uint8 pixels, or float32 of a point. Who asks waits for
    the answer, so that there is never more than one question on the way.
    """
    if (run := await open_socket(socket)) is None:
        return
    try:
        query = await first_message(socket)
        while True:
            await socket.send_bytes(await run_in_threadpool(_explored, run.run_id, query))
            query = await next_message(socket)
    except (WebSocketDisconnect, RuntimeError):  # It hung up, perhaps before our answer.
        return


def _explored(run_id: str, query: bytes) -> bytes:
    try:
        # A run may be trained on, or be deleted, while a socket to it is open.
        return _sample(latent_query_in(run_manager().get(run_id), query))
    except (HttpError, RunError) as error:
        return refused(error)


def _sample(query: LatentQuery) -> bytes:
    if len(query.z) > 1:
        raise HttpError(400, "Send one latent vector at a time.")
    (sample,), logits = query.decoder.decode_with_logits(query.z, query.condition)
    logit = None if logits is None else _finite(logits[0])
    return encode({"step": query.step, "logit": logit}, {"sample": sample})


def _decoded(query: LatentQuery) -> Response:
    samples = query.decoder.decode(query.z, query.condition)
    columns = min(len(samples), number(query.header, "columns", len(samples), lowest=1))
    return _webp({"step": query.step}, picture(samples, query.run.snapshot.real, columns))


def _mixed(run: Run, body: bytes) -> Response:
    header, arrays = question(body)
    step, decoder = decoder_of(run, header)
    layers, _ = style_shape_of(decoder)
    coarse, fine = (vectors_of(arrays, name, decoder.latent_dim) for name in ("coarse", "fine"))
    rows, columns = len(coarse), len(fine)
    if rows * columns > MOST_LATENTS:
        raise HttpError(400, f"Send vectors for at most {MOST_LATENTS} cells.")
    if (crossover := number(header, "crossover", 0, lowest=0)) > layers:
        raise HttpError(400, f"crossover is {crossover}: this generator has {layers} layers.")
    coarse, fine = np.split(decoder.features(np.concatenate((coarse, fine))), [rows])
    coarse, fine = np.repeat(coarse, columns, axis=0), np.tile(fine, (rows, 1))
    drawn = decoder.decode(mix_styles(coarse, fine, crossover, layers))
    return _webp({"step": step}, picture(drawn, None, columns))


def _film(query: LatentQuery, kind: str) -> bytes:
    samples = query.decoder.decode(query.z, query.condition)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"walk.{kind}")
        write_walk(samples, query.run.snapshot.real, path)
        return path.read_bytes()


def _logits_of(query: LatentQuery) -> Response:
    samples, logits = query.decoder.decode_with_logits(query.z, query.condition)
    scale = 127.5 if samples.dtype == np.uint8 else 1.0
    steps = np.diff(samples.reshape(len(samples), -1).astype(np.float64) / scale, axis=0)
    arrays = {"path": np.sqrt(np.square(steps).mean(1))}
    if logits is not None:
        arrays["logits"] = np.asarray(logits)
    return message({"step": query.step}, arrays)


def _nearest(query: LatentQuery) -> Response:
    sample, *_ = query.decoder.decode(query.z, query.condition)
    nearest = explored(query.run.config).likenesses(np.asarray(sample, np.uint8), NEIGHBOURS)
    spaces = [
        {"space": one.space, "ratios": one.ratios.tolist(), "among": one.among} for one in nearest
    ]
    shown = np.concatenate([one.pictures for one in nearest])
    sheet = picture(shown, None, len(nearest[0].pictures))
    return _webp({"step": query.step, "spaces": spaces}, sheet)


def _webp(header: Mapping[str, Any], picture: bytes) -> Response:
    return message(header, {"webp": np.frombuffer(picture, np.uint8)})


@once(64)
def _spread(run_id: str, step: int, is_saved: bool, psi: float) -> dict[str, Any]:
    """Made once for all who ask; of the newest generator, one that has come since is as good."""
    run = run_manager().get(run_id)
    published = published_of(run)
    decoder = saved_decoder_of(run_id, step) if is_saved else published.decoder
    data = explored(run.config)
    body, floor = data.spread(decoder, psi), data.floor
    return {
        "step": step if is_saved else published.step,
        "precision": body.precision,
        "recall": body.recall,
        "precision_floor": floor.precision,
        "recall_floor": floor.recall,
        "n": data.compared,
        "features": data.reals.extractor.name,
    }


def _finite(number: Any) -> float | None:
    return float(number) if math.isfinite(number) else None
