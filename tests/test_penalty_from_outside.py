"""One `GradientPenalty` and one registration are enough: all else about it follows from that."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from dashboard.charts import metric_chart, train_charts
from ganlib import (
    FAMILIES,
    PENALTIES,
    PRESETS,
    ChangeSettings,
    ConfigError,
    Controls,
    GradientPenalty,
    RunConfig,
    RunPrepared,
    StepCompleted,
    all_settings,
    changed,
    train,
)
from ganlib.algorithms.penalties import Penalties
from ganlib.cli.parser import parse
from ganlib.config import Objective
from ganlib.metrics import cures
from ganlib.penalties import DUpdate, gradients


def midway(update):
    """Mean of |grad l|^2 half way between reals and fakes."""
    places = ((update.real + update.fake) / 2).requires_grad_(True)
    return gradients(places, update.D(places)).square().sum(1).mean()


KEY, METRIC = "midway_gamma", "d_midway"
TITLE = "Gradient penalty Midway (λ)"
MIDWAY = GradientPenalty(
    key=KEY,
    metric=METRIC,
    name="Midway",
    where="half way",
    formula="|∇l|²",
    term=midway,
    sources=("This test 2026",),
    scale=0.5,
    of_single=True,
    note="It is 0 where D is flat.",
)
SMALL = {"batch_size": 8, "total_steps": 6, "cpu_threads": 1, "width": 8, "r1_gamma": 0.0}
SMALL |= {"r2_gamma": 0.0, "penalty_interval": 2}
PLANE = changed(PRESETS["ring"].config, SMALL)


@pytest.fixture(autouse=True)
def registered():
    PENALTIES.register(MIDWAY)
    yield
    PENALTIES.remove(KEY)


@pytest.fixture
def config():
    return changed(PLANE, {KEY: 3.0})


def test_its_weight_is_a_setting_as_long_as_it_is_registered(config):
    setting = next(one for one in all_settings(config) if one.name == KEY)
    assert (setting.value, setting.live, setting.kind) == (3.0, True, "float")
    assert (setting.lowest, setting.highest) == (0, 1000)
    assert setting.title == "Gradient penalty Midway (λ)"
    assert setting.description == "Weight of Midway, half way: 0.5 times the mean of |∇l|²."
    assert setting.facets.source == "This test 2026"
    text = config.to_json()
    assert RunConfig.from_json(text) == config
    assert vars(parse(["train", "--midway-gamma", "2"]))[f"setting_objective.{KEY}"] == "2"
    PENALTIES.remove(KEY)
    with pytest.raises(ConfigError) as refusal:
        RunConfig.from_json(text)
    path = f"algorithm.objective.{KEY}"
    assert refusal.value.problems == (
        (path, f"There is no setting called {path}: check its spelling."),
    )
    PENALTIES.register(MIDWAY)


def test_a_run_without_it_is_read_where_it_is_not_registered():
    text = changed(PLANE, {"title": "Made here"}).to_json()
    assert KEY not in text
    assert "gp_lambda" not in text
    PENALTIES.remove(KEY)
    read = RunConfig.from_json(text)
    PENALTIES.register(MIDWAY)
    assert read.to_json() == text
    assert (read.gan.objective.weight(MIDWAY), read.gan.objective.gp_lambda) == (0, 0)


@pytest.mark.parametrize(
    ("weight", "problems"), [(0.0, 0), (-0.0, 0), (0.5, 1), (0, 1), (False, 1), ("0", 1)]
)
def test_a_weight_of_nothing_was_written_once_and_is_passed_over(weight, problems):
    PENALTIES.remove(KEY)
    try:
        found = ()
        RunConfig.parse({"algorithm": {"objective": {KEY: weight}}})
    except ConfigError as refusal:
        found = refusal.problems
    PENALTIES.register(MIDWAY)
    assert [path for path, _ in found] == [f"algorithm.objective.{KEY}"] * problems


def test_a_weight_of_nothing_in_place_of_what_its_loss_brings_is_written():
    bare = Objective(loss="wgan-gp", gp_lambda=0.0)
    assert Objective.model_validate_json(bare.model_dump_json()) == bare


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (1001, "is 1001, but must be at most 1,000."),
        (math.nan, "must be a finite number, not nan."),
    ],
)
def test_its_weight_has_bounds(value, sentence):
    with pytest.raises(ConfigError) as refusal:
        changed(PLANE, {KEY: value})
    assert str(refusal.value) == f"{TITLE} {sentence}"


def test_a_configuration_from_before_it_was_registered_has_it_off():
    old = PRESETS["digits"].config
    assert old.gan.objective.weight(MIDWAY) == 0
    assert not changed(old, {"r1_gamma": 0.0}).gan.objective.has_gradient_penalty
    assert {one.name: one.value for one in all_settings(old)}[KEY] == 0
    assert train_charts(old)


def test_it_is_switched_on_and_off_while_a_run_goes_on():
    controls = Controls(PLANE)
    controls.send(ChangeSettings({KEY: 0.5}))
    assert controls.config.gan.objective.has_gradient_penalty
    controls.send(ChangeSettings({KEY: 0.0, "loss": "wgan"}))
    assert not controls.config.gan.objective.has_gradient_penalty


@pytest.mark.parametrize(
    ("settings", "cure"),
    [
        ({"d_batch_norm": True}, f"switch it off, or set {TITLE} to 0."),
        ({"minibatch_stddev": True}, f"switch it off, or set {TITLE} to 0."),
        ({"pack": 2}, f"set Pack size (m) to 1, or {TITLE} to 0."),
    ],
)
def test_it_is_refused_where_d_does_not_judge_samples_alone(settings, cure):
    with pytest.raises(ConfigError) as refusal:
        changed(PRESETS["digits"].config, {"r1_gamma": 0.0, KEY: 1.0, **settings})
    ((_, sentence),) = refusal.value.problems
    assert sentence.endswith(cure)


def test_looking_ahead_is_refused_with_it():
    with pytest.raises(ConfigError) as refusal:
        changed(PLANE, {KEY: 1.0, "unrolled_steps": 2})
    assert str(refusal.value).endswith(f"set Unrolled updates (K) to 0, or {TITLE} to 0.")


def test_d_is_given_it_with_its_weight(config):
    # A D whose gradient is (3, 4) everywhere; every second update computes it, for both.
    D = nn.Sequential(nn.Linear(2, 1), nn.Flatten(0))
    D[0].weight.data = torch.tensor([[3.0, 4.0]])
    samples = torch.randn(8, 2, generator=torch.Generator().manual_seed(0))
    (term,) = Penalties(torch.device("cpu")).weighted_terms(config.gan.objective)
    assert (term.metric, term.weight, term.every) == (METRIC, 2 * 0.5 * 3.0, 2)
    assert not term.of_batch
    update = DUpdate(D, samples, D(samples), torch.Generator())
    assert term.value(update).item() == pytest.approx(25)


def test_a_run_measures_it_in_the_updates_that_compute_it(config):
    prepared, *events = list(train(config))
    assert isinstance(prepared, RunPrepared)
    assert METRIC in prepared.metric_names
    values = [one.metrics[METRIC] for one in events if isinstance(one, StepCompleted)]
    assert [math.isnan(value) for value in values] == [False, True] * 3
    assert values[0] > 0
    free = [one for one in train(PLANE) if isinstance(one, StepCompleted)]
    assert np.isnan(free[0].metrics[METRIC])


def test_its_curve_has_a_title_a_formula_and_a_note(config):
    chart = next(one for one in train_charts(config) if one["id"] == "penalties")
    assert chart["y_title"] == "mean of |∇l|²"
    assert chart["note"] == "It is 0 where D is flat."
    assert chart["series"][-1]["label"] == "Midway, half way: |∇l|²"
    assert chart["series"][-1]["name"] == METRIC
    assert metric_chart(METRIC, FAMILIES["gan"])["title"] == "Penalty: Midway, half way"
    assert json.dumps(chart)


def test_a_run_that_explodes_is_advised_to_take_less_of_it(config):
    heavy = changed(config, {KEY: 500.0})
    assert cures.lower_learning_rates(heavy).endswith(f"or a lower {TITLE}, now 500")
    assert "R1" not in cures.lower_learning_rates(config)  # It is held already.


def test_one_that_needs_the_gradient_at_the_batch_is_given_it():
    PENALTIES.remove(KEY)
    PENALTIES.register(
        replace(MIDWAY, of_batch=True, term=lambda update: update.squared_gradient_norms.mean())
    )
    steps = [one for one in train(changed(PLANE, {KEY: 1.0})) if isinstance(one, StepCompleted)]
    assert steps[0].metrics[METRIC] > 0


@pytest.mark.usefixtures("idle")
def test_the_pages_offer_its_weight(visit, manager):
    app = visit()
    app.number_input(key=f"digits-{KEY}").set_value(2.0).run()
    app.button(key="start").click().run()
    assert not app.exception
    (run,) = manager.runs()
    assert run.config.gan.objective.weight(MIDWAY) == 2.0
