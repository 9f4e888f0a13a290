import struct
from dataclasses import replace

import numpy as np
import pytest

from dashboard import frames
from ganlib import ChangeSettings, CommandActed, FrameDrawn, LimitSpeed, Pause, RunSnapshot
from tests.conftest import METRICS
from tests.dashboard.wire import unpack, unpack_arrays

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
    header = frames.live_header("abc", of, "Title", 1_000_000)
    return frames.message(header, frames.curves(of, 0, of.step, 600))


def test_a_refresh_weighs_the_same_after_a_thousand_steps_and_after_a_million():
    early = len(refresh(snapshot(1000, frames=drawn(*range(0, 1001, 100)))))
    late = len(refresh(snapshot(1_000_000, frames=drawn(*range(0, 1_000_000, 2000)))))
    assert early < BUDGET
    assert late < BUDGET
    assert late == pytest.approx(early, rel=0.15)


def test_even_the_greediest_question_stays_in_the_budget():
    of = snapshot(20_000)
    assert len(frames.message({}, frames.curves(of, 0, of.step, 10**9))) < BUDGET


def test_a_short_series_is_sent_whole():
    of = snapshot(330)
    for column, (name, steps, values) in enumerate(frames.curves(of, 0, 330, 600)):
        assert name == METRICS[column]
        assert steps.tolist() == list(range(1, 331))
        assert np.array_equal(values, of.metrics[:, column])


def test_a_series_that_was_not_measured_takes_no_points_from_the_others():
    of = snapshot(20_000)
    metrics = of.metrics.copy()
    metrics[:, 2:] = np.nan
    (_, steps, _), *_ = frames.curves(replace(of, metrics=metrics), 0, of.step, 10**9)
    assert len(steps) == 800
    (_, steps, _), *_ = frames.curves(of, 0, of.step, 10**9)
    assert len(steps) == 337  # 6,750 points in 20 series.


def test_both_ends_of_the_asked_steps_are_included():
    of = snapshot(10, names=("d_loss",))
    ((_, steps, values),) = frames.curves(of, 4, 7, 600)
    assert steps.tolist() == [4, 5, 6, 7]
    assert np.array_equal(values, of.metrics[3:7, 0])


@pytest.mark.parametrize(("first", "last"), [(11, 20), (7, 3), (0, 0)])
def test_where_there_are_no_steps_there_are_no_points(first, last):
    ((_, steps, values),) = frames.curves(snapshot(10, names=("d_loss",)), first, last, 600)
    assert len(steps) == len(values) == 0


def test_a_run_that_has_not_begun_has_no_series():
    assert frames.curves(RunSnapshot(), 0, 0, 600) == []


def test_every_spike_survives_thinning():
    values = np.random.default_rng(1).standard_normal(100_000).astype(np.float32)
    spikes = np.array([0, 17, 5000, 31_111, 31_700, 77_777, 99_999])
    values[spikes] = [50, -60, 70, -80, 90, -55, 65]
    steps = np.arange(1, 100_001, dtype=np.uint32)
    kept, heights = frames.thin(steps, values, 600)
    assert set(steps[spikes]) <= set(kept)
    assert set(values[spikes]) <= set(heights)


def test_a_thinned_series_is_a_part_of_the_series_in_order():
    values = np.random.default_rng(2).standard_normal(5000).astype(np.float32)
    steps = np.arange(1, 10_001, 2, dtype=np.uint32)
    kept, heights = frames.thin(steps, values, 600)
    assert 500 < len(kept) <= 600
    assert (np.diff(kept.astype(int)) > 0).all()
    assert np.array_equal(heights, values[np.searchsorted(steps, kept)])
    assert (kept[0], kept[-1]) == (1, 9999)


@pytest.mark.parametrize("points", [-5, 0, 1, 2, 3])
def test_no_question_is_for_less_than_three_points(points):
    kept, _ = frames.thin(np.arange(100, dtype=np.uint32), np.zeros(100, np.float32), points)
    assert len(kept) <= 3
    assert (kept[0], kept[-1]) == (0, 99)


