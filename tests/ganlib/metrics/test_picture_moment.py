import numpy as np
import pytest

from ganlib.config import RunConfig
from ganlib.events import Figure, PictureFigures
from ganlib.metrics.picture_moment import ENOUGH, LEAST, PictureMoment


def moment(values=(), figures=()):
    curves = {"d_loss": np.array(values, np.float32)}
    return PictureMoment(RunConfig(), curves, 1000, PictureFigures(tuple(figures)))


def test_a_curve_is_read_by_its_mean_and_its_middle():
    values = [*range(ENOUGH - 1), 100]
    assert moment(values).mean("d_loss") == pytest.approx((36 + 100) / 10)
    assert moment(values).median("d_loss") == 4.5


def test_a_curve_that_is_too_short_or_unknown_is_not_read():
    assert moment([1.0] * (ENOUGH - 1)).mean("d_loss") is None
    assert moment([1.0] * (ENOUGH - 1)).median("d_loss") is None
    assert moment([1.0] * ENOUGH).mean("g_loss") is None


def test_figures_of_too_few_pictures_are_not_there():
    few = Figure("precision", 0.5, 0.1, 0.9, LEAST - 1, "pixels")
    enough = Figure("precision", 0.6, 0.1, 0.9, LEAST, "pixels")
    assert moment(figures=[few]).figure("precision") is None
    assert moment(figures=[few, enough]).figures("precision") == [enough]
    assert moment(figures=[few, enough]).figure("precision") == enough
