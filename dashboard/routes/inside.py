"""What a model that knows chances shows of itself: its density, its encoder, its order."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from dashboard.routes.asking import (
    MOST_BYTES,
    HttpError,
    answer,
    array,
    bounded_body,
    message,
    number,
    once,
    opened,
    published_of,
    question,
    run_of,
)
from dashboard.routes.dear import dear
from dashboard.services import held_out, run_manager
from ganlib import (
    PLANE_REACH,
    Decoder,
    HasEncoder,
    HasLikelihood,
    IsAutoregressive,
    Run,
    encode_held_out,
    learnt_density,
    one_class,
    picture,
    seeded_z,
    shared_mass,
)

SHOWN = 12
"""Held-out pictures beside what comes back of them."""
DRAWN = 6
"""Pictures that are drawn at once, at most."""
LOWEST_LOG_DENSITY = -30.0

Floats = NDArray[np.float32]


@answer
async def density(request: Request) -> Response:
    """The log density of the data and of the model in the plane, and what an encoder makes of it.

    The header tells in `shared` how much of their mass they share, with its `error`, of how many
    points (`n`) and how it is known (`features`), and whether a cell is read once, in its middle.
    Arrays: `learnt` and `true` (rows from the lowest y), and with an encoder `points` and `back`.
    """
    run, newest = await run_in_threadpool(_newest, request)
    header, arrays = await dear(request, _density, run.run_id, newest)
    return message({"reach": PLANE_REACH, **header}, arrays)


@answer
async def encoded(request: Request) -> Response:
    """Where the encoder puts held-out samples: `mean` (N, d), `labels` (N,), and `kl` (d,)."""
    run, newest = await run_in_threadpool(_newest, request)
    step, codes = await dear(request, _encoded, run.run_id, newest)
    names = held_out(run.config).class_names
    arrays = {name: codes[name].astype(np.float32) for name in ("mean", "labels", "kl")}
    return message({"step": step, "classes": list(names)}, arrays)


@answer
async def back(request: Request) -> Response:
    """Pictures, and below each what comes back of it.

    The header tells whether they `are_held_out`, or all of them are learnt from.
    """
    run, newest = await run_in_threadpool(_newest, request)
    step, codes = await dear(request, _encoded, run.run_id, newest)
    pairs = np.concatenate((codes["originals"], codes["back"]))
    if pairs.ndim == 2:
        raise HttpError(409, "This run learns points: ask for their density.")
    body = await run_in_threadpool(picture, pairs, None, len(codes["originals"]))
    header = {"step": step, "are_held_out": held_out(run.config).are_held_out}
    return message(header, {"webp": np.frombuffer(body, np.uint8)})


@answer
async def drawn(request: Request) -> Response:
    """Pictures drawn pixel by pixel, in one answer: the browser shows them at its own pace.

    `seed` decides the chances, `count` how many; the first `known` pixels are those of the held-out
    picture `number`; `label` is the class that is asked for. Arrays: `samples` and what was
    `expected` of each pixel, (N, H, W, C), and how open it was, in `bits`.
    """
    return await dear(request, _drawn, await opened(request), request)


@answer
async def saliency(request: Request) -> Response:
    """Saliency: how much the pixel at `place` of a `picture`, (H, W, C), depends on each: (H,
    W).
    """
    run = await opened(request)
    if run.config.data.is_2d:
        raise HttpError(409, "This run draws points: two numbers each.")
    channels, height, width = run.config.data.shape
    header, arrays = question(await bounded_body(request, MOST_BYTES))
    pixels = array(arrays, "picture", np.uint8, height, width, channels)
    place, label = (number(header, name, 0, lowest=0) for name in ("place", "label"))
    if place >= height * width:
        raise HttpError(400, f"place is {place}: this picture has {height * width} pixels.")
    sizes = await dear(request, _saliency, run, pixels[None], place, label)
    return message({"place": place}, {"saliency": sizes})


@once(16)
def _density(run_id: str, newest: int) -> tuple[dict[str, Any], Mapping[str, Floats]]:
    """Of the newest step, as `newest` was when it was asked for, or of one that has come since."""
    run = run_manager().get(run_id)
    step, decoder = _opened(run, HasLikelihood, "knows no likelihood")
    reals = held_out(run.config)
    if reals.true_density is None:
        raise HttpError(409, "This run learns pictures: a density is drawn of points alone.")
    arrays = {"learnt": learnt_density(decoder), "true": reals.true_density}
    arrays = {name: np.maximum(one, LOWEST_LOG_DENSITY) for name, one in arrays.items()}
    if isinstance(decoder, HasEncoder):
        points = np.asarray(reals.samples, np.float32)
        arrays |= {"points": points, "back": np.asarray(decoder.reconstruct(points))}
    mass = shared_mass(run.config.data, decoder)
    header = {
        "step": step,
        "shared": mass.value,
        "error": mass.error,
        "n": mass.n,
        "features": mass.features,
        "in_middle": decoder.readings == 1,
    }
    return header, arrays


@once(16)
def _encoded(run_id: str, newest: int) -> tuple[int, Mapping[str, Any]]:
    """As `_density`."""
    run = run_manager().get(run_id)
    step, decoder = _opened(run, HasEncoder, "has no encoder")
    return step, encode_held_out(decoder, held_out(run.config), SHOWN)


def _newest(request: Request) -> tuple[Run, int]:
    """The run, and the step of its newest generator."""
    run = run_of(request)
    return run, published_of(run).step


def _saliency(run: Run, pixels: NDArray[np.uint8], place: int, label: int) -> Floats:
    _, decoder = _opened(run, IsAutoregressive, "draws nothing pixel by pixel")
    sizes: Floats = decoder.saliency(pixels, place, _condition(decoder, label, 1))
    return sizes


def _drawn(run: Run, request: Request) -> Response:
    step, decoder = _opened(run, IsAutoregressive, "draws nothing pixel by pixel")
    if run.config.data.is_2d:
        raise HttpError(409, "This run draws points: two numbers each.")
    query = request.query_params
    if (count := number(query, "count", 1, lowest=1)) > DRAWN:
        raise HttpError(400, f"{count} pictures are too many at once: ask for {DRAWN} at most.")
    seed, known, chosen, label = (
        number(query, name, 0, lowest=0) for name in ("seed", "known", "number", "label")
    )
    z = np.concatenate([seeded_z(seed + i, run.config.latent_dim) for i in range(count)])
    pictures = held_out(run.config).samples
    given = pictures[chosen % len(pictures)][None]
    trace = decoder.sample_with_trace(z, given, known, _condition(decoder, label, count))
    arrays = {"samples": trace.samples, "expected": trace.expected, "entropy": trace.entropy}
    return message({"step": step}, arrays)


def _condition(decoder: Any, label: int, count: int) -> Floats | None:
    classes = decoder.classes
    if not classes:
        return None
    if label >= classes:
        raise HttpError(400, f"There is no class {label}: choose 0 to {classes - 1}.")
    return one_class(label, classes, count)


def _opened(run: Run, kind: Any, lack: str) -> tuple[int, Any]:
    """The newest generator, if it is of this kind, and its own step."""
    published = published_of(run)
    decoder: Decoder = published.decoder.opened()
    if not isinstance(decoder, kind):
        raise HttpError(409, f"A run of the family {run.config.algorithm.family} {lack}.")
    return published.step, decoder
