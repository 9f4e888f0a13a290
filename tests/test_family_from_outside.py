"""A family of models in one file from outside: all else about it follows from its `Family`."""

import json
import math
from dataclasses import replace
from typing import ClassVar, Literal

import numpy as np
import pytest
import torch
from torch import nn

from dashboard.charts import metric_chart, train_charts
from ganlib import (
    COLOURS,
    FAMILIES,
    Chart,
    CheckpointSaved,
    ConfigError,
    Controls,
    Curve,
    DecoderPublished,
    Family,
    FrameDrawn,
    PlanePublished,
    ReferenceLine,
    RunConfig,
    RunEnded,
    RunStore,
    StepCompleted,
    StepMetric,
    TakeStep,
    all_settings,
    changed,
    point_metrics,
    run_command,
    saved_decoder,
    saved_plane,
    seeded_z,
    train,
    variants,
)
from ganlib.algorithms import ExportSpec
from ganlib.algorithms.single_network import SingleNetworkAlgorithm
from ganlib.config import NetworkConfig, SingleNetworkConfig
from ganlib.config.part import setting
from ganlib.latent.decoder import GeneratorDecoder, from_samples
from tests.dashboard.wire import mounted


class AffineNetwork(NetworkConfig):
    """x = mean + scale z, number by number."""

    gains_from_threads: ClassVar[bool] = False
    architecture: Literal["affine"] = "affine"
    first_scale: float = setting(
        1.0, "First scale", "Standard deviation at the start.", gt=0, le=10
    )


class GaussianConfig(SingleNetworkConfig):
    """One Gaussian, each number by itself, fitted by maximum likelihood."""

    family: Literal["gaussian"] = "gaussian"
    network: AffineNetwork = AffineNetwork()

    def z_dim(self, shape):
        """As many as a sample has numbers."""
        return math.prod(shape)


class Affine(nn.Module):
    """The generator, and its likelihood."""

    def __init__(self, shape, first_scale):
        super().__init__()
        self.mean = nn.Parameter(torch.zeros(shape))
        self.log_scale = nn.Parameter(torch.full(shape, math.log(first_scale)))

    def forward(self, z):
        return self.mean + self.log_scale.exp() * z.view(-1, *self.mean.shape)

    def log_likelihood(self, x):
        parts = ((x - self.mean) / self.log_scale.exp()).square() / 2 + self.log_scale
        return -(parts + math.log(2 * math.pi) / 2).flatten(1).sum(1)


class GaussianDecoder(GeneratorDecoder):
    """Draws, and knows how likely samples are."""

    likelihood_words, is_density, readings = "exact", True, 1

    def features(self, z, condition=None):
        return z

    @torch.inference_mode()
    def log_likelihood(self, samples):
        return self._generator.log_likelihood(from_samples(samples)).double().numpy()


class Gaussian(SingleNetworkAlgorithm):
    """Minimises -log p(x)."""

    def __init__(self, config, shape, device):
        self.z_dim = config.latent_dim
        super().__init__(Affine(shape, config.algorithm.network.first_scale), config, device)

    def publish(self):
        return GaussianDecoder(self.average.module, self.z_dim)

    def export_spec(self):
        given = "z", lambda count, rng: torch.randn(count, self.z_dim, generator=rng)
        return ExportSpec("Generator", self.average.module, given, 0, "samples")

    def _loss(self, real, labels):
        return -self.network.log_likelihood(real).mean(), {}


def needs_all_levels(config):
    """Refuse pictures of few levels."""
    if config.data.levels in (None, 256):
        return None
    return "A Gaussian has no levels: set levels to 256."


KEY = "gaussian"
GAUSSIAN = Family(
    key=KEY,
    title="Gaussian (of a test)",
    summary="Knows a mean and a width of each number, and nothing else.",
    config=GaussianConfig,
    capabilities=frozenset(("latent", "likelihood", "repeatable")),
    make=Gaussian,
    rules=(needs_all_levels,),
    metrics={
        "loss": StepMetric("What is minimised", "nats for each sample"),
        "grad_norm": StepMetric("Gradient norm", "norm of the gradient"),
    },
)
BUILT_IN = tuple(FAMILIES)
RUN = {"title": "A little Gaussian", "batch_size": 64, "total_steps": 6, "cpu_threads": 1}
POINTS = {"data": {"kind": "toy2d"}, "algorithm": {"family": KEY, "optimisation": {"lr": 0.02}}}
PICTURES = {"data": {"kind": "images", "size": 8}, "algorithm": {"family": KEY}}


