import math
from dataclasses import replace

import numpy as np
import pytest

from ganlib.commands import ChangeSettings
from ganlib.events import (
    CheckpointSaved,
    CommandActed,
    DecoderPublished,
    FrameDrawn,
    PlanePublished,
    RunEnded,
    RunPrepared,
    StepCompleted,
)
from ganlib.store import RunRecord, RunSnapshot

REAL = np.zeros((3, 2), np.float32)
PREPARED = RunPrepared(REAL, "cpu", ("d_loss", "g_loss"))


class Clock:
    """Time that passes when told to."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def record(clock):
    record = RunRecord(clock)
    record.add(PREPARED)
    return record


def completed(step, g_loss=math.nan):
    return StepCompleted(step, {"d_loss": step / 2, "g_loss": g_loss}, images_seen=8 * step)


def frame(step, size=100):
    return FrameDrawn(step, np.full((size,), step % 256, np.uint8))


def state(step, size=100):
    half = np.zeros(size // 2, np.uint8)
    return CheckpointSaved(step, config=None, state={"algorithm.G": half, "batches.rng": half})


def history(steps):
    """A snapshot of a run whose steps 1, 2, ... had the g_loss 1, 2, ..."""
    record = RunRecord()
    record.add(PREPARED)
    record.add(frame(0))
    record.add(state(0))
    for step in range(1, steps + 1):
        record.add(completed(step, g_loss=float(step)))
    return record.snapshot


def test_a_record_goes_through_its_states():
    record = RunRecord()
    assert record.snapshot.state == "queued"
    record.prepare("Fetching", 0.25)
    assert (record.snapshot.state, record.snapshot.progress) == ("preparing", ("Fetching", 0.25))
    record.add(PREPARED)
    snapshot = record.snapshot
    assert (snapshot.state, snapshot.progress, snapshot.device) == ("running", ("", None), "cpu")
    assert snapshot.metric_names == ("d_loss", "g_loss")
    assert snapshot.metrics.shape == (0, 2)
    assert snapshot.real is REAL


@pytest.mark.parametrize("outcome", ["completed", "stopped", "diverged", "failed"])
def test_the_end_keeps_all_that_was_there(record, clock, outcome):
    record.add(frame(0))
    published = DecoderPublished(0, decoder=None)
    record.add(published)
    clock.now += 1
    record.add(completed(1))
    assert record.snapshot.steps_per_second == 1
    record.add(RunEnded(1, outcome, "Because."))
    snapshot = record.snapshot
    assert (snapshot.state, snapshot.message, snapshot.step) == (outcome, "Because.", 1)
    assert snapshot.is_over
    assert snapshot.steps_per_second == 0
    assert snapshot.elapsed == 1
    assert [one.step for one in snapshot.frames] == [0]
    assert snapshot.published is published
    assert len(snapshot.metrics) == 1


def test_steps_and_metrics_are_kept_row_by_row_and_nan_stays_nan(record):
    record.add(completed(1))
    record.add(completed(2, g_loss=0.25))
    snapshot = record.snapshot
    assert (snapshot.step, snapshot.images_seen) == (2, 16)
    assert snapshot.steps.tolist() == [1, 2]
    assert snapshot.steps.dtype == np.uint32
    assert snapshot.metrics.dtype == np.float32
    assert np.array_equal(snapshot.metrics, [[0.5, math.nan], [1.0, 0.25]], equal_nan=True)


def test_what_a_snapshot_shows_cannot_be_written(record):
    record.add(completed(1))
    for array in (record.snapshot.steps, record.snapshot.metrics):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 7
        with pytest.raises(ValueError, match="read-only"):
            array[...] += 1


def test_older_snapshots_stay_as_they_were_while_the_record_outgrows_its_arrays(record):
    kept = {}
    for step in range(1, 4101):
        record.add(completed(step, g_loss=float(step)))
        if step in (1, 1000, 1024, 1025, 2048, 4100):
            snapshot = record.snapshot
            kept[step] = (snapshot, snapshot.steps.copy(), snapshot.metrics.copy())
    for step, (snapshot, steps, metrics) in kept.items():
        assert len(snapshot.steps) == len(snapshot.metrics) == snapshot.step == step
        assert np.array_equal(snapshot.steps, np.arange(1, step + 1))
        assert np.array_equal(snapshot.metrics[:, 1], np.arange(1, step + 1))
        assert np.array_equal(snapshot.steps, steps)
        assert np.array_equal(snapshot.metrics, metrics)
        assert not snapshot.metrics.flags.writeable


def test_live_changes_and_published_decoders_are_kept_in_order(record):
    changes = [
        CommandActed(3, ChangeSettings({"lr_d": 0.1})),
        CommandActed(5, ChangeSettings({"loss": "ns"})),
    ]
    for change in changes:
        record.add(change)
    assert record.snapshot.commands == tuple(changes)
    first, second = DecoderPublished(0, decoder=None), DecoderPublished(8, decoder=None)
    record.add(first)
    earlier = record.snapshot
    record.add(second)
    assert record.snapshot.published is second
    assert earlier.published is first


def test_the_newest_game_is_kept_and_older_snapshots_keep_theirs(record):
    first, second = PlanePublished(0, plane=None), PlanePublished(8, plane=None)
    record.add(first)
    earlier = record.snapshot
    record.add(second)
    assert record.snapshot.plane is second
    assert earlier.plane is first


@pytest.mark.parametrize("room", [40, 41])
def test_states_stay_within_their_memory_and_keep_step_0_and_the_newest(record, monkeypatch, room):
    monkeypatch.setattr("ganlib.store.record.CHECKPOINT_BYTES", room * 100)
    for step in range(501):
        record.add(state(step))
        states = record.snapshot.checkpoints
        steps = [one.step for one in states]
        assert steps[0] == 0
        assert steps[-1] == step
        assert steps == sorted(set(steps))
        assert len(steps) <= room
        assert len(steps) >= min(step + 1, 20)


def test_of_too_many_states_every_second_one_goes(record, monkeypatch):
    monkeypatch.setattr("ganlib.store.record.CHECKPOINT_BYTES", 8 * 100 + 99)
    for step in range(8):
        record.add(state(step))
    full = record.snapshot
    assert [one.step for one in full.checkpoints] == list(range(8))
    record.add(state(8))
    assert [one.step for one in record.snapshot.checkpoints] == [0, 2, 4, 6, 8]
    record.add(state(9))
    assert [one.step for one in record.snapshot.checkpoints] == [0, 2, 4, 6, 8, 9]
    assert len(full.checkpoints) == 8


def test_states_larger_than_their_memory_leave_four_at_most(record, monkeypatch):
    monkeypatch.setattr("ganlib.store.record.CHECKPOINT_BYTES", 10)
    for step in range(100):
        record.add(state(step))
        states = record.snapshot.checkpoints
        assert states[-1].step == step
        assert min(step + 1, 3) <= len(states) <= 4


@pytest.mark.parametrize("room", [40, 41])
def test_frames_stay_within_their_memory_and_keep_step_0_and_the_newest(record, monkeypatch, room):
    monkeypatch.setattr("ganlib.store.record.FRAME_BYTES", room * 100)
    record.add(frame(0))
    for step in range(1, 501):
        record.add(frame(step))
        frames = record.snapshot.frames
        steps = [one.step for one in frames]
        assert steps[0] == 0
        assert steps[-1] == step
        assert steps == sorted(set(steps))
        assert sum(one.samples.nbytes for one in frames) <= room * 100
        assert len(steps) >= min(step + 1, 20)


def test_of_too_many_frames_every_second_one_goes(record, monkeypatch):
    monkeypatch.setattr("ganlib.store.record.FRAME_BYTES", 16 * 100)
    for step in range(16):
        record.add(frame(step))
    full = record.snapshot
    assert [one.step for one in full.frames] == list(range(16))
    record.add(frame(16))
    assert [one.step for one in record.snapshot.frames] == [0, 2, 4, 6, 8, 10, 12, 14, 16]
    assert len(full.frames) == 16


def test_at_most_five_hundred_frames_are_kept_however_small(record):
    for step in range(2000):
        record.add(frame(step, size=1))
    assert 250 <= len(record.snapshot.frames) <= 500


def test_frames_larger_than_their_memory_leave_sixteen_at_most(record, monkeypatch):
    monkeypatch.setattr("ganlib.store.record.FRAME_BYTES", 10)
    for step in range(100):
        record.add(frame(step))
        assert len(record.snapshot.frames) >= min(step + 1, 9)
        assert len(record.snapshot.frames) <= 16


def test_time_begins_when_the_data_are_ready_and_stands_still_with_the_clock(clock):
    record = RunRecord(clock)
    clock.now += 50
    record.add(PREPARED)
    clock.now += 2
    record.add(completed(1))
    assert record.snapshot.elapsed == 2
    record.add(completed(2))
    assert record.snapshot.elapsed == 2
    clock.now += 0.5
    record.add(completed(3))
    assert record.snapshot.elapsed == 2.5


def test_the_rate_is_that_of_the_last_seconds(record, clock):
    def train(first, last, seconds_each):
        for step in range(first, last + 1):
            clock.now += seconds_each
            record.add(completed(step))
        return record.snapshot.steps_per_second

    assert record.snapshot.steps_per_second == 0
    assert train(1, 100, 0.1) == pytest.approx(10, rel=0.01)
    assert train(101, 300, 0.025) == pytest.approx(40, rel=0.01)
    assert train(301, 310, 2.0) == pytest.approx(0.5, rel=0.01)


def test_the_rate_of_a_very_fast_run_is_known_after_its_first_moments(record, clock):
    for step in range(1, 401):
        clock.now += 0.001
        record.add(completed(step))
    assert record.snapshot.steps_per_second == pytest.approx(1000, rel=0.01)


@pytest.mark.parametrize("steps", [1, 1023, 1024, 1025])
def test_a_record_goes_on_from_a_history_which_stays_as_it_was(clock, steps):
    before = history(steps)
    record = RunRecord(clock, before)
    assert record.snapshot.step == steps
    record.add(PREPARED)
    assert (record.snapshot.state, record.snapshot.step) == ("running", steps)
    assert record.snapshot.metrics.shape == (steps, 2)
    record.add(frame(steps))
    record.add(state(steps))
    for step in range(steps + 1, steps + 1501):
        record.add(completed(step, g_loss=-1.0))
    snapshot = record.snapshot
    assert snapshot.step == steps + 1500
    assert np.array_equal(snapshot.steps, np.arange(1, steps + 1501))
    assert np.array_equal(snapshot.metrics[:steps, 1], np.arange(1, steps + 1))
    assert (snapshot.metrics[steps:, 1] == -1).all()
    assert [one.step for one in snapshot.frames] == [0, steps]
    assert [one.step for one in snapshot.checkpoints] == [0, steps]
    assert np.array_equal(before.steps, np.arange(1, steps + 1))
    assert np.array_equal(before.metrics[:, 1], np.arange(1, steps + 1))
    assert len(before.frames) == len(before.checkpoints) == 1


def test_two_records_that_go_on_from_the_same_rows_never_write_into_each_other(record):
    for step in range(1, 4):
        record.add(completed(step, g_loss=float(step)))
    whole = record.snapshot
    rows = {name: getattr(whole, name)[:2] for name in ("steps", "images", "seconds", "metrics")}
    cut = RunSnapshot(step=2, metric_names=whole.metric_names, **rows)
    records = [RunRecord(history=cut) for _ in range(2)]
    for other, g_loss in zip(records, (-1.0, -2.0), strict=True):
        other.add(PREPARED)
        other.add(completed(3, g_loss))
    record.add(completed(4, g_loss=4.0))
    assert record.snapshot.metrics[:, 1].tolist() == [1, 2, 3, 4]
    assert [one.snapshot.metrics[:, 1].tolist() for one in records] == [[1, 2, -1], [1, 2, -2]]


def test_the_time_of_a_run_that_goes_on_is_added_to_and_its_rate_is_its_own(clock):
    record = RunRecord(clock, replace(history(1000), elapsed=5.0))
    clock.now += 50
    record.add(PREPARED)
    for step in range(1001, 1101):
        clock.now += 0.1
        record.add(completed(step))
    assert record.snapshot.elapsed == pytest.approx(15)
    assert record.snapshot.seconds[1000:1002] == pytest.approx([5.1, 5.2])
    assert record.snapshot.steps_per_second == pytest.approx(10, rel=0.01)


def test_a_run_of_an_older_version_goes_on_with_columns_that_it_did_not_have():
    before = RunRecord()
    before.add(RunPrepared(np.zeros((1, 2), np.float32), "cpu", ("d_loss", "gone")))
    before.add(StepCompleted(1, {"d_loss": 1.0, "gone": 2.0}, 8))
    after = RunRecord(history=before.snapshot)
    after.add(RunPrepared(np.zeros((1, 2), np.float32), "cpu", ("new", "d_loss")))
    after.add(StepCompleted(2, {"new": 3.0, "d_loss": 4.0}, 16))
    np.testing.assert_array_equal(after.snapshot.metrics, [[np.nan, 1.0], [3.0, 4.0]])
    np.testing.assert_array_equal(before.snapshot.metrics, [[1.0, 2.0]])
