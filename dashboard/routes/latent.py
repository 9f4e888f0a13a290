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

from dashboard import frames
from dashboard.routes.asking import (
    BINARY,
    NEVER,
    Refusal,
    answer,
    decimal,
    first_text,
    next_text,
    number,
    once,
    open_socket,
    opened,
    published_of,
    question,
)
from dashboard.routes.dear import dear
from dashboard.routes.vectors import (
    HIGHEST_PSI,
    MOST_LATENTS,
    Asked,
    Latent,
    asked_of,
    checked,
    condition_of,
    decoder_of,
    row_length,
    rows_of,
    saved_decoder_of,
    steered,
    style_shape_of,
)
from dashboard.services import explored, run_manager
from ganlib import Decoder, Run, RunError, mix_styles, picture, write_walk

NEIGHBOURS = 6
FILMS = {"gif": "image/gif", "mp4": "video/mp4"}


@answer
async def decode(request: Request) -> Response:
    """What the published generator makes of latent vectors, as one picture.

    `columns` pictures in a row; `step` asks the generator of a saved moment instead.
    """
    asked = await asked_of(request)
    columns = min(len(asked.z), number(request, "columns", len(asked.z), lowest=1))
    drawn = await run_in_threadpool(_drawn, asked, columns)
    headers = NEVER | {"X-Step": str(asked.step)}
    return Response(drawn, media_type="image/webp", headers=headers)


@answer
async def mix(request: Request) -> Response:
    """Two lists of latent vectors, and every mixture of the styles of one with those of the other.

    The first `rows` vectors say the coarse layers of a row of pictures, up to the `crossover`, and
    the others the fine layers of a column.
    """
    step, decoder = await run_in_threadpool(decoder_of, await opened(request), request)
    layers, _ = await run_in_threadpool(style_shape_of, decoder)
    z = await rows_of(request, decoder.latent_dim)
    rows, crossover = (number(request, name, 0, lowest=0) for name in ("rows", "crossover"))
    if not 0 < rows < len(z) or rows * (len(z) - rows) > MOST_LATENTS:
        raise Refusal(
            400, f"Send vectors for at least one row and column, and at most {MOST_LATENTS} cells."
        )
    if crossover > layers:
        raise Refusal(400, f"crossover is {crossover}: this generator has {layers} layers.")
    drawn = await run_in_threadpool(_mixed, decoder, z, rows, crossover)
    return Response(drawn, media_type="image/webp", headers=NEVER | {"X-Step": str(step)})


@answer
async def judge(request: Request) -> Response:
    """D's logits of what the generator makes of latent vectors, and the way between neighbours.

    `path` has for each sample but the first its distance from the one before it, root mean square
    over the numbers of a sample in [-1, 1].
    """
    found = await run_in_threadpool(_judged, await asked_of(request))
    return JSONResponse(found, headers=NEVER)


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
    header, body = await dear(request, _nearest, await asked_of(request))
    return Response(frames.body_message(header, body), media_type=BINARY, headers=NEVER)


@answer
async def spread(request: Request) -> Response:
    """Precision and recall of the published generator whose latent vectors are truncated.

    Where it can be asked for classes or codes they take turns, for the reals are of all classes.
    """
    run = await opened(request)
    is_saved = "step" in request.query_params
    step = (
        number(request, "step", 0, lowest=0)
        if is_saved
        else (await run_in_threadpool(published_of, run)).step
    )
    psi = round(decimal(request, "psi", 1.0, HIGHEST_PSI), 2)
    found = await dear(request, _spread, run.run_id, step, is_saved, psi)
    return JSONResponse(found, headers=NEVER)


