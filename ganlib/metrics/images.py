"""The metrics of a set of fake pictures, each with its error and its floor."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from ganlib.data.cache import Progress, ignore_progress
from ganlib.errors import MeasureError
from ganlib.events import Metric, MetricReport, Samples
from ganlib.metrics.classes import (
    LEAST_OF_A_CLASS,
    class_divergence,
    classifier_score,
    histogram,
)
from ganlib.metrics.distances import frechet_distance, kernel_distance
from ganlib.metrics.neighbours import (
    K,
    around_reals,
    memorisation_ratio,
    nearest_other,
    nearest_training,
    recall,
)
from ganlib.metrics.parts import all_but_some, half_difference, halves, jackknife, whole
from ganlib.metrics.reference_set import PictureSet, ReferenceSet

FRECHET = "Fréchet distance"
APART = "distance between fakes"
SATURATED = "saturation"
PIXELS = "pixels"
"""What is compared where no features are."""
MOST_SEARCHED = 250
"""Fakes whose nearest training picture is searched, pixel by pixel."""
Values = list[tuple[float, float]]
"""The metrics of a group, each with its standard error: how much that of other fakes would differ,
against the same reals."""


def measure_pictures(
    reals: ReferenceSet, fakes: Samples, progress: Progress = ignore_progress
) -> MetricReport:
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
    fake = reals.extract(pictures.contiguous())
    metrics, refused = measure_set(reals, fake, progress)
    return MetricReport(metrics, _classes(reals, fake), refused)


def measure_set(
    reals: ReferenceSet, fake: PictureSet, progress: Progress = ignore_progress
) -> tuple[tuple[Metric, ...], tuple[str, ...]]:
    """The metrics of fakes that were looked at, and why others are missing."""
    metrics, refused = list[Metric](), list[str]()
    for number, group in enumerate(_GROUPS):
        progress(f"Measuring pictures: {group.names[0]}", number / len(_GROUPS))
        if group.needs_classes and not reals.extractor.class_names:
            continue
        try:
            metrics += group.measure(reals, fake)
        except MeasureError as error:
            refused.append(str(error))
    return tuple(metrics), tuple(refused)


@dataclass(frozen=True)
class Group:
    """Metrics that are computed together.

    Attributes:
        names: of the metrics.
        rows: what is needed of each picture of a set, (N, ...).
        compute: the metrics of such rows, with their errors.
        least: rows that half the fakes must have.
        searches_copies: whether training pictures are looked for; the floor is of held-out ones.
        in_pixels: whether the pictures themselves are compared, and not their features.
    """

    names: tuple[str, ...]
    rows: Callable[[ReferenceSet, PictureSet], Tensor]
    compute: Callable[[ReferenceSet, Tensor], Values]
    least: Callable[[ReferenceSet], int]
    needs_classes: bool = False
    searches_copies: bool = False
    in_pixels: bool = False

    def features(self, reals: ReferenceSet) -> str:
        """What is compared."""
        return PIXELS if self.in_pixels else reals.extractor.name

    def measure(self, reals: ReferenceSet, fake: PictureSet) -> list[Metric]:
        """The metrics of the fakes.

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
        values = self.compute(reals, rows)
        if not all(math.isfinite(one) for pair in values for one in pair):
            raise MeasureError(f"The {self.names[0]} of these pictures is no finite number.")
        floors = reals.floors(self, count) or [None] * len(self.names)
        return [
            Metric(name, value, error, floor, count, features, _note(reals, name))
            for name, (value, error), floor in zip(self.names, values, floors, strict=True)
        ]


def _jackknifed(
    compute: Callable[[ReferenceSet, Tensor], float],
) -> Callable[[ReferenceSet, Tensor], Values]:
    """A metric with the error that leaving out some fakes tells."""

    def both(reals: ReferenceSet, rows: Tensor) -> Values:
        parts = all_but_some(len(rows))
        return [(compute(reals, rows), jackknife([compute(reals, rows[part]) for part in parts]))]

    return both


def _features(reals: ReferenceSet, some: PictureSet) -> Tensor:
    return some.extracted.features


def _shares(reals: ReferenceSet, some: PictureSet) -> Tensor:
    return some.extracted.shares


def _to_copies(reals: ReferenceSet, some: PictureSet) -> Tensor:
    return nearest_training(some.extracted.features, reals.training.extracted.features)


def _to_pixel_copies(reals: ReferenceSet, some: PictureSet) -> Tensor:
    return nearest_training(some.pictures[:MOST_SEARCHED], reals.training.pictures)


