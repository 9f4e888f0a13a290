"""What a run draws its reals from, whichever kind of data it is."""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor

from ganlib.data.batches import Batches, ImageBatches, Toy2dBatches
from ganlib.data.cache import Progress, ignore_progress
from ganlib.data.images import ImageSet, interleaved_by_class, load_images, with_levels
from ganlib.data.own import load_own
from ganlib.data.toy import distribution

if TYPE_CHECKING:
    from ganlib.config import AnyData, Toy2dData
    from ganlib.events import Samples

_EXAMPLES_SEED = 0


class Data(Protocol):
    """Data that are ready to learn from."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one sample: (2,), or (C, H, W)."""

    def batches(self, batch_size: int, rng: torch.Generator) -> Batches:
        """A stream of batches on the device, in an order that `rng` decides."""

    def examples(self, count: int) -> "Samples":
        """Samples to show, at most `count` and always the same: uint8 pictures or points."""

    def change(self, data: "AnyData") -> None:
        """Take over what may change while a run goes on: its batches show it from the next one."""


class Toy2dSource:
    """Points of a 2-D distribution."""

    shape: tuple[int, ...] = (2,)

    def __init__(self, data: "Toy2dData", device: torch.device) -> None:
        """Make the distribution, and keep where its batches are wanted."""
        self.distribution = distribution(data.name, data.points)
        self._device = device

    def batches(self, batch_size: int, rng: torch.Generator) -> Batches:
        """A stream of (batch_size, 2) points."""
        return Toy2dBatches(self._draw, batch_size, rng, self._device)

    def examples(self, count: int) -> "Samples":
        """(count, 2) float32 points."""
        return self.distribution.sample(
            count, torch.Generator().manual_seed(_EXAMPLES_SEED)
        ).numpy()

    def change(self, data: "AnyData") -> None:
        """Draw other points from now on, with the same random numbers."""
        if data.kind == "toy2d":
            self.distribution = distribution(data.name, data.points)

    def _draw(self, count: int, rng: torch.Generator) -> Tensor:
        return self.distribution.sample(count, rng)


class ImageSource:
    """Pictures of a data set."""

    def __init__(self, images: ImageSet, device: torch.device) -> None:
        """Keep the data set, and its training part on the device."""
        self.images = images
        self.shape = tuple(images.train.shape[1:])
        self._train = images.train.to(device)
        self._labels = images.train_labels.to(device)

    def batches(self, batch_size: int, rng: torch.Generator) -> Batches:
        """A stream of (batch_size, C, S, S) pictures of the training part."""
        return ImageBatches(self._train, self._labels, batch_size, rng)

    def examples(self, count: int) -> "Samples":
        """(N, S, S, C) uint8 training pictures, N = min(count, M): the classes take turns."""
        order = interleaved_by_class(self.images.train_labels)
        return self.images.train[order[:count]].permute(0, 2, 3, 1).contiguous().numpy()

    def change(self, data: "AnyData") -> None:
        """Pictures stay as they are."""


def open_data(
    config: "AnyData",
    device: torch.device,
    progress: Progress = ignore_progress,
    folder: Path | None = None,
) -> Data:
    """Make the configured data ready.

    Args:
        config: which data.
        device: where batches are wanted.
        progress: hears what goes on while data are fetched or read.
        folder: where downloads and prepared pictures lie, by default `cache.cache_folder()`.

    Raises:
        DownloadError: the files of a data set could not be fetched.
        DataError: the data cannot be used.
    """
    if config.kind == "toy2d":
        return Toy2dSource(config, device)
    images = load_own(config) if config.kind == "own" else load_images(config, progress, folder)
    return ImageSource(with_levels(images, config.levels), device)
