"""Runs that do as they are told, at once, and stores to keep them in."""

import itertools
import subprocess
import sys
import time

import numpy as np
import pytest

from ganlib.events import FrameDrawn, RunPrepared, StateSaved, StepCompleted
from ganlib.runs import RunStore, RunThread

METRICS = ("d_loss", "g_loss")


@pytest.fixture
def wait_until():
    def wait(fact, seconds=20.0):
        end = time.monotonic() + seconds
        while not fact():
            assert time.monotonic() < end, "it did not happen"
            time.sleep(0.002)

    return wait


@pytest.fixture
def open_store(tmp_path):
    """Opens stores, by default of the one folder of the test, and closes them after it."""
    opened = []

    def open_one(folder=tmp_path / "runs"):
        opened.append(RunStore(folder))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store):
    return open_store()


@pytest.fixture
def events(plane_config):
    """What a run in the plane says from one step to another: a moment every tenth step."""

    def told(first, last, config=plane_config):
        if first == 0:
            yield RunPrepared(np.full((3, 2), 0.5, np.float32), "cpu", METRICS)
        for step in range(first, last + 1):
            if step:
                yield StepCompleted(step, {"d_loss": step / 2, "g_loss": np.nan}, 8 * step)
            if step % 10 == 0:
                yield FrameDrawn(step, np.full((4, 2), step, np.float32))
                state = {
                    "algorithm.images_seen": np.array(8 * step),
                    "w": np.full(3, step, np.float32),
                }
                yield StateSaved(step, config, state)

    return told


@pytest.fixture
def hold(store, plane_config, monkeypatch):
    """Makes runs that no thread trains, and that are kept a hundred times a second."""
    monkeypatch.setattr("ganlib.runs.keeper.EVERY", 0.01)
    numbers, held = itertools.count(), []

    def make(*told, config=plane_config, beginning=None, run_id=None):
        name = run_id or f"r{next(numbers)}"
        run = RunThread(name, config, store, lambda run: None, beginning)
        held.append(run)
        for event in told:
            run._record.add(event)
        return run

    yield make
    for run in held:
        run._keeper.finish()


@pytest.fixture
def in_another_process():
    """Begins Python scripts in processes of their own, and kills those that are left."""
    begun = []

    def begin(script, *arguments):
        child = subprocess.Popen(
            [sys.executable, "-c", script, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        begun.append(child)
        return child

    yield begin
    for child in begun:
        child.kill()
        child.wait()
        child.stdin.close()
        child.stdout.close()
