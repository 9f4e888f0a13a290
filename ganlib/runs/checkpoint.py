"""A saved state as one file: tensors and their JSON, with a digest over both. No pickle.

A file is written under another name, brought to the disk, and renamed: whoever finds it finds all
of it, unless the disk itself has lost or changed bytes, which the digest tells.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from ganlib.config import RunConfig
from ganlib.errors import CheckpointError, ConfigError
from ganlib.events import Moment, StateSaved
from ganlib.files import finish, link

VERSION = 1
LARGEST = 4 * 2**30
"""Bytes of a checkpoint that is read; no network of this project comes near."""


@dataclass(frozen=True)
class StoredMoment:
    """A saved moment on the disk."""

    path: Path
    step: int
    score: float | None = None

    def load(self) -> StateSaved:
        """The whole of it.

        Raises:
            CheckpointError: it is damaged, or no longer there.
        """
        return read_checkpoint(self.path)


def keep_moment(moment: Moment, path: Path) -> StoredMoment:
    """Put a moment on the disk; one that lies there already is only given another name.

    Raises:
        OSError: the disk is full, or the folder is gone.
    """
    if isinstance(moment, StoredMoment):
        link(moment.path, path)
    else:
        write_checkpoint(path, moment.load())
    return StoredMoment(path, moment.step, moment.score)


def write_checkpoint(path: Path, saved: StateSaved) -> None:
    """Write a state as a file, at one stroke.

    Raises:
        OSError: the disk is full, or the folder is gone.
    """
    about = {"version": VERSION, "step": saved.step, "score": saved.score}
    texts = {"about": json.dumps(about), "config": saved.config.model_dump_json()}
    texts["sha256"] = _digest(saved.state, texts)
    draft = path.with_suffix(".unfinished")
    # safetensors writes the memory as it lies, whatever the order of the axes.
    whole = {name: np.asarray(array, order="C") for name, array in saved.state.items()}
    try:
        save_file(whole, draft, metadata=texts)
    except SafetensorError as error:  # It wraps what the system says, such as a full disk.
        draft.unlink(missing_ok=True)
        raise OSError(str(error)) from error
    finish(draft, path)


def read_checkpoint(path: Path) -> StateSaved:
    """Read a state, and make sure that not one bit of it has changed.

    Raises:
        CheckpointError: it is damaged, gone, or not a checkpoint of this project.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"it is larger than {LARGEST:,} bytes")
        with safe_open(path, framework="numpy") as file:
            texts = dict(file.metadata() or {})
            state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        digest = texts.pop("sha256")
        if digest != _digest(state, texts):
            raise ValueError("its bytes are not those that were written")
        about = json.loads(texts["about"])
        if about["version"] != VERSION:
            raise ValueError(f"it is of version {about['version']}, and this reads {VERSION}")
        config = RunConfig.from_json(texts["config"])
        return StateSaved(int(about["step"]), config, state, about["score"])
    except FileNotFoundError:
        raise CheckpointError(
            f"The checkpoint {path.name} is no longer there: go on from another moment."
        ) from None
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, ConfigError) as error:
        raise CheckpointError(
            f"The checkpoint {path.name} is damaged ({error}): go on from another moment."
        ) from error


def _digest(state: Mapping[str, NDArray[Any]], texts: Mapping[str, str]) -> str:
    sha = hashlib.sha256(json.dumps(dict(texts), sort_keys=True).encode())
    for name in sorted(state):
        array = np.ascontiguousarray(state[name])
        sha.update(f"{name} {array.dtype} {array.shape}".encode())
        sha.update(array.data)
    return sha.hexdigest()
