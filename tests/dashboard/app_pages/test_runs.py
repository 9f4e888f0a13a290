import json

import numpy as np
import pytest

from ganlib import FrameDrawn, RunEnded, RunPrepared
from tests.conftest import METRICS
from tests.dashboard.wire import pick


@pytest.fixture
def kept(hold_run, step):
    """Put a run of ten steps into the store that is over, under a title."""

    def keep(title, outcome="completed", **changes):
        points = np.zeros((4, 2), np.float32)
        steps = [step(number, d_loss=1.0, g_loss=2.0) for number in range(1, 11)]
        events = [RunPrepared(points, "cpu", METRICS), FrameDrawn(0, points), *steps]
        run = hold_run(*events, RunEnded(10, outcome), title=title, **changes)
        run._writer._keep()
        return run

    return keep


@pytest.fixture
def open_runs(visit):
    """The page of all runs."""

    def open_page():
        app = visit().switch_page("app_pages/runs.py").run()
        assert not app.exception
        return app

    return open_page


def press(app, key):
    app.button(key=key).click().run()
    assert not app.exception
    return app


def titles(app):
    return list(app.dataframe[0].value["title"]) if app.dataframe else []


def test_without_runs_the_page_says_how_they_come(open_runs):
    app = open_runs()
    assert "kept here by itself" in app.info[0].value
    assert titles(app) == []


def test_every_run_has_a_row_the_newest_first(open_runs, kept):
    kept("First")
    kept("Second", "stopped", seed=3)
    table = open_runs().dataframe[0].value
    assert list(table["title"]) == ["Second", "First"]
    assert list(table["status"]) == ["Stopped", "Finished"]
    assert list(table["step"]) == [10, 10]
    assert list(table["loss"][0]) == [2.0] * 10
    assert table["picture"][0].endswith("/thumbnails/0.webp")


def test_a_search_leaves_what_matches(open_runs, kept):
    kept("Alpha")
    kept("Beta", seed=3)
    app = open_runs()
    app.text_input(key="runs-search").set_value("seed=3").run()
    assert titles(app) == ["Beta"]
    app.text_input(key="runs-search").set_value("nothing of the kind").run()
    assert "No run matches" in app.info[0].value


def test_a_status_leaves_the_runs_that_have_it(open_runs, kept):
    kept("Done")
    kept("Halted", "stopped")
    app = open_runs()
    app.pills(key="runs-states-False").set_value(["stopped"]).run()
    assert titles(app) == ["Halted"]


def test_a_chosen_run_is_opened(open_runs, kept):
    run = kept("Open me")
    app = pick(open_runs(), 0)
    press(app, "runs-open")
    assert app.query_params["run"] == run.run_id
    assert app.markdown[0].value == "#### Open me"


def test_chosen_runs_stay_chosen_when_others_come(open_runs, kept):
    run = kept("Chosen")
    app = pick(open_runs(), 0)
    notes = app.text_area(key=f"notes-{run.run_id}").id
    kept("Another", seed=3)
    app.run()
    assert titles(app) == ["Another", "Chosen"]
    assert json.loads(app.dataframe[0].proto.selection_default)["selection"]["rows"] == [1]
    # What is typed stays in a widget of the same id.
    assert app.text_area(key=f"notes-{run.run_id}").id == notes
    press(app, "runs-open")
    assert app.query_params["run"] == run.run_id


def test_a_status_that_is_asked_for_stays_when_no_run_has_it(open_runs, kept, manager):
    run = kept("Halted", "stopped")
    kept("Done")
    app = open_runs()
    app.pills(key="runs-states-False").set_value(["stopped"]).run()
    manager.delete(run.run_id)
    app.run()
    assert app.pills(key="runs-states-False").value == ["stopped"]
    assert titles(app) == []


def test_chosen_runs_are_compared(open_runs, kept):
    first, second = kept("One"), kept("Two", seed=3)
    app = press(pick(open_runs(), 0, 1), "runs-compare")
    assert app.query_params["runs"] == f"{second.run_id},{first.run_id}"
    assert app.multiselect[0].value == [second.run_id, first.run_id]


@pytest.mark.parametrize(("key", "left"), [("runs-delete", ["One"]), ("runs-open", ["Two", "One"])])
def test_a_button_acts_on_what_is_ticked_by_now(open_runs, kept, key, left):
    _, second = kept("One"), kept("Two", seed=3)
    app = pick(open_runs(), 1)
    # A tick that the page has not answered yet: its buttons are still of the other run.
    app.session_state["chosen_runs"] = (second.run_id,)
    press(app, key)
    if key == "runs-open":
        assert app.query_params["run"] == second.run_id
        app = open_runs()
    assert titles(app) == left