@pytest.fixture(autouse=True)
def registered():
    FAMILIES.register(GAUSSIAN)
    yield
    FAMILIES.remove(KEY)


@pytest.fixture(params=[POINTS, PICTURES], ids=["points", "pictures"])
def config(request):
    return RunConfig.parse(RUN | request.param)


@pytest.fixture
def points():
    return RunConfig.parse(RUN | POINTS)


def events_of(config, kind, **options):
    return [event for event in train(config, **options) if isinstance(event, kind)]


def test_a_configuration_takes_its_key_as_long_as_it_is_registered(config):
    text = config.to_json()
    assert RunConfig.from_json(text) == config
    assert json.loads(text)["algorithm"]["network"] == {
        "architecture": "affine",
        "first_scale": 1.0,
    }
    assert variants(KEY)["algorithm"][KEY] is GaussianConfig
    assert variants(KEY)["network"] == {"affine": AffineNetwork}
    FAMILIES.remove(KEY)
    with pytest.raises(ConfigError) as refusal:
        RunConfig.from_json(text)
    sentence = "family is 'gaussian', which is not allowed: input should be 'gan', 'vae' or "
    assert refusal.value.problems == (("algorithm.family", f"{sentence}'autoregressive'."),)
    FAMILIES.register(GAUSSIAN)


def test_its_settings_have_bounds_and_words(points):
    settings = {one.name: one for one in all_settings(points)}
    assert settings["first_scale"].path == ("algorithm", "network", "first_scale")
    assert settings["lr"].live
    with pytest.raises(ConfigError, match="First scale is 11, but must be at most 10"):
        changed(points, {"first_scale": 11})


def test_what_it_cannot_learn_is_refused():
    with pytest.raises(ConfigError, match=r"A Gaussian has no levels: set levels to 256\."):
        RunConfig.parse(PICTURES | {"data": {"kind": "images", "size": 8, "levels": 2}})


def test_its_first_loss_is_that_of_a_standard_normal(points):
    # Of the ring of radius 1: log(2 pi) + 1/2 = 2.338.
    first = events_of(points, StepCompleted)[0].metrics
    assert tuple(first) == ("loss", "grad_norm")
    assert first["loss"] == pytest.approx(2.338, abs=0.02)


def test_it_learns(points):
    # The best Gaussian has the variance 1/2 of either axis: log(2 pi / 2) + 1 = 2.145.
    steps = events_of(changed(points, {"total_steps": 150}), StepCompleted)
    assert np.mean([one.metrics["loss"] for one in steps[-20:]]) == pytest.approx(2.145, abs=0.03)


def test_frames_are_drawn_of_the_same_z(config):
    events = list(train(config))
    assert not any(isinstance(event, PlanePublished) for event in events)
    (last,) = (
        event.samples for event in events if isinstance(event, FrameDrawn) and event.step == 6
    )
    assert last.shape == ((1024, 2) if config.data.is_2d else (64, 8, 8, 1))
    decoder = next(e.decoder for e in reversed(events) if isinstance(e, DecoderPublished))
    z = seeded_z(0, config.latent_dim, 3)
    assert np.array_equal(decoder.decode(z), decoder.decode(z))
    assert events[-1] == RunEnded(6, "completed")


def test_a_checkpoint_goes_on_to_the_last_digit(config):
    begun, steps = events_of(config, CheckpointSaved)[0], events_of(config, StepCompleted)
    again = events_of(config, StepCompleted, start=begun)
    assert [one.metrics for one in again] == [one.metrics for one in steps]
    assert saved_plane(begun) is None
    assert saved_decoder(begun).latent_dim == config.latent_dim


def test_it_is_measured_by_its_likelihood(points):
    saved = events_of(changed(points, {"total_steps": 2}), CheckpointSaved)[-1]
    (nll, *_) = point_metrics(points.data, saved_decoder(saved)).metrics
    assert nll.value == pytest.approx(2.3, abs=0.1)


def test_there_is_no_network_to_step_alone(points):
    controls = Controls(points)
    with pytest.raises(ConfigError, match=r"Gaussian \(of a test\) steps all at once"):
        controls.send(TakeStep("d"))
    controls.send(TakeStep())
    assert not controls.at_rest


def test_without_charts_of_its_own_it_has_one_for_each_metric(points):
    charts = train_charts(points)
    assert [one["title"] for one in charts] == [
        "What is minimised",
        GAUSSIAN.metrics["grad_norm"].title,
    ]
    assert charts[0]["series"][0]["name"] == "loss"
    assert json.dumps(charts)
    assert metric_chart("loss", GAUSSIAN)["y_title"] == "nats for each sample"


