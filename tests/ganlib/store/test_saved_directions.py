import json

import numpy as np
import pytest

from ganlib.errors import StoreError
from ganlib.store import SavedDirections
from ganlib.store.folder import DIRECTIONS, RunFolder
from ganlib.store.saved_directions import MOST


@pytest.fixture
def folder(tmp_path):
    return RunFolder(tmp_path, (2,))


@pytest.fixture
def saved(folder):
    return SavedDirections(folder, 2)


ACROSS, UP = np.array([1, 0], np.float32), np.array([0, 1], np.float32)


def names(saved):
    return list(saved.all())


def test_at_first_there_are_none(saved):
    assert saved.all() == {}


def test_what_is_kept_is_read_by_anyone_bitwise(saved, folder):
    vector = np.array([1 / 3, -2e-7], np.float32)
    saved.keep(" thick ", vector)
    found = SavedDirections(folder, 2).all()
    assert list(found) == ["thick"]
    assert found["thick"].dtype == np.float32
    assert np.array_equal(found["thick"], vector)


def test_they_stand_in_the_order_in_which_they_came_and_the_same_name_replaces(saved):
    saved.keep("b", ACROSS)
    saved.keep("a", UP)
    saved.keep("b", UP)
    assert names(saved) == ["b", "a"]
    assert saved.all()["b"].tolist() == [0, 1]


def test_one_can_be_removed_and_one_that_is_not_there_too(saved):
    saved.keep("a", ACROSS)
    saved.keep("b", UP)
    saved.remove("a")
    saved.remove("c")
    assert names(saved) == ["b"]


@pytest.mark.parametrize("name", ["", "  ", "a" * 41])
def test_a_name_has_a_few_letters(saved, name):
    with pytest.raises(StoreError, match="1 to 40 letters"):
        saved.keep(name, ACROSS)
    assert names(saved) == []


def test_a_run_keeps_no_more_than_so_many(saved):
    for number in range(MOST):
        saved.keep(f"way {number}", ACROSS)
    with pytest.raises(StoreError, match=f"at most {MOST}"):
        saved.keep("one more", UP)
    saved.keep("way 3", UP)
    assert len(names(saved)) == MOST


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        json.dumps({"a": [1, 2, 3]}),
        json.dumps({"a": "b"}),
        json.dumps({"": [1, 2]}),
        '{"a": [1, NaN]}',
        json.dumps({f"{number}": [1, 2] for number in range(MOST + 1)}),
        " " * (2**20 + 1),
    ],
    ids=range(9),
)
def test_a_file_from_anywhere_is_read_with_care(saved, folder, text):
    (folder.path / DIRECTIONS).write_text(text)
    with pytest.raises(StoreError, match=DIRECTIONS):
        saved.all()


def test_where_the_folder_is_gone_a_sentence_says_so(tmp_path):
    saved = SavedDirections(RunFolder(tmp_path / "gone", (2,)), 2)
    assert saved.all() == {}
    with pytest.raises(StoreError, match="cannot be kept"):
        saved.keep("a", ACROSS)


def test_they_go_along_in_the_zip_of_a_run(store, open_store, hold, events, tmp_path):
    run = hold(*events(0, 3))
    run._writer.finish()
    config = store.metadata(run.run_id).config
    SavedDirections(store.folder_of(run.run_id, config), 2).keep("thick", UP)
    store.export_zip(run.run_id, tmp_path / "run.zip")
    other = open_store(tmp_path / "other")
    with (tmp_path / "run.zip").open("rb") as file:
        run_id = other.import_zip(file)
    assert names(SavedDirections(other.folder_of(run_id, config), 2)) == ["thick"]
