"""One `LossSpec` and one registration are enough: all else about a loss follows from it."""

import json
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import playwright
import pytest
from starlette.applications import Starlette

import dashboard
from dashboard import routes
from dashboard.charts import train_charts
from dashboard.wire import decode
from ganlib import (
    LOSSES,
    PRESETS,
    ChangeSettings,
    ConfigError,
    Controls,
    LossSpec,
    Reading,
    RunConfig,
    RunRecord,
    StepCompleted,
    changed,
    train,
    write_script,
)
from ganlib.cli.parser import parse
from ganlib.events import MetricReport
from ganlib.metrics import LONG, Evidence, cures, diagnose, diagnose_pictures
from ganlib.plane import PlaneSnapshot
from tests.dashboard.asgi import Client
from tests.dashboard.wire import mounted
from tests.ganlib.test_plane import linear, linear_critic


def paired_hinge_d(real_logits, fake_logits):
    """Each real is to score at least 1 higher than the fake beside it."""
    return (1 - (real_logits - fake_logits)).relu().mean()


def paired_hinge_g(real_logits, fake_logits):
    return paired_hinge_d(fake_logits, real_logits)


KEY, TITLE = "rp-hinge", "Relativistic hinge (of a test)"
PAIRED_HINGE = LossSpec(
    key=KEY,
    title=TITLE,
    d=paired_hinge_d,
    g=paired_hinge_g,
    d_formula="max(0, 1 − (C(x) − C(G(z))))",
    g_formula="max(0, 1 − (C(G(z)) − C(x)))",
    reading=Reading.relative("C(x): D is content once C(x) exceeds C(y) of the fake y by 1."),
    sources=("Jolicoeur-Martineau 2018, arXiv 1807.00734",),
)
OTHERS = tuple(LOSSES)
SMALL = {"width": 8, "depth": 2, "latent_dim": 2, "r1_gamma": 0.0, "r2_gamma": 0.0}
PLANE = changed(PRESETS["ring"].config, SMALL)
SCRIPTS = Path(dashboard.__file__).parent / "browser"


@pytest.fixture(autouse=True)
def registered():
    LOSSES.register(PAIRED_HINGE)
    yield
    LOSSES.remove(KEY)


@pytest.fixture
def config():
    return changed(PLANE, {"loss": KEY, "batch_size": 8, "total_steps": 12, "cpu_threads": 1})


def test_a_configuration_takes_its_key_as_long_as_it_is_registered(config):
    text = config.to_json()
    assert RunConfig.from_json(text) == config
    assert vars(parse(["train", "--loss", KEY]))["setting_objective.loss"] == KEY
    LOSSES.remove(KEY)
    with pytest.raises(ConfigError, match=f"loss is '{KEY}', which is not allowed: .*'ragan'"):
        RunConfig.from_json(text)
    with pytest.raises(SystemExit):
        parse(["train", "--loss", KEY])
    LOSSES.register(PAIRED_HINGE)


@pytest.mark.parametrize("other", OTHERS)
def test_a_run_changes_to_it_and_from_it_while_it_goes_on(other):
    there, back = Controls(changed(PLANE, {"loss": other})), Controls(changed(PLANE, {"loss": KEY}))
    there.send(ChangeSettings({"loss": KEY}))
    assert there.config.gan.objective.weight_clip == 0
    back.send(ChangeSettings({"loss": other}))
    objective = back.config.gan.objective
    assert objective.loss == other
    for name, value in LOSSES[other].companions.items():
        assert getattr(objective, name) == value


@pytest.mark.parametrize(
    ("settings", "cures"),
    [
        ({"lecam_lambda": 0.3}, "minimax, ns, lsgan, wgan, wgan-gp or hinge."),
        ({"ada_target": 0.6}, "minimax, ns, lsgan or hinge."),
        ({"label_smoothing": 0.1}, "minimax or ns."),
        ({"weight_clip": 0.1}, "wgan."),
    ],
)
def test_what_needs_another_kind_of_loss_is_refused(settings, cures):
    with pytest.raises(ConfigError) as refusal:
        changed(PRESETS["digits"].config, {"loss": KEY, **settings})
    ((_, sentence),) = refusal.value.problems
    assert KEY in sentence
    assert sentence.endswith(f"or the loss to {cures}")


def test_it_is_trained_with(config):
    metrics = [event.metrics for event in train(config) if isinstance(event, StepCompleted)]
    assert len(metrics) == 12
    # Before D can tell anything both losses are near max(0, 1 - 0).
    assert metrics[0]["d_loss"] == pytest.approx(1, abs=0.1)
    assert metrics[0]["g_loss"] == pytest.approx(1, abs=0.1)


def test_the_push_on_a_fake_is_that_of_its_pair(config):
    # G puts every fake at 0, which D gives 3 x - 4 y - 2 = -2. The loss max(0, 1 + 2 + r) of a pair
    # has the gradient -1 at the fake where the real has r > -3, and else 0.
    G = linear([0.0, 0.0], [0.0, 0.0], bias=[0.0, 0.0])
    shown = PlaneSnapshot(G, linear_critic(3.0, -4.0, bias=-2.0), config).compute(("forces",))
    of_real = shown["real"] @ np.array([3.0, -4.0]) - 2
    is_active = of_real > -3
    assert 0 < is_active.sum() < len(is_active)
    assert np.allclose(shown["forces"], is_active[:, None] * np.array([3.0, -4.0]), atol=1e-5)