def test_what_is_no_number_is_left_out():
    values = np.array([np.nan, 1, np.inf, 2, -np.inf, 3, np.nan], np.float32)
    kept, heights = frames.thin(np.arange(7, dtype=np.uint32), values, 600)
    assert kept.tolist() == [1, 3, 5]
    assert heights.tolist() == [1, 2, 3]


def test_gaps_do_not_count_as_points():
    values = np.full(6000, np.nan, np.float32)
    values[::10] = np.arange(600)
    kept, heights = frames.thin(np.arange(6000, dtype=np.uint32), values, 600)
    assert kept.tolist() == list(range(0, 6000, 10))
    assert heights.tolist() == list(range(600))


def test_a_message_is_read_back_to_the_bit():
    one = (np.array([1, 2, 4_294_967_295], np.uint32), np.array([0.1, -1e-38, 3e38], np.float32))
    other = (np.array([7], np.uint32), np.array([-0.0], np.float32))
    header, series = unpack(frames.message({"x": "ä→"}, [("a", *one), ("b", *other)]))
    assert header == {"x": "ä→", "series": [{"name": "a", "count": 3}, {"name": "b", "count": 1}]}
    assert np.array_equal(series["a"][0], one[0])
    assert series["a"][1].tobytes() == one[1].tobytes()
    assert series["b"][1].tobytes() == other[1].tobytes()


@pytest.mark.parametrize("length", range(9))
def test_arrays_begin_at_a_multiple_of_eight_whatever_the_header(length):
    point = (np.array([1], np.uint32), np.array([2], np.float32))
    body = frames.message({"title": "x" * length}, [("a", *point)])
    assert len(body) % 8 == 0
    assert unpack(body)[0]["title"] == "x" * length


def test_a_series_without_points_is_left_out():
    empty = (np.empty(0, np.uint32), np.empty(0, np.float32))
    point = (np.array([1], np.uint32), np.array([2], np.float32))
    header, series = unpack(frames.message({}, [("a", *empty), ("b", *point)]))
    assert list(series) == ["b"]
    assert header["series"] == [{"name": "b", "count": 1}]


def test_a_header_never_holds_what_json_cannot_say():
    with pytest.raises(ValueError, match="not JSON compliant"):
        frames.message({"elapsed": float("nan")}, [])


def test_the_time_left_is_the_steps_left_over_the_rate():
    of = snapshot(400, steps_per_second=20.0)
    assert frames.live_header("abc", of, "Title", 1000)["seconds_left"] == 30.0


def test_without_a_rate_the_time_left_is_unknown():
    assert frames.live_header("abc", snapshot(400), "Title", 1000)["seconds_left"] is None


def test_a_run_that_says_nothing_has_no_rate_and_no_end(monkeypatch):
    of = snapshot(400, steps_per_second=20.0, heard=1000.0)
    monkeypatch.setattr("dashboard.frames.time.time", lambda: 1030.0)
    header = frames.live_header("abc", of, "Title", 1000)
    assert header["silent_seconds"] == 30.0
    assert (header["steps_per_second"], header["seconds_left"]) == (0.0, None)


def test_a_header_tells_what_a_page_shows():
    of = snapshot(
        4,
        images_seen=256,
        elapsed=1.5,
        device="cpu",
        threads=2,
        message="Oh.",
        problem="The disk is full.",
        saved_step=2,
        progress=("Reading", 0.25),
        frames=drawn(0, 1, 4),
    )
    header = frames.live_header("abc", of, "Title", 9)
    assert header == {
        "run_id": "abc",
        "title": "Title",
        "state": "running",
        "message": "Oh.",
        "problem": "The disk is full.",
        "silent_seconds": 0.0,
        "saved_step": 2,
        "step": 4,
        "total_steps": 9,
        "images_seen": 256,
        "steps_per_second": 0.0,
        "seconds_left": None,
        "elapsed": 1.5,
        "device": "cpu",
        "threads": 2,
        "progress_text": "Reading",
        "progress_share": 0.25,
        "frames": [0, 1, 4],
        "has_real": False,
        "measured": 0,
        "marks": [],
        "changes": 0,
    }


