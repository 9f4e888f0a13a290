import numpy as np
import pytest

from dashboard import overlay
from ganlib import PRESETS, RunSnapshot, changed

NAN = np.nan


def floats(*values):
    return np.array(values, np.float32)


@pytest.mark.parametrize(
    ("weight", "values", "smoothed"),
    [
        (0.0, (3, 1, 2), (3, 1, 2)),
        # (0.5 * 3 + 1) / 1.5, (0.25 * 3 + 0.5 * 1 + 2) / 1.75
        (0.5, (3, 1, 2), (3, 5 / 3, 13 / 7)),
        # What was not measured weighs nothing, but its step counts: (0.25 * 4 + 1) / 1.25.
        (0.5, (4, NAN, 1), (4, NAN, 1.6)),
        (0.5, (NAN, 8, np.inf, 2), (NAN, 8, NAN, 3.2)),
        (0.9, (7, 7, 7, 7), (7, 7, 7, 7)),
        (0.9, (NAN, NAN), (NAN, NAN)),
        (0.9, (), ()),
    ],
)
def test_smoothing_is_a_debiased_exponential_average(weight, values, smoothed):
    found = overlay.smooth(floats(*values), weight)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, floats(*smoothed), rtol=1e-6)


@pytest.mark.parametrize("weight", [0.3, 0.9, 0.99, overlay.HEAVIEST])
def test_a_long_series_is_averaged_as_the_sum_says(weight):
    values = np.random.default_rng(0).normal(size=3000).astype(np.float32)
    values[::7] = NAN
    total = mass = 0.0
    expected = []
    for value in values:
        total, mass = weight * total, weight * mass
        if np.isfinite(value):
            total, mass = total + value, mass + 1
        expected.append(total / mass if np.isfinite(value) else NAN)
    np.testing.assert_allclose(overlay.smooth(values, weight), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("weight", [0.5, 0.9, overlay.HEAVIEST])
def test_new_points_change_no_old_one_in_a_single_bit(weight):
    values = np.random.default_rng(1).normal(size=5000).astype(np.float32)
    smoothed = overlay.smooth(values, weight)
    for count in (1, 2, 3, 17, 1024, 4999):
        np.testing.assert_array_equal(overlay.smooth(values[:count], weight), smoothed[:count])


def test_the_memory_is_as_many_steps_however_often_a_series_is_measured():
    values = np.linspace(0, 1, 1000, dtype=np.float32)
    rarely = np.where(np.arange(1000) % 8 == 7, values, NAN).astype(np.float32)
    often, seldom = overlay.smooth(values, 0.99)[-1], overlay.smooth(rarely, 0.99)[-1]
    # A ramp is followed 99 steps behind its end, whether all of it is seen or each eighth.
    assert often == pytest.approx(1 - 99 / 999, abs=1e-3)
    assert seldom == pytest.approx(often, abs=5 / 999)


def snapshot(steps):
    numbers = np.arange(1, steps + 1, dtype=np.uint32)
    seconds = (numbers / 2).astype(np.float32)
    return RunSnapshot(step=steps, steps=numbers, images=24 * numbers, seconds=seconds)


@pytest.mark.parametrize(
    ("axis", "expected"),
    [("step", (1, 2, 3, 4)), ("images", (24, 48, 72, 96)), ("seconds", (0.5, 1, 1.5, 2))],
)
def test_rows_stand_on_each_axis(axis, expected):
    found = overlay.positions(snapshot(4), axis, slice(None))
    np.testing.assert_array_equal(found, floats(*expected))


@pytest.mark.parametrize("axis", overlay.AXES)
def test_a_run_without_steps_stands_nowhere(axis):
    assert len(overlay.positions(RunSnapshot(), axis, slice(None))) == 0


@pytest.mark.parametrize(
    ("first", "last", "rows"),
    [(0, np.inf, 1), (20, 30, 10), (21, 29, 20), (35, 38, 30), (50, 60, 40), (0, 5, 10)],
)
def test_a_range_holds_one_row_more_on_each_side(first, last, rows):
    x = floats(10, 20, 30, 40)
    shown = x[overlay.within(x, first, last)]
    assert shown[0] == max(rows, 10)
    assert shown[-1] == min(x[x > last].min(initial=40), 40)


def test_the_usual_range_is_between_the_first_and_the_last_percentile():
    assert overlay.usual_range([floats(*range(101))]) == (1.0, 99.0)


def test_a_spike_of_one_run_does_not_stretch_the_usual_range():
    calm, spiky = np.zeros(500, np.float32), np.ones(500, np.float32)
    spiky[17] = 1e9
    assert overlay.usual_range([calm, spiky]) == (0.0, 1.0)


@pytest.mark.parametrize("samples", [[], [floats()], [floats(), floats()]])
def test_without_values_there_is_no_usual_range(samples):
    assert overlay.usual_range(samples) is None


def test_a_sample_is_spread_over_what_was_measured():
    values = np.arange(10_000, dtype=np.float32)
    values[::2] = NAN
    found = overlay.sample(values)
    assert len(found) <= overlay.SAMPLED
    assert found[:3].tolist() == [1, 7, 13]
    assert found[-1] > 9_990
    assert overlay.sample(floats(1, NAN, 2)).tolist() == [1, 2]


def test_a_band_holds_mean_least_and_greatest():
    x = floats(1, 2, 3)
    found = overlay.band([(x, floats(0, 3, 6)), (x, floats(4, 3, 2)), (x, floats(2, 0, 1))])
    for line, expected in zip(found, [(1, 2, 3), (2, 2, 3), (0, 0, 1), (4, 3, 6)], strict=True):
        np.testing.assert_allclose(line, floats(*expected), rtol=1e-6)


def test_a_band_reaches_as_far_as_all_of_its_runs():
    long, short = (floats(1, 2, 3, 4), floats(1, 1, 1, 1)), (floats(2, 3), floats(3, 3))
    x, mean, low, high = overlay.band([long, short])
    assert (x.tolist(), mean.tolist()) == ([2, 3], [2, 2])
    assert (low.tolist(), high.tolist()) == ([1, 1], [3, 3])


def test_a_band_reads_other_runs_between_their_points():
    one, other = (floats(0, 1, 2), floats(0, 0, 0)), (floats(0, 2), floats(0, 4))
    x, _, low, high = overlay.band([one, other])
    assert (x.tolist(), low.tolist(), high.tolist()) == ([0, 1, 2], [0, 0, 0], [0, 2, 4])


def test_a_band_leaves_out_what_was_not_measured():
    one, other = (floats(1, 2, 3), floats(1, NAN, 1)), (floats(1, 2, 3), floats(3, 9, 3))
    x, mean, *_ = overlay.band([one, other])
    assert (x.tolist(), mean.tolist()) == ([1, 3], [2, 2])


@pytest.mark.parametrize(
    "other", [(floats(), floats()), (floats(5, 6), floats(1, 1)), (floats(1), floats(NAN))]
)
def test_runs_without_a_common_stretch_have_no_band(other):
    one = (floats(1, 2), floats(1, 1))
    assert [len(line) for line in overlay.band([one, other])] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("change", "alike"),
    [
        ({"seed": 9}, True),
        ({"title": "Another", "seed": 1}, True),
        ({"cpu_threads": 2, "device": "cpu"}, True),
        ({"lr_d": 0.05}, False),
        ({"batch_size": 4}, False),
        ({"width": 5}, False),
    ],
)
def test_runs_are_alike_but_for_their_seed(tiny, change, alike):
    other = changed(tiny, change)
    assert (overlay.but_for_seed(tiny) == overlay.but_for_seed(other)) is alike


