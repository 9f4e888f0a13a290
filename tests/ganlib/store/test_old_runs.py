"""Runs that were saved before things bore their names in the field; see tests/old."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from ganlib.commands import ChangeSettings, Pause, Stop, TakeStep
from ganlib.events import RunEnded
from ganlib.runtime import draw_z, make_rng
from ganlib.settings import changed
from ganlib.store import StoredRun, checkpoint_at
from ganlib.streams import Stream
from ganlib.trainer import train

OLD = Path(__file__).parents[2] / "old"
NAMES = ("gan-plane", "vae-plane", "steered-plane", "made-conditional", "digits-conditional")


@pytest.fixture
def old_run(store):
    """Imports one of the zips: the run."""

    def open_one(name):
        with (OLD / f"{name}.zip").open("rb") as file:
            run_id = store.import_zip(file)
        return StoredRun(store, store.row(run_id))

    return open_one


def written_in(name):
    """What stands in the run.json of a zip."""
    with zipfile.ZipFile(OLD / f"{name}.zip") as archive:
        return json.loads(archive.read("run.json"))


@pytest.mark.parametrize("name", NAMES)
def test_the_zips_are_of_the_old_form(name):
    run = written_in(name)
    assert "figures" in run
    assert (run["config"]["data"]["kind"] == "plane") == name.endswith("plane")


@pytest.mark.parametrize("name", NAMES)
def test_its_newest_generator_draws_what_it_drew(old_run, name):
    run = old_run(name)
    assert run.snapshot.problem == ""
    frame = run.snapshot.frames[-1]
    assert frame.step == run.snapshot.published.step
    z_fixed = draw_z(
        len(frame.samples), run.config.latent_dim, make_rng(run.config.seed, Stream.FRAMES)
    )
    samples = run.snapshot.published.decoder.decode(z_fixed.numpy())
    differences = np.abs(samples.astype(np.float64) - frame.samples)
    # A pixel whose value lies between two levels may fall to either side on another processor.
    assert np.median(differences) < 1e-5
    assert np.mean(differences > 1) < 0.01


@pytest.mark.parametrize("name", NAMES)
def test_it_is_trained_on(old_run, name):
    run = old_run(name)
    saved = checkpoint_at(run.snapshot, run.snapshot.saved_step)
    config = changed(saved.config, {"total_steps": saved.step + 2})
    *_, last = train(config, start=saved)
    assert last == RunEnded(saved.step + 2, "completed")


def test_spectral_norms_have_their_curves(old_run):
    snapshot = old_run("digits-conditional").snapshot
    assert {"g_sigma", "d_sigma"} <= set(written_in("digits-conditional")["metric_names"])
    for name in ("g_spectral_norm", "d_spectral_norm"):
        assert np.isfinite(snapshot.metrics[-1, snapshot.metric_names.index(name)])


def test_what_was_measured_is_there(old_run):
    (first, *_) = written_in("made-conditional")["figures"]
    measured = old_run("made-conditional").snapshot.measurements[0]
    values = {one["name"]: one["value"] for one in first["found"]["figures"]}
    assert {one.name: one.value for one in measured.report.metrics} == values


def test_a_database_of_the_old_form_is_read(old_run, store):
    run = old_run("made-conditional")
    plane, (first, *_) = written_in("gan-plane"), written_in("made-conditional")["figures"]
    with store.database.writing() as writer:
        writer.execute(
            "UPDATE runs SET config = ?, metric_names = ? WHERE run_id = ?",
            (json.dumps(plane["config"]), json.dumps(["g_sigma"]), run.run_id),
        )
        writer.execute("DELETE FROM figures")
        writer.execute(
            "INSERT INTO figures VALUES (?, ?, ?)", (run.run_id, first["step"], json.dumps(first))
        )
    row = store.row(run.run_id)
    assert row.config.data.kind == "toy2d"
    assert row.metric_names == ("g_spectral_norm",)
    assert row.measured.step == first["step"]
    assert len(store.measurements(run.run_id)) == 1


def test_commands_are_those_that_were_given(old_run):
    assert [one.command for one in old_run("steered-plane").snapshot.commands] == [
        Pause(number=1),
        TakeStep("d", 2, number=2),
        ChangeSettings({"loss": "hinge", "lr_d": 1e-4}, number=3),
        TakeStep("g", number=4),
        Stop("enough", number=5),
    ]
