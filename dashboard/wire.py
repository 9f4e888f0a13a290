"""One message format between routes and browser: a JSON header and named, typed arrays.

    uint32    length of what follows in JSON
    JSON      [header, [[name, type, shape], ...]], padded with spaces
    arrays    in that order, row-major, each padded with zeros

All is little-endian, and every array begins at a multiple of 8. Types are "u1", "u4", "f4", and
"i2" with a fourth entry, the scale, for whole multiples of 1 / scale, where -32768 is NaN.
`browser/wire.js` says the same in JavaScript, and both are tested on tests/node/wire.json.
"""

import json
import math
import struct
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]

MOST_HEADER = 2**16
"""Bytes of a header, which bounds what a stranger lets us read."""

_UNKNOWN = -32768
_KINDS = {("u", 1): "u1", ("u", 4): "u4", ("f", 4): "f4", ("f", 8): "f4"}
_NONE: Mapping[str, Any] = MappingProxyType({})


class WireError(ValueError):
    """What came is no message, in a sentence."""


def encode(
    header: Mapping[str, Any], arrays: Arrays = _NONE, scales: Mapping[str, int] = _NONE
) -> bytes:
    """Pack a header and arrays by name.

    Args:
        header: plain JSON values; no NaN.
        arrays: of uint8, uint32 and floats, in the order in which they are sent.
        scales: parts of one that floats are rounded to, by name; others stay float32.
    """
    described: list[list[Any]] = []
    parts: list[bytes] = []
    for name, array in arrays.items():
        scale = [scales[name]] if name in scales else []
        kind = "i2" if scale else _KINDS[array.dtype.kind, array.dtype.itemsize]
        described.append([name, kind, list(array.shape), *scale])
        stored = _quantised(array, *scale) if scale else array.astype(f"<{kind}")
        parts.append(_padded(stored.tobytes(), b"\0"))
    text = json.dumps(
        [header, described], separators=(",", ":"), allow_nan=False, ensure_ascii=False
    )
    body = _padded(bytes(4) + text.encode(), b" ")[4:]
    return b"".join([struct.pack("<I", len(body)), body, *parts])


def decode(message: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Unpack a message, of a stranger too: the header, and the arrays by name.

    Raises:
        WireError: it is none, its header is longer than `MOST_HEADER`, or anything is left over.
    """
    begin = 4 + int.from_bytes(message[:4], "little")
    if not 4 < begin <= min(len(message), 4 + MOST_HEADER):
        raise WireError("A message begins with the length of its header.")
    try:
        header, described = json.loads(message[4:begin], parse_constant=_refuse)
        arrays = dict(_arrays(message, begin, described))
    except (ValueError, TypeError, RecursionError) as error:
        raise WireError("A message has a JSON header and the arrays that it names.") from error
    if not isinstance(header, dict):
        raise WireError("The header of a message is an object.")
    return header, arrays


def _arrays(message: bytes, at: int, described: Any) -> Iterator[tuple[str, NDArray[Any]]]:
    for name, kind, shape, *scale in described:
        is_known = isinstance(name, str) and kind in ("i2", *_KINDS.values())
        is_scaled = len(scale) == (kind == "i2") and 0 not in scale
        if not (is_known and is_scaled and all(map(_is_count, shape + scale))):
            raise ValueError(name)
        if (count := math.prod(shape)) > len(message):
            raise ValueError(count)
        array: NDArray[Any] = np.frombuffer(message, f"<{kind}", count, at)
        at += array.nbytes + -array.nbytes % 8
        if scale:
            array = np.where(array == _UNKNOWN, np.float32(np.nan), array / np.float32(scale[0]))
        yield name, array.reshape(shape)
    if at != len(message):
        raise ValueError(at)


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**32


def _quantised(array: NDArray[np.float32], scale: int) -> NDArray[np.int16]:
    most = 32767 / scale
    known = (np.nan_to_num(array).clip(-most, most) * scale).round().astype("<i2")
    return np.where(np.isnan(array), np.int16(_UNKNOWN), known)


def _padded(body: bytes, sign: bytes) -> bytes:
    return body + sign * (-len(body) % 8)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
