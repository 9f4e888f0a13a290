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
    Refusal,
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
    Encoding,
    Likely,
    Ordered,
    Run,
    learnt_density,
    one_class,
    picture,
    seeded_z,
    seen_through,
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
    told, arrays = await dear(request, _density, run.run_id, newest)
    return message({"reach": PLANE_REACH, **told}, arrays)


@answer
async def encoded(request: Request) -> Response:
    """Where the encoder puts held-out samples: `mean` (N, d), `labels` (N,), and `kl` (d,)."""
    run, newest = await run_in_threadpool(_newest, request)
    step, found = await dear(request, _encoded, run.run_id, newest)
    names = held_out(run.config).class_names
    arrays = {name: found[name].astype(np.float32) for name in ("mean", "labels", "kl")}
    return message({"step": step, "classes": list(names)}, arrays)


@answer
async def back(request: Request) -> Response:
    """Pictures, and below each what comes back of it.

    The header tells whether they `are_held_out`, or all of them are learnt from.
    """
    run, newest = await run_in_threadpool(_newest, request)
    step, found = await dear(request, _encoded, run.run_id, newest)
    pairs = np.concatenate((found["originals"], found["back"]))
    if pairs.ndim == 2:
        raise Refusal(409, "This run learns points: ask for their density.")
    body = await run_in_threadpool(picture, pairs, None, len(found["originals"]))
    told = {"step": step, "are_held_out": held_out(run.config).are_held_out}
    return message(told, {"webp": np.frombuffer(body, np.uint8)})


@answer
async def drawn(request: Request) -> Response:
    """Pictures drawn pixel by pixel, in one answer: the browser shows them at its own pace.

    `seed` decides the chances, `count` how many; the first `known` pixels are those of the held-out
    picture `number`; `label` is the class that is asked for. Arrays: `samples` and what was
    `expected` of each pixel, (N, H, W, C), and how open it was, in `bits`.
    """
    return await dear(request, _drawn, await opened(request), request)


@answer
async def sight(request: Request) -> Response:
    """How much each pixel of a `picture`, (H, W, C), sways the one at `place`: (H, W)."""
    run = await opened(request)
    if run.config.data.is_2d:
        raise Refusal(409, "This run draws points: two numbers each.")
    channels, height, width = run.config.data.shape
    said, arrays = question(await bounded_body(request, MOST_BYTES))
    pixels = array(arrays, "picture", np.uint8, height, width, channels)
    place, label = (number(said, name, 0, lowest=0) for name in ("place", "label"))
    if place >= height * width:
        raise Refusal(400, f"place is {place}: this picture has {height * width} pixels.")
    found = await dear(request, _sight, run, pixels[None], place, label)
    return message({"place": place}, {"sight": found})


@once(16)
def _density(run_id: str, newest: int) -> tuple[dict[str, Any], Mapping[str, Floats]]:
    """Of the newest step, as `newest` was when it was asked for, or of one that has come since."""
    run = run_manager().get(run_id)
    step, decoder = _opened(run, Likely, "knows no likelihood")
    kept = held_out(run.config)
    if kept.true_density is None:
        raise Refusal(409, "This run learns pictures: a density is drawn of points alone.")
    arrays = {"learnt": learnt_density(decoder), "true": kept.true_density}
    arrays = {name: np.maximum(one, LOWEST_LOG_DENSITY) for name, one in arrays.items()}
    if isinstance(decoder, Encoding):
        points = np.asarray(kept.samples, np.float32)
        arrays |= {"points": points, "back": np.asarray(decoder.reconstruct(points))}
    mass = shared_mass(run.config.data, decoder)
    told = {
        "step": step,
        "shared": mass.value,
        "error": mass.error,
        "n": mass.n,
        "features": mass.features,
        "in_middle": decoder.readings == 1,
    }
    return told, arrays


@once(16)
def _encoded(run_id: str, newest: int) -> tuple[int, Mapping[str, Any]]:
    """As `_density`."""
    run = run_manager().get(run_id)
    step, decoder = _opened(run, Encoding, "has no encoder")
    return step, seen_through(decoder, held_out(run.config), SHOWN)


def _newest(request: Request) -> tuple[Run, int]:
    """The run, and the step of its newest generator."""
    run = run_of(request)
    return run, published_of(run).step


def _sight(run: Run, pixels: NDArray[np.uint8], place: int, label: int) -> Floats:
    _, decoder = _opened(run, Ordered, "draws nothing pixel by pixel")
    found: Floats = decoder.sight(pixels, place, _condition(decoder, label, 1))
    return found


def _drawn(run: Run, request: Request) -> Response:
    step, decoder = _opened(run, Ordered, "draws nothing pixel by pixel")
    if run.config.data.is_2d:
        raise Refusal(409, "This run draws points: two numbers each.")
    query = request.query_params
    if (count := number(query, "count", 1, lowest=1)) > DRAWN:
        raise Refusal(400, f"{count} pictures are too many at once: ask for {DRAWN} at most.")
    seed, known, chosen, label = (
        number(query, name, 0, lowest=0) for name in ("seed", "known", "number", "label")
    )
    z = np.concatenate([seeded_z(seed + i, run.config.latent_dim) for i in range(count)])
    pictures = held_out(run.config).samples
    given = pictures[chosen % len(pictures)][None]
    found = decoder.watch(z, given, known, _condition(decoder, label, count))
    arrays = {"samples": found.samples, "expected": found.expected, "bits": found.bits}
    return message({"step": step}, arrays)


def _condition(decoder: Any, label: int, count: int) -> Floats | None:
    classes = decoder.classes
    if not classes:
        return None
    if label >= classes:
        raise Refusal(400, f"There is no class {label}: choose 0 to {classes - 1}.")
    return one_class(label, classes, count)


def _opened(run: Run, kind: Any, lack: str) -> tuple[int, Any]:
    """The newest generator, if it is of this kind, and its own step."""
    published = published_of(run)
    decoder: Decoder = published.decoder.opened()
    if not isinstance(decoder, kind):
        raise Refusal(409, f"A run of the family {run.config.algorithm.family} {lack}.")
    return published.step, decoder
