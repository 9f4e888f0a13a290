"""Rows of a run as bytes: steps, images, seconds and metrics, column after column."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganlib.errors import DamagedStoreError
from ganlib.store.snapshot import RunSnapshot

CHUNK_ROWS = 4096
"""Rows in one piece: the open piece is written anew every second, the full ones never again."""
_CLOCKS: tuple[np.dtype[Any], ...] = (np.dtype("<u4"), np.dtype("<u8"), np.dtype("<f4"))
"""Types of steps, images and seconds."""


@dataclass(frozen=True)
class Chunk:
    """So many rows in a row.

    Attributes:
        number: the first row is number * CHUNK_ROWS.
        count: of rows, at most CHUNK_ROWS.
        body: compressed.
    """

    number: int
    count: int
    body: bytes


def pack(snapshot: RunSnapshot, first: int) -> list[Chunk]:
    """The rows of a run in chunks, from that which holds row `first` on."""
    start = first // CHUNK_ROWS
    return [
        _pack(snapshot, number) for number in range(start, -(-len(snapshot.steps) // CHUNK_ROWS))
    ]


def _pack(snapshot: RunSnapshot, number: int) -> Chunk:
    part = slice(number * CHUNK_ROWS, (number + 1) * CHUNK_ROWS)
    clocks: tuple[NDArray[Any], ...] = (
        *(snapshot.steps[part], snapshot.images[part], snapshot.seconds[part]),
    )
    columns = [one.astype(kind) for one, kind in zip(clocks, _CLOCKS, strict=True)]
    metrics = snapshot.metrics[part].astype("<f4")
    parts = [*columns, *np.ascontiguousarray(metrics.T)]
    body = b"".join(_shuffled(one) for one in parts)
    return Chunk(number, len(metrics), zlib.compress(body, 1))


def unpack(chunks: Sequence[Chunk], metric_count: int) -> dict[str, Any]:
    """All rows of a run, by the names of a snapshot's attributes.

    Raises:
        DamagedStoreError: a chunk is missing or damaged.
    """
    parts = [_unpack(chunk, metric_count) for chunk in chunks]
    if [chunk.number for chunk in chunks] != list(range(len(chunks))):
        raise DamagedStoreError("Curves of this run are missing in the database.")
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)] if parts else []
    if not columns:
        columns = [np.empty(0, kind) for kind in _CLOCKS] + [np.empty((0, metric_count), "<f4")]
    for one in columns:
        one.flags.writeable = False
    return dict(zip(("steps", "images", "seconds", "metrics"), columns, strict=True))


def _unpack(chunk: Chunk, metric_count: int) -> tuple[NDArray[Any], ...]:
    kinds: list[np.dtype[Any]] = [*_CLOCKS, *[np.dtype("<f4")] * metric_count]
    size = chunk.count * sum(kind.itemsize for kind in kinds)
    try:
        body = zlib.decompressobj().decompress(chunk.body, size + 1)
    except zlib.error:
        body = b""
    if len(body) != size:
        raise DamagedStoreError("Curves of this run are damaged in the database.")
    columns, at = [], 0
    for kind in kinds:
        end = at + chunk.count * kind.itemsize
        columns.append(_in_order(body[at:end], kind))
        at = end
    metrics = np.stack(columns[3:], axis=1) if metric_count else np.empty((chunk.count, 0), "<f4")
    return (*columns[:3], metrics)


def _shuffled(column: NDArray[Any]) -> bytes:
    """All first bytes, all second bytes...: what is alike stands together, and packs well."""
    return column.view(np.uint8).reshape(-1, column.dtype.itemsize).T.tobytes()


def _in_order(body: bytes, kind: np.dtype[Any]) -> NDArray[Any]:
    planes = np.frombuffer(body, np.uint8).reshape(kind.itemsize, -1)
    return np.ascontiguousarray(planes.T).view(kind).reshape(-1)
