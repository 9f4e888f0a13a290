import numpy as np
import pytest

from ganlib.config import RunConfig
from ganlib.events import Metric, MetricReport
from ganlib.metrics.evidence import ENOUGH, LEAST, Evidence


def evidence(values=(), metrics=()):
    curves = {"d_loss": np.array(values, np.float32)}
    return Evidence(RunConfig(), curves, 1000, MetricReport(tuple(metrics)))


def test_a_curve_is_read_by_its_mean_and_its_middle():
    values = [*range(ENOUGH - 1), 100]
    assert evidence(values).mean("d_loss") == pytest.approx((36 + 100) / 10)
    assert evidence(values).median("d_loss") == 4.5


def test_a_curve_that_is_too_short_or_unknown_is_not_read():
    assert evidence([1.0] * (ENOUGH - 1)).mean("d_loss") is None
    assert evidence([1.0] * (ENOUGH - 1)).median("d_loss") is None
    assert evidence([1.0] * ENOUGH).mean("g_loss") is None


def test_figures_of_too_few_pictures_are_not_there():
    few = Metric("precision", 0.5, 0.1, 0.9, LEAST - 1, "pixels")
    enough = Metric("precision", 0.6, 0.1, 0.9, LEAST, "pixels")
    assert evidence(metrics=[few]).metric("precision") is None
    assert evidence(metrics=[few, enough]).metrics("precision") == [enough]
    assert evidence(metrics=[few, enough]).metric("precision") == enough
