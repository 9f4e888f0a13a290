"""The figures of a set of fake pictures, each with its error and its floor."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor

from ganlib.data import ImageSet
from ganlib.data.cache import Progress, ignore_progress
from ganlib.errors import MeasureError
from ganlib.events import Figure, PictureFigures, Samples
from ganlib.metrics.classes import (
    LEAST_OF_A_CLASS,
    class_divergence,
    classifier_score,
    histogram,
)
from ganlib.metrics.distances import SUBSET, frechet_distance, kernel_distance
from ganlib.metrics.features import Seen, learn_features
from ganlib.metrics.neighbours import (
    K,
    memorisation_ratio,
    nearest_other,
    nearest_training,
    neighbourhoods,
    typical_distance,
)

FRECHET = "Fréchet distance"
APART = "distance between fakes"
SATURATED = "saturation"
MOST = 2500
"""Fakes that are measured at once, and reals that they are compared with."""
MOST_TRAINING = 10_000
"""Training pictures among which copies are searched."""
MOST_SEARCHED = 250
"""Fakes whose nearest training picture is searched, pixel by pixel."""
HALVINGS = 3
"""Ways to split the fakes into halves; their differences give the error."""
_SEED = 7


class Viewer(Protocol):
    """Something that turns pictures into features and shares of classes; see `Features`."""

    name: str
    class_names: tuple[str, ...]

    def see(self, pictures: Tensor) -> Seen:
        """Look at (N, C, S, S) uint8 pictures."""


@dataclass(frozen=True)
class _Set:
    """N pictures, and what was seen of them."""

    pictures: Tensor
    seen: Seen


class Reals:
    """The pictures that fakes are compared with, looked at once.

    All pictures of the data set, held-out ones too, are dealt into two halves of at most `MOST`:
    fakes are compared with the first, and the second, in the place of the fakes, gives the floor.
    Copies are searched among the training pictures alone.

    Args:
        images: the data set.
        progress: hears how far the classifier is.
        folder: where the classifier is kept, by default `cache_folder()`.
        viewer: what to look with, by default the classifier of the data set.

    Attributes:
        name: of the data set.
        shape: of a picture, (C, S, S).
        most: how many fakes can be measured at once.
        class_shares: (K,) float64, how frequent each class is in the data.
    """

    def __init__(
        self,
        images: ImageSet,
        progress: Progress = ignore_progress,
        folder: Path | None = None,
        viewer: Viewer | None = None,
    ) -> None:
        self.name, self.shape = images.name, tuple(images.train.shape[1:])
        self.viewer = viewer or learn_features(images, progress, folder)
        rng = torch.Generator().manual_seed(_SEED)
        total = len(images.train) + len(images.held_out)
        dealt = torch.randperm(total, generator=rng)
        self.most = min(MOST, total // 2)
        self.reference = self.look(_numbered(images, dealt[: self.most]))
        self.others = self.look(_numbered(images, dealt[self.most : 2 * self.most]))
        order = torch.randperm(len(images.train), generator=rng)[:MOST_TRAINING]
        self.training = self.look(images.train[order])
        held_out = images.held_out[:MOST]
        self.held_out = self.look(held_out) if len(held_out) else None
        self.class_shares = _class_shares(images)
        self._floors: dict[tuple[str, str, int], tuple[float, ...] | None] = {}

    def look(self, pictures: Tensor) -> _Set:
        """Look at (N, C, S, S) uint8 pictures."""
        return _Set(pictures, self.viewer.see(pictures))

    def floors(self, group: "_Group", count: int) -> tuple[float, ...] | None:
        """What reals get in the place of so many fakes; None when there are none for that."""
        key = group.names[0], group.features(self), count
        if key not in self._floors:
            stand_in = self.held_out if group.searches_copies else self.others
            found = group.compute(self, group.rows(self, stand_in)[:count]) if stand_in else None
            self._floors[key] = found
        return self._floors[key]

    @cached_property
    def typical_pixels(self) -> float:
        """See `typical_distance`."""
        return typical_distance(self.training.pictures)

    @cached_property
    def typical_features(self) -> float:
        """See `typical_distance`."""
        return typical_distance(self.training.seen.features)


def _numbered(images: ImageSet, numbers: Tensor) -> Tensor:
    """Pictures by their number: those of the training part come first."""
    first = len(images.train)
    pictures = torch.empty(len(numbers), *images.train.shape[1:], dtype=torch.uint8)
    trained = numbers < first
    pictures[trained] = images.train[numbers[trained]]
    pictures[~trained] = images.held_out[numbers[~trained] - first]
    return pictures


def _class_shares(images: ImageSet) -> Tensor:
    labels = torch.cat([images.train_labels, images.held_out_labels])
    return torch.bincount(labels, minlength=len(images.class_names)).double() / len(labels)


def measure_pictures(
    reals: Reals, fakes: Samples, progress: Progress = ignore_progress
) -> PictureFigures:
    """Measure fakes: one thread, double precision, and memory that does not grow with the data.

    Args:
        reals: what they are compared with.
        fakes: (N, S, S, C) uint8 pictures, at most `reals.most`.
        progress: hears how far it is.

    Raises:
        MeasureError: there are too many fakes, or they have another shape than the reals.
        ValueError: they are no uint8 pictures.
    """
    pictures = torch.from_numpy(fakes).permute(0, 3, 1, 2)
    if pictures.shape[1:] != reals.shape:
        raise MeasureError(
            f"Pictures of {tuple(pictures.shape[1:])} cannot be compared with those of "
            f"{reals.name}, which are {reals.shape}."
        )
    if len(pictures) > reals.most:
        raise MeasureError(
            f"{len(pictures):,} pictures cannot be compared with {reals.name}: at most "
            f"{reals.most:,}, or there would be fewer reals than fakes."
        )
    fake = reals.look(pictures.contiguous())
    figures, refused = list[Figure](), list[str]()
    for number, group in enumerate(_GROUPS):
        progress(f"Measuring pictures: {group.names[0]}", number / len(_GROUPS))
        if group.needs_classes and not reals.viewer.class_names:
            continue
        try:
            figures += group.measure(reals, fake)
        except MeasureError as error:
            refused.append(str(error))
    return PictureFigures(tuple(figures), _classes(reals, fake), tuple(refused))


@dataclass(frozen=True)
class _Group:
    """Figures that are computed together.

    Attributes:
        names: of the figures.
        rows: what is needed of each picture of a set, (N, ...).
        compute: the figures, from such rows.
        least: rows that each half must have.
        searches_copies: whether training pictures are looked for; the floor is of held-out ones.
        in_pixels: whether the pictures themselves are compared, and not their features.
    """

    names: tuple[str, ...]
    rows: Callable[[Reals, _Set], Tensor]
    compute: Callable[[Reals, Tensor], tuple[float, ...]]
    least: Callable[[Reals], int]
    needs_classes: bool = False
    searches_copies: bool = False
    in_pixels: bool = False

    def features(self, reals: Reals) -> str:
        """What is compared."""
        return "pixels" if self.in_pixels else reals.viewer.name

    def measure(self, reals: Reals, fake: _Set) -> list[Figure]:
        """The figures of the fakes.

        Raises:
            MeasureError: there are too few of them.
        """
        least = 2 * self.least(reals)
        if len(fake.pictures) < least:
            raise MeasureError(
                f"The {self.names[0]} and its error bar need {least:,} pictures, and these are "
                f"{len(fake.pictures):,}: measure more of them."
            )
        rows = self.rows(reals, fake)
        count, features = len(rows), self.features(reals)
        values, errors = self.compute(reals, rows), self._errors(reals, rows)
        if not all(map(math.isfinite, (*values, *errors))):
            raise MeasureError(f"The {self.names[0]} of these pictures is no finite number.")
        floors = reals.floors(self, count) or [None] * len(self.names)
        return [
            Figure(name, value, error, floor, count, features, _note(name, count))
            for name, value, error, floor in zip(self.names, values, errors, floors, strict=True)
        ]

    def _errors(self, reals: Reals, rows: Tensor) -> list[float]:
        """Half the root mean squared difference of two halves, which is the error of the whole."""
        rng = torch.Generator().manual_seed(_SEED)
        half, squares = len(rows) // 2, []
        for _ in range(HALVINGS):
            order = torch.randperm(len(rows), generator=rng)
            parts = rows[order[:half]], rows[order[half : 2 * half]]
            one, other = (self.compute(reals, part) for part in parts)
            squares.append([(a - b) ** 2 for a, b in zip(one, other, strict=True)])
        return [(sum(each) / HALVINGS) ** 0.5 / 2 for each in zip(*squares, strict=True)]


def _features(reals: Reals, some: _Set) -> Tensor:
    return some.seen.features


def _shares(reals: Reals, some: _Set) -> Tensor:
    return some.seen.shares


def _to_copies(reals: Reals, some: _Set) -> Tensor:
    return nearest_training(some.seen.features, reals.training.seen.features)


def _to_pixel_copies(reals: Reals, some: _Set) -> Tensor:
    return nearest_training(some.pictures[:MOST_SEARCHED], reals.training.pictures)


def _to_others(reals: Reals, features: Tensor) -> tuple[float, ...]:
    return (float(nearest_other(features).quantile(0.5)) / reals.typical_features,)


def _saturation(reals: Reals, some: _Set) -> Tensor:
    """(N,) float64: in each picture, the share of numbers at either end of their range."""
    ends = (some.pictures == 0) | (some.pictures == 255)
    return ends.flatten(1).double().mean(1)


def _mean(reals: Reals, shares: Tensor) -> tuple[float, ...]:
    return (shares.mean().item(),)


def _frechet(reals: Reals, features: Tensor) -> tuple[float, ...]:
    return (frechet_distance(reals.reference.seen.features, features),)


def _kernel(reals: Reals, features: Tensor) -> tuple[float, ...]:
    return (kernel_distance(reals.reference.seen.features, features),)


def _neighbours(reals: Reals, features: Tensor) -> tuple[float, ...]:
    found = neighbourhoods(reals.reference.seen.features, features)
    return found.precision, found.recall, found.density, found.coverage


def _of_classes(reals: Reals, shares: Tensor) -> tuple[float, ...]:
    return class_divergence(shares, reals.class_shares), classifier_score(shares)


def _copied(reals: Reals, distances: Tensor) -> tuple[float, ...]:
    return (memorisation_ratio(distances, reals.typical_features),)


def _copied_in_pixels(reals: Reals, distances: Tensor) -> tuple[float, ...]:
    return (memorisation_ratio(distances, reals.typical_pixels),)


_GROUPS = (
    _Group(
        (FRECHET,), _features, _frechet, lambda reals: reals.reference.seen.features.shape[1] + 2
    ),
    _Group(("kernel distance",), _features, _kernel, lambda reals: 2),
    _Group(
        ("precision", "recall", "density", "coverage"), _features, _neighbours, lambda reals: K + 1
    ),
    _Group((APART,), _features, _to_others, lambda reals: 2),
    _Group(
        ("class KL", "classifier score"),
        _shares,
        _of_classes,
        lambda reals: LEAST_OF_A_CLASS * len(reals.viewer.class_names),
        needs_classes=True,
    ),
    _Group(("memorisation ratio",), _to_copies, _copied, lambda reals: 1, searches_copies=True),
    _Group(
        ("memorisation ratio",),
        _to_pixel_copies,
        _copied_in_pixels,
        lambda reals: 1,
        searches_copies=True,
        in_pixels=True,
    ),
    _Group((SATURATED,), _saturation, _mean, lambda reals: 1, in_pixels=True),
)


def _note(name: str, count: int) -> str:
    if name == "kernel distance" and count < SUBSET:
        return f"In subsets of {count:,} instead of {SUBSET:,}, for there are no more pictures."
    return ""


def _classes(reals: Reals, fake: _Set) -> tuple[tuple[str, float, float], ...]:
    names = reals.viewer.class_names
    if not names or not len(fake.pictures):
        return ()
    shares = histogram(fake.seen.shares).tolist()
    return tuple(zip(names, shares, reals.class_shares.tolist(), strict=True))
