import json
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from ganlib.commands import ChangeSettings
from ganlib.errors import ConfigError, StoreError, UnknownRunError
from ganlib.events import CommandActed, RunEnded
from ganlib.store import RunStore
from ganlib.store.metadata import read_metadata
from ganlib.store.store import BIN_SECONDS
from ganlib.version import versions

OVER = RunEnded(25, "completed", "Well.")


@pytest.fixture
def over(hold, events):
    """The run_id of a run of 25 steps that is over."""
    run = hold(*events(0, 25), CommandActed(25, ChangeSettings({"lr_d": 0.1}, number=1)), OVER)
    run._writer.finish()
    return run.run_id


def ids(rows):
    return [row.run_id for row in rows]


def test_runs_are_kept_in_the_folder_of_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("MINIMAX_RUNS", str(tmp_path / "kept"))
    store = RunStore()
    assert store.folder == tmp_path / "kept"
    assert (store.rows(), store.notice, store.is_closed) == ((), "", False)
    store.close()
    assert store.is_closed


def test_what_is_kept_of_a_run_is_what_it_says(store, hold, events, wait_until, toy2d_config):
    run = hold(*events(0, 25))
    wait_until(lambda: run.snapshot.saved_step == 20)
    row = store.row(run.run_id)
    assert (row.title, row.config, row.origin) == (toy2d_config.title, toy2d_config, None)
    assert (row.state, row.step, row.images_seen, row.device) == ("running", 25, 200, "cpu")
    assert (row.frame_step, row.saved_step, row.deleted) == (20, 20, None)
    assert row.metric_names == ("d_loss", "g_loss")
    assert row.outline["d_loss"] == [step / 2 for step in range(1, 26)]
    assert row.outline["g_loss"] == [None] * 25
    assert store.frame_steps(run.run_id) == [0, 10, 20]
    assert store.checkpoint_scores(run.run_id) == {0: None, 10: None, 20: None}
    curves, problem = store.curves(row)
    assert problem == ""
    assert curves.metrics.tobytes() == run.snapshot.metrics.tobytes()
    assert store.frame(run.run_id, 10).samples.tolist() == [[10, 10]] * 4
    assert json.loads(row.config_json) == toy2d_config.model_dump(mode="json")


def test_the_newest_run_comes_first(store, hold):
    runs = [hold() for _ in range(3)]
    assert ids(store.rows()) == [run.run_id for run in reversed(runs)]


def test_what_happened_is_told_in_order(store, over):
    assert [(event["step"], event["kind"], event["data"]) for event in store.events(over)] == [
        (0, "started", versions()),
        (25, "change", {"number": 1, "values": {"lr_d": 0.1}}),
        (25, "completed", {}),
    ]
    assert all(abs(event["time"] - time.time()) < 60 for event in store.events(over))


@pytest.mark.parametrize("run_id", ["nothing", "", "../..", "x" * 500, "ä", "a'b"])
def test_an_unknown_run_is_told_and_its_name_cut_off(store, run_id):
    for ask in (
        store.row,
        store.metadata,
        store.delete,
        store.restore,
        store.remove,
        lambda run_id: store.annotate(run_id, title="A"),
        lambda run_id: store.frame(run_id, 0),
    ):
        with pytest.raises(UnknownRunError) as refusal:
            ask(run_id)
        assert str(refusal.value) == (
            f"There is no run {run_id[:20]!r} here. It may have been deleted: choose another run, "
            "or start a new one."
        )


@pytest.mark.parametrize("run_id", ["..", "a/b", "A", "", "x" * 41, "a.b"])
def test_no_folder_lies_outside(store, toy2d_config, run_id):
    with pytest.raises(UnknownRunError, match="cannot be the name of a run"):
        store.folder_of(run_id, toy2d_config)


def test_people_say_something_about_a_run_and_it_stands_beside_the_files_too(store, over):
    store.annotate(over, title=" A fine run ", tags=["b", "a"], notes="Look.")
    row, metadata = store.row(over), read_metadata(store.folder / over)
    for outcome in (row, metadata, store.metadata(over)):
        assert (outcome.title, outcome.tags, outcome.notes) == ("A fine run", ("a", "b"), "Look.")
    store.annotate(over, tags=[])
    assert (store.row(over).title, store.row(over).tags) == ("A fine run", ())


def test_what_is_refused_changes_nothing(store, over):
    before = store.row(over)
    with pytest.raises(ConfigError, match="A title has between 1 and 80 letters"):
        store.annotate(over, title="", notes="Look.")
    assert store.row(over) == before


def test_people_may_say_something_about_a_run_that_goes_on(store, hold, events, wait_until):
    run = hold(*events(0, 12))
    wait_until(lambda: run.snapshot.saved_step == 10)
    store.annotate(run.run_id, title="Mine", tags=["a"], notes="Look.")
    for event in [*events(13, 25), OVER]:
        run._record.add(event)
    run._writer.finish()
    row = store.row(run.run_id)
    assert (row.step, row.title, row.tags, row.notes) == (25, "Mine", ("a",), "Look.")
    assert read_metadata(store.folder / run.run_id).title == "Mine"


def test_a_run_without_its_folder_can_still_be_spoken_of(store, over):
    store.folder_of(over, store.row(over).config).remove()
    store.annotate(over, title="Gone")
    assert store.row(over).title == "Gone"


def test_a_run_goes_into_the_bin_and_comes_back(store, over):
    store.delete(over)
    assert (ids(store.rows()), ids(store.rows(deleted=True))) == ([], [over])
    assert abs(store.row(over).deleted - time.time()) < 60
    store.restore(over)
    assert (ids(store.rows()), ids(store.rows(deleted=True))) == ([over], [])
    assert store.row(over).deleted is None


