import io
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from dashboard.wire import decode
from ganlib import PLANE_REACH
from tests.dashboard.asgi import refused


def test_the_densities_of_data_and_model_each_hold_all_of_the_mass(taught, ask):
    header, arrays = decode(ask(taught("autoregressive", plane=True), "inside/density").content)
    assert (header["step"], header["reach"]) == (4, PLANE_REACH)
    assert set(arrays) == {"learnt", "true"}
    assert 0 < header["error"] < header["shared"] < 1
    assert (header["n"], header["features"]) == (5000, "fresh points, exact")
    cell = (2 * PLANE_REACH / 64) ** 2
    for name in arrays:
        assert np.exp(arrays[name]).sum() * cell == pytest.approx(1, abs=0.02)


def test_an_encoder_sends_points_back(taught, ask):
    _, arrays = decode(ask(taught("vae", plane=True), "inside/density").content)
    assert arrays["points"].shape == arrays["back"].shape == (300, 2)
    assert np.abs(arrays["points"]).max() < PLANE_REACH


def test_held_out_pictures_lie_somewhere_in_latent_space_at_a_price(taught, ask):
    header, arrays = decode(ask(taught("vae", latent_dim=3), "inside/encoded").content)
    assert header["classes"] == list("0123456789")
    assert arrays["mean"].shape == (500, 3)
    assert np.bincount(arrays["labels"].astype(int)).tolist() == [50] * 10
    assert arrays["kl"].shape == (3,)
    assert (arrays["kl"] >= 0).all()


def test_pictures_and_what_comes_back_stand_in_two_rows(taught, ask):
    answer = ask(taught("vae"), "inside/back")
    header, arrays = decode(answer.content)
    assert header == {"step": 4, "are_held_out": True}
    picture = np.array(Image.open(io.BytesIO(arrays["webp"].tobytes())).convert("L"))
    assert picture.shape == (16, 96)
    assert set(np.unique(picture[:8])) == {0, 255}  # The reals are black and white.


def test_a_picture_is_drawn_with_what_was_expected_of_each_pixel(taught, ask):
    run = taught("autoregressive")
    answer = ask(run, "inside/drawn", seed=3)
    header, arrays = decode(answer.content)
    assert header == {"step": 4}
    assert arrays["samples"].shape == arrays["expected"].shape == (1, 8, 8, 1)
    assert set(np.unique(arrays["samples"])) <= {0, 255}
    chance = arrays["expected"].ravel() / 255
    entropy = -(chance * np.log2(chance) + (1 - chance) * np.log2(1 - chance))
    assert arrays["entropy"].ravel() == pytest.approx(entropy, abs=0.02)
    assert ask(run, "inside/drawn", seed=3).content == answer.content
    assert ask(run, "inside/drawn", seed=4).content != answer.content


def drawn(answer):
    return decode(answer.content)[1]["samples"].ravel().tolist()


def test_given_pixels_stay_as_they_are(taught, ask):
    run = taught("autoregressive")
    whole = drawn(ask(run, "inside/drawn", known=64, number=1))
    half = drawn(ask(run, "inside/drawn", known=32, number=1, seed=5))
    assert half[:32] == whole[:32]
    assert half[32:] != whole[32:]


def test_a_pixel_is_swayed_by_those_before_it_alone(taught, ask):
    body = {"picture": np.array([0, 255] * 32, np.uint8).reshape(8, 8, 1)}
    _, arrays = decode(
        ask(taught("autoregressive"), "inside/saliency", body=body, place=20).content
    )
    sizes = arrays["saliency"].ravel()
    assert (sizes[20:] == 0).all()
    assert (sizes[:20] > 0).any()


def test_a_class_can_be_asked_for(taught, ask):
    run = taught("autoregressive", conditional=True)
    one, other = (decode(ask(run, "inside/drawn", label=label).content)[1] for label in (1, 7))
    assert not np.array_equal(one["expected"], other["expected"])
    assert "no class 10" in refused(ask(run, "inside/drawn", label=10), 400)


@pytest.mark.parametrize(
    ("family", "plane", "what", "words"),
    [
        ("gan", False, "inside/encoded", "has no encoder"),
        ("gan", False, "inside/drawn", "draws nothing pixel by pixel"),
        ("gan", False, "inside/density", "knows no likelihood"),
        ("vae", False, "inside/drawn", "draws nothing pixel by pixel"),
        ("vae", False, "inside/density", "learns pictures"),
        ("vae", True, "inside/back", "learns points"),
        ("autoregressive", False, "inside/encoded", "has no encoder"),
        ("autoregressive", True, "inside/drawn", "draws points"),
    ],
)
def test_what_a_family_lacks_is_a_sentence(taught, ask, family, plane, what, words):
    assert words in refused(ask(taught(family, plane=plane), what), 409)


def test_questions_out_of_bounds_are_refused(taught, ask):
    run = taught("autoregressive")
    assert "at most" in refused(ask(run, "inside/drawn", count=7), 400)
    body = {"picture": np.zeros((8, 8), np.uint8)}
    assert "8 x 8 x 1" in refused(ask(run, "inside/saliency", body=body, place=1), 400)
    body = {"picture": np.zeros((8, 8, 1), np.uint8)}
    assert "64 pixels" in refused(ask(run, "inside/saliency", body=body, place=64), 400)
    points = taught("autoregressive", plane=True)
    assert "points" in refused(ask(points, "inside/saliency", body=body), 409)


@pytest.mark.parametrize(
    ("family", "plane", "what"),
    [
        ("vae", False, "inside/encoded"),
        ("vae", False, "inside/back"),
        ("autoregressive", True, "inside/density"),
        ("autoregressive", False, "inside/drawn"),
    ],
)
def test_an_answer_names_the_step_of_the_generator_that_made_it(
    taught, ask, monkeypatch, family, plane, what
):
    run, opened = taught(family, plane=plane), []
    newest = run.snapshot.published

    def published_of(run):
        """A generator that is another one whenever it is looked at."""
        step = 100 + len(opened)
        opened.append(step)
        return replace(newest, step=step, decoder=SimpleNamespace(opened=lambda: used(step)))

    def used(step):
        opened[:] = [step]
        return newest.decoder.opened()

    monkeypatch.setattr("dashboard.routes.inside.published_of", published_of)
    answer = ask(run, what)
    assert [decode(answer.content)[0]["step"]] == opened