def test_another_network_is_not_alike():
    one, other = PRESETS["mlp"].config, PRESETS["dense-spatial"].config
    assert overlay.but_for_seed(one) != overlay.but_for_seed(other)


def differing(*configs):
    """What is told of each difference, by its title."""
    return {setting.title: words for setting, words in overlay.differences(configs)}


def test_only_the_settings_that_differ_are_told(tiny):
    other = changed(tiny, {"title": "Another", "lr_d": 0.05, "total_steps": 1000})
    assert differing(tiny, other) == {
        "Training steps": ["10,000,000", "1,000"],
        "Learning rate of D (η_D)": ["0.0002", "0.05"],
    }
    assert differing(tiny, tiny) == differing(tiny) == differing() == {}


def test_where_a_run_computes_is_no_difference_but_its_seed_is(tiny):
    other = changed(tiny, {"cpu_threads": 1, "device": "cpu", "seed": 8})
    assert differing(tiny, other) == {"Random seed": ["7", "8"]}


def test_what_one_run_does_not_have_is_told_by_its_kind(tiny):
    found = differing(tiny, PRESETS["digits"].config)
    assert found["Architecture"] == ["mlp-2d", "dcgan"]
    assert found["Distribution or Data set"] == ["ring", "mnist-5k"]
    assert not {"Hidden layers", "Batch normalisation in G", "Points"} & set(found)


def test_drawn_points_are_counted():
    face = PRESETS["sketch"].config
    dots = changed(face, {"points": ((0.0, 0.0), (0.5, 0.5))})
    assert differing(face, dots)["Points"][1] == "2 points"
