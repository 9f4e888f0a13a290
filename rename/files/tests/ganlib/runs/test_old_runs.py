"""Runs that were saved before things bore their names in the field; see tests/old."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from ganlib.events import RunEnded
from ganlib.runs import StoredRun, checkpoint_at
from ganlib.runtime import draw_z, make_rng
from ganlib.settings import changed
from ganlib.trainer import train

OLD = Path(__file__).parents[2] / "old"
NAMES = ("gan-plane", "vae-plane", "made-conditional", "digits-conditional")


@pytest.fixture
def old_run(store):
    """Imports one of the zips: the run."""

    def open_one(name):
        with (OLD / f"{name}.zip").open("rb") as file:
            run_id = store.import_zip(file)
        return StoredRun(store, store.row(run_id))

    return open_one


def said_by(name):
    """What run.json in the zip says."""
    with zipfile.ZipFile(OLD / f"{name}.zip") as archive:
        return json.loads(archive.read("run.json"))


@pytest.mark.parametrize("name", NAMES)
def test_the_zips_are_of_the_old_form(name):
    said = said_by(name)
    assert "figures" in said
    assert (said["config"]["data"]["kind"] == "plane") == name.endswith("plane")


@pytest.mark.parametrize("name", NAMES)
def test_its_newest_generator_draws_what_it_drew(old_run, name):
    run = old_run(name)
    assert run.snapshot.problem == ""
    frame = run.snapshot.frames[-1]
    assert frame.step == run.snapshot.published.step
    z_fixed = draw_z(len(frame.samples), run.config.latent_dim, make_rng(run.config.seed, purpose=11))
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
    assert {"g_sigma", "d_sigma"} <= set(said_by("digits-conditional")["metric_names"])
    for name in ("g_spectral_norm", "d_spectral_norm"):
        assert np.isfinite(snapshot.metrics[-1, snapshot.metric_names.index(name)])


def test_what_was_measured_is_there(old_run):
    (first, *_) = said_by("made-conditional")["figures"]
    measured = old_run("made-conditional").snapshot.measurements[0]
    found = {one["name"]: one["value"] for one in first["found"]["figures"]}
    assert {one.name: one.value for one in measured.report.metrics} == found


def test_a_database_of_the_old_form_is_read(old_run, store):
    run, said = old_run("made-conditional"), said_by("made-conditional")
    plane, (first, *_) = said_by("gan-plane"), said["figures"]
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