def test_a_run_that_goes_on_is_not_deleted(store, hold, toy2d_config):
    run = hold()
    with pytest.raises(StoreError) as refusal:
        store.delete(run.run_id)
    assert str(refusal.value) == (
        f"{toy2d_config.title} still goes on: stop it first, then delete it."
    )
    assert store.row(run.run_id).deleted is None


def test_a_run_is_removed_from_the_bin_only_and_then_nothing_is_left(store, over, toy2d_config):
    with pytest.raises(StoreError) as refusal:
        store.remove(over)
    assert str(refusal.value) == f"{toy2d_config.title} is not in the bin: delete it first."
    store.delete(over)
    store.remove(over)
    assert not (store.folder / over).exists()
    assert not (store.folder / "locks" / over).exists()
    for table in ("runs", "chunks", "frames", "moments", "events"):
        assert store.database.read(f"SELECT * FROM {table}") == []


def test_the_bin_is_emptied_of_what_is_a_week_old(store, open_store, hold, events):
    for _ in range(2):
        run = hold(*events(0, 10), RunEnded(10, "stopped"))
        run._writer.finish()
        store.delete(run.run_id)
    old = time.time() - BIN_SECONDS - 1
    with store.database.writing() as writer:
        writer.execute("UPDATE runs SET deleted = ? WHERE run_id = 'r0'", (old,))
    assert ids(open_store().rows(deleted=True)) == ["r1"]
    assert [path.name for path in store.folder.glob("r*")] == ["r1"]


def test_a_run_of_another_version_is_listed_but_not_opened(store, over):
    with store.database.writing() as writer:
        writer.execute("""UPDATE runs SET config = '{"unheard": "of"}'""")
    (row,) = store.rows()
    assert row.config is None
    for ask in (store.metadata, lambda run_id: store.frame(run_id, 0)):
        with pytest.raises(StoreError) as refusal:
            ask(over)
        assert str(refusal.value) == (
            f"{row.title} was made by another version, and cannot be read here."
        )


def test_a_run_whose_process_is_gone_is_marked_as_interrupted(store, hold, events):
    run = hold(*events(0, 25))
    run._writer.finish()  # As if the system had let go of the lock.
    store.note_interruptions()
    assert store.row(run.run_id).state == "running"  # It spoke a moment ago.
    for _ in range(2):
        store.note_interruptions(silent=0.0)
        row = store.row(run.run_id)
        assert (row.state, row.steps_per_second, row.step) == ("interrupted", 0, 25)
        assert row.message == (
            "The process that trained this run ended without a word after step 25. It is saved up "
            "to step 20: train on from there."
        )
        assert [event["kind"] for event in store.events(run.run_id)] == ["started", "interrupted"]


def test_of_a_run_whose_process_went_too_early_nothing_is_told_as_saved(store, hold):
    run = hold()
    run._writer.finish()
    store.note_interruptions(silent=0.0)
    assert store.row(run.run_id).message == (
        "The process that trained this run ended without a word after step 0. Nothing of it was "
        "saved: train it on, and it begins anew."
    )


def test_a_run_whose_files_stay_is_not_told_as_removed(store, over, monkeypatch):
    store.delete(over)
    monkeypatch.setattr("ganlib.store.folder.shutil.rmtree", lambda *_, **__: None)
    with pytest.raises(StoreError, match=r"^Not all files of .* could be removed"):
        store.remove(over)
    assert store.row(over).deleted is not None
    monkeypatch.undo()
    store.remove(over)


def test_a_run_whose_process_lives_is_left_alone(store, open_store, hold, events):
    run = hold(*events(0, 25))
    store.note_interruptions(silent=0.0)
    open_store()
    assert store.row(run.run_id).state != "interrupted"


def test_runs_that_are_over_are_not_interrupted(store, over):
    store.note_interruptions(silent=0.0)
    row = store.row(over)
    assert (row.state, row.message) == ("completed", "Well.")


def test_only_one_holds_the_lock_of_a_run(store, open_store):
    with store.lock("a"):
        for one in (store, open_store()):
            with pytest.raises(TimeoutError):
                one.lock("a").acquire(timeout=0)
        with store.lock("b").acquire(timeout=0):
            pass
    with store.lock("a").acquire(timeout=0):
        pass


def test_many_threads_may_ask_and_tell_at_once(store, over):
    def work(number):
        for _ in range(10):
            store.annotate(over, notes=f"thread {number}")
            assert store.metadata(over).notes.startswith("thread ")
            assert len(store.rows()) == 1
        return number

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(4))) == [0, 1, 2, 3]
    assert read_metadata(store.folder / over).notes.startswith("thread ")


def test_what_is_taken_in_says_nothing_of_where_it_came_from(store, over, tmp_path):
    store.export_zip(over, tmp_path / "run.zip")
    with (tmp_path / "run.zip").open("rb") as file:
        run_id = store.import_zip(file)
    assert (store.row(run_id).title, store.row(run_id).state) == (
        store.row(over).title,
        "completed",
    )
    text = (store.folder / run_id / "run.json").read_text()
    assert str(tmp_path) not in text


def test_a_run_of_which_the_disk_lost_the_curves_keeps_what_the_database_has(store, over):
    (store.folder / over / "curves.safetensors").write_bytes(b"noise")
    assert len(store.curves(store.row(over))[0].steps) == 25
    with store.database.writing() as writer:
        writer.execute("DELETE FROM chunks")
    curves, problem = store.curves(store.row(over))
    assert (curves.steps.size, curves.metrics.shape) == (0, (0, 2))
    assert problem == "The last curves of this run are missing in the database."
    assert curves.metrics.dtype == np.float32
