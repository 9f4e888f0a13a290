import numpy as np
import pytest

from ganlib import DecoderPublished, seeded_z
from tests.dashboard.latent import PREPARED, Decoder, move, open_latent, pick_tab
from tests.dashboard.wire import mounted


@pytest.fixture
def travel(visit):
    """A visitor of the time machine of a run."""
    return lambda run: pick_tab(open_latent(visit(run.run_id)), "Time machine")


def test_the_machine_knows_every_checkpoint(travel, trained):
    run = trained(8)
    data = mounted(travel(run))["timemachine"]
    assert data["runs"] == [{"run_id": run.run_id, "title": "Tiny ring", "steps": [0, 1, 2, 4, 8]}]
    assert np.array_equal(data["z"], seeded_z(0, 4))
    assert data["label"] is None


def test_another_seed_is_another_vector(travel, trained):
    app = move(travel(trained(2)), "seed-time", 7)
    assert np.array_equal(mounted(app)["timemachine"]["z"], seeded_z(7, 4))


def test_two_runs_are_seen_beside_each_other(travel, trained):
    run, other = trained(8), trained(2, seed=3)
    app = move(travel(run), "beside", other.run_id)
    assert [one["run_id"] for one in mounted(app)["timemachine"]["runs"]] == [
        run.run_id,
        other.run_id,
    ]


def test_a_generator_that_takes_other_vectors_is_told_of(travel, trained, hold_run):
    run = trained(2)
    other = hold_run(PREPARED, DecoderPublished(0, Decoder(9)), latent_dim=9)
    app = move(travel(run), "beside", other.run_id)
    assert "takes other vectors" in app.info[0].value
    assert [one["run_id"] for one in mounted(app)["timemachine"]["runs"]] == [run.run_id]


def test_before_anything_is_saved_it_is_said(travel, hold_run):
    app = travel(hold_run(PREPARED, DecoderPublished(0, Decoder(4))))
    assert "No checkpoint of this run has been saved yet" in app.info[0].value
    assert mounted(app) == {}
