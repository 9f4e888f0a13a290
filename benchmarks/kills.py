"""Kill a process that trains at random moments; nothing that was shown as saved may be lost.

python -m benchmarks.kills [--kills 50] [--seed 0] [--quick]

Each time a child trains a run on 2-D data and one on pictures while this process reads the store
as a page does, noting the highest step that was shown as saved. The child is killed (SIGKILL), the
store opened anew, and every run looked at; then one run is trained on for a few steps.
"""

import argparse
import math
import os
import random
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.common import arguments
from ganlib import RunManager, RunStore, StoredRun

CHILD = """
import sys, time
from pathlib import Path
from ganlib import PRESETS, RunManager, RunStore, changed
manager = RunManager(RunStore(Path(sys.argv[1])))
often = {"checkpoint_every": 0.3, "total_steps": 10_000_000}
ring = {"width": 8, "depth": 1, "frame_every": 50, "batch_size": 16}
manager.start(changed(PRESETS["ring"].config, often | ring))
manager.start(changed(PRESETS["digits"].config, often | {"width": 4, "batch_size": 8}))
print("begun", flush=True)
time.sleep(1000)
"""
LONGEST = 4.0
"""Seconds between the first thing that is shown as saved and the kill, at most."""


@dataclass
class Seen:
    """What a kill left: of each run the step shown as saved, kept, and gone on to."""

    after: float
    shown: dict[str, int]
    kept: dict[str, int]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    wanted = arguments(parser, kills=1)
    rng = random.Random(wanted.seed)
    seen = []
    for number in range(wanted.kills):
        with TemporaryDirectory() as folder:
            seen.append(kill(Path(folder), rng.uniform(0, LONGEST)))
        print(f"kill {number + 1}: {seen[-1]}", flush=True)
    runs = sum(len(one.shown) for one in seen)
    ahead = [one.kept[run] - step for one in seen for run, step in one.shown.items()]
    print(
        f"{len(seen)} kills, {runs} runs of which something was shown as saved; all there, none "
        f"behind; kept beyond what was shown: median {statistics.median(ahead)} steps"
    )


def kill(folder: Path, after: float) -> Seen:
    """Train in a child, kill it, and make sure that all that was shown is there.

    Raises:
        AssertionError: something is lost.
    """
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert child.stdout is not None
    assert child.stdout.readline().strip() == b"begun"
    shown = _watch(RunStore(folder), after)
    child.kill()
    child.wait()
    child.stdout.close()
    store = RunStore(folder)
    assert store.notice == "", store.notice
    rows = store.rows()
    assert len(rows) == 2, "a run is gone"
    kept = {row.run_id: _check(StoredRun(store, row), shown.get(row.run_id)) for row in rows}
    store.close()
    _go_on(folder, max(shown, key=lambda run_id: shown[run_id]))
    return Seen(round(after, 2), shown, kept)


def _watch(store: RunStore, seconds: float) -> dict[str, int]:
    """The highest step of each run that a page would have shown as saved meanwhile."""
    shown: dict[str, int] = {}
    runs: dict[str, StoredRun] = {}
    end = math.inf
    while time.monotonic() < end:
        for row in store.rows():
            run = runs.setdefault(row.run_id, StoredRun(store, row))
            if (saved := run.snapshot.saved_step) is not None:
                shown[row.run_id] = max(saved, shown.get(row.run_id, 0))
        if shown and end == math.inf:
            end = time.monotonic() + seconds
        time.sleep(0.02)
    store.close()
    return shown


def _check(run: StoredRun, shown: int | None) -> int:
    """Whether all of a killed run is whole; its newest checkpoint, -1 where it has none."""
    snapshot = run.snapshot
    assert snapshot.state == "interrupted", snapshot.state
    assert "ended without a word" in snapshot.message
    assert snapshot.problem == "", snapshot.problem
    newest = snapshot.saved_step if snapshot.saved_step is not None else -1
    assert shown is None or newest >= shown, f"step {shown} was shown as saved, {newest} is kept"
    for checkpoint in snapshot.checkpoints:
        assert checkpoint.load().step == checkpoint.step
    for frame in snapshot.frames:
        assert len(frame.samples) > 0
    assert newest <= 0 or snapshot.steps[:newest].tolist() == list(range(1, newest + 1))
    assert np.isfinite(snapshot.metrics[:, :2]).all()
    return newest


def _go_on(folder: Path, run_id: str) -> None:
    """Train a run on for five steps."""
    manager = RunManager(RunStore(folder))
    saved = manager.get(run_id).snapshot.saved_step or 0
    manager.resume(run_id, saved + 5)
    run = manager.get(run_id)
    while not run.snapshot.is_over:
        time.sleep(0.05)
    assert (run.snapshot.state, run.snapshot.step) == ("completed", saved + 5), run.snapshot.message
    manager.close()


if __name__ == "__main__":
    main()
