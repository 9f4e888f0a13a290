import numpy as np
import pytest
import torch

from ganlib.analysis import diagnose_run
from ganlib.commands import ChangeSettings
from ganlib.config import ImageData, RunConfig
from ganlib.data import open_data
from ganlib.events import CommandActed, Measured, Metric, MetricReport, RunPrepared
from ganlib.metrics import FRECHET, LONG, ReferenceSet, measure_pictures
from ganlib.metrics.features import ExtractedFeatures
from ganlib.settings import changed
from ganlib.store import RunSnapshot
from ganlib.trainer import train
from tests.ganlib.conftest import tiny_family

CALM = MetricReport((Metric(FRECHET, 1.9, 0.1, 0.2, 60, "digit features 0000"),))
STEPS = 1000


def snapshot(d_real, d_fake, **known):
    """A run of 1,000 steps whose D is as sure as these say, each a number or one for each step."""
    columns = [np.broadcast_to(x, STEPS) for x in (1.0, 1.0, d_real, d_fake)]
    return RunSnapshot(
        metric_names=("d_loss", "g_loss", "d_real", "d_fake"),
        steps=np.arange(1, STEPS + 1, dtype=np.uint32),
        metrics=np.stack(columns, 1).astype(np.float32),
        **known,
    )


def state(run, step=STEPS, config=None):
    return diagnose_run(config or RunConfig(), run, step, CALM)["state"]


def sure_from(step):
    return np.where(np.arange(1, STEPS + 1) > step, 1.0, 0.5)


def test_the_curves_are_read_up_to_the_step_that_was_measured():
    run = snapshot(d_real=sure_from(500), d_fake=0.0)
    assert state(run, 500) == "balanced"
    assert state(run, 500 + LONG) == "d_winning"


def test_what_was_before_the_last_steps_does_not_count():
    run = snapshot(d_real=1 - sure_from(500) + 0.5, d_fake=0.0)
    assert state(run, 500) == "d_winning"
    assert state(run, 500 + LONG) == "balanced"


def test_a_run_is_judged_anew_from_a_live_change_on():
    run = snapshot(1.0, 0.0, commands=(CommandActed(900, ChangeSettings({"lr_d": 1e-4})),))
    assert state(run, 900) == "outdated"
    assert "too strong" in diagnose_run(RunConfig(), run, 900, CALM)["sentence"]
    assert state(run, 950) == "balanced"
    assert state(run, 1000) == "d_winning"


def test_a_verdict_older_than_a_live_change_says_so_and_advises_nothing():
    changes = (
        CommandActed(400, ChangeSettings({"lr_d": 1e-4})),
        CommandActed(700, ChangeSettings({"lr_g": 0.1})),
    )
    run = snapshot(0.5, 0.5, commands=changes)
    assert diagnose_run(RunConfig(), run, 600, CALM) == {
        "state": "outdated",
        "sentence": "At step 600, before the change at step 700: no fault found; the fakes are "
        "farther from real pictures than those from each other (Fréchet distance 1.9 against 0.2).",
        "advice": "",
    }
    assert state(run, 701) == "balanced"


def test_a_change_of_threads_changes_no_picture():
    run = snapshot(0.5, 0.5, commands=(CommandActed(700, ChangeSettings({"cpu_threads": 1})),))
    assert state(run, 600) == "balanced"


def test_the_loss_is_the_one_that_was_played_then():
    run = snapshot(1.0, 0.0, commands=(CommandActed(500, ChangeSettings({"loss": "minimax"})),))
    assert "too strong" in diagnose_run(RunConfig(), run, 500, CALM)["sentence"]
    assert state(run, 800) == "vanishing"


def test_steps_that_measured_nothing_do_not_count():
    only_g = np.where(np.arange(1, STEPS + 1) % 2, np.nan, 1.0)
    assert state(snapshot(d_real=only_g, d_fake=0.0)) == "d_winning"
    assert state(snapshot(d_real=np.nan, d_fake=np.nan)) == "balanced"


def test_a_run_that_ended_so_is_diverging_whatever_its_pictures_were():
    assert state(snapshot(0.5, 0.5, state="diverged")) == "diverging"


def test_a_run_without_curves_is_judged_by_its_figures():
    assert diagnose_run(RunConfig(), RunSnapshot(), 0, CALM)["state"] == "balanced"


def test_settings_of_another_version_do_not_hinder():
    run = snapshot(1.0, 0.0, commands=(CommandActed(5, ChangeSettings({"of_the_future": 1})),))
    assert state(run) == "d_winning"


@pytest.mark.parametrize("loss", ["wgan", "wgan-gp"])
def test_a_critic_of_the_run_is_not_accused(loss):
    config = changed(RunConfig(), {"loss": loss})
    assert state(snapshot(1.0, 0.0), config=config) == "balanced"