def test_a_run_is_renamed_tagged_and_described(open_runs, kept, manager):
    run = kept("Old name")
    app = pick(open_runs(), 0)
    app.text_input(key=f"title-{run.run_id}").set_value("New name")
    app.text_input(key=f"tags-{run.run_id}").set_value("class, good, class")
    app.text_area(key=f"notes-{run.run_id}").set_value("It worked.")
    (save,) = (one for one in app.button if one.label == "Save")
    save.click().run()
    assert not app.exception
    row = manager.store.row(run.run_id)
    assert (row.title, row.tags, row.notes) == ("New name", ("class", "good"), "It worked.")
    assert titles(app) == ["New name"]
    assert manager.get(run.run_id).config.title == "New name"


def test_an_empty_title_is_refused_with_a_sentence(open_runs, kept, manager):
    run = kept("Name")
    app = pick(open_runs(), 0)
    app.text_input(key=f"title-{run.run_id}").set_value("  ")
    (save,) = (one for one in app.button if one.label == "Save")
    save.click().run()
    assert "A title has between 1 and 80 letters." in app.error[0].value
    assert manager.store.row(run.run_id).title == "Name"


def test_a_deleted_run_comes_back_by_one_click(open_runs, kept):
    kept("Precious")
    app = press(pick(open_runs(), 0), "runs-delete")
    assert titles(app) == []
    assert "Deleted: Precious." in app.info[0].value
    app = press(app, "undo")
    assert titles(app) == ["Precious"]


def test_the_bin_brings_back_and_deletes_for_good(open_runs, kept, manager):
    kept("One")
    two = kept("Two")
    app = press(pick(open_runs(), 0, 1), "runs-delete")
    app.toggle(key="runs-bin").set_value(True).run()
    assert titles(app) == ["Two", "One"]
    app = press(pick(app, 1), "runs-bring-back")
    # Nothing is chosen by itself, and what is back is not offered to be brought back.
    assert not {"runs-bring-back", "runs-delete-for-good"} & {one.key for one in app.button}
    assert app.session_state["deleted_runs"] == [(two.run_id, "Two")]
    app = press(pick(app, 0), "runs-delete-for-good")
    assert app.session_state["deleted_runs"] == []
    assert titles(app) == []
    assert [row.title for row in manager.store.rows()] == ["One"]
    assert not (manager.store.folder / two.run_id).exists()


def test_a_run_that_goes_on_is_not_deleted(open_runs, hold_run):
    hold_run(RunPrepared(np.zeros((1, 2), np.float32), "cpu", METRICS), title="Busy")
    app = press(pick(open_runs(), 0), "runs-delete")
    assert "Busy still goes on: stop it first, then delete it." in app.error[0].value
    assert titles(app) == ["Busy"]


def test_what_was_repaired_is_told(open_runs, manager):
    manager.store._opening.notice = "The database was damaged and has been made anew."
    assert "made anew" in open_runs().warning[0].value


def test_a_zip_of_a_run_is_taken_in(open_runs, kept, manager, tmp_path):
    run = kept("Travelled")
    path = tmp_path / "run.zip"
    manager.store.export_zip(run.run_id, path)
    app = open_runs()
    app.file_uploader(key="runs-zip").set_value(("run.zip", path.read_bytes(), "application/zip"))
    app.run()
    press(app, "take-in")
    assert len(manager.store.rows()) == 2
    assert app.markdown[0].value == "#### Travelled"


def test_a_double_click_takes_a_zip_in_once(open_runs, kept, manager, tmp_path):
    run = kept("Travelled")
    path = tmp_path / "run.zip"
    manager.store.export_zip(run.run_id, path)
    app = open_runs()
    app.file_uploader(key="runs-zip").set_value(("run.zip", path.read_bytes(), "application/zip"))
    app.run()
    app.button(key="take-in").click()
    message = app._tree.get_widget_states()
    for _ in range(2):
        app._run(message)
        assert not app.exception
    assert len(manager.store.rows()) == 2


def test_a_zip_of_anything_else_is_refused_with_a_sentence(open_runs, manager):
    app = open_runs()
    app.file_uploader(key="runs-zip").set_value(("run.zip", b"nothing", "application/zip")).run()
    press(app, "take-in")
    assert "This is not a whole zip file" in app.error[0].value
    assert manager.store.rows() == ()
