"""Files that are whole or not there, and say when the disk has changed a bit of them."""

import hashlib
import json
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIGEST = "sha256"
"""The text of a file that holds its digest."""
SCRATCH = ".unfinished"
"""How the name of a file ends that is being written."""
STALE = 3600.0
"""Seconds after which a folder of files in the making is taken for left behind."""

_FOLDERS = f"{SCRATCH}-minimax-"
"""How the name of such a folder begins."""
CHANGED = "its bytes are not those that were written"


def digest(arrays: Mapping[str, NDArray[Any]], texts: Mapping[str, str]) -> str:
    """A digest of arrays and texts by their names, in hexadecimal digits."""
    sha = hashlib.sha256(json.dumps(dict(texts), sort_keys=True).encode())
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        sha.update(f"{name} {array.dtype} {array.shape}".encode())
        sha.update(array.data)
    return sha.hexdigest()


@contextmanager
def unfinished(folder: Path) -> Iterator[Path]:
    """A folder within `folder` for files in the making, which is removed at the end.

    Those that a killed process left behind more than an hour ago are removed too.

    Raises:
        OSError: the folder is not there, or cannot be written.
    """
    for left in folder.glob(f"{_FOLDERS}*"):
        with suppress(OSError):  # Another process removes it at this moment.
            if time.time() - left.stat().st_mtime > STALE:
                shutil.rmtree(left)
    with tempfile.TemporaryDirectory(dir=folder, prefix=_FOLDERS) as scratch:
        yield Path(scratch)


def finish(draft: Path, path: Path) -> None:
    """Put a finished file in its place at one stroke, once its bytes are on the disk."""
    with draft.open("rb+") as file:
        os.fsync(file.fileno())
    draft.replace(path)
    if hasattr(os, "O_DIRECTORY"):  # Elsewhere a folder cannot be opened, and need not be.
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def link(source: Path, path: Path) -> None:
    """Give a file that never changes a second name, or copy it where that cannot be.

    Raises:
        OSError: the disk is full, or the file is gone.
    """
    if path.exists():
        return
    try:
        path.hardlink_to(source)
    except FileNotFoundError:
        raise
    except OSError:
        draft = path.with_suffix(SCRATCH)
        draft.write_bytes(source.read_bytes())
        finish(draft, path)


def write_text(path: Path, text: str) -> None:
    """Write a text as a file, at one stroke.

    Raises:
        OSError: the disk is full, or the folder is gone.
    """
    # A name of its own: others may write the same file at this moment.
    draft = path.with_name(f".tmp-{os.getpid()}-{threading.get_ident()}")
    try:
        draft.write_text(text, encoding="utf-8")
        finish(draft, path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
