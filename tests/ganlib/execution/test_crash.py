"""Crashes for real: killed processes, a full disk, folders taken away; and going on afterwards."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from benchmarks.kills import kill
from ganlib import PRESETS, RunConfig, RunManager, RunStore, changed
from ganlib.process import runs_folder
from tests.ganlib.conftest import tiny_family

SMALL_RING = {"width": 8, "depth": 1, "batch_size": 8, "frame_every": 20, "total_steps": 10_000_000}
STEPS = 6

DIGITS = {"size": 8, "width": 4, "batch_size": 4, "latent_dim": 4, "frame_every": 2}
CASES = {
    "toy2d": changed(
        PRESETS["ring"].config,
        {**SMALL_RING, "pack": 2, "penalty_interval": 4, "lr_decay": "none"},
    ),
    "pictures": changed(PRESETS["digits"].config, DIGITS),
    "everything that remembers": changed(
        PRESETS["digits"].config,
        {
            **DIGITS,
            "lecam_lambda": 0.1,
            "r1_gamma": 0.0,
            "r2_gamma": 1.0,
            "augment_p": 0.3,
            "ada_target": 0.6,
            "ada_images": 1000,
            "instance_noise": 0.1,
            "d_batch_norm": False,
            "norms_every": 2,
        },
    ),
    "asked": changed(
        PRESETS["digits"].config, {**DIGITS, "condition": "projection", "loss": "rpgan"}
    ),
    "codes": changed(PRESETS["digits"].config, {**DIGITS, "condition": "codes"}),
    "rmsprop": changed(
        PRESETS["shapes"].config, {**DIGITS, "optimiser": "rmsprop", "d_steps": 2, "g_steps": 2}
    ),
    "vae": changed(tiny_family("vae"), {"warm_up_steps": 8}),
    "made": changed(tiny_family("made"), {"optimiser": "rmsprop"}),
    "pixelcnn": tiny_family("pixelcnn-asked"),
}
"""Runs whose steps depend on all that a checkpoint has to hold."""

RESUME = ["-m", "ganlib", "resume", "latest", "--total-steps", str(2 * STEPS)]

FULL = """
import json, sys, time
from pathlib import Path
from ganlib import PRESETS, LimitSpeed, RunManager, RunStore, changed

def wait(fact):
    end = time.monotonic() + 60
    while not fact():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)

