import numpy as np
import pytest

from ganlib import DecoderPublished, RunError, seeded_z
from tests.dashboard.latent import (
    PREPARED,
    Decoder,
    move,
    open_latent,
    pick_tab,
    styled_config,
)
from tests.dashboard.wire import mounted, tell


@pytest.fixture
def held(hold_run):
    """A run whose generator has five layers that styles steer."""
    published = DecoderPublished(0, Decoder(4, style_shape=(5, 4)))
    return hold_run(PREPARED, published, config=styled_config())


@pytest.fixture
def mixing(visit, held):
    return pick_tab(open_latent(visit(held.run_id)), "Mix styles")


def shown(app):
    assert not app.exception
    return mounted(app)["mixing"]


def test_four_samples_meet_six(mixing):
    data = shown(mixing)
    assert np.array_equal(data["coarse"], seeded_z(1, 4, 4))
    assert np.array_equal(data["fine"], seeded_z(2, 4, 6))
    assert data["layers"] == ["4 x 4", "8 x 8", "16 x 16", "32 x 32", "to pixels"]
    assert (data["latent_dim"], data["crossover"]) == (4, None)


@pytest.mark.parametrize(("key", "side"), [("seed-coarse", "coarse"), ("seed-fine", "fine")])
def test_a_seed_draws_the_samples_of_its_side(mixing, key, side):
    before = shown(mixing)
    app = move(mixing, key, 7)
    data = shown(app)
    assert np.array_equal(data[side][0], seeded_z(7, 4)[0])
    changed = {name for name in data if not np.array_equal(data[name], before[name])}
    assert changed == {side}


def test_where_the_slider_comes_to_rest_stands_in_the_url(mixing):
    app = tell(mixing, "mixing", "crossover", 3)
    assert app.query_params["crossover"] == "3"
    assert shown(app)["crossover"] == 3


@pytest.mark.parametrize("text", [None, "x", -1, 1.5, {"a": 1}, "9" * 4])
def test_nothing_else_gets_into_the_url(mixing, text):
    app = tell(mixing, "mixing", "crossover", text)
    assert not app.exception
    assert "crossover" not in app.query_params


def test_a_link_may_name_anything(visit, held):
    app = visit(held.run_id)
    app.switch_page("app_pages/latent.py")
    app.query_params.update({"run": held.run_id, "tab": "Mix styles", "crossover": "<b>"})
    app.run()
    assert shown(app)["crossover"] is None


def test_without_styles_there_is_nothing_to_mix(visit, hold_run):
    run = hold_run(PREPARED, DecoderPublished(0, Decoder(4)))
    app = open_latent(visit(run.run_id))
    assert "Mix styles" not in [tab.label for tab in app.tabs]


def test_a_generator_that_cannot_be_read_is_told_of(mixing, monkeypatch):
    def fail(run, decoder):
        raise RunError("The checkpoint is damaged.")

    monkeypatch.setattr("dashboard.components.latent_mix.layer_names", fail)
    mixing.run()
    assert not mixing.exception
    assert mixing.info[0].value == "The checkpoint is damaged."
