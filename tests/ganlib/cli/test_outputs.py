import numpy as np
import pytest
from PIL import Image

from ganlib import EXPORTS
from tests.ganlib.cli.conftest import FAKES


def test_samples_are_drawn_into_a_picture(facts, ring, tmp_path):
    path = tmp_path / "samples.png"
    text = facts("sample", ring, "--count", "9", "--out", str(path))
    assert (text["count"], text["step"]) == (9, 8)
    with Image.open(path) as image:
        assert image.size == (480, 480)


def test_the_same_seed_draws_the_same_and_another_step_draws_others(facts, ring, tmp_path):
    def drawn(name, *flags):
        path = tmp_path / f"{name}.png"
        facts("sample", ring, "--out", str(path), *flags)
        with Image.open(path) as image:
            return np.asarray(image)

    assert (drawn("a") == drawn("b")).all()
    assert (drawn("a") != drawn("c", "--step", "0")).any()
    assert (drawn("a") != drawn("d", "--seed", "1000")).any()


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--count", "0"], "--count is 0: 1 to 1,024 samples."),
        (["--count", "2000"], "--count is 2000: 1 to 1,024 samples."),
        (["--seed", "-1"], "--seed is -1: choose one from 0 to 4294967295."),
        (["--out", "a.exe"], "a.exe must end in .png or .webp."),
        (["--step", "3"], "No checkpoint was kept at step 3: the nearest is step 2."),
    ],
)
def test_a_bad_request_for_samples_is_one_sentence(say, ring, flags, sentence):
    assert say("sample", ring, *flags) == (2, "", f"ganlib: {sentence}\n")


def test_a_run_in_the_plane_is_measured(say, facts, ring):
    text = facts("evaluate", ring)
    assert 0 <= text["jsd"] <= np.log(2)
    assert text["modes"]["of"] == 8
    assert facts("evaluate", ring, "--step", "0")["step"] == 0
    assert "sliced_w1" in say("evaluate", ring)[1]


@pytest.mark.parametrize("form", EXPORTS)
def test_a_run_is_saved_in_every_form(facts, ring, tmp_path, form):
    path = tmp_path / f"made.{form}"
    text = facts("export", ring, form, "--out", str(path))
    assert text["bytes"] == path.stat().st_size > 0


def test_pictures_of_a_run_are_measured(say, facts, shapes):
    text = facts("evaluate", shapes)
    assert (text["step"], len(text["classes"])) == (2, 4)
    names = [one["name"] for one in text["metrics"]]
    assert names[0] == "Fréchet distance"
    assert {one["n"] for one in text["metrics"][:8]} == {FAKES}
    words = say("evaluate", shapes)[1]
    assert words.startswith(f"{text['words']['sentence']} Try {text['words']['advice']}.")
    assert "Fréchet distance, shape features" in words
    assert f"N = {FAKES}" in words


def test_a_run_of_any_family_is_sampled_and_measured(say, facts, of_family, tmp_path):
    config = facts("show", of_family)["config"]
    is_2d = config["data"]["kind"] == "toy2d"
    path = tmp_path / "samples.png"
    assert facts("sample", of_family, "--count", "4", "--out", str(path))["count"] == 4
    with Image.open(path) as image:
        columns = 10 if config["algorithm"]["network"].get("conditional") else 2
        assert image.size == ((480, 480) if is_2d else (8 * columns, 8 * -(-4 // columns)))
    text = facts("evaluate", of_family)
    nll = text["metrics"][0]
    assert nll["name"] == "negative log-likelihood"
    if is_2d:
        words = say("evaluate", of_family)[1]
        assert words.startswith(f"negative log-likelihood, {nll['features']}")
        assert nll["value"] > nll["floor"], "nothing beats the true density"
        assert f"reals get {nll['floor']:.4g}" in words
        assert nll["n"] == 5000
    else:
        assert nll["n"] == 500
        assert text["metrics"][1]["name"] == "bits per dimension"
        assert text["metrics"][1]["value"] == pytest.approx(nll["value"] / 64 / np.log(2))
        assert text["metrics"][2]["name"] == "Fréchet distance"


@pytest.fixture
def conditional(facts):
    """The id of a run on drawn shapes of one step that can be asked for a shape."""
    small = ["--batch-size", "4", "--width", "4", "--latent-dim", "2"]
    return facts("train", "--preset", "shapes-conditional", "--total-steps", "1", *small)["run_id"]


def test_a_class_is_asked_for_by_its_name(facts, conditional, tmp_path):
    def drawn(name, *flags):
        path = tmp_path / f"{name}.png"
        facts("sample", conditional, "--count", "1", "--out", str(path), *flags)
        with Image.open(path) as image:
            return np.asarray(image)

    # Unasked the classes take turns, and the first is the circle.
    assert (drawn("a", "--label", "circle") == drawn("b")).all()
    assert (drawn("a") != drawn("c", "--label", "cross")).any()


def test_classes_that_take_turns_have_a_column_each(facts, conditional, tmp_path):
    path = tmp_path / "samples.png"
    facts("sample", conditional, "--count", "9", "--out", str(path))
    with Image.open(path) as image:
        assert image.size == (8 * 28, 2 * 28)


def test_a_class_that_there_is_not_is_one_sentence(say, conditional):
    text = say("sample", conditional, "--label", "dog")
    sentence = "choose one of circle, square, triangle, cross."
    assert text == (2, "", f"ganlib: This run cannot be asked for 'dog': {sentence}\n")


def test_a_code_is_asked_for_by_its_number(facts, say, tmp_path):
    small = ["--batch-size", "4", "--width", "4", "--latent-dim", "2"]
    coded = facts("train", "--preset", "shapes-codes", "--total-steps", "1", *small)["run_id"]
    drawn = ["--count", "1", "--out", str(tmp_path / "code.png")]
    assert facts("sample", coded, *drawn, "--label", "code 3")["count"] == 1
    text = say("sample", coded, "--label", "code 7")
    assert text[0] == 2
    assert "cannot be asked for 'code 7': choose one of code 1, code 2, " in text[2]


def test_a_run_without_classes_is_asked_for_none(say, shapes):
    text = say("sample", shapes, "--label", "circle")
    sentence = "This run cannot be asked for 'circle': leave --label away."
    assert text == (2, "", f"ganlib: {sentence}\n")
