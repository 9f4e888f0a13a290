"""Runs that do as they are told, at once."""

import time

import numpy as np
import pytest

from ganlib.events import RunEnded, RunPrepared, StepCompleted


@pytest.fixture
def wait_until():
    def wait(fact, seconds=20.0):
        end = time.monotonic() + seconds
        while not fact():
            assert time.monotonic() < end, "it did not happen"
            time.sleep(0.002)

    return wait


@pytest.fixture
def idle_training(monkeypatch):
    """Training that learns nothing: it steps until it is stopped, or to its last step."""

    def train(config, controls, report):
        yield RunPrepared(np.zeros((1, 2), np.float32), "cpu", ("d_loss",))
        for step in range(1, config.total_steps + 1):
            if controls.wait_for_turn() is None:
                yield RunEnded(step - 1, "stopped")
                return
            time.sleep(0.001)
            yield StepCompleted(step, {"d_loss": 0.0}, step)
        yield RunEnded(config.total_steps, "completed")

    monkeypatch.setattr("ganlib.runs.thread.train", train)
