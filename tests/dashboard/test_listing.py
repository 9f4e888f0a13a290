from dataclasses import replace

import pytest

from dashboard import listing
from ganlib import (
    FRECHET,
    PRESETS,
    Measured,
    Metric,
    MetricReport,
    RunStore,
    changed,
)
from ganlib.store.metadata import RunMetadata

RING = PRESETS["ring"].config


@pytest.fixture
def row(tmp_path):
    """A row of a store, with some of its columns as they are given."""
    store = RunStore(tmp_path)

    def keep(config=RING, **columns):
        run_id = f"r{len(store.rows())}"
        known = {"title": config.title, "state": "completed", "created": 1.0, "updated": 1.0}
        about = RunMetadata(**{**known, "config": config, **columns})
        values = about.columns() | {"run_id": run_id}
        with store.database.writing() as writer:
            places = ", ".join(f":{name}" for name in values)
            writer.execute(f"INSERT INTO runs ({', '.join(values)}) VALUES ({places})", values)
        return store.row(run_id)

    yield keep
    store.close()


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("", ["Alpha", "Beta"]),
        ("ALPHA", ["Alpha"]),
        ("lr_d=0.01", ["Beta"]),
        ("ring class", ["Alpha"]),
        ("good", ["Beta"]),
        ("r0", ["Alpha"]),
        ("stopped", ["Beta"]),
        ("nothing", []),
    ],
)
def test_runs_are_found_by_title_setting_tag_note_id_and_status(row, words, titles):
    rows = [
        row(title="Alpha", tags=("class",)),
        row(changed(RING, {"lr_d": 0.01}), title="Beta", notes="a good one", state="stopped"),
    ]
    assert [one.title for one in listing.search(rows, words)] == titles


def test_runs_are_filtered_by_their_status(row):
    rows = [row(state="completed"), row(state="failed"), row(state="interrupted")]
    assert listing.search(rows, "", ["failed"]) == [rows[1]]
    assert listing.search(rows, "", ["failed", "interrupted"]) == rows[1:]


def test_what_differs_from_most_is_told(row):
    configs = [RING, RING, changed(RING, {"lr_d": 0.004, "seed": 2})]
    words = "Random seed 2, Learning rate of D 0.004"
    assert listing.differences([row(one) for one in configs]) == ["", "", words]


def test_titles_and_how_a_run_is_saved_are_no_differences(row):
    other = changed(RING, {"title": "Mine", "keep_newest": 9, "cpu_threads": 2})
    assert listing.differences([row(), row(), row(other)]) == ["", "", ""]


def test_networks_of_another_kind_differ_by_the_settings_that_both_have(row):
    digits = PRESETS["digits"].config
    outcome = listing.differences([row(), row(), row(digits)])
    assert outcome[:2] == ["", ""]
    assert "Data set mnist-5k" in outcome[2]


def test_of_nothing_nothing_differs():
    assert listing.differences([]) == []


def test_a_run_that_cannot_be_read_has_no_settings(row):
    store_row = row()
    object.__setattr__(store_row, "config", None)
    assert listing.settings_of(store_row) == ()
    assert listing.search([store_row], "ring") == [store_row], "its title says so"


def test_the_course_is_that_of_g_else_of_d_else_none(row):
    assert listing.course(row(outline={"d_loss": (1.0, 2.0), "g_loss": (None, 3.0)})) == [3.0]
    assert listing.course(row(outline={"d_loss": (1.0, 2.0)})) == [1.0, 2.0]
    assert listing.course(row()) == []


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (7260, "2 h 1 min")]
)
def test_a_length_of_time_is_told_as_a_person_would(seconds, words):
    assert listing.duration(seconds) == words


def test_the_distance_of_the_newest_pictures_is_told(row):
    assert listing.distance(row()) is None
    metric = Metric(FRECHET, 3.5, 0.1, 0.2, 2000, "digit features 0a1b")
    for found, distance in ((MetricReport((metric,)), 3.5), (MetricReport(()), None)):
        measured = replace(row(), measured=Measured(9, 1.0, found))
        assert listing.distance(measured) == distance


def test_a_run_that_says_nothing_is_not_called_training(row):
    run = row(state="running", steps_per_second=200.0, updated=1000.0)
    assert listing.status(run, 1004.0) == "Training"
    assert listing.status(run, 1090.0) == "No news for 1 min 30 s"
    assert listing.status(row(state="completed", updated=1000.0), 1090.0) == "Finished"
