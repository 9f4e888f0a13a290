"""Data sets of pictures, ready to learn from: one form for all, prepared once and cached."""

from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from ganlib.data.cache import Arrays, Progress, cache_folder, cached, ignore_progress
from ganlib.data.spec import PICTURE_SETS, PictureSet

if TYPE_CHECKING:
    from ganlib.config import ImageData

_SPLIT_SEED = 0
_LOCKS: dict[str, Lock] = {}


class Parts(NamedTuple):
    """Pictures of one size in two parts that share no picture.

    Attributes:
        train: (M, C, S, S) uint8, to learn from.
        train_labels: (M,) int64, an index of the classes; all 0 where there are none.
        held_out: (H, C, S, S) uint8, never trained on; may be empty.
        held_out_labels: (H,) int64.
    """

    train: Tensor
    train_labels: Tensor
    held_out: Tensor
    held_out_labels: Tensor


@dataclass(frozen=True)
class ImageSet:
    """The same, with the name of the data set and what its labels mean.

    Attributes:
        name: the name in `ImageData`.
        class_names: may be empty.
    """

    name: str
    train: Tensor
    train_labels: Tensor
    held_out: Tensor
    held_out_labels: Tensor
    class_names: tuple[str, ...]


def load_images(
    config: "ImageData", progress: Progress = ignore_progress, folder: Path | None = None
) -> ImageSet:
    """Read the pictures, from the cache if they are there.

    Pictures of another size are resized, with antialiasing.

    Args:
        config: name and size.
        progress: hears what goes on; several calls for one data set at a time wait for each other.
        folder: where downloads and prepared pictures lie, by default `cache_folder()`.

    Raises:
        DownloadError: the files could not be fetched.
        DataError: the files cannot be read.
    """
    folder, one = folder or cache_folder(), PICTURE_SETS[config.name]
    lock = _LOCKS.setdefault(one.key, Lock())
    while not lock.acquire(timeout=0.5):
        progress(f"Waiting for another run that prepares {one.key}", None)
    try:
        if one.is_cached:
            key = f"{one.key}-{config.size}"
            arrays = cached(
                key, lambda: _prepare(one, config.size, folder, progress), progress, folder
            )
        else:
            arrays = _prepare(one, config.size, folder, progress)
    finally:
        lock.release()
    return ImageSet(name=one.key, class_names=one.class_names, **arrays.tensors)


def _prepare(one: PictureSet, size: int, folder: Path, progress: Progress) -> Arrays:
    parts = one.load(size, folder, progress)
    progress(f"Preparing {one.key} at {size} x {size} pixels", None)
    resized = parts._replace(
        train=_resized(parts.train, size), held_out=_resized(parts.held_out, size)
    )
    tensors = {name: tensor.contiguous() for name, tensor in resized._asdict().items()}
    return Arrays(tensors, {})


def _resized(images: Tensor, size: int) -> Tensor:
    """(M, C, S, S) uint8 at another size, a thousand at a time so that memory stays bounded."""
    if images.shape[-1] == size:
        return images
    return torch.cat(
        [
            interpolate(part.float(), (size, size), mode="bilinear", antialias=True).round_().byte()
            for part in images.split(1000)
        ]
    )


def split(images: Tensor, labels: Tensor) -> Parts:
    """Hold out a tenth of each class, rounded down, always the same one.

    Of a class with fewer than ten pictures none is held out, so that there is always something to
    learn from; the held-out part may be empty.

    Args:
        images: (M, C, S, S) uint8.
        labels: (M,) int64, an index of the classes; all 0 where there are none.
    """
    rng = torch.Generator().manual_seed(_SPLIT_SEED)
    held_out = torch.zeros(len(labels), dtype=torch.bool)
    for label in range(int(labels.max()) + 1):
        members = (labels == label).nonzero().squeeze(1)
        shuffled = members[torch.randperm(len(members), generator=rng)]
        held_out[shuffled[: len(members) // 10]] = True
    return Parts(images[~held_out], labels[~held_out], images[held_out], labels[held_out])


def with_levels(images: ImageSet, levels: int) -> ImageSet:
    """The same pictures with so many values for each number, equally far apart from 0 to 255.

    The 256 values are cut into equal stretches: of two levels, white begins at 128. Published
    metrics of binarised digits mostly draw each pixel once by its grey value instead
    (Salakhutdinov & Murray 2008), which is a little harder.
    """
    if levels == 256:
        return images
    table = (torch.arange(256) * levels // 256 * 255 / (levels - 1)).round().byte()
    return replace(images, train=table[images.train.int()], held_out=table[images.held_out.int()])


def interleaved_by_class(labels: Tensor) -> Tensor:
    """(M,) int64: the order of pictures in which their classes take turns."""
    turn = torch.empty_like(labels)
    for label in labels.unique():
        members = labels == label
        turn[members] = torch.arange(int(members.sum()))
    return (turn * (int(labels.max()) + 1) + labels).argsort()
