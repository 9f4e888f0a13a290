import runpy
import sys

import pytest

from ganlib import PRESETS, RunEnded
from ganlib.__main__ import main

SMALL = ["--batch-size", "4", "--width", "8", "--depth", "1", "--latent-dim", "2"]


def test_presets_are_listed_with_what_one_sees(capsys):
    assert main(["presets"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(PRESETS)
    assert PRESETS["ring"].sees in lines[list(PRESETS).index("ring")]


def test_training_counts_its_steps_and_shows_the_losses(capsys):
    assert main(["train", "--preset", "ring", "--total-steps", "3", *SMALL]) == 0
    captured = capsys.readouterr()
    *steps, last = captured.out.replace("\r", "\n").strip().splitlines()
    assert [line.split()[1] for line in steps] == ["1/3", "2/3", "3/3"]
    assert all(name in steps[0] for name in ("d_loss ", "g_loss ", "d_r1 "))
    assert "nan" not in captured.out
    assert last.strip() == "completed after 3 steps."
    assert captured.err == ""


def test_flags_reach_the_configuration(monkeypatch):
    asked = []

    def training(config):
        asked.append(config)
        yield RunEnded(1, "completed")

    monkeypatch.setattr("ganlib.__main__.train", training)
    flags = [
        "--lr-d",
        "1e-3",
        "--spectral-norm",
        "--loss",
        "hinge",
        "--size",
        "32",
        "--name",
        "svhn",
    ]
    assert main(["train", "--title", "Mine", *flags]) == 0
    (config,) = asked
    assert config.title == "Mine"
    assert config.data.shape == (3, 32, 32)
    assert config.algorithm.optimisation.lr_d == 1e-3
    assert config.algorithm.network.spectral_norm
    assert config.algorithm.objective.loss == "hinge"
    assert main(["train", "--no-spectral-norm"]) == 0
    assert asked[1] == PRESETS["digits"].config


def test_a_loss_brings_its_companions_on_the_command_line_too(monkeypatch):
    asked = []

    def training(config):
        asked.append(config.algorithm.objective)
        yield RunEnded(1, "completed")

    monkeypatch.setattr("ganlib.__main__.train", training)
    for flags in (["wgan"], ["wgan-gp"], ["wgan-gp", "--gp-lambda", "0.5"]):
        assert main(["train", "--preset", "ring", "--loss", *flags]) == 0
    assert [one.weight_clip for one in asked] == [0.01, 0, 0]
    assert [one.gp_lambda for one in asked] == [0, 10, 0.5]


def test_a_configuration_from_a_file_is_run(tmp_path, capsys, plane_config):
    path = tmp_path / "run.json"
    path.write_text(plane_config.to_json())
    assert main(["train", "--config", str(path), "--total-steps", "2", "--width", "4"]) == 0
    assert "completed after 2 steps" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--lr-d", "5"], "lr_d is 5, but must be at most 0.1."),
        (
            ["--lr-d", "fast"],
            "lr_d is 'fast', which is not allowed: input should be a valid number",
        ),
        (["--lr-d", "nan"], "lr_d must be a finite number, not nan."),
        (["--batch-size", "1"], "batch_size is 1, but must be at least 2."),
        (["--loss", "wgan", "--weight-clip", "0"], "The loss wgan needs its critic held in bounds"),
        (["--updates", "simultaneous", "--d-steps", "2"], "Simultaneous updates move each network"),
        (["--config", "/no/such/file.json"], "[Errno 2] No such file"),
    ],
)
def test_a_bad_value_is_one_sentence_and_status_2(capsys, flags, sentence):
    assert main(["train", "--preset", "ring", *flags]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"ganlib: {sentence}")
    assert captured.err.count("\n") == 1


def test_a_file_that_is_no_configuration_is_refused(tmp_path, capsys):
    path = tmp_path / "run.json"
    path.write_text("{")
    assert main(["train", "--config", str(path)]) == 2
    assert capsys.readouterr().err.startswith("ganlib: This is not JSON")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "required: command"),
        (["train", "--preset", "nothing"], "invalid choice: 'nothing'"),
        (["train", "--loss", "nothing"], "invalid choice: 'nothing'"),
        (["train", "--preset", "ring", "--d-batch-norm"], "unrecognized arguments"),
        (["train", "--lr", "1"], "unrecognized arguments"),
    ],
)
def test_a_flag_that_does_not_exist_is_status_2_with_the_usage(capsys, arguments, words):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("usage: python -m ganlib")
    assert words in error


def test_help_tells_every_setting_of_the_chosen_configuration(capsys):
    for arguments in (["--help"], ["train", "--preset", "ring", "--help"]):
        with pytest.raises(SystemExit) as stop:
            main(arguments)
        assert stop.value.code == 0
    text = capsys.readouterr().out
    assert "--depth" in text
    assert "--d-batch-norm" not in text
    assert "--points" not in text
    assert "Step size of the discriminator. [0.0015]" in text


@pytest.mark.parametrize(("outcome", "status"), [("completed", 0), ("stopped", 1), ("diverged", 1)])
def test_the_status_tells_whether_the_run_came_to_its_end(monkeypatch, capsys, outcome, status):
    def training(config):
        yield RunEnded(3, outcome, "Because.")

    monkeypatch.setattr("ganlib.__main__.train", training)
    assert main(["train"]) == status
    assert capsys.readouterr().out.strip() == f"{outcome} after 3 steps. Because."


def test_the_module_runs_as_documented(monkeypatch, capsys):
    monkeypatch.delitem(sys.modules, "ganlib.__main__")
    monkeypatch.setattr(sys, "argv", ["ganlib", "train", "--lr-d", "5"])
    with pytest.raises(SystemExit) as stop:
        runpy.run_module("ganlib", run_name="__main__")
    assert stop.value.code == 2
    assert capsys.readouterr().err == "ganlib: lr_d is 5, but must be at most 0.1.\n"
