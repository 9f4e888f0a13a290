"""A folder where prepared data are kept, so that they are prepared once."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from ganlib.errors import reason
from ganlib.files import CHANGED, DIGEST, digest, finish, unfinished

Progress = Callable[[str, float | None], None]
"""Told what goes on: a sentence, and a share between 0 and 1, or None when it is unknown.

It may raise to break off the work: nothing half-made is left behind.
"""


@dataclass(frozen=True)
class Arrays:
    """What one file of the cache holds: tensors and short texts, by name."""

    tensors: Mapping[str, Tensor]
    texts: Mapping[str, str]


def ignore_progress(text: str, share: float | None) -> None:
    """A `Progress` that tells nobody."""


def cache_folder() -> Path:
    """Where data are kept: the environment variable MINIMAX_CACHE, or ~/.cache/minimax."""
    return Path(os.environ.get("MINIMAX_CACHE") or "~/.cache/minimax").expanduser()


def cached(key: str, make: Callable[[], Arrays], progress: Progress, folder: Path) -> Arrays:
    """Read `key` from the folder, or make it and keep it there.

    A file that cannot be read, because it is cut short for instance, is replaced. Not being able to
    keep anything is no error: `progress` hears of it, and the next call makes the data again.

    Args:
        key: name of the file, without its suffix.
        make: prepares the data; what it raises is passed on.
        progress: hears of problems.
        folder: where the file lies; it is created when needed.
    """
    path = folder / f"{key}.safetensors"
    if path.exists():
        try:
            return read(path)
        except (OSError, SafetensorError) as error:
            progress(f"{path.name} is damaged and is made anew ({reason(error)}).", None)
    arrays = make()
    try:
        write(path, arrays)
    except (OSError, SafetensorError) as error:
        progress(
            f"{key} could not be kept and will be prepared again next time ({reason(error)}).",
            None,
        )
    return arrays


def read(path: Path) -> Arrays:
    """What a kept file holds.

    Raises:
        OSError, SafetensorError: it cannot be read, or is no such file.
    """
    with safe_open(path, framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.offset_keys()}
        texts = dict(file.metadata() or {})
    known = texts.pop(DIGEST, None)  # Files of the first version have none.
    if known is not None and known != _digest(tensors, texts):
        raise SafetensorError(CHANGED)
    return Arrays(tensors, texts)


def write(path: Path, arrays: Arrays) -> None:
    """Keep a file, whole or not at all; one that is there already is replaced.

    Raises:
        OSError, SafetensorError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with unfinished(path.parent) as scratch:
        draft = scratch / path.name
        texts = {**arrays.texts, DIGEST: _digest(arrays.tensors, arrays.texts)}
        save_file(dict(arrays.tensors), draft, metadata=texts)
        finish(draft, path)


def _digest(tensors: Mapping[str, Tensor], texts: Mapping[str, str]) -> str:
    return digest({name: one.numpy() for name, one in tensors.items()}, texts)
