"""The latent vectors of a question, the generator that is meant, and what it is told besides.

Vectors come one after another in the body, as float32 (little-endian). A generator that can be
asked for classes takes their weights as `condition`. `psi` draws them towards the mean, in w where
there are styles. A generator that is steered by styles can be told `layers`, the numbers of some of
its layers with commas between: each z is then followed by a way in the space of w, which is added
to its style in these layers alone.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from dashboard.routes.asking import (
    MOST_LETTERS,
    Refusal,
    bounded_body,
    decimal,
    moment_of,
    number,
    opened,
    published_of,
)
from dashboard.services import run_manager
from ganlib import Decoder, Run, saved_decoder, steer_styles

MOST_LATENTS = 64
"""Vectors in one question."""
HIGHEST_PSI = 2.0

Latent = NDArray[np.float32]


@dataclass(frozen=True)
class Asked:
    """What is to be made of which vectors, and by which generator: as `Decoder.decode` takes it."""

    run: Run
    step: int
    decoder: Decoder
    z: Latent
    condition: Latent | None


async def asked_of(request: Request) -> Asked:
    """The whole question."""
    run = await opened(request)
    step, decoder = await run_in_threadpool(decoder_of, run, request)
    layers = _numbers(request, "layers", int)
    numbers = await run_in_threadpool(row_length, decoder, layers is not None)
    rows = await rows_of(request, numbers)
    psi = decimal(request, "psi", 1.0, HIGHEST_PSI)
    z = await run_in_threadpool(steered, rows, decoder, layers, psi)
    condition = condition_of(weights_of(request), decoder.classes, len(z))
    return Asked(run, step, decoder, z, condition)


def decoder_of(run: Run, request: Request) -> tuple[int, Decoder]:
    """The generator that is asked for, and after which step it was so."""
    if "step" in request.query_params:
        step = number(request, "step", 0, lowest=0)
        return step, saved_decoder_of(run.run_id, step)
    published = published_of(run)
    return published.step, published.decoder


@functools.lru_cache(maxsize=24)
def saved_decoder_of(run_id: str, step: int) -> Decoder:
    """The generator of a saved moment, kept for who asks again."""
    return saved_decoder(moment_of(run_manager().get(run_id), step))


async def rows_of(request: Request, numbers: int) -> Latent:
    """The vectors of the body, of so many numbers each: (N, numbers)."""
    body = await bounded_body(request, MOST_LATENTS * 4 * numbers)
    if not body or len(body) % (4 * numbers):
        raise Refusal(
            400, f"Send between 1 and {MOST_LATENTS} latent vectors of {4 * numbers} bytes each."
        )
    return checked(np.frombuffer(body, "<f4").reshape(-1, numbers), numbers)


def row_length(decoder: Decoder, are_steered: bool) -> int:
    """Numbers of one vector in a question."""
    if not are_steered:
        return decoder.latent_dim
    _, w_dim = style_shape_of(decoder)
    return decoder.latent_dim + w_dim


def style_shape_of(decoder: Decoder) -> tuple[int, int]:
    """Layers and w_dim of a generator that has styles."""
    if decoder.style_shape is None:
        raise Refusal(409, "This generator has no styles: z alone says what it draws.")
    return decoder.style_shape


def checked(z: NDArray[Any], numbers: int) -> Latent:
    """Vectors of so many finite numbers."""
    if z.ndim != 2 or z.shape[1] != numbers:
        raise Refusal(400, f"A latent vector of this question has {numbers} numbers.")
    if not np.isfinite(z).all():
        raise Refusal(400, "Latent vectors must be finite numbers.")
    return z.astype(np.float32)


def steered(rows: Latent, decoder: Decoder, layers: Sequence[int] | None, psi: float) -> Latent:
    """What the generator draws: z nearer to the mean, or its styles, with its way in w added."""
    if layers is None:
        return rows if psi == 1 else decoder.truncated(rows, psi)
    count, _ = style_shape_of(decoder)
    if not set(layers) <= set(range(count)):
        raise Refusal(400, f"layers must be numbers from 0 to {count - 1}, one for each layer.")
    z, way = np.split(rows, [decoder.latent_dim], axis=1)
    return steer_styles(decoder.truncated(z, psi), way, np.isin(np.arange(count), layers))


def weights_of(request: Request) -> list[float] | None:
    """The weights of the classes that are asked for."""
    return _numbers(request, "condition", float)


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


def _numbers(request: Request, name: str, kind: Any) -> list[Any] | None:
    text = request.query_params.get(name)
    if not text:
        return None if text is None else []
    try:
        return [kind(one) for one in text[:MOST_LETTERS].split(",")]
    except ValueError as error:
        raise Refusal(400, f"{name} must be numbers with commas between them.") from error
