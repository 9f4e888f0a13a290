import errno
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time

import pytest

from ganlib import RunStore
from ganlib.cli.training import INTERRUPTED, NOT_KEPT
from ganlib.store.run_writer import RunWriter
from tests.ganlib.cli.conftest import SMALL

SHORT = ["train", "--preset", "ring", "--total-steps", "3", *SMALL]
ENDLESS = ["--total-steps", "10000000"]


def test_a_run_is_trained_to_its_end_and_kept(say):
    status, out, err = say(*SHORT)
    assert (status, err) == (0, "")
    assert re.fullmatch(r"\w{8}: completed after 3 steps. d_loss \d.*  g_loss \d.*\n", out)
    (row,) = RunStore().rows()
    assert (row.state, row.step, row.saved_step) == ("completed", 3, 3)


def test_what_was_trained_is_told_in_json(facts):
    text = facts(*SHORT)
    assert (text["state"], text["step"], text["saved_step"]) == ("completed", 3, 3)
    assert text["metrics"]["d_loss"] > 0
    assert "d_gp" not in text["metrics"], "it was not measured"


def test_a_run_is_trained_on_as_the_same_run(facts, ring):
    text = facts("resume", ring, "--total-steps", "12")
    assert (text["run_id"], text["step"]) == (ring, 12)
    assert facts("show", ring)["checkpoints"][-1] == 12
    assert facts("resume", "latest")["step"] == 24, "as much again"


def test_a_run_of_any_family_is_trained_on(facts, of_family):
    assert facts("show", of_family)["config"]["algorithm"]["optimisation"]["lr"] == 0.002
    text = facts("resume", of_family, "--total-steps", "15")
    assert (text["run_id"], text["state"], text["step"]) == (of_family, "completed", 15)
    assert text["metrics"]["loss"] > -10


def test_a_run_is_not_trained_back(say, ring):
    status, out, err = say("resume", ring, "--total-steps", "5")
    assert (status, out) == (2, "")
    assert err == (
        "ganlib: Training steps: 5, but the run goes on from step 8: set a higher number.\n"
    )


def test_a_run_that_diverges_is_status_1_with_the_reason_on_stderr(say, monkeypatch):
    from ganlib.errors import DivergedError

    def diverge(self, batches):
        raise DivergedError("The loss became nan.")

    monkeypatch.setattr("ganlib.algorithms.gan.Gan.train_step", diverge)
    status, out, err = say(*SHORT)
    assert status == 1
    assert "diverged after 0 steps." in out
    assert err == "ganlib: The loss became nan.\n"


@pytest.fixture
def full_disk(monkeypatch):
    """A disk on which nothing goes once a run has come to step 2; told each try after its end."""

    def fill(on_try):
        write = RunWriter._write

        def refuse(writer, snapshot):
            if snapshot.step < 2 or (snapshot.is_over and on_try()):
                return write(writer, snapshot)
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr("ganlib.store.run_writer.EVERY", 0.01)
        monkeypatch.setattr("ganlib.cli.training.LOOK_EVERY", 0.01)
        monkeypatch.setattr(RunWriter, "_write", refuse)

    return fill


@pytest.fixture
def waits(monkeypatch):
    """Set when the command says that it waits for a full disk to be emptied."""
    text = threading.Event()

    def hear(words, **where):
        print(words, **where)
        if "the end of this run is not saved yet" in words and "Waiting" in words:
            text.set()

    monkeypatch.setattr("ganlib.cli.training.print", hear, raising=False)
    return text


def test_a_run_whose_end_is_not_saved_is_status_3_and_what_is_saved_is_told(say, full_disk, waits):
    def leave():
        if waits.is_set():  # Sooner it would stop the run, which the person no longer can.
            waits.clear()
            signal.raise_signal(signal.SIGINT)

    full_disk(leave)
    status, out, err = say(*SHORT)
    (row,) = RunStore().rows()
    saved = f"up to step {row.saved_step} only" if row.saved_step is not None else "nothing"
    assert status == NOT_KEPT
    assert re.match(rf"{row.run_id}: completed after 3 steps, and .*{saved}", out)
    assert "The disk is full: the end of this run is not saved yet. Free some space; then" in err
    assert "Waiting; Ctrl-C ends the waiting." in err
    assert row.saved_step is None or err.endswith(f"python -m ganlib resume {row.run_id}\n")


def test_the_end_of_a_run_waits_for_a_full_disk_to_be_emptied(say, full_disk, waits):
    full_disk(waits.is_set)
    status, out, err = say(*SHORT, "--json")
    assert (status, json.loads(out)["is_kept"], json.loads(out)["saved_step"]) == (0, True, 3)
    assert err.count("The disk is full") == 1, "while it waited, and not afterwards"
    (row,) = RunStore().rows()
    assert (row.state, row.saved_step) == ("completed", 3)


def test_a_run_that_is_removed_while_it_goes_on_is_not_told_as_kept(say, full_disk, monkeypatch):
    def forget():
        store = RunStore()
        with store.database.writing() as writer:
            writer.execute("DELETE FROM runs")
        return True

    full_disk(forget)
    status, out, err = say(*SHORT)
    assert status == NOT_KEPT
    assert "completed after 3 steps, and nothing is saved." in out
    assert "Nothing of this run is saved any more." in err
    assert "resume" not in err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_saves_and_ends_with_130(say, monkeypatch, number):
    write, facts = RunWriter._write, []

    def press_once_it_is_kept(writer, snapshot):
        write(writer, snapshot)
        if snapshot.step and not facts:
            facts.append(number)
            signal.raise_signal(number)

    monkeypatch.setattr("ganlib.store.run_writer.EVERY", 0.01)
    monkeypatch.setattr("ganlib.cli.training.LOOK_EVERY", 0.01)
    monkeypatch.setattr(RunWriter, "_write", press_once_it_is_kept)
    assert_stopped(*say("train", "--preset", "ring", *SMALL, "--json", *ENDLESS))


def assert_stopped(status, out, err):
    assert status == INTERRUPTED
    answer = json.loads(out)
    assert answer["state"] == "stopped"
    assert answer["saved_step"] == answer["step"] > 0
    assert err.strip() == "Stopping, and saving the run ..."
    (row,) = RunStore().rows()
    assert (row.state, row.saved_step) == ("stopped", answer["step"])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no signal to another process")
def test_ctrl_c_reaches_a_process():
    command = [sys.executable, "-m", "ganlib", "train", "--preset", "ring", *SMALL, "--json"]
    process = subprocess.Popen(
        [*command, *ENDLESS],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    store = RunStore()
    while not any(row.saved_step for row in store.rows()):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert_stopped(process.returncode, out, err)


def test_a_terminal_gets_a_bar_with_losses_and_time_left(monkeypatch, say):
    monkeypatch.setattr("ganlib.cli.training.LOOK_EVERY", 0.01)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    status, _, err = say(*SHORT)
    assert status == 0
    last = err.replace("\r", "\n").strip().splitlines()[-1]
    assert "3/3" in last
    assert "d_loss" in last
    assert "step/s" in last or "s/step" in last


def test_ctrl_c_in_any_other_command_is_one_sentence(say, monkeypatch):
    def press():
        raise KeyboardInterrupt

    monkeypatch.setattr("ganlib.cli.manage.open_store", press)
    assert say("list") == (INTERRUPTED, "", "ganlib: ended by Ctrl-C, before all was done.\n")
