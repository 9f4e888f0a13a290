import numpy as np
import pytest

from dashboard.components.latent_parts import saved_directions
from ganlib import DecoderPublished, seeded_z
from tests.dashboard.latent import PREPARED, Decoder, move, open_latent, pick_tab
from tests.dashboard.wire import mounted, tell


@pytest.fixture
def run(hold_run, manager):
    run = hold_run(PREPARED, DecoderPublished(0, Decoder(4)))
    manager.store.folder_of(run.run_id, run.config).make()
    return run


@pytest.fixture
def sheet(visit, run):
    """A visitor of the sheet of samples."""
    return pick_tab(open_latent(visit(run.run_id)), "Samples")


def test_the_sheet_shows_samples_of_its_seed(sheet):
    data = mounted(sheet)["samples"]
    assert np.array_equal(data["z"], seeded_z(0, 4, 32))
    assert (data["latent_dim"], data["label"]) == (4, None)
    data = mounted(move(sheet, "seed-sheet", 9))["samples"]
    assert np.array_equal(data["z"], seeded_z(9, 4, 32))


def test_a_direction_is_kept_with_its_name_at_length_1(sheet, run):
    app = tell(sheet, "samples", "kept", {"name": "thick", "vector": [0, 3, 0, 4]})
    assert not app.exception
    assert saved_directions(run).all()["thick"] == pytest.approx([0, 0.6, 0, 0.8])
    assert app.get_by_key("kept").options == ["thick"]


def test_a_direction_can_be_removed(sheet, run):
    app = tell(sheet, "samples", "kept", {"name": "thick", "vector": [0, 3, 0, 4]})
    app.get_by_key("remove-direction").click().run()
    assert not app.exception
    assert saved_directions(run).all() == {}
    assert "kept" not in {one.key for one in app.selectbox}


@pytest.mark.parametrize(
    "text",
    [
        7,
        {"name": "a"},
        {"name": "a", "vector": [1, 2]},
        {"name": "a", "vector": [0, 0, 0, 0]},
        {"name": "a", "vector": "abcd"},
        {"name": "a", "vector": [1e999, 0, 0, 0]},
        {"name": "a", "vector": [[1, 0, 0, 0]]},
    ],
    ids=str,
)
def test_what_is_no_direction_is_not_kept(sheet, run, text):
    app = tell(sheet, "samples", "kept", text)
    assert not app.exception
    assert saved_directions(run).all() == {}


def test_a_name_that_is_too_long_gets_a_sentence(sheet, run):
    app = tell(sheet, "samples", "kept", {"name": "a" * 41, "vector": [1, 0, 0, 0]})
    assert "1 to 40 letters" in app.error[0].value
    assert saved_directions(run).all() == {}


def test_damaged_directions_get_a_sentence(sheet, run, manager):
    (manager.store.folder / run.run_id / "directions.json").write_text("{")
    sheet.run()
    assert not sheet.exception
    assert "damaged" in sheet.warning[0].value
