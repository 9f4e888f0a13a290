"""Runs that the command line has trained, and a way to ask it."""

import json

import pytest

from ganlib.cli import main
from ganlib.metrics import features
from tests.ganlib.conftest import tiny_family

SMALL = ["--batch-size", "4", "--width", "8", "--depth", "1", "--latent-dim", "2"]


@pytest.fixture
def say(capsys):
    """Ask for a command: its status, what it said, and what it said on stderr."""

    def ask(*arguments):
        capsys.readouterr()
        status = main(list(arguments))
        said = capsys.readouterr()
        return status, said.out, said.err

    return ask


@pytest.fixture
def told(say):
    """Ask for a command in JSON that must succeed."""

    def ask(*arguments):
        status, out, err = say(*arguments, "--json")
        assert (status, err) == (0, "")
        return json.loads(out)

    return ask


@pytest.fixture
def ring(told):
    """The id of a run in the plane of eight steps."""
    return told("train", "--preset", "ring", "--total-steps", "8", *SMALL)["run_id"]


@pytest.fixture
def shapes(told):
    """The id of a run on drawn shapes of two steps."""
    small = ["--batch-size", "4", "--width", "4", "--latent-dim", "2"]
    return told("train", "--preset", "shapes", "--total-steps", "2", *small)["run_id"]


@pytest.fixture(params=["vae-plane", "made-plane", "vae", "pixelcnn-asked"])
def of_family(request, told, tmp_path, monkeypatch):
    """The id of a run of twelve steps of another family than the GAN."""
    monkeypatch.setattr(features, "_UPDATES", 3)
    monkeypatch.setenv("MINIMAX_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "run.json"
    path.write_text(tiny_family(request.param).to_json())
    return told("train", "--config", str(path), "--lr", "0.002")["run_id"]
