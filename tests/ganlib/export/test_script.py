import csv
import os
import runpy
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load_file

import ganlib
from ganlib import (
    PRESETS,
    ChangeSettings,
    Controls,
    LimitSpeed,
    Pause,
    Resume,
    RunConfig,
    RunError,
    RunRecord,
    StepCompleted,
    Stop,
    TakeStep,
    changed,
    train,
)
from ganlib.export import write_script, write_weights
from ganlib.store.origin import history
from tests.ganlib.conftest import tiny_family

ROOT = Path(ganlib.__file__).parent.parent


@pytest.fixture
def repeat(tmp_path, monkeypatch, capsys):
    """Write the script of a run, start it in a folder elsewhere, and read what it printed."""

    def here(script, elsewhere):
        monkeypatch.chdir(elsewhere)
        monkeypatch.setattr(sys, "argv", [str(script), "made"])
        capsys.readouterr()
        runpy.run_path(str(script), run_name="__main__")
        return capsys.readouterr().out

    def alone(script, elsewhere):
        return subprocess.run(
            [sys.executable, script, "made"],
            cwd=elsewhere,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def repeat(snapshot, config, in_a_new_process=False):
        script = tmp_path / "scripts" / "run.py"
        script.parent.mkdir()
        write_script(snapshot, config, "1a2b3c4d", script)
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        out = (alone if in_a_new_process else here)(script, elsewhere)
        printed = [line.split() for line in out.splitlines() if not line.startswith("step")]
        # Curves hold single precision.
        return elsewhere / "made", {name: float(np.float32(value)) for name, value in printed}

    return repeat


def steer(controls, acts):
    """Do something after a step of a run, by the number of the step."""

    def hand(event):
        if isinstance(event, StepCompleted) and controls.at_rest:
            controls.send(Resume())
        if isinstance(event, StepCompleted) and event.step in acts:
            acts[event.step](controls)

    return hand


def assert_same(made, printed, snapshot):
    last = dict(zip(snapshot.metric_names, snapshot.metrics[-1].tolist(), strict=True))
    assert printed == pytest.approx(last, abs=0, rel=0, nan_ok=True)
    with (made / "curves.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    table = np.array([[float(cell or "nan") for cell in row] for row in rows], np.float32)
    assert header == ["step", "images", "seconds", *snapshot.metric_names]
    assert np.array_equal(table[:, 0], snapshot.steps)
    assert np.array_equal(table[:, 1], snapshot.images)
    assert np.array_equal(table[:, 3:], snapshot.metrics, equal_nan=True)


def test_the_script_repeats_every_step_to_the_last_digit(repeat, recorded, toy2d_config, tmp_path):
    snapshot = recorded(toy2d_config)
    made, printed = repeat(snapshot, toy2d_config, in_a_new_process=True)
    assert_same(made, printed, snapshot)
    write_weights(snapshot.checkpoints[-1], tmp_path / "weights.safetensors")
    ours, theirs = (load_file(at / "weights.safetensors") for at in (tmp_path, made))
    assert ours.keys() == theirs.keys()
    assert all(np.array_equal(ours[name], theirs[name]) for name in ours)
    with Image.open(made / "samples.png") as picture:
        assert picture.size == (480, 480)


def test_it_repeats_a_run_on_pictures(repeat, recorded):
    config = changed(
        PRESETS["digits"].config,
        {"total_steps": 3, "batch_size": 8, "width": 4, "cpu_threads": 1},
    )
    snapshot = recorded(config)
    made, printed = repeat(snapshot, config)
    assert_same(made, printed, snapshot)
    with Image.open(made / "samples.png") as picture:
        assert picture.size == (8 * 28, 8 * 28)


def test_its_picture_has_a_class_in_each_column(repeat, recorded):
    small = {"total_steps": 1, "batch_size": 4, "width": 4, "latent_dim": 2, "cpu_threads": 1}
    config = changed(PRESETS["digits-conditional"].config, small)
    made, _ = repeat(recorded(config), config)
    with Image.open(made / "samples.png") as picture:
        assert picture.size == (10 * 28, 6 * 28)


@pytest.mark.parametrize("name", ["vae-2d", "made-2d", "pixelcnn-asked"])
def test_it_repeats_a_run_of_every_family(repeat, recorded, name):
    config = tiny_family(name)
    made, printed = repeat(snapshot := recorded(config), config)
    assert_same(made, printed, snapshot)


def test_it_makes_the_changes_and_lone_steps_of_the_run(repeat, recorded, toy2d_config):
    controls = Controls(toy2d_config)
    controls.send(ChangeSettings({"cpu_threads": 2}))
    acts = {
        3: lambda c: c.send(ChangeSettings({"lr_d": 0.02, "d_steps": 2})),
        5: lambda c: c.send(TakeStep("d", 3)),
        8: lambda c: c.send(TakeStep("g", 2)),
        12: lambda c: c.send(ChangeSettings({"loss": "wgan-gp", "gp_lambda": 0.5})),
        14: lambda c: c.send(ChangeSettings({"loss": "hinge"})),
        17: lambda c: (c.send(Pause()), c.send(Stop())),
    }
    snapshot = recorded(toy2d_config, controls, steer(controls, acts))
    assert snapshot.step == 17
    made, printed = repeat(snapshot, toy2d_config)
    assert_same(made, printed, snapshot)


def test_it_ends_steps_of_one_network_where_the_run_did(repeat, recorded, toy2d_config, tmp_path):
    controls = Controls(toy2d_config)
    acts = {
        4: lambda c: (c.send(TakeStep("d", 500)), c.send(TakeStep("g", 2))),
        7: lambda c: (c.send(Resume()), c.send(Pause()), c.send(Resume())),
        9: lambda c: (c.send(Pause()), c.send(LimitSpeed(1000)), c.send(Resume())),
        11: lambda c: (c.send(TakeStep("g")), c.send(TakeStep("d"))),
    }
    snapshot = recorded(toy2d_config, controls, steer(controls, acts))
    alone = np.isnan(snapshot.metrics[:, [snapshot.metric_names.index("g_loss")]]).ravel()
    assert np.flatnonzero(alone).tolist() == [4, 5, 6, 12]
    made, printed = repeat(snapshot, toy2d_config)
    assert_same(made, printed, snapshot)
    # What only took time is left out.
    assert names(tmp_path / "scripts" / "run.py")["COMMANDS"] == {
        4: [TakeStep("d", 500), TakeStep("g", 2)],
        7: [Resume()],
        11: [TakeStep("g"), TakeStep("d")],
        13: [Resume()],
    }


def test_it_ends_steps_of_one_network_where_the_run_was_stopped_and_trained_on(
    repeat, recorded, toy2d_config
):
    controls = Controls(toy2d_config)
    acts = {4: lambda c: c.send(TakeStep("d", 500)), 7: lambda c: c.send(Stop())}
    snapshot = recorded(toy2d_config, controls, steer(controls, acts))
    saved = snapshot.checkpoints[-1]
    past = history(snapshot, saved, toy2d_config)
    record = RunRecord(history=past)
    for event in train(toy2d_config, start=saved):
        record.add(event)
    assert record.snapshot.step == 20
    made, printed = repeat(record.snapshot, toy2d_config)
    assert_same(made, printed, record.snapshot)


def test_of_an_old_run_in_which_one_network_moved_alone_there_is_no_script(
    recorded, toy2d_config, tmp_path
):
    controls = Controls(toy2d_config)
    act = {5: lambda c: c.send(TakeStep("d", 3))}
    snapshot = replace(recorded(toy2d_config, controls, steer(controls, act)), commands=())
    with pytest.raises(RunError, match="An older version trained this run"):
        write_script(snapshot, toy2d_config, "1a2b3c4d", tmp_path / "run.py")


def test_a_loss_keeps_the_companion_that_stayed_as_it_was(recorded, toy2d_config, tmp_path):
    config = changed(toy2d_config, {"gp_lambda": 0.5})
    controls = Controls(config)
    act = {2: lambda c: c.send(ChangeSettings({"loss": "wgan-gp", "gp_lambda": 0.5}))}
    write_script(
        recorded(config, controls, steer(controls, act)), config, "1a2b", tmp_path / "run.py"
    )
    assert names(tmp_path / "run.py")["COMMANDS"] == {
        2: [ChangeSettings({"objective.gp_lambda": 0.5, "objective.loss": "wgan-gp"})]
    }


def names(path):
    """The names that a script defines when it is read and not started."""
    found = {"__name__": "read"}
    exec(compile(path.read_text(encoding="utf-8"), path.name, "exec"), found)
    return found


@pytest.mark.parametrize(
    "title", ['"""', "'''", "\\", "$config", "a\nb", "Größe 7", "\\N{BULLET}", '"""\nboom()\nr"""']
)
def test_no_title_can_break_out_of_the_configuration(title, snapshot, tmp_path):
    config = RunConfig(title=title)
    write_script(snapshot, config, "1a2b3c4d", tmp_path / "run.py")
    found = names(tmp_path / "run.py")
    assert found["CONFIG"] == config
    assert found["LAST_STEP"] == 3
    assert found["COMMANDS"] == {}