def fill(path):
    with path.open("wb", 0) as file:
        for size in (65536, 4096, 512, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                pass

disk = Path(sys.argv[1])
manager = RunManager(RunStore(disk / "runs"))
config = changed(PRESETS["ring"].config, json.loads(sys.argv[2]))
run = manager.get(manager.start(config))
manager.send(run.run_id, LimitSpeed(500))
wait(lambda: run.snapshot.saved_step)
fill(disk / "filler")
wait(lambda: run.snapshot.problem)
problem, step, saved = run.snapshot.problem, run.snapshot.step, run.snapshot.saved_step
wait(lambda: run.snapshot.step > step + 10)
(disk / "filler").unlink()
wait(lambda: not run.snapshot.problem and run.snapshot.saved_step > saved)
manager.close()
store = RunStore(disk / "runs")
(row,) = store.rows()
print(json.dumps({"problem": problem, "notice": store.notice, "state": row.state}))
"""


@pytest.fixture
def trained(wait_until):
    """Trains to a step, and lets go of everything but what is on the disk."""

    def train(folder, config: RunConfig, steps: int):
        manager = RunManager(RunStore(folder))
        if rows := manager.store.rows():
            run_id = rows[0].run_id
            manager.resume(run_id, steps)
        else:
            run_id = manager.start(changed(config, {"total_steps": steps, "cpu_threads": 1}))
        run = manager.get(run_id)
        wait_until(lambda: run.snapshot.is_over, seconds=60.0)
        manager.close()
        assert run.snapshot.state == "completed", run.snapshot.message
        return newest(RunStore(folder))

    return train


def test_a_killed_process_loses_nothing_that_was_shown_as_saved(tmp_path):
    seen = kill(tmp_path, after=0.4)
    assert len(seen.kept) == 2
    for run_id, step in seen.shown.items():
        assert seen.kept[run_id] >= step


@pytest.mark.parametrize("config", CASES.values(), ids=list(CASES))
def test_a_run_that_goes_on_is_bitwise_one_that_never_ended(tmp_path, config, trained):
    whole = trained(tmp_path / "whole", config, 2 * STEPS)
    trained(tmp_path / "runs", config, STEPS)
    assert_same(trained(tmp_path / "runs", config, 2 * STEPS), whole)


def test_it_is_so_in_a_new_process_too(tmp_path, trained):
    config = CASES["everything that remembers"]
    whole = trained(tmp_path / "whole", config, 2 * STEPS)
    trained(runs_folder(), config, STEPS)
    subprocess.run([sys.executable, *RESUME], check=True, capture_output=True)
    assert_same(newest(RunStore(runs_folder())), whole)


def assert_same(resumed, whole):
    assert resumed.step == whole.step == 2 * STEPS
    assert resumed.metric_names == whole.metric_names
    assert resumed.metrics.tobytes() == whole.metrics.tobytes()
    one, other = resumed.checkpoints[-1].load().state, whole.checkpoints[-1].load().state
    assert one.keys() == other.keys()
    assert [name for name in one if one[name].tobytes() != other[name].tobytes()] == []
    assert np.array_equal(resumed.frames[-1].samples, whole.frames[-1].samples)


def newest(store: RunStore):
    (row,) = store.rows()
    return RunManager(store).get(row.run_id).snapshot


def test_a_full_disk_is_told_training_goes_on_and_saving_too_when_there_is_room(tmp_path):
    """The disk is a real one of 32 megabytes, which only the child sees."""
    disk = tmp_path / "disk"
    disk.mkdir()
    alone = ["unshare", "--user", "--map-root-user", "--mount"]
    if (
        not shutil.which(alone[0])
        or subprocess.run([*alone, "true"], capture_output=True).returncode
    ):
        pytest.skip("a small disk of its own takes Linux, and leave to unshare")
    mounted = f'mount -t tmpfs -o size=32m tmpfs "{disk}" && exec "$@"'
    child = [sys.executable, "-c", FULL, str(disk), json.dumps({**SMALL_RING, "frame_every": 200})]
    found = subprocess.run(
        [*alone, "sh", "-c", mounted, "sh", *child],
        check=True,
        capture_output=True,
        text=True,
    )
    answer = json.loads(found.stdout)
    assert "disk" in answer["problem"]
    assert "ree some space" in answer["problem"]
    assert (answer["notice"], answer["state"]) == ("", "stopped")


def test_a_folder_taken_away_under_a_run_is_told_and_made_anew(tmp_path, monkeypatch, wait_until):
    monkeypatch.setattr("ganlib.store.run_writer.EVERY", 0.05)
    manager = RunManager(RunStore(tmp_path / "runs"))
    run_id = manager.start(changed(PRESETS["ring"].config, SMALL_RING))
    other = manager.start(changed(PRESETS["ring"].config, SMALL_RING))
    run = manager.get(run_id)
    wait_until(lambda: len(run.snapshot.frames) > 3 and run.snapshot.saved_step)
    (tmp_path / "runs" / run_id).rename(tmp_path / "away")
    wait_until(lambda: "were taken away from the disk" in run.snapshot.problem)
    step = run.snapshot.step
    wait_until(lambda: (run.snapshot.saved_step or 0) > step)
    manager.close()
    store = RunStore(tmp_path / "runs")
    assert {row.run_id: row.state for row in store.rows()} == {run_id: "stopped", other: "stopped"}
    saved = RunManager(store).get(run_id).snapshot
    assert saved.checkpoints[-1].load().step == saved.saved_step > step
    assert "files lost" in [event["kind"] for event in store.events(run_id)]
