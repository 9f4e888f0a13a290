from dataclasses import replace

import numpy as np
import pytest

from dashboard.status import status
from dashboard.thinning import curves, thin
from dashboard.wire import encode
from ganlib import PRESETS, FrameDrawn, RunSnapshot
from tests.conftest import METRICS

BUDGET = 60_000
"""Bytes that a page may fetch twice a second."""


def snapshot(last, names=METRICS, **changes):
    """A run after `last` steps, whose series are noise."""
    metrics = np.random.default_rng(0).standard_normal((last, len(names)), dtype=np.float32)
    steps = np.arange(1, last + 1, dtype=np.uint32)
    return RunSnapshot(
        step=last,
        steps=steps,
        metric_names=names,
        metrics=metrics,
        **{"state": "running"} | changes,
    )


def drawn(*steps):
    points = np.zeros((1024, 2), np.float32)
    return tuple(FrameDrawn(step, points) for step in steps)


def refresh(of):
    header = status("abc", of, PRESETS["ring"].config)
    return encode(header, curves(of, 0, of.step, 600))


def test_a_refresh_weighs_the_same_after_a_thousand_steps_and_after_a_million():
    early = len(refresh(snapshot(1000, frames=drawn(*range(0, 1001, 100)))))
    late = len(refresh(snapshot(1_000_000, frames=drawn(*range(0, 1_000_000, 2000)))))
    assert early < BUDGET
    assert late < BUDGET
    assert late == pytest.approx(early, rel=0.15)


def test_even_the_greediest_question_stays_in_the_budget():
    of = snapshot(20_000)
    assert len(encode({}, curves(of, 0, of.step, 10**9))) < BUDGET


def test_a_short_series_is_sent_whole():
    of = snapshot(330)
    found = curves(of, 0, 330, 600)
    assert list(found) == [f"{name}/{part}" for name in METRICS for part in ("steps", "values")]
    for column, name in enumerate(METRICS):
        assert found[f"{name}/steps"].tolist() == list(range(1, 331))
        assert np.array_equal(found[f"{name}/values"], of.metrics[:, column])


def test_a_series_that_was_not_measured_takes_no_points_from_the_others():
    of = snapshot(20_000)
    metrics = of.metrics.copy()
    metrics[:, 2:] = np.nan
    found = curves(replace(of, metrics=metrics), 0, of.step, 10**9)
    assert [len(one) for one in found.values()] == [800] * 4
    found = curves(of, 0, of.step, 10**9)
    assert {len(one) for one in found.values()} == {337}  # 6,750 points in 20 series.


def test_both_ends_of_the_asked_steps_are_included():
    of = snapshot(10, names=("d_loss",))
    found = curves(of, 4, 7, 600)
    assert found["d_loss/steps"].tolist() == [4, 5, 6, 7]
    assert np.array_equal(found["d_loss/values"], of.metrics[3:7, 0])


@pytest.mark.parametrize(("first", "last"), [(11, 20), (7, 3), (0, 0)])
def test_where_there_are_no_steps_there_are_no_curves(first, last):
    assert curves(snapshot(10), first, last, 600) == {}


def test_a_run_that_has_not_begun_has_no_series():
    assert curves(RunSnapshot(), 0, 0, 600) == {}


def test_every_spike_survives_thinning():
    values = np.random.default_rng(1).standard_normal(100_000).astype(np.float32)
    spikes = np.array([0, 17, 5000, 31_111, 31_700, 77_777, 99_999])
    values[spikes] = [50, -60, 70, -80, 90, -55, 65]
    steps = np.arange(1, 100_001, dtype=np.uint32)
    kept, heights = thin(steps, values, 600)
    assert set(steps[spikes]) <= set(kept)
    assert set(values[spikes]) <= set(heights)


def test_a_thinned_series_is_a_part_of_the_series_in_order():
    values = np.random.default_rng(2).standard_normal(5000).astype(np.float32)
    steps = np.arange(1, 10_001, 2, dtype=np.uint32)
    kept, heights = thin(steps, values, 600)
    assert 500 < len(kept) <= 600
    assert (np.diff(kept.astype(int)) > 0).all()
    assert np.array_equal(heights, values[np.searchsorted(steps, kept)])
    assert (kept[0], kept[-1]) == (1, 9999)


@pytest.mark.parametrize("points", [-5, 0, 1, 2, 3])
def test_no_question_is_for_less_than_three_points(points):
    kept, _ = thin(np.arange(100, dtype=np.uint32), np.zeros(100, np.float32), points)
    assert len(kept) <= 3
    assert (kept[0], kept[-1]) == (0, 99)


def test_what_is_no_number_is_left_out():
    values = np.array([np.nan, 1, np.inf, 2, -np.inf, 3, np.nan], np.float32)
    kept, heights = thin(np.arange(7, dtype=np.uint32), values, 600)
    assert kept.tolist() == [1, 3, 5]
    assert heights.tolist() == [1, 2, 3]


def test_gaps_do_not_count_as_points():
    values = np.full(6000, np.nan, np.float32)
    values[::10] = np.arange(600)
    kept, heights = thin(np.arange(6000, dtype=np.uint32), values, 600)
    assert kept.tolist() == list(range(0, 6000, 10))
    assert heights.tolist() == list(range(600))