@pytest.mark.parametrize(("samples", "has"), [(None, False), ((8, 2), False), ((8, 4, 4, 1), True)])
def test_only_pictures_are_shown_beside_the_fake_ones(samples, has):
    real = None if samples is None else np.zeros(samples, np.uint8)
    assert frames.live_header("abc", snapshot(1, real=real), "Title", 9)["has_real"] is has


def test_a_live_change_is_marked_but_not_the_sharing_of_cores():
    commands = (
        CommandActed(3, ChangeSettings({"cpu_threads": 2})),
        CommandActed(5, ChangeSettings({"cpu_threads": 1, "lr_d": 0.001, "loss": "hinge"})),
    )
    header = frames.live_header("abc", snapshot(9, commands=commands), "Title", 9)
    assert header["marks"] == [{"step": 5, "label": "lr_d 0.001, loss hinge"}]


def test_points_that_were_added_are_marked_by_their_number():
    points = ((0.0, 0.0), (0.5, -0.5), (1.0, 1.0))
    commands = (CommandActed(2, ChangeSettings({"points": points, "lr_g": 0.01})),)
    header = frames.live_header("abc", snapshot(9, commands=commands), "Title", 9)
    assert header["marks"] == [{"step": 2, "label": "3 points, lr_g 0.01"}]


def test_only_changes_that_a_page_shows_are_counted():
    commands = (
        CommandActed(2, ChangeSettings({"points": ((0.0, 0.0),)})),
        CommandActed(3, ChangeSettings({"cpu_threads": 2})),
        CommandActed(4, ChangeSettings({"loss": "hinge", "weight_clip": 0.0})),
        CommandActed(5, ChangeSettings({"points": ((0.0, 0.0),), "lr_g": 0.01})),
    )
    assert frames.changes(snapshot(9, commands=commands)) == 2
    slower = (*commands, CommandActed(6, LimitSpeed(5.0)), CommandActed(7, Pause()))
    assert frames.changes(snapshot(9, commands=slower)) == 3
    assert frames.live_header("abc", snapshot(9, commands=commands), "Title", 9)["changes"] == 2


def test_arrays_are_packed_as_their_description_says():
    real = np.array([[0.1, -2.0], [3e38, np.inf]], np.float32)
    seen = np.array([1.5, np.nan, -0.25], np.float32)
    body = frames.arrays_message({"step": 7}, {"real": real, "map": seen}, {"map": 4})
    header, _ = unpack_arrays(body)
    assert header == {
        "step": 7,
        "arrays": [
            {"name": "real", "type": "f4", "shape": [2, 2], "scale": 1},
            {"name": "map", "type": "i2", "shape": [3], "scale": 4},
        ],
    }
    (length,) = struct.unpack_from("<I", body)
    # 1.5 and -0.25 are 6 and -1 quarters; the last two bytes fill eight.
    assert body[4 + length :] == real.tobytes() + struct.pack("<hhhh", 6, -32768, -1, 0)


def test_what_16_bits_cannot_hold_becomes_the_nearest_that_they_can():
    values = np.array([0.6, 1 / 512, 3 / 512, 200, -200, 3e38, np.inf, -np.inf], np.float32)
    _, arrays = unpack_arrays(frames.arrays_message({}, {"map": values}, {"map": 256}))
    most = 32767 / 256
    expected = [154 / 256, 0, 2 / 256, most, -most, most, most, -most]
    assert arrays["map"].tolist() == expected


@pytest.mark.parametrize("length", range(9))
def test_arrays_of_any_length_begin_at_a_multiple_of_eight(length):
    ones = {name: np.ones(length, np.float32) for name in ("a", "b", "c")}
    body = frames.arrays_message({"title": "x" * length}, ones, {"a": 1, "c": 256})
    header, arrays = unpack_arrays(body)
    assert header["title"] == "x" * length
    assert len(body) % 8 == 0
    assert all(array.tolist() == [1] * length for array in arrays.values())


def test_arrays_that_are_not_in_the_order_of_memory_arrive_in_theirs():
    turned = np.arange(6, dtype=np.float32).reshape(2, 3).T
    _, arrays = unpack_arrays(frames.arrays_message({}, {"a": turned, "b": turned}, {"b": 1}))
    assert arrays["a"].tolist() == arrays["b"].tolist() == [[0, 3], [1, 4], [2, 5]]
