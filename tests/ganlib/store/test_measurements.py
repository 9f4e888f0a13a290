"""What was measured of a run, wherever it is kept: the way from the record to another machine."""

import io
import json
import math
import sqlite3
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from ganlib.config import RunConfig
from ganlib.errors import StoreError
from ganlib.events import (
    CheckpointSaved,
    FrameDrawn,
    Measured,
    Metric,
    MetricReport,
    RunEnded,
    RunPrepared,
    StepCompleted,
)
from ganlib.execution import RunManager
from ganlib.execution.thread import RunThread
from ganlib.store import RunRecord, RunStore, StoredRun, database
from ganlib.store.metadata import read_metadata
from ganlib.store.origin import history

PICTURES = np.zeros((2, 28, 28, 1), np.uint8)


def measured(step, value=3.5):
    metric = Metric("Fréchet distance", value, 0.25, 0.125, 2000, "digit features 0a1b", "A note.")
    ratio = Metric("memorisation ratio", 1.0, 0.5, None, 250, "pixels")
    found = MetricReport((metric, ratio), (("zero", 0.5, 0.25),), ("Too few.",))
    return Measured(step, 2.5, found)


BOTH = (measured(4), measured(9, value=2.0))


@pytest.fixture
def kept(store):
    """A run whose pictures were measured twice, kept to its end."""
    run = RunThread("fed", RunConfig(), store, lambda run: None)
    run._record.add(RunPrepared(PICTURES, "cpu", ("d_loss",)))
    for step in range(1, 10):
        run._record.add(StepCompleted(step, {"d_loss": 1.0}, step))
    for one in BOTH:
        run._record.add(one)
    run._record.add(RunEnded(9, "completed"))
    run._writer.finish()
    return run.run_id


def test_the_record_shows_what_was_measured():
    record = RunRecord()
    for one in BOTH:
        record.add(one)
    assert record.snapshot.measurements == BOTH


def test_a_kept_run_has_its_figures(store, kept):
    assert StoredRun(store, store.row(kept)).snapshot.measurements == BOTH
    assert store.row(kept).measured == BOTH[-1]


def test_a_run_that_was_never_measured_has_none(store):
    run = RunThread("new", RunConfig(), store, lambda run: None)
    run._writer.finish()
    assert store.row("new").measured is None
    assert store.measurements("new") == ()


def test_metrics_come_one_by_one_while_the_run_goes_on(store):
    run = RunThread("live", RunConfig(), store, lambda run: None)
    for count, one in enumerate(BOTH, 1):
        run._record.add(one)
        run._writer._keep()
        assert store.measurements("live") == BOTH[:count]
    run._writer.finish()


def test_a_zip_of_a_run_carries_its_figures(store, kept, tmp_path):
    path = tmp_path / "run.zip"
    store.export_zip(kept, path)
    taken = store.import_zip(io.BytesIO(path.read_bytes()))
    assert store.measurements(taken) == BOTH


def test_a_lost_database_leaves_the_figures(store, kept):
    store.close()
    for path in store.folder.glob("minimax.db*"):
        path.unlink()
    with closing(RunStore()) as again:
        assert again.measurements(kept) == BOTH


def test_a_damaged_database_leaves_the_figures(store, kept):
    store.close()
    path = store.folder / "minimax.db"
    with closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'frames'"
        ).fetchone()
    body = bytearray(path.read_bytes())
    body[4096 * (page - 1) : 4096 * page] = b"\xff" * 4096
    path.write_bytes(body)
    with closing(RunStore()) as again:
        assert "damaged" in again.notice
        assert again.measurements(kept) == BOTH


def test_metrics_go_with_the_run_that_is_removed(store, kept):
    store.delete(kept)
    store.remove(kept)
    assert store.database.read("SELECT * FROM figures") == []


def test_a_database_of_the_first_version_learns_of_figures(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "MIGRATIONS", database.MIGRATIONS[:1])
    database.Database(tmp_path / "old.db").close()
    monkeypatch.undo()
    with closing(database.Database(tmp_path / "old.db")) as newer:
        assert newer.read("SELECT * FROM figures") == []


def test_metrics_after_the_moment_gone_on_from_are_another_future(store, kept):
    snapshot = StoredRun(store, store.row(kept)).snapshot
    state = {"algorithm.images_seen": np.array(4)}
    saved = CheckpointSaved(4, RunConfig(), state)
    assert history(snapshot, saved, saved.config).measurements == BOTH[:1]


def test_a_run_that_goes_on_writes_over_what_it_had_after_its_moment(store, kept):
    record = RunRecord(
        history=replace(StoredRun(store, store.row(kept)).snapshot, measurements=BOTH[:1])
    )
    run = RunThread("fed", RunConfig(), store, lambda run: None)
    run._writer._record = record
    run._writer._look = lambda: record.snapshot
    run._writer.finish()
    assert store.measurements(kept) == BOTH[:1]


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one.update(step=-1),
        lambda one: one.update(step=2**40),
        lambda one: one["report"]["metrics"][0].update(value=math.nan),
        lambda one: one["report"]["metrics"][0].pop("n"),
        lambda one: one.update(report="much"),
    ],
)
def test_a_zip_whose_metrics_cannot_be_is_refused(store, kept, change):
    path = store.folder / kept / "run.json"
    metadata = json.loads(path.read_text())
    change(metadata["measurements"][0])
    path.write_text(json.dumps(metadata))
    with pytest.raises(StoreError, match="does not tell of a run"):
        read_metadata(path.parent)


def test_metrics_of_another_version_leave_all_else_readable(store, kept):
    with store.database.writing() as writer:
        writer.execute("UPDATE figures SET body = '{}' WHERE step = 9")
    assert store.row(kept).measured is None
    snapshot = StoredRun(store, store.row(kept)).snapshot
    assert (snapshot.step, snapshot.measurements) == (9, BOTH[:1])
    assert snapshot.problem == (
        "1 of the 2 measurements of this run are damaged, or of another version."
    )


def state(step):
    return CheckpointSaved(step, config=None, state={"G": np.zeros(50 * 2**20, np.uint8)})


@pytest.mark.parametrize(("by_frechet", "stays"), [(True, True), (False, False)])
def test_the_state_next_to_the_lowest_distance_stays(by_frechet, stays):
    record = RunRecord(by_frechet=by_frechet)
    record.add(state(0))
    record.add(state(10))
    record.add(measured(8, value=1.0))
    record.add(measured(20, value=5.0))
    for step in range(20, 120, 10):
        record.add(state(step))
    assert (10 in [one.step for one in record.snapshot.checkpoints]) is stays


def test_a_frame_and_a_figure_of_one_step_do_not_disturb_each_other():
    record = RunRecord()
    record.add(FrameDrawn(4, PICTURES))
    record.add(BOTH[0])
    assert [one.step for one in record.snapshot.frames] == [4]


def test_an_opened_run_has_its_figures(store, kept):
    store.close()
    manager = RunManager()
    assert manager.get(kept).snapshot.measurements == BOTH
    manager.close()


def test_metrics_measured_after_the_end_stand_beside_the_files_too(store):
    run = RunThread("late", RunConfig(), store, lambda run: None)
    run._record.add(RunPrepared(PICTURES, "cpu", ("d_loss",)))
    run._record.add(RunEnded(0, "completed"))
    run._writer._keep()
    run._record.add(BOTH[0])
    run._writer.finish()
    assert read_metadata(store.folder / "late").measurements == BOTH[:1]