async def explore(socket: WebSocket) -> None:
    """Answer question after question, each with samples: at the speed of the hand.

    A question is JSON: `id`, `z` (the numbers of one vector), and perhaps `condition`, `layers` and
    `psi`, as `dashboard.routes.vectors` tells. The answer is a header (`id`, `step`, `shape`,
    `logit`, or `error`) and the bytes of the sample: uint8 pixels, or float32 of a point. Who asks
    waits for the answer, so that there is never more than one question on the way.
    """
    if (run := await open_socket(socket)) is None:
        return
    try:
        text = await first_text(socket)
        while True:
            await socket.send_bytes(await run_in_threadpool(_explored, run.run_id, text))
            text = await next_text(socket)
    except (WebSocketDisconnect, RuntimeError):  # It hung up, perhaps before our answer.
        return


def _explored(run_id: str, text: str) -> bytes:
    asked = 0
    try:
        said = question(text)
        asked = int(said["id"])
        # A run may be trained on, or be deleted, while a socket to it is open.
        return _sample(run_manager().get(run_id), asked, said)
    except (Refusal, RunError) as refusal:
        return frames.body_message({"id": asked, "error": str(refusal)}, b"")
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        sentence = "Send an id, the numbers of z, the weights of the classes, layers and psi."
        return frames.body_message({"id": asked, "error": sentence}, b"")


def _sample(run: Run, asked: int, said: Mapping[str, Any]) -> bytes:
    published = published_of(run)
    decoder, layers, psi = published.decoder, said.get("layers"), float(said.get("psi", 1))
    if not 0 <= psi <= HIGHEST_PSI:
        raise Refusal(400, f"psi must be a number from 0 to {HIGHEST_PSI:g}.")
    rows = checked(np.array([said["z"]], np.float32), row_length(decoder, layers is not None))
    z = steered(rows, decoder, layers, psi)
    condition = condition_of(said.get("condition"), decoder.classes, 1)
    (sample,), logits = decoder.judge(z, condition)
    header = {
        "id": asked,
        "step": published.step,
        "shape": list(sample.shape),
        "logit": None if logits is None else _finite(logits[0]),
    }
    return frames.body_message(header, np.ascontiguousarray(sample).tobytes())


def _drawn(asked: Asked, columns: int) -> bytes:
    samples = asked.decoder.decode(asked.z, asked.condition)
    return picture(samples, asked.run.snapshot.real, columns)


def _mixed(decoder: Decoder, z: Latent, rows: int, crossover: int) -> bytes:
    layers, _ = style_shape_of(decoder)
    coarse, fine = np.split(decoder.features(z), [rows])
    columns = len(fine)
    coarse, fine = np.repeat(coarse, columns, axis=0), np.tile(fine, (rows, 1))
    return picture(decoder.decode(mix_styles(coarse, fine, crossover, layers)), None, columns)


def _film(asked: Asked, kind: str) -> bytes:
    samples = asked.decoder.decode(asked.z, asked.condition)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"walk.{kind}")
        write_walk(samples, asked.run.snapshot.real, path)
        return path.read_bytes()


def _judged(asked: Asked) -> dict[str, Any]:
    samples, logits = asked.decoder.judge(asked.z, asked.condition)
    scale = 127.5 if samples.dtype == np.uint8 else 1.0
    steps = np.diff(samples.reshape(len(samples), -1).astype(np.float64) / scale, axis=0)
    return {
        "step": asked.step,
        "logits": None if logits is None else [_finite(one) for one in logits],
        "path": [_finite(one) for one in np.sqrt(np.square(steps).mean(1))],
    }


def _nearest(asked: Asked) -> tuple[dict[str, Any], bytes]:
    sample, *_ = asked.decoder.decode(asked.z, asked.condition)
    found = explored(asked.run.config).likenesses(np.asarray(sample, np.uint8), NEIGHBOURS)
    spaces = [
        {"space": one.space, "ratios": one.ratios.tolist(), "among": one.among} for one in found
    ]
    shown = np.concatenate([one.pictures for one in found])
    header = {"step": asked.step, "spaces": spaces}
    return header, picture(shown, None, len(found[0].pictures))


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
