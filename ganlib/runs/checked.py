"""Arrays in a file of a run, which may come from anywhere: checked before they are believed."""

from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

LONGEST_HEADER = 4 * 2**20
"""Bytes of the list of its arrays; that of a large checkpoint has a hundredth of this."""
_WHOLE = (f"{kind}{bits}" for kind in "IU" for bits in (8, 16, 32, 64))
_KINDS = {"BOOL", "F16", "F32", "F64", *_WHOLE}
"""Kinds of numbers that NumPy has too."""


def read_arrays(path: Path, largest: int) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """The arrays of a safetensors file of at most so many bytes, and its texts.

    Raises:
        OSError: the file is gone or cannot be read.
        ValueError: a sentence about what is wrong with it.
    """
    if path.stat().st_size > largest:
        raise ValueError(f"it is larger than {largest:,} bytes")
    with path.open("rb") as file:
        if int.from_bytes(file.read(8), "little") > LONGEST_HEADER:
            raise ValueError("its list of arrays is longer than that of any run")
    try:
        with safe_open(path, framework="numpy") as file:
            names = file.keys()
            for name in names:
                if (kind := file.get_slice(name).get_dtype()) not in _KINDS:
                    raise ValueError(f"{name[:40]!r} is of {kind}, which no run has")
            return {name: file.get_tensor(name) for name in names}, dict(file.metadata() or {})
    except SafetensorError as error:
        raise ValueError(str(error)) from error