def test_a_constant_that_d_adds_changes_no_figure_of_the_plane(config):
    # The fakes lie in a lump on the right, and D gives what is on the left more.
    G = linear([0.1, 0.0], [0.0, 0.1], bias=[1.2, 0.0])
    one, other = (
        PlaneSnapshot(G, linear_critic(-2.0, 0.0, bias=bias), config).measure()
        for bias in (0.0, 64.0)
    )
    assert one["value"] is other["value"] is None
    assert 0.7 < one["balanced_accuracy"] == other["balanced_accuracy"]
    assert "optimal" not in PlaneSnapshot(G, linear_critic(3.0, -4.0), config).compute(("optimal",))


def test_the_browser_reads_differences_and_no_logits():
    answer = """
        const { readSnapshot } = await import(process.argv[1]);
        const { Message } = await import(process.argv[2]);
        const reading = JSON.parse(process.argv[3]);
        const odds = [0, 64].map((shift) => {
            const map = Float32Array.of(0.25, 1, 0.25, 1).map((logit) => logit + shift);
            const arrays = new Map([
                ["real", { shape: [1, 2], values: Float32Array.of(0.5, 0) }],
                ["fake", { shape: [1, 2], values: Float32Array.of(-0.5, 0) }],
                ["map", { shape: [2, 2], values: map }],
            ]);
            return [...readSnapshot(new Message({ reach: 1, reading }, arrays)).odds.values];
        });
        console.log(JSON.stringify(odds));
    """
    node = shutil.which("node", path=Path(playwright.__file__).parent / "driver")
    script = ["--no-warnings", "--input-type=module", "--eval", answer]
    modules = [(SCRIPTS / f"{name}.js").as_uri() for name in ("plane_snapshot", "wire")]
    calls = [*modules, json.dumps(PAIRED_HINGE.as_json())]
    result = subprocess.run([node, *script, *calls], capture_output=True, text=True, check=True)
    # Half way between the mean of the reals, 1, and that of the fakes, 0.25, D is undecided.
    assert json.loads(result.stdout) == [[-0.375, 0.375, -0.375, 0.375]] * 2


def test_the_charts_have_its_name_its_formulas_and_its_lines(config):
    charts = {one["id"]: one for one in train_charts(config)}
    assert charts["loss"]["title"] == f"Losses: {TITLE}"
    assert charts["loss"]["note"].startswith(PAIRED_HINGE.minimises)
    assert [one["value"] for one in charts["loss"]["lines"]] == [1.0, 1.0]
    assert charts["scores"]["y_title"] == "relative score (only differences count)"
    assert charts["scores"]["lines"] == []


def test_a_d_that_wins_is_told_and_cured(config):
    metrics = {
        "balanced_accuracy": 0.97,
        "jsd": 0.6,
        "jsd_floor": 0.001,
        "sliced_w1": 0.1,
        "mean_force": 2.0,
        "modes": None,
    }
    assert diagnose(metrics, config.gan.objective.loss_spec)["state"] == "d_winning"
    curves = {"d_loss": 0.05, "g_loss": 2.0, "d_real": 9.0, "d_fake": 3.0}
    text = diagnose_pictures(
        Evidence(
            config=changed(PRESETS["digits"].config, {"loss": KEY, "r1_gamma": 0.0}),
            curves={name: np.full(LONG, value, np.float32) for name, value in curves.items()},
            step=1000,
            report=MetricReport(()),
        )
    )
    assert text["state"] == "d_winning"
    assert text["sentence"].endswith("its loss is 0.05, where guessing costs 1.")
    assert text["advice"] == "Gradient penalty R1 (γ) at 1"
    assert cures.steeper_loss(config) == "Gradient penalty R1 (γ) at 1"


def test_a_script_repeats_a_run_that_came_to_it(config, tmp_path, monkeypatch, capsys):
    begun = changed(config, {"loss": "wgan"})
    controls, record = Controls(begun), RunRecord()
    for event in train(begun, controls):
        record.add(event)
        if isinstance(event, StepCompleted) and event.step == 5:
            controls.send(ChangeSettings({"loss": KEY}))
    script = tmp_path / "run.py"
    write_script(record.snapshot, begun, "1a2b", script)
    monkeypatch.setattr(sys, "argv", [str(script), str(tmp_path / "made")])
    commands = runpy.run_path(str(script))["COMMANDS"]
    assert commands == {5: [ChangeSettings({"objective.weight_clip": 0.0, "objective.loss": KEY})]}
    runpy.run_path(str(script), run_name="__main__")
    lines = capsys.readouterr().out.splitlines()
    printed = dict(line.split() for line in lines if not line.startswith("step"))
    last = dict(zip(record.snapshot.metric_names, record.snapshot.metrics[-1], strict=True))
    for name in ("d_loss", "g_loss"):
        assert np.float32(printed[name]) == last[name]


@pytest.mark.usefixtures("idle")
def test_the_pages_offer_it_by_its_title(visit, manager):
    app = visit()
    box = app.selectbox(key="digits-loss")
    assert TITLE in box.options
    assert f"**{TITLE}** (`{KEY}`): D minimises max(0, 1 − (C(x)" in box.help
    box.set_value(KEY).run()
    assert not app.exception
    app.button(key="start").click().run()
    (run,) = manager.runs()
    assert run.config.gan.objective.loss == KEY


def test_the_pages_tell_the_browser_how_it_is_read(trained, visit):
    run = trained(4, loss=KEY)
    data = mounted(visit(run.run_id))
    assert data["plane"]["reading"] == PAIRED_HINGE.as_json()
    assert data["curves"]["charts"][0]["title"] == f"Losses: {TITLE}"
    client = Client(Starlette(routes=routes.ROUTES))
    answer = client.request("GET", f"/minimax/runs/{run.run_id}/plane")
    header, _ = decode(answer.content)
    assert header["reading"] == PAIRED_HINGE.as_json()
