import json
import runpy
import sys

import pytest

from ganlib import PRESETS, RunStore
from ganlib.cli import main, training

SMALL = ["--batch-size", "4", "--width", "8", "--depth", "1", "--latent-dim", "2"]


@pytest.fixture
def parsed(monkeypatch):
    """The configurations that were to be trained; none is."""
    configs = []

    def start(self, config):
        configs.append(config)
        raise ValueError("enough")

    monkeypatch.setattr(training.RunManager, "start", start)

    def ask(*flags):
        with pytest.raises(ValueError, match="enough"):
            main(["train", *flags])
        return configs[-1]

    return ask


def test_flags_reach_the_configuration(parsed):
    flags = ["--lr-d", "1e-3", "--spectral-norm", "--loss", "hinge", "--size", "32"]
    config = parsed("--title", "Mine", *flags, "--name", "svhn", "--keep-newest", "7")
    assert config.title == "Mine"
    assert config.data.shape == (3, 32, 32)
    assert config.algorithm.optimisation.lr_d == 1e-3
    assert config.algorithm.network.spectral_norm
    assert config.algorithm.objective.loss == "hinge"
    assert config.saving.keep_newest == 7
    assert parsed("--no-spectral-norm") == PRESETS["digits"].config


def test_a_flag_may_say_where_the_setting_stands(parsed):
    config = parsed("--optimisation.lr-d", "1e-3", "--network.spectral-norm", "--seed", "4")
    assert config == parsed("--lr-d", "1e-3", "--spectral-norm", "--seed", "4")
    assert not parsed("--no-network.spectral-norm").gan.network.spectral_norm


@pytest.mark.parametrize(
    ("flags", "clip", "gp"),
    [(["wgan"], 0.01, 0), (["wgan-gp"], 0, 10), (["wgan-gp", "--gp-lambda", "0.5"], 0, 0.5)],
)
def test_a_loss_brings_its_companions_on_the_command_line_too(parsed, flags, clip, gp):
    objective = parsed("--preset", "ring", "--loss", *flags).algorithm.objective
    assert (objective.weight_clip, objective.gp_lambda) == (clip, gp)


def test_a_configuration_from_a_file_is_run(parsed, tmp_path, toy2d_config):
    path = tmp_path / "run.json"
    path.write_text(toy2d_config.to_json())
    config = parsed("--config", str(path), "--total-steps", "2", "--width", "4")
    assert (config.total_steps, config.algorithm.network.width) == (2, 4)
    assert config.data == toy2d_config.data


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--lr-d", "5"], "Learning rate of D (η_D) [--lr-d] is 5, but must be at most 0.1."),
        (
            ["--lr-d", "fast"],
            "Learning rate of D (η_D) [--lr-d] is 'fast', which is not allowed: input should be a "
            "valid number",
        ),
        (["--lr-d", "nan"], "Learning rate of D (η_D) [--lr-d] must be a finite number, not nan."),
        (["--batch-size", "1"], "Batch size (N) [--batch-size] is 1, but must be at least 2."),
        (
            ["--loss", "wgan", "--weight-clip", "0"],
            "The loss wgan cannot do without Weight clipping (c) [--weight-clip]: set it to 0.01.",
        ),
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
        ([], "required: COMMAND"),
        (["train", "--preset", "nothing"], "invalid choice: 'nothing'"),
        (["train", "--loss", "nothing"], "invalid choice: 'nothing'"),
        (["train", "--preset", "ring", "--d-batch-norm"], "unrecognized arguments"),
        (["train", "--lr", "1"], "unrecognized arguments"),
        (["export", "latest", "jpeg"], "invalid choice: 'jpeg'"),
        (["show"], "required: RUN"),
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
    assert "Learning rate of D (η_D): How far" in " ".join(text.split())
    assert "From more than 0 to 0.1. [0.003]" in " ".join(text.split())
    assert 'or by "latest"' in text


@pytest.mark.parametrize(
    "command",
    [
        "train",
        "resume",
        "list",
        "show",
        "delete",
        "restore",
        "import",
        "sample",
        "evaluate",
        "export",
        "bench",
        "presets",
    ],
)
def test_every_command_has_help(capsys, command):
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    assert f"python -m ganlib {command}" in capsys.readouterr().out


def test_runs_are_kept_where_the_flag_says(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("MINIMAX_RUNS", str(tmp_path / "not-here"))
    place = tmp_path / "there"
    flags = ["train", "--preset", "ring", "--total-steps", "2", *SMALL]
    assert main(["--runs", str(place), *flags, "--json"]) == 0
    run_id = json.loads(capsys.readouterr().out)["run_id"]
    assert [row.run_id for row in RunStore(place).rows()] == [run_id]
    assert not (tmp_path / "not-here").exists()


def test_the_module_runs_as_documented(monkeypatch, capsys):
    monkeypatch.delitem(sys.modules, "ganlib.__main__", raising=False)
    monkeypatch.setattr(sys, "argv", ["ganlib", "train", "--lr-d", "5"])
    with pytest.raises(SystemExit) as stop:
        runpy.run_module("ganlib", run_name="__main__")
    assert stop.value.code == 2
    assert capsys.readouterr().err == (
        "ganlib: Learning rate of D (η_D) [--lr-d] is 5, but must be at most 0.1.\n"
    )
