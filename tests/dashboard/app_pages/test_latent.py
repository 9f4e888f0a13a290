import numpy as np
import pytest

from ganlib import DecoderPublished, RunEnded, RunPrepared, changed, seeded_z
from tests.dashboard.latent import Decoder
from tests.dashboard.wire import mounted


@pytest.fixture
def open_latent(visit):
    """The latent page of a new visitor, perhaps with a run in the URL."""

    def open_page(run_id=None):
        app = visit(run_id).switch_page("app_pages/latent.py").run()
        assert not app.exception
        return app

    return open_page


def test_without_runs_the_page_leads_to_train(open_latent):
    app = open_latent()
    assert app.title[0].value == "Latent space"
    assert "No generator to explore yet" in app.info[0].value
    assert app.page_link[0].value == "Go to Train"
    assert mounted(app) == {}


def test_a_run_that_has_no_generator_yet_is_not_explored(open_latent, hold_run):
    run = hold_run()
    app = open_latent(run.run_id)
    assert app.info
    assert app.query_params == {"run": run.run_id}


@pytest.mark.parametrize("others", [0, 1])
def test_an_unknown_run_is_told_of(open_latent, hold_run, others):
    prepared = RunPrepared(np.zeros((1, 2), np.float32), "cpu", ("d_loss",))

    for _ in range(others):
        hold_run(prepared, DecoderPublished(0, Decoder(2)))
    app = open_latent_directly(open_latent)
    assert "There is no run 'gone' here." in app.error[0].value
    assert bool(app.info) is (others == 0)


def open_latent_directly(open_latent):
    """As by a link to the page that carries a run of yesterday."""
    app = open_latent()
    app.query_params["run"] = "gone"
    app.run()
    assert not app.exception
    return app


@pytest.mark.parametrize("outcome", ["completed", "stopped", "diverged", "failed"])
def test_a_run_that_is_over_can_still_be_explored(open_latent, hold_run, outcome):
    prepared = RunPrepared(np.zeros((1, 2), np.float32), "cpu", ("d_loss",))
    run = hold_run(prepared, DecoderPublished(0, Decoder(2)), RunEnded(0, outcome, "Oh."))
    assert mounted(open_latent(run.run_id))["explorer"]["run_id"] == run.run_id


def test_a_run_is_explored_while_it_trains(open_latent, manager, tiny, wait_for):
    run = manager.get(manager.start(changed(tiny, {"frame_every": 1})))
    wait_for(lambda: run.snapshot.published)
    app = open_latent(run.run_id)
    before = run.snapshot.step
    app.number_input(key="seed").set_value(3).run()
    assert not app.exception
    wait_for(lambda: run.snapshot.step > before)
    assert run.snapshot.published.decoder.decode(seeded_z(3, 4)).shape == (1, 2)
