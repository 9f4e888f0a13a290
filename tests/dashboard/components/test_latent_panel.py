import numpy as np
import pytest

from ganlib import DecoderPublished, RunEnded, RunPrepared
from tests.dashboard.latent import PREPARED, Decoder, open_latent, pick_tab
from tests.dashboard.wire import mounted


@pytest.fixture
def hold_ready(hold_run):
    """A run that has published a generator."""

    def hold(latent_dim=4, **changes):
        return hold_run(PREPARED, DecoderPublished(0, Decoder(latent_dim)), **changes)

    return hold


def shown_run(app):
    return mounted(app)["explorer"]["run_id"]


def choose(app, run):
    app.get_by_key("latent-run").set_value(run.run_id).run()
    assert not app.exception
    return app


@pytest.mark.parametrize(
    ("tab", "component"),
    [
        ("Explore", "explorer"),
        ("From A to B", "ways"),
        ("Samples", "samples"),
        ("Time machine", None),
    ],
)
def test_only_the_open_view_is_laid_out(visit, hold_ready, tab, component):
    app = pick_tab(open_latent(visit(hold_ready().run_id)), tab)
    assert set(mounted(app)) == ({component} if component else set())


def test_the_watched_run_is_explored_first(visit, hold_ready):
    watched = hold_ready()
    hold_ready()
    app = open_latent(visit(watched.run_id))
    assert shown_run(app) == watched.run_id
    assert app.query_params["run"] == watched.run_id


def test_who_watches_nothing_explores_the_newest_run(visit, hold_ready):
    hold_ready()
    newest = hold_ready()
    app = open_latent(visit())
    assert shown_run(app) == newest.run_id
    assert app.query_params["run"] == newest.run_id


def test_another_run_can_be_chosen_and_is_watched_then(visit, hold_ready):
    first = hold_ready(title="First")
    second = hold_ready(latent_dim=7)
    app = choose(open_latent(visit(second.run_id)), first)
    assert shown_run(app) == first.run_id
    assert app.query_params["run"] == first.run_id
    app.switch_page("app_pages/train.py").run()
    assert app.markdown[0].value == "#### First"


def test_a_run_can_be_chosen_although_it_went_on_meanwhile(visit, hold_ready):
    first, second = hold_ready(), hold_ready()
    app = open_latent(visit(second.run_id))
    app.selectbox(key="latent-run").set_value(first.run_id)
    message = app._tree.get_widget_states()
    first._record.add(RunEnded(0, "completed"))
    app._run(message)
    assert shown_run(app) == first.run_id


def test_a_run_without_a_generator_stays_watched(visit, hold_run, hold_ready):
    ready = hold_ready()
    waiting = hold_run()
    app = open_latent(visit(waiting.run_id))
    assert shown_run(app) == ready.run_id
    app.switch_page("app_pages/train.py").run()
    assert app.query_params["run"] == waiting.run_id


def test_a_watched_run_is_explored_as_soon_as_it_has_a_generator(visit, hold_run, hold_ready):
    hold_ready()
    waiting = hold_run()
    app = open_latent(visit(waiting.run_id))
    waiting._record.add(RunPrepared(np.zeros((1, 2), np.float32), "cpu", ("d_loss",)))
    waiting._record.add(DecoderPublished(0, Decoder(4)))
    app.run()
    assert shown_run(app) == waiting.run_id


def test_a_run_that_was_removed_meanwhile_leaves_another(visit, hold_ready, remove_run):
    first, second = hold_ready(), hold_ready()
    app = open_latent(visit(second.run_id))
    remove_run(second.run_id)
    app.run()
    assert not app.exception
    assert shown_run(app) == first.run_id
    assert "There is no run " in app.error[0].value
