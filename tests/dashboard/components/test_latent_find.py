import numpy as np
import pytest

from ganlib import DecoderPublished, RunPrepared, usual_lengths
from tests.dashboard.latent import Decoder, conditional_config, move, open_latent, pick_tab
from tests.dashboard.wire import mounted

PREPARED = RunPrepared(np.zeros((1, 32, 32, 3), np.uint8), "cpu", ("d_loss",))


@pytest.fixture
def find(visit, hold_run):
    """A visitor who looks for a picture in a run that can be asked for a shape."""
    run = hold_run(
        PREPARED, DecoderPublished(0, Decoder(4, classes=4)), config=conditional_config()
    )
    return pick_tab(open_latent(visit(run.run_id)), "Find a picture")


def test_the_easel_has_the_form_of_the_pictures(find):
    data = mounted(find)["finder"]
    assert (data["shape"], data["label"]) == ([32, 32, 3], 0)
    assert data["usual_lengths"] == [*usual_lengths(conditional_config().latent_dim)]


def test_a_class_is_searched_in(find):
    key = f"find-class-{mounted(find)['finder']['run_id']}"
    assert mounted(move(find, key, "cross"))["finder"]["label"] == 3


def test_points_are_not_looked_for(visit, hold_run):
    points = RunPrepared(np.zeros((1, 2), np.float32), "cpu", ("d_loss",))
    run = hold_run(points, DecoderPublished(0, Decoder(4)))
    app = open_latent(visit(run.run_id))
    assert "Find a picture" not in [tab.label for tab in app.tabs]
