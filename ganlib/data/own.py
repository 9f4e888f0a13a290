"""Own pictures, kept under a name beside the runs: one file for each set."""

import json
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from ganlib.data.brought import Pictures, counts
from ganlib.data.cache import Arrays, read, write
from ganlib.data.images import ImageSet, interleaved_by_class, split
from ganlib.data.spec import Colour, Size, name_refusal
from ganlib.errors import DataError, reason
from ganlib.process import runs_folder

if TYPE_CHECKING:
    from ganlib.config import OwnData
    from ganlib.events import Samples

MOST_KEPT = 2_000_000_000
"""Bytes of all sets together."""
_SUFFIX = ".safetensors"
_UNREADABLE = (OSError, SafetensorError, KeyError, ValueError, RuntimeError)
_KEEPING = threading.Lock()
"""Two people may keep pictures under one name in the same instant."""


@dataclass(frozen=True)
class OwnSet:
    """A set of pictures that is kept.

    Attributes:
        count: how many pictures there are.
        classes: (class, pictures of it) pairs; none when there are no classes.
        kept_at: when they were kept, in nanoseconds; another time means other pictures.
    """

    name: str
    size: Size
    colour: Colour
    count: int
    classes: tuple[tuple[str, int], ...]
    kept_at: int

    def examples(self, count: int) -> "Samples":
        """(N, S, S, C) uint8 pictures, at most `count`: the classes take turns.

        Raises:
            DataError: the pictures are gone or damaged.
        """
        try:
            with safe_open(_path(self.name), framework="pt") as file:
                pictures, order = (
                    file.get_slice("images"),
                    interleaved_by_class(file.get_tensor("labels")),
                )
                chosen = [pictures[index] for index in order[:count].tolist()]
        except _UNREADABLE:
            raise DataError(_gone(self.name)) from None
        return np.stack([picture.permute(1, 2, 0).numpy() for picture in chosen])


def own_folder() -> Path:
    """Where the sets lie."""
    return runs_folder() / "pictures"


def own_sets() -> tuple[OwnSet, ...]:
    """Every set that can be read, by name."""
    names = sorted(path.stem for path in own_folder().glob(f"*{_SUFFIX}"))
    return tuple(one for name in names if (one := _described(name)) is not None)


def keep_pictures(name: str, pictures: Pictures, replace: bool = False) -> OwnSet:
    """Keep pictures under a name.

    Args:
        name: 1 to 40 letters a to z, digits, - and _.
        pictures: as `read_pictures` gives them.
        replace: whether pictures of that name may go for them.

    Raises:
        DataError: the name is refused or taken, or there is no place for them.
    """
    if refusal := name_refusal(name):
        raise DataError(refusal)
    path, form = _path(name), pictures.form
    texts = {"size": str(form.size), "colour": form.colour}
    texts["class_names"] = json.dumps(pictures.class_names)
    with _KEEPING:
        if path.exists() and not replace:
            raise DataError(
                f"There are pictures called {name!r} already: choose another name, or replace them."
            )
        try:
            _check_room(path, pictures.images.numel())
            write(path, Arrays({"images": pictures.images, "labels": pictures.labels}, texts))
        except (OSError, SafetensorError) as error:
            raise DataError(f"The pictures could not be kept ({reason(error)}).") from None
        own_set = _described(name)
    if own_set is None:
        raise DataError(_gone(name))
    return own_set


def delete_pictures(name: str) -> None:
    """Delete a set; runs that learn from it have it in memory and go on.

    Raises:
        DataError: there is none of that name, or it cannot be deleted.
    """
    if refusal := name_refusal(name):
        raise DataError(refusal)
    try:
        _path(name).unlink()
    except FileNotFoundError:
        raise DataError(_gone(name)) from None
    except OSError as error:
        raise DataError(f"{name} could not be deleted ({reason(error)}).") from None


def load_own(config: "OwnData") -> ImageSet:
    """The pictures that a run wants; `images.split` says which are held out.

    Raises:
        DataError: they are gone, damaged, or of another size or colour than the run was made for.
    """
    path = _path(config.name)
    if not path.exists():
        raise DataError(_gone(config.name))
    try:
        arrays = read(path)
        images, labels = arrays.tensors["images"], arrays.tensors["labels"]
        class_names = tuple(json.loads(arrays.texts["class_names"]))
        _check(images, labels, class_names)
    except _UNREADABLE as error:
        raise DataError(
            f"The pictures {config.name!r} are damaged ({reason(error)}): keep them again on the "
            "Data page."
        ) from None
    if tuple(images.shape[1:]) != config.shape:
        raise DataError(
            f"The pictures {config.name!r} are kept at {_words(tuple(images.shape[1:]))} now, and "
            f"this run wants them at {_words(config.shape)}: start a new run from the Data page, "
            "or keep them again."
        )
    return ImageSet(config.name, *split(images, labels), class_names)


def _path(name: str) -> Path:
    return own_folder() / f"{name}{_SUFFIX}"


def _described(name: str) -> OwnSet | None:
    """A set without its pictures; None when it cannot be read."""
    path = _path(name)
    try:
        with safe_open(path, framework="pt") as file:
            texts, labels = file.metadata() or {}, file.get_tensor("labels")
        size, colour = int(texts["size"]), texts["colour"]
        if size not in get_args(Size) or colour not in get_args(Colour):
            raise ValueError("it is of another form")
        classes = counts(labels, tuple(json.loads(texts["class_names"])))
        kept_at = path.stat().st_mtime_ns
    except _UNREADABLE:
        return None
    return OwnSet(name, cast("Size", size), colour, len(labels), classes, kept_at)


def _check(images: Tensor, labels: Tensor, class_names: tuple[str, ...]) -> None:
    """Refuse a file that nobody here wrote."""
    fits = images.dtype == torch.uint8 and images.ndim == 4 and len(images) == len(labels) > 0
    if not fits or labels.dtype != torch.int64:
        raise ValueError("it holds something else")
    if int(labels.min()) < 0 or int(labels.max()) >= max(1, len(class_names)):
        raise ValueError("its classes are mixed up")


def _check_room(path: Path, size: int) -> None:
    others = sum(one.stat().st_size for one in own_folder().glob(f"*{_SUFFIX}") if one != path)
    if others + size > MOST_KEPT:
        raise DataError(
            f"All sets together may have {MOST_KEPT / 1e9:.0f} GB, and these would be too many: "
            "delete a set first."
        )


def _gone(name: str) -> str:
    return (
        f"There are no pictures called {name!r} in {own_folder()}: keep them on the Data page "
        "under that name, or choose other data."
    )


def _words(shape: tuple[int, ...]) -> str:
    channels, _, size = shape
    return f"{size} x {size} pixels in {'colour' if channels == 3 else 'grey'}"
