"""Runs that the command line has trained, and a way to ask it."""

import json

import pytest

from ganlib.analysis import measured
from ganlib.cli import main
from tests.ganlib.conftest import tiny_family

SMALL = ["--batch-size", "4", "--width", "8", "--depth", "1", "--latent-dim", "2"]
FAKES = 300


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
def few_fakes(monkeypatch, brief_features):
    """Let so many fakes be measured, by a classifier that learnt for a moment."""
    monkeypatch.setattr(measured, "FAKES", FAKES)


@pytest.fixture
def shapes(told, few_fakes):
    """The id of a run on drawn shapes of two steps."""
    small = ["--batch-size", "4", "--width", "4", "--latent-dim", "2"]
    return told("train", "--preset", "shapes", "--total-steps", "2", *small)["run_id"]


@pytest.fixture(params=["vae-plane", "made-plane", "vae", "pixelcnn-asked"])
def of_family(request, told, tmp_path, few_fakes):
    """The id of a run of twelve steps of another family than the GAN."""
    path = tmp_path / "run.json"
    path.write_text(tiny_family(request.param).to_json())
    return told("train", "--config", str(path), "--lr", "0.002")["run_id"]