def test_it_may_declare_its_charts(points, visit, hold_run):
    declared = Chart(
        key="fit",
        title="How far from the data",
        y_title="nats",
        alt="Loss and gradient norm against steps.",
        curves=(Curve("loss", "loss", "fake"), Curve("grad_norm", "gradient", "real")),
        lines=(ReferenceLine(2.145, "the best Gaussian"),),
    )
    FAMILIES.remove(KEY)
    FAMILIES.register(replace(GAUSSIAN, charts=lambda config: (declared,)))
    run = hold_run(*train(points), config=points)
    (shown,) = mounted(visit(run.run_id))["curves"]["charts"]
    assert (shown["id"], shown["title"]) == ("fit", "How far from the data")
    assert [(one["name"], one["colour"]) for one in shown["series"]] == [
        ("loss", COLOURS["fake"]),
        ("grad_norm", COLOURS["real"]),
    ]
    assert shown["lines"][0]["label"] == "the best Gaussian (2.15)"


def test_the_command_line_trains_measures_and_saves_it(points, tmp_path, capsys):
    path = tmp_path / "run.json"
    path.write_text(points.to_json())
    flags = ["--first-scale", "0.5", "--lr", "0.01"]
    assert run_command(["train", "--config", str(path), *flags]) == 0
    (row,) = RunStore().rows()
    assert (row.state, row.config.algorithm.network.first_scale) == ("completed", 0.5)
    assert run_command(["resume", "latest", "--total-steps", "9"]) == 0
    capsys.readouterr()
    assert run_command(["evaluate", "latest", "--json"]) == 0
    measured = json.loads(capsys.readouterr().out)
    assert (measured["step"], measured["metrics"][0]["n"]) == (9, 5000)
    for form in ("weights", "onnx"):
        assert run_command(["export", "latest", form, "--out", str(tmp_path / form)]) == 0


@pytest.mark.usefixtures("idle")
@pytest.mark.parametrize("manager", [{"cores": 2}], indirect=True)
@pytest.mark.parametrize(("gains", "threads"), [(False, 1), (True, 2)])
def test_its_network_says_whether_it_gains_from_threads(
    manager, points, monkeypatch, gains, threads
):
    monkeypatch.setattr(AffineNetwork, "gains_from_threads", gains)
    run = manager.get(manager.start(changed(points, {"cpu_threads": 0})))
    assert run.snapshot.threads == threads


@pytest.mark.usefixtures("idle")
def test_the_train_page_offers_it(visit, manager):
    app = visit()
    for key, value in {"digits-family-kind": KEY, "digits-data-kind": "toy2d"}.items():
        app.selectbox(key=key).set_value(value).run()
    assert not app.exception
    assert app.selectbox(key=f"digits-{KEY}-network-kind").options == ["affine"]
    app.number_input(key=f"digits-{KEY}-affine-first_scale").set_value(2.0).run()
    app.button(key="start").click().run()
    (run,) = manager.runs()
    assert run.config.algorithm == GaussianConfig(network=AffineNetwork(first_scale=2.0))


def test_the_train_page_shows_its_run(visit, hold_run, points):
    run = hold_run(*train(points), config=points)
    app = visit(run.run_id)
    assert not app.exception
    data = mounted(app)
    assert {"grid", "density", "curves"} <= set(data)
    assert data["curves"]["charts"] == train_charts(points)
    assert {"step-d", "step-g"}.isdisjoint(button.key for button in app.button)


def test_the_families_page_has_a_column_for_it(visit, hold_run, points):
    run = hold_run(*train(points), config=points)
    app = visit().switch_page("app_pages/families.py").run()
    assert not app.exception
    assert app.selectbox(key=f"families-{KEY}").value == run.run_id
    assert [len(app.selectbox(key=f"families-{one}").options) for one in BUILT_IN] == [0, 0, 0]
    table = app.table[0].value
    assert list(table.columns[1:]) == [GAUSSIAN.title]
    nlls = table[table.iloc[:, 0] == "Negative log-likelihood of a held-out sample, nats"].iloc[
        0, 1
    ]
    assert "exact" in nlls


def test_the_latent_page_explores_it(visit, hold_run, points):
    run = hold_run(*train(points), config=points)
    app = visit(run.run_id).switch_page("app_pages/latent.py").run()
    assert not app.exception
    assert mounted(app)["explorer"]["run_id"] == run.run_id
