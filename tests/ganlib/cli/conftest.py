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
        text = capsys.readouterr()
        return status, text.out, text.err

    return ask


@pytest.fixture
def facts(say):
    """Ask for a command in JSON that must succeed."""

    def ask(*arguments):
        status, out, err = say(*arguments, "--json")
        assert (status, err) == (0, "")
        return json.loads(out)

    return ask


@pytest.fixture
def ring(facts):
    """The id of a run on 2-D data of eight steps."""
    return facts("train", "--preset", "ring", "--total-steps", "8", *SMALL)["run_id"]


@pytest.fixture
def few_fakes(monkeypatch, brief_features):
    """Let so many fakes be measured, by a classifier that learnt for a moment."""
    monkeypatch.setattr(measured, "FAKES", FAKES)


@pytest.fixture
def shapes(facts, few_fakes):
    """The id of a run on drawn shapes of two steps."""
    small = ["--batch-size", "4", "--width", "4", "--latent-dim", "2"]
    return facts("train", "--preset", "shapes", "--total-steps", "2", *small)["run_id"]


@pytest.fixture(params=["vae-2d", "made-2d", "vae", "pixelcnn-asked"])
def of_family(request, facts, tmp_path, few_fakes):
    """The id of a run of twelve steps of another family than the GAN."""
    path = tmp_path / "run.json"
    path.write_text(tiny_family(request.param).to_json())
    return facts("train", "--config", str(path), "--lr", "0.002")["run_id"]
