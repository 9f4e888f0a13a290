import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from ganlib import RunStore
from ganlib.cli.training import INTERRUPTED
from tests.ganlib.cli.conftest import SMALL

SHORT = ["train", "--preset", "ring", "--total-steps", "3", *SMALL]


def test_a_run_is_trained_to_its_end_and_kept(say):
    status, out, err = say(*SHORT)
    assert (status, err) == (0, "")
    assert re.fullmatch(r"\w{8}: completed after 3 steps. d_loss \d.*  g_loss \d.*\n", out)
    (row,) = RunStore().rows()
    assert (row.state, row.step, row.saved_step) == ("completed", 3, 3)


def test_what_was_trained_is_told_in_json(told):
    said = told(*SHORT)
    assert (said["state"], said["step"], said["saved_step"]) == ("completed", 3, 3)
    assert said["metrics"]["d_loss"] > 0
    assert "d_gp" not in said["metrics"], "it was not measured"


def test_a_run_is_trained_on_as_the_same_run(told, ring):
    said = told("resume", ring, "--total-steps", "12")
    assert (said["run_id"], said["step"]) == (ring, 12)
    assert told("show", ring)["checkpoints"][-1] == 12
    assert told("resume", "latest")["step"] == 24, "as much again"


def test_a_run_of_any_family_is_trained_on(told, of_family):
    assert told("show", of_family)["config"]["algorithm"]["optimisation"]["lr"] == 0.002
    said = told("resume", of_family, "--total-steps", "15")
    assert (said["run_id"], said["state"], said["step"]) == (of_family, "completed", 15)
    assert said["metrics"]["loss"] > -10


def test_a_run_is_not_trained_back(say, ring):
    status, out, err = say("resume", ring, "--total-steps", "5")
    assert (status, out) == (2, "")
    assert err == ("ganlib: total_steps is 5, but the run goes on from step 8: set it higher.\n")


def test_a_run_that_diverges_is_status_1_with_the_reason_on_stderr(say, monkeypatch):
    from ganlib.errors import DivergedError

    def diverge(self, batches, players):
        raise DivergedError("The loss became nan.")

    monkeypatch.setattr("ganlib.algorithms.gan.Gan.train_step", diverge)
    status, out, err = say(*SHORT)
    assert status == 1
    assert "diverged after 0 steps." in out
    assert err == "ganlib: The loss became nan.\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_saves_and_ends_with_130(number):
    command = [sys.executable, "-m", "ganlib", "train", "--preset", "ring", *SMALL, "--json"]
    process = subprocess.Popen(
        [*command, "--total-steps", "10000000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    store = RunStore()
    while not any(row.saved_step for row in store.rows()):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED
    said = json.loads(out)
    assert said["state"] == "stopped"
    assert said["saved_step"] == said["step"] > 0
    assert err.strip() == "Stopping, and saving the run ..."
    (row,) = store.rows()
    assert (row.state, row.saved_step) == ("stopped", said["step"])


def test_a_terminal_gets_a_bar_with_losses_and_time_left(monkeypatch, say):
    monkeypatch.setattr("ganlib.cli.training.LOOK_EVERY", 0.01)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    status, _, err = say(*SHORT)
    assert status == 0
    last = err.replace("\r", "\n").strip().splitlines()[-1]
    assert "3/3" in last
    assert "d_loss" in last
    assert "step/s" in last or "s/step" in last
