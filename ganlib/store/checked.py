"""Arrays in an untrusted file of a run: checked before they are believed.

No pickle. A file is written under another name, brought to the disk, and renamed: whoever finds it
finds all of it, unless the disk itself has lost or changed bytes, which the digest tells.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from ganlib.files import CHANGED, DIGEST, SCRATCH, digest, finish

LONGEST_HEADER = 4 * 2**20
"""Bytes of the list of its arrays; that of a large checkpoint has a hundredth of this."""
_WHOLE = (f"{kind}{bits}" for kind in "IU" for bits in (8, 16, 32, 64))
_KINDS = {"BOOL", "F16", "F32", "F64", *_WHOLE}
"""Kinds of numbers that NumPy has too."""


def keep_arrays(
    path: Path, arrays: Mapping[str, NDArray[Any]], texts: Mapping[str, str] | None = None
) -> None:
    """Write arrays and texts as a file, at one stroke, with a digest over both.

    Raises:
        OSError: the disk is full, or the folder is gone.
    """
    draft = path.with_suffix(SCRATCH)
    # safetensors writes the memory as it lies, whatever the order of the axes.
    whole = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    metadata = dict(texts or {})
    try:
        save_file(whole, draft, metadata=metadata | {DIGEST: digest(whole, metadata)})
    except SafetensorError as error:  # It wraps what the system says, such as a full disk.
        draft.unlink(missing_ok=True)
        raise OSError(str(error)) from error
    finish(draft, path)


def read_arrays(path: Path, largest: int) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """The arrays of a safetensors file of at most so many bytes, and its texts.

    Files of the first version have no digest among their texts, and are believed.

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
            arrays = {name: file.get_tensor(name) for name in names}
            texts = dict(file.metadata() or {})
    except SafetensorError as error:
        raise ValueError(str(error)) from error
    others = {name: text for name, text in texts.items() if name != DIGEST}
    if DIGEST in texts and texts[DIGEST] != digest(arrays, others):
        raise ValueError(CHANGED)
    return arrays, texts
