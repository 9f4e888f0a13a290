"""What is known of a run on pictures at one step: its newest losses, and its metrics."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ganlib.config import RunConfig
from ganlib.events import Metric, MetricReport

Curves = Mapping[str, NDArray[np.float32]]

LONG = 200
"""Steps over which the curves are read, and before which no collapse is seen: what an untrained
generator draws is all alike, and of one class too. After as many a run that learns has moved on."""
ENOUGH = 10
"""Values of a curve from which it is read; a curve of norms has one in every so many steps."""
LEAST = 30
"""Fakes from which their metrics are believed; errors and floors tell of the rest."""


@dataclass(frozen=True)
class Evidence:
    """All that the words are made of.

    Attributes:
        config: the settings that hold.
        curves: metrics of the `LONG` steps before, without what was not measured; fewer where
            the run or these settings are younger.
        step: how many steps the run has taken.
        report: what was measured of the pictures.
        before: those of the newest pictures that were measured `LONG` or more steps earlier; None
            where none were.
        diverged: whether the run has ended so.
    """

    config: RunConfig
    curves: Curves
    step: int
    report: MetricReport
    before: MetricReport | None = None
    diverged: bool = False

    def mean(self, name: str) -> float | None:
        """Of a curve that is long enough; None of any other."""
        values = self.curves.get(name, ())
        return float(np.mean(values)) if len(values) >= ENOUGH else None

    def median(self, name: str) -> float | None:
        """Of the same."""
        values = self.curves.get(name, ())
        return float(np.median(values)) if len(values) >= ENOUGH else None

    def metric(self, name: str) -> Metric | None:
        """The first metric of that name, if enough pictures were measured."""
        return first_believed(self.report, name)

    def metrics(self, name: str) -> list[Metric]:
        """All metrics of that name, in whatever features, of enough pictures."""
        return _believed(self.report, name)


def first_believed(report: MetricReport, name: str) -> Metric | None:
    """The first metric of that name, if enough pictures were measured."""
    return next(iter(_believed(report, name)), None)


def _believed(report: MetricReport, name: str) -> list[Metric]:
    return [one for one in report.metrics if one.name == name and one.n >= LEAST]