def _to_others(reals: ReferenceSet, features: Tensor) -> Values:
    parts = torch.cat((whole(len(features)), halves(len(features))))
    distances = zip(parts, nearest_other(features, parts), strict=True)
    middle, *others = (
        float(one[part].quantile(0.5)) / reals.typical_features for part, one in distances
    )
    return [(middle, half_difference(others))]


def _saturation(reals: ReferenceSet, some: PictureSet) -> Tensor:
    """(N,) float64: in each picture, the share of numbers at either end of their range."""
    ends = (some.pictures == 0) | (some.pictures == 255)
    return ends.flatten(1).double().mean(1)


def _mean(reals: ReferenceSet, shares: Tensor) -> float:
    return shares.mean().item()


def _frechet(reals: ReferenceSet, features: Tensor) -> float:
    return frechet_distance(reals.reference.extracted.features, features)


def _kernel(reals: ReferenceSet, features: Tensor) -> Values:
    parts = torch.cat((whole(len(features)), all_but_some(len(features))))
    of_all, *others = kernel_distance(reals.reference.extracted.features, features, parts).tolist()
    return [(of_all, jackknife(others))]


def _neighbours(reals: ReferenceSet, features: Tensor) -> Values:
    return around_reals(reals.reference.extracted.features, features)


def _recall(reals: ReferenceSet, features: Tensor) -> Values:
    parts = torch.cat((whole(len(features)), halves(len(features))))
    of_all, *others = recall(reals.reference.extracted.features, features, parts)
    return [(of_all, half_difference(others))]


def _of_classes(reals: ReferenceSet, shares: Tensor) -> Values:
    """Where the classes of fakes are those of the data, KL has a variance of (K - 1) / 2 N^2."""
    counts, parts = reals.class_counts, all_but_some(len(shares))
    divergences = [class_divergence(shares[part], counts) for part in parts]
    scores = [classifier_score(shares[part]) for part in parts]
    least = (len(counts) - 1) / (2 * len(shares) ** 2)
    return [
        (class_divergence(shares, counts), jackknife(divergences, surplus=least)),
        (classifier_score(shares), jackknife(scores)),
    ]


def _copied(reals: ReferenceSet, distances: Tensor) -> float:
    return memorisation_ratio(distances, reals.typical_features)


def _copied_in_pixels(reals: ReferenceSet, distances: Tensor) -> float:
    return memorisation_ratio(distances, reals.typical_pixels)


_GROUPS = (
    Group(
        (FRECHET,),
        _features,
        _jackknifed(_frechet),
        lambda reals: reals.reference.extracted.features.shape[1] + 2,
    ),
    Group(("kernel distance",), _features, _kernel, lambda reals: 2),
    Group(("precision", "density", "coverage"), _features, _neighbours, lambda reals: K + 1),
    Group(("recall",), _features, _recall, lambda reals: K + 1),
    Group((APART,), _features, _to_others, lambda reals: 2),
    Group(
        ("class KL", "classifier score"),
        _shares,
        _of_classes,
        lambda reals: LEAST_OF_A_CLASS * len(reals.extractor.class_names),
        needs_classes=True,
    ),
    Group(
        ("memorisation ratio",),
        _to_copies,
        _jackknifed(_copied),
        lambda reals: 1,
        searches_copies=True,
    ),
    Group(
        ("memorisation ratio",),
        _to_pixel_copies,
        _jackknifed(_copied_in_pixels),
        lambda reals: 1,
        searches_copies=True,
        in_pixels=True,
    ),
    Group((SATURATED,), _saturation, _jackknifed(_mean), lambda reals: 1, in_pixels=True),
)


def _note(reals: ReferenceSet, name: str) -> str:
    lacking = _lacking(reals) if name == "class KL" else []
    if lacking:
        return f"The data lack {', '.join(lacking)}, which counts as one picture there."
    return ""


def _lacking(reals: ReferenceSet) -> list[str]:
    """Classes of which the data have no picture."""
    pairs = zip(reals.extractor.class_names, reals.class_counts.tolist(), strict=True)
    return [name for name, count in pairs if not count]


def _classes(reals: ReferenceSet, fake: PictureSet) -> tuple[tuple[str, float, float], ...]:
    names = reals.extractor.class_names
    if not names or not len(fake.pictures):
        return ()
    counts, shares = reals.class_counts, histogram(fake.extracted.shares)
    return tuple(zip(names, shares.tolist(), (counts / counts.sum()).tolist(), strict=True))
