import numpy as np
import pytest

from dashboard.components import compare
from ganlib import PRESETS, RunPrepared
from tests.conftest import METRICS
from tests.dashboard.wire import mounted

PREPARED = RunPrepared(np.zeros((1, 2), np.float32), "cpu", METRICS)


@pytest.fixture
def compared(visit):
    """A visitor of the Compare page with these runs in the URL."""

    def open_page(*runs):
        app = visit()
        app.query_params["runs"] = ",".join(run.run_id for run in runs)
        app.switch_page("app_pages/compare.py").run()
        assert not app.exception
        return app

    return open_page


def test_runs_are_named_by_title_and_what_sets_them_apart(hold_run):
    one, other = compare.looks_of([hold_run(), hold_run(lr_d=0.05)])
    assert (one["label"], other["label"]) == (
        "Tiny ring · Learning rate of D 0.0002",
        "Tiny ring · Learning rate of D 0.05",
    )
    assert (one["differs"], other["differs"]) == (
        [("Learning rate of D (η_D)", "lr_d", "0.0002")],
        [("Learning rate of D (η_D)", "lr_d", "0.05")],
    )
    assert one["title"] == "Tiny ring"
    assert one["colour"] != other["colour"]


def test_runs_without_a_difference_are_told_apart_by_their_id(hold_run):
    runs = [hold_run(), hold_run()]
    labels = [look["label"] for look in compare.looks_of(runs)]
    assert labels == [f"Tiny ring ({run.run_id})" for run in runs]


def test_a_run_is_told_apart_from_those_of_the_same_title_alone(hold_run):
    runs = [hold_run(), hold_run(lr_d=0.05), hold_run(title="Another", batch_size=8)]
    assert [look["label"] for look in compare.looks_of(runs)] == [
        "Tiny ring · Learning rate of D 0.0002",
        "Tiny ring · Learning rate of D 0.05",
        "Another",
    ]


def test_a_name_tells_two_differences_and_the_column_all(hold_run):
    other = hold_run(lr_d=0.05, batch_size=8, seed=1)
    look = compare.looks_of([hold_run(), other])[1]
    assert look["label"] == "Tiny ring · Random seed 1, Batch size 8"
    assert [name for _, name, _ in look["differs"]] == ["seed", "batch_size", "lr_d"]


def test_curves_and_pictures_of_the_chosen_runs_are_shown(compared, hold_run):
    runs = [hold_run(PREPARED), hold_run(PREPARED, lr_d=0.05)]
    parts = mounted(compared(*runs))
    assert set(parts) == {"overlay", "sidebyside"}
    for part in parts.values():
        assert [run["run_id"] for run in part["runs"]] == [run.run_id for run in runs]


def test_pictures_have_six_columns_at_most(compared, hold_run):
    app = compared(*[hold_run(seed=seed) for seed in range(8)])
    parts = mounted(app)
    assert (len(parts["overlay"]["runs"]), len(parts["sidebyside"]["runs"])) == (8, 6)
    assert "Pictures of the first 6 runs." in [caption.value for caption in app.caption]


def test_runs_are_added_and_taken_away(compared, hold_run):
    runs = [hold_run(), hold_run(config=PRESETS["digits"].config)]
    app = compared(runs[0])
    app.multiselect(key=compare.CHOICE).select(runs[1].run_id).run()
    assert not app.exception
    assert app.query_params == {"runs": f"{runs[0].run_id},{runs[1].run_id}"}
    app.multiselect(key=compare.CHOICE).unselect(runs[0].run_id).run()
    assert not app.exception
    assert app.query_params == {"runs": runs[1].run_id}
    assert [run["run_id"] for run in mounted(app)["overlay"]["runs"]] == [runs[1].run_id]


def test_the_list_begins_with_the_newest_run(compared, hold_run):
    first, last = hold_run(), hold_run(title="The last")
    options = compared(first).multiselect(key=compare.CHOICE).options
    assert options == [f"The last ({last.run_id})", f"Tiny ring ({first.run_id})"]
