"""What is known of a run on pictures at one moment: its newest steps, and its figures."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ganlib.config import RunConfig
from ganlib.events import Figure, PictureFigures

Curves = Mapping[str, NDArray[np.float32]]

LONG = 200
"""Steps over which the curves are read, and before which no collapse is seen: what an untrained
generator draws is all alike, and of one class too. After as many a run that learns has moved on."""
ENOUGH = 10
"""Values of a curve from which it is read; a curve of norms has one in every so many steps."""
LEAST = 30
"""Fakes from which their figures are believed; errors and floors tell of the rest."""


@dataclass(frozen=True)
class PictureMoment:
    """All that the words are made of.

    Attributes:
        config: the settings that hold.
        curves: metrics of the `LONG` steps before, without what was not measured; fewer where
            the run or these settings are younger.
        step: how many steps the run has taken.
        found: the figures of the pictures.
        before: those of the newest pictures that were measured `LONG` or more steps earlier; None
            where none were.
        diverged: whether the run has ended so.
    """

    config: RunConfig
    curves: Curves
    step: int
    found: PictureFigures
    before: PictureFigures | None = None
    diverged: bool = False

    def mean(self, name: str) -> float | None:
        """Of a curve that is long enough; None of any other."""
        values = self.curves.get(name, ())
        return float(np.mean(values)) if len(values) >= ENOUGH else None

    def median(self, name: str) -> float | None:
        """Of the same."""
        values = self.curves.get(name, ())
        return float(np.median(values)) if len(values) >= ENOUGH else None

    def figure(self, name: str) -> Figure | None:
        """The first figure of that name, if enough pictures were measured."""
        return first_believed(self.found, name)

    def figures(self, name: str) -> list[Figure]:
        """All figures of that name, in whatever features, of enough pictures."""
        return _believed(self.found, name)


def first_believed(found: PictureFigures, name: str) -> Figure | None:
    """The first figure of that name, if enough pictures were measured."""
    return next(iter(_believed(found, name)), None)


def _believed(found: PictureFigures, name: str) -> list[Figure]:
    return [one for one in found.figures if one.name == name and one.n >= LEAST]
