"""One entry and one registration are enough: all else about a data set follows from it."""

import json
import math
import os
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import ganlib
from ganlib import (
    PICTURE_SETS,
    POINT_SETS,
    PRESETS,
    CheckpointSaved,
    ConfigError,
    Controls,
    FrameDrawn,
    GaussianMixture,
    HeldOut,
    PictureSet,
    PointSet,
    RunConfig,
    RunPrepared,
    RunRecord,
    RunStore,
    StepCompleted,
    all_settings,
    changed,
    run_command,
    split,
    train,
    write_script,
)
from ganlib.cli.parser import parse
from ganlib.metrics.features import learn_features
from tests.dashboard.wire import mounted

CORNERS = torch.tensor([[0.6, 0.6], [-0.6, 0.6], [0.6, -0.6]])
WIDTH = 0.1
THREE_CORNERS = PointSet(
    key="three-corners",
    title="Three corners (of a test)",
    summary="A spot in every corner but one.",
    make=lambda points: GaussianMixture(CORNERS, WIDTH),
)


def bars(size, folder, progress):
    """Sixty grey pictures of 14 x 14 pixels: a white bar across the middle, or down."""
    progress("Drawing bars", None)
    pictures = torch.zeros(60, 1, 14, 14, dtype=torch.uint8)
    pictures[::2, :, 5:9, :] = 255
    pictures[1::2, :, :, 5:9] = 255
    return split(pictures, torch.arange(60) % 2)


BARS = PictureSet(
    key="bars",
    title="Bars (of a test)",
    summary="A white bar in each picture.",
    channels=1,
    class_names=("across", "down"),
    load=bars,
    sample="bar",
)
SMALL = {"batch_size": 8, "total_steps": 6, "cpu_threads": 1, "width": 8, "r1_gamma": 0.0}
IN_PLANE = changed(PRESETS["ring"].config, SMALL | {"depth": 1, "latent_dim": 2, "r2_gamma": 0.0})
DIGITS = changed(PRESETS["digits"].config, SMALL | {"latent_dim": 2})


@pytest.fixture(autouse=True)
def registered(monkeypatch, tmp_path):
    monkeypatch.setenv("MINIMAX_CACHE", str(tmp_path / "cache"))
    POINT_SETS.register(THREE_CORNERS)
    PICTURE_SETS.register(BARS)
    yield
    POINT_SETS.remove(THREE_CORNERS.key)
    PICTURE_SETS.remove(BARS.key)


@pytest.fixture(params=["points", "pictures"])
def config(request):
    if request.param == "points":
        return changed(IN_PLANE, {"name": THREE_CORNERS.key})
    return changed(DIGITS, {"name": BARS.key})


def events_of(config, kind, **options):
    return [event for event in train(config, **options) if isinstance(event, kind)]


def test_a_configuration_takes_its_key_as_long_as_it_is_registered(config):
    entry, entries = config.data.entry, POINT_SETS if config.data.is_2d else PICTURE_SETS
    text = config.to_json()
    assert RunConfig.from_json(text) == config
    train_it = ["train", "--preset", "ring" if config.data.is_2d else "digits", "--name"]
    assert vars(parse([*train_it, entry.key]))["setting_data.name"] == entry.key
    setting = next(one for one in all_settings(config) if one.name == "name")
    assert setting.choices[-1] == entry.key
    assert setting.entries[entry.key].title == entry.title
    entries.remove(entry.key)
    try:
        with pytest.raises(ConfigError, match=f"name is '{entry.key}', which is not allowed: "):
            RunConfig.from_json(text)
        with pytest.raises(SystemExit):
            parse([*train_it, entry.key])
    finally:
        entries.register(entry)


def test_its_shape_and_its_classes_follow():
    data = changed(DIGITS, {"name": BARS.key, "size": 32}).data
    assert (data.shape, data.class_names) == ((1, 32, 32), ("across", "down"))
    query = changed(DIGITS, {"name": BARS.key, "condition": "projection"})
    assert query.condition_labels == ("across", "down")


def test_what_does_not_fit_it_is_refused():
    with pytest.raises(ConfigError, match="The dcgan network cannot learn three-corners: "):
        RunConfig.parse({"data": {"kind": "toy2d", "name": THREE_CORNERS.key}})
    with pytest.raises(ConfigError, match="and points have neither"):
        RunConfig.parse(
            {"data": {"kind": "toy2d", "name": THREE_CORNERS.key}, "algorithm": {"family": "vae"}}
        )
    with pytest.raises(ConfigError, match="or choose mnist-5k, shapes or bars"):
        RunConfig.parse(
            {
                "data": {"kind": "own"},
                "algorithm": {"network": {"architecture": "dcgan", "condition": "concat"}},
            }
        )
    drawn = changed(IN_PLANE, {"name": THREE_CORNERS.key, "points": ((0.0, 0.0),)})
    assert drawn.data.points == ()


def test_it_is_trained_on(config):
    (prepared,) = events_of(config, RunPrepared)
    frames = events_of(config, FrameDrawn)
    count = 1024 if config.data.is_2d else 54
    shape = (2,) if config.data.is_2d else (28, 28, 1)
    assert prepared.real.shape == (count, *shape)
    assert frames[-1].samples.shape[1:] == shape
    losses = [one.metrics["d_loss"] for one in events_of(config, StepCompleted)]
    assert len(losses) == 6
    assert all(map(math.isfinite, losses))


