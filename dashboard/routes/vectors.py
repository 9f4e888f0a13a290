"""The latent vectors of a question, the generator that is meant, and what it is given besides.

The array `z` of a question has a row for each vector. Its header may have a `step`, which means the
generator of a checkpoint; where classes can be asked for their weights, as `condition`; and
`psi`, which draws the vectors towards the mean, in w where there are styles. A generator that is
steered by styles can be told `layers`, the numbers of some of its layers: each z is then followed
by a way in the space of w, which is added to its style in these layers alone.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from dashboard.routes.asking import (
    MOST_BYTES,
    HttpError,
    array,
    bounded_body,
    checkpoint_of,
    decimal,
    number,
    opened,
    published_of,
    question,
)
from dashboard.services import run_manager
from ganlib import Decoder, Run, saved_decoder, steer_styles

MOST_LATENTS = 64
"""Vectors in one question."""
HIGHEST_PSI = 2.0

Latent = NDArray[np.float32]
Header = Mapping[str, Any]


@dataclass(frozen=True)
class LatentQuery:
    """What is to be made of which vectors, and by which generator: as `Decoder.decode` takes it."""

    run: Run
    step: int
    decoder: Decoder
    z: Latent
    condition: Latent | None
    header: Header


async def latent_query_of(request: Request) -> LatentQuery:
    """The whole question."""
    run = await opened(request)
    message = await bounded_body(request, MOST_BYTES)
    return await run_in_threadpool(latent_query_in, run, message)


def latent_query_in(run: Run, message: bytes) -> LatentQuery:
    """The question that a message puts to a run."""
    header, arrays = question(message)
    step, decoder = decoder_of(run, header)
    layers, width = _layers_of(header, decoder)
    rows = vectors_of(arrays, "z", decoder.latent_dim + width)
    z = _steered(rows, decoder, layers, decimal(header, "psi", 1.0, HIGHEST_PSI))
    condition = condition_of(header, decoder.classes, len(z))
    return LatentQuery(run, step, decoder, z, condition, header)


def decoder_of(run: Run, header: Header) -> tuple[int, Decoder]:
    """The generator that is asked for, and after which step it was so."""
    if header.get("step") is not None:
        step = number(header, "step", 0, lowest=0)
        return step, saved_decoder_of(run.run_id, step)
    published = published_of(run)
    return published.step, published.decoder


@functools.lru_cache(maxsize=24)
def saved_decoder_of(run_id: str, step: int) -> Decoder:
    """The generator of a checkpoint, kept for who asks again."""
    return saved_decoder(checkpoint_of(run_manager().get(run_id), step))


def vectors_of(arrays: Mapping[str, NDArray[Any]], name: str, numbers: int) -> Latent:
    """Vectors of so many finite numbers: (N, numbers)."""
    rows: Latent = array(arrays, name, np.float32, -1, numbers)
    if not 1 <= len(rows) <= MOST_LATENTS:
        raise HttpError(400, f"Send between 1 and {MOST_LATENTS} latent vectors.")
    if not np.isfinite(rows).all():
        raise HttpError(400, "Latent vectors must be finite numbers.")
    return rows


def style_shape_of(decoder: Decoder) -> tuple[int, int]:
    """Layers and w_dim of a generator that has styles."""
    if decoder.style_shape is None:
        raise HttpError(409, "This generator has no styles: z alone says what it draws.")
    return decoder.style_shape


def condition_of(header: Header, classes: int, count: int) -> Latent | None:
    """The condition that so many samples are drawn under; None where none is asked for."""
    weights = _numbers(header, "condition")
    if weights is None:
        return None
    row = np.array(weights, np.float64)
    if row.shape != (classes,) or not (row >= 0).all() or abs(row.sum() - 1) > 1e-3:
        raise HttpError(
            400,
            f"condition must have {classes} weights from 0 on that add up to 1: this generator "
            f"knows {classes} classes.",
        )
    return np.repeat(row[None].astype(np.float32), count, axis=0)


def _layers_of(header: Header, decoder: Decoder) -> tuple[Sequence[float] | None, int]:
    """The layers that are steered, and the numbers that follow each z then."""
    layers = _numbers(header, "layers")
    if layers is None:
        return None, 0
    count, w_dim = style_shape_of(decoder)
    if not set(layers) <= set(range(count)):
        raise HttpError(400, f"layers must be numbers from 0 to {count - 1}, one for each layer.")
    return layers, w_dim


def _steered(rows: Latent, decoder: Decoder, layers: Sequence[float] | None, psi: float) -> Latent:
    """What the generator draws: z nearer to the mean, or its styles, with its way in w added."""
    if layers is None:
        return rows if psi == 1 else decoder.truncated(rows, psi)
    count, _ = style_shape_of(decoder)
    z, way = np.split(rows, [decoder.latent_dim], axis=1)
    return steer_styles(decoder.truncated(z, psi), way, np.isin(np.arange(count), layers))


def _numbers(header: Header, name: str) -> list[float] | None:
    numbers = header.get(name)
    if numbers is None:
        return None
    try:
        if isinstance(numbers, list) and all(type(one) in (int, float) for one in numbers):
            return [float(one) for one in numbers]
    except OverflowError:  # JSON knows longer whole numbers than a float holds.
        pass
    raise HttpError(400, f"{name} must be numbers.")
