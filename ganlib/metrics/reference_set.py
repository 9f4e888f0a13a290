"""The real pictures that fakes are compared with, looked at once."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor

from ganlib.data import ImageSet
from ganlib.data.cache import Progress, ignore_progress
from ganlib.metrics.features import ExtractedFeatures, learn_features
from ganlib.metrics.neighbours import typical_distance

if TYPE_CHECKING:
    from ganlib.metrics.images import Group

MOST = 2500
"""Fakes that are measured at once, and reals that they are compared with."""
MOST_TRAINING = 10_000
"""Training pictures among which copies are searched."""
SEED = 7
"""Of everything that is dealt or drawn to measure, always the same."""


class FeatureExtractor(Protocol):
    """Something that turns pictures into features and shares of classes; see `Features`."""

    name: str
    class_names: tuple[str, ...]

    def extract(self, pictures: Tensor) -> ExtractedFeatures:
        """Look at (N, C, S, S) uint8 pictures."""


@dataclass(frozen=True)
class PictureSet:
    """N pictures, and what was seen of them."""

    pictures: Tensor
    extracted: ExtractedFeatures


class ReferenceSet:
    """The pictures that fakes are compared with, looked at once.

    All pictures of the data set, held-out ones too, are dealt into two halves of at most `MOST`:
    fakes are compared with the first, and the second, in the place of the fakes, gives the floor.
    Copies are searched among the training pictures alone.

    Args:
        images: the data set.
        progress: hears how far the classifier is.
        folder: where the classifier is kept, by default `cache_folder()`.
        extractor: of features, by default the classifier of the data set.

    Attributes:
        name: of the data set.
        shape: of a picture, (C, S, S).
        most: how many fakes can be measured at once.
        class_counts: (K,) int64, pictures of each class in the data.
    """

    def __init__(
        self,
        images: ImageSet,
        progress: Progress = ignore_progress,
        folder: Path | None = None,
        extractor: FeatureExtractor | None = None,
    ) -> None:
        self.name, self.shape = images.name, tuple(images.train.shape[1:])
        self.extractor = extractor or learn_features(images, progress, folder)
        rng = torch.Generator().manual_seed(SEED)
        total = len(images.train) + len(images.held_out)
        dealt = torch.randperm(total, generator=rng)
        self.most = min(MOST, total // 2)
        self.reference = self.extract(_numbered(images, dealt[: self.most]))
        self.others = self.extract(_numbered(images, dealt[self.most : 2 * self.most]))
        order = torch.randperm(len(images.train), generator=rng)[:MOST_TRAINING]
        self.training = self.extract(images.train[order])
        held_out = images.held_out[:MOST]
        self.held_out = self.extract(held_out) if len(held_out) else None
        self.class_counts = _class_counts(images)
        self._floors: dict[tuple[str, str, int], tuple[float, ...] | None] = {}

    def extract(self, pictures: Tensor) -> PictureSet:
        """Look at (N, C, S, S) uint8 pictures."""
        return PictureSet(pictures, self.extractor.extract(pictures))

    def floors(self, group: "Group", count: int) -> tuple[float, ...] | None:
        """What reals get in the place of so many fakes; None when there are none for that."""
        key = group.names[0], group.features(self), count
        if key not in self._floors:
            stand_in = self.held_out if group.searches_copies else self.others
            rows = group.rows(self, stand_in)[:count] if stand_in else None
            values = None if rows is None else group.compute(self, rows)
            self._floors[key] = None if values is None else tuple(value for value, _ in values)
        return self._floors[key]

    @cached_property
    def typical_pixels(self) -> float:
        """See `typical_distance`."""
        return typical_distance(self.training.pictures)

    @cached_property
    def typical_features(self) -> float:
        """See `typical_distance`."""
        return typical_distance(self.training.extracted.features)


def _numbered(images: ImageSet, numbers: Tensor) -> Tensor:
    """Pictures by their number: those of the training part come first."""
    first = len(images.train)
    pictures = torch.empty(len(numbers), *images.train.shape[1:], dtype=torch.uint8)
    trained = numbers < first
    pictures[trained] = images.train[numbers[trained]]
    pictures[~trained] = images.held_out[numbers[~trained] - first]
    return pictures


def _class_counts(images: ImageSet) -> Tensor:
    labels = torch.cat([images.train_labels, images.held_out_labels])
    return torch.bincount(labels, minlength=len(images.class_names))