def test_points_are_those_of_its_density():
    held_out = HeldOut.open(changed(IN_PLANE, {"name": THREE_CORNERS.key}).data)
    nearest = torch.cdist(torch.from_numpy(held_out.samples), CORNERS).min(1).values
    assert nearest.max() < 5 * WIDTH
    # In the middle of a corner it is 1 / (3 * 2 pi 0.1^2) = 5.305. The nearest cell, of the side
    # h = 2.6 / 64, lies 0.0109 off along either axis: its mean is about
    # exp(-(0.0109^2 + h^2 / 12) / 0.1^2) of that, 5.17.
    assert math.exp(held_out.true_density.max()) == pytest.approx(5.17, rel=0.005)


def test_pictures_of_another_size_are_resized_and_a_tenth_is_held_out(tmp_path):
    held_out = HeldOut.open(changed(DIGITS, {"name": BARS.key}).data)
    assert held_out.samples.shape == (6, 28, 28, 1)
    assert held_out.class_names == ("across", "down")
    across = held_out.samples[held_out.labels == 0]
    assert (across[:, 13, 2] == 255).all()
    assert (across[:, 2, 13] == 0).all()
    assert not list(tmp_path.rglob("bars*"))  # Nothing says that they stay as they are.


def test_a_checkpoint_goes_on_to_the_last_digit(config):
    states, steps = events_of(config, CheckpointSaved), events_of(config, StepCompleted)
    begun = states[len(states) // 3]
    again = events_of(config, StepCompleted, start=begun)
    rest = steps[begun.step :]
    assert [one.step for one in again] == [one.step for one in rest]
    for one, other in zip(again, rest, strict=True):
        np.testing.assert_array_equal([*one.metrics.values()], [*other.metrics.values()])


def test_its_samples_are_called_what_they_are(visit, hold_run):
    run = hold_run(config=changed(DIGITS, {"name": BARS.key}))
    grid = mounted(visit(run.run_id))["grid"]
    assert (grid["real_caption"], grid["fake_caption"]) == ("Real bars", "Generated bars")
    assert grid["alt"].startswith("Bars that the model draws")


def test_it_is_measured_in_features_of_its_own(brief_features, tmp_path):
    from ganlib.data import load_images

    images = load_images(changed(DIGITS, {"name": BARS.key}).data, folder=tmp_path)
    assert learn_features(images, folder=tmp_path).name.startswith("bar features ")


def test_the_command_line_lists_it_and_trains_on_it(capsys):
    assert run_command(["data-sets"]) == 0
    text = capsys.readouterr().out
    assert "three-corners     Three corners (of a test): A spot in every corner but one." in text
    assert "bars              Bars (of a test): A white bar in each picture." in text
    flags = ["--batch-size", "8", "--width", "8", "--depth", "1", "--total-steps", "4"]
    requests = ["train", "--preset", "ring", "--name", THREE_CORNERS.key, *flags, "--json"]
    assert run_command(requests) == 0
    (row,) = RunStore().rows()
    assert (row.state, row.config.data.name) == ("completed", THREE_CORNERS.key)


def write_script_of(config, path):
    """Train, and write a script that repeats it; what was recorded."""
    record = RunRecord()
    for event in train(config, Controls(config)):
        record.add(event)
    write_script(record.snapshot, config, "1a2b", path)
    return record


def test_a_script_repeats_a_run_where_it_is_registered(config, tmp_path, monkeypatch, capsys):
    script = tmp_path / "run.py"
    record = write_script_of(config, script)
    monkeypatch.setattr(sys, "argv", [str(script), str(tmp_path / "made")])
    runpy.run_path(str(script), run_name="__main__")
    lines = capsys.readouterr().out.splitlines()
    printed = dict(line.split() for line in lines if not line.startswith("step"))
    last = dict(zip(record.snapshot.metric_names, record.snapshot.metrics[-1], strict=True))
    assert np.float32(printed["g_loss"]) == last["g_loss"]


ELSEWHERE = """
import runpy, sys
for script in sys.argv[1:]:
    try:
        runpy.run_path(script, run_name="__main__")
    except Exception as error:
        print(type(error).__name__, error)
"""


def test_a_script_says_what_is_missing_where_it_is_not_registered(tmp_path):
    entries = {THREE_CORNERS.key: IN_PLANE, BARS.key: DIGITS}
    for name, config in entries.items():
        write_script_of(changed(config, {"name": name}), tmp_path / name)
    alone = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, *(tmp_path / name for name in entries)],
        env=os.environ | {"PYTHONPATH": str(Path(ganlib.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    for name, line in zip(entries, alone.stdout.splitlines(), strict=True):
        assert line.startswith(f"ConfigError name is '{name}', which is not allowed"), line


@pytest.mark.usefixtures("idle")
@pytest.mark.parametrize(
    ("preset", "key", "entry"),
    [("ring", "ring-toy2d-name", THREE_CORNERS), ("digits", "digits-images-name", BARS)],
)
def test_the_pages_offer_it_by_its_title(visit, manager, preset, key, entry):
    app = visit()
    app.button(key=f"choose-{preset}").click().run() if preset != "digits" else None
    box = app.selectbox(key=key)
    assert box.options[-1] == entry.title
    assert f"**{entry.title}** (`{entry.key}`): {entry.summary}" in box.help
    box.set_value(entry.key).run()
    assert not app.exception
    app.button(key="start").click().run()
    (run,) = manager.runs()
    assert run.config.data.name == entry.key
    assert json.loads(run.config.to_json())["data"]["name"] == entry.key