def of_half_the_classes(coverage):
    """Good pictures of 5 of 10 classes, which cover so much of the data."""
    values = {"precision": 0.6, "coverage": coverage, "class KL": 0.7}
    classes = tuple((str(k), 0.2 * (k < 5), 0.1) for k in range(10))
    return MetricReport(
        tuple(Metric(name, value, 0.01, 0.9, 2000, "digit") for name, value in values.items()),
        classes,
    )


@pytest.mark.parametrize(
    ("measured", "state"),
    [
        ({}, "searching"),
        ({800: 0.3}, "collapsing"),
        ({800: 0.2}, "searching"),
        ({801: 0.3}, "searching"),
        ({600: 0.3, 800: 0.2, 900: 0.3}, "searching"),
        ({600: 0.2, 800: 0.3, 900: 0.2}, "collapsing"),
    ],
)
def test_missing_classes_are_a_collapse_by_the_newest_measurement_of_long_before(measured, state):
    """Of step 1,000, so the newest that is 200 steps older; coverage is 0.3 then."""
    measurements = tuple(
        Measured(step, 1.0, of_half_the_classes(coverage)) for step, coverage in measured.items()
    )
    text = diagnose_run(
        RunConfig(), snapshot(0.6, 0.4, measurements=measurements), STEPS, of_half_the_classes(0.3)
    )
    assert text["state"] == state


class Blocks:
    """Sees the mean grey of sixteen blocks, which need not be learned."""

    name, class_names = "blocks", ()

    def extract(self, pictures):
        blocks = torch.nn.functional.avg_pool2d(pictures.double() / 255, 7)
        return ExtractedFeatures(blocks.flatten(1), torch.empty(len(pictures), 0))


@pytest.fixture(scope="module")
def digits():
    return open_data(ImageData(), torch.device("cpu"), lambda *_: None)


@pytest.fixture(scope="module")
def reals(digits):
    return ReferenceSet(digits.images, extractor=Blocks())


@pytest.fixture(scope="module")
def drawn(reals):
    """Measured pictures of networks that went wrong, made by hand of 300 held-out digits."""
    pictures = reals.held_out.pictures.permute(0, 2, 3, 1).contiguous().numpy()[:300]
    rng = np.random.default_rng(0)
    specks = rng.normal(0, 4, pictures.shape)
    made = {
        "black and white": np.where(pictures > 127, 255, 0),
        "one digit": pictures[:1] + specks,
        "specks": np.where(rng.random(pictures.shape) < 0.02, 255, 20 + specks),
    }
    return {
        name: measure_pictures(reals, values.clip(0, 255).astype(np.uint8))
        for name, values in made.items()
    }


EVEN = {"d_loss": 1.3, "g_loss": 0.8, "d_real": 0.6, "d_fake": 0.4, "g_grad_norm": 1.0}


@pytest.mark.parametrize(
    ("pictures", "curves", "loss", "state"),
    [
        ("specks", {"d_loss": 4000.0}, "ns", "diverging"),
        ("specks", {"d_real": 1.0, "d_fake": 1e-4}, "minimax", "vanishing"),
        ("black and white", {}, "ns", "saturated"),
        ("one digit", {}, "ns", "collapsing"),
        ("specks", {"d_real": 0.99, "d_fake": 0.01}, "ns", "d_winning"),
        ("specks", {}, "ns", "searching"),
    ],
)
def test_a_run_that_fails_is_told_how(drawn, pictures, curves, loss, state):
    values = EVEN | curves
    run = RunSnapshot(
        metric_names=tuple(values),
        steps=np.arange(1, STEPS + 1, dtype=np.uint32),
        metrics=np.tile(np.array(list(values.values()), np.float32), (STEPS, 1)),
    )
    config = changed(RunConfig(), {"loss": loss})
    assert diagnose_run(config, run, STEPS, drawn[pictures])["state"] == state


def test_a_run_has_the_curves_by_which_it_is_told(dcgan_config):
    (prepared,) = (one for one in train(dcgan_config) if isinstance(one, RunPrepared))
    assert set(EVEN) <= set(prepared.metric_names)


def test_a_generator_that_gives_out_training_pictures_is_found_out(reals):
    rng = np.random.default_rng(0)
    copies = reals.training.pictures[:64].permute(0, 2, 3, 1).numpy()[rng.integers(64, size=300)]
    noisy = (copies + rng.normal(0, 10, copies.shape)).clip(0, 255).astype(np.uint8)
    found = measure_pictures(reals, noisy)
    assert diagnose_run(RunConfig(), RunSnapshot(), 1000, found)["state"] == "memorising"


def test_real_pictures_that_were_held_back_are_not_accused(reals):
    pictures = reals.held_out.pictures.permute(0, 2, 3, 1).contiguous().numpy()
    found = measure_pictures(reals, pictures)
    assert diagnose_run(RunConfig(), RunSnapshot(), 1000, found)["state"] == "solved"


def test_a_run_without_a_game_is_told_nothing():
    found = MetricReport(())
    for name in ("vae", "pixelcnn"):
        assert diagnose_run(tiny_family(name), RunSnapshot(), 1000, found) is None
