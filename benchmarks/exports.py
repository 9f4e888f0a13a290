"""Time and size of every export: frames of digits, and curves of noise.

python -m benchmarks.exports [--frames 500] [--steps 100000] [--quick]
"""

import argparse
import time
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.common import arguments
from ganlib import EXPORTS, PRESETS, RunConfig, RunRecord, RunSnapshot, changed, train


@dataclass
class Run:
    """A run as an export reads it."""

    run_id: str
    config: RunConfig
    snapshot: RunSnapshot
    created: float = 0.0
    origin: None = None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=500)
    parser.add_argument("--steps", type=int, default=100_000)
    wanted = arguments(parser, frames=3, steps=100)
    often = {"total_steps": wanted.frames - 1, "frame_every": 1, "cpu_threads": 2}
    config = changed(PRESETS["digits"].config, often)
    record = RunRecord()
    for event in train(config):
        record.add(event)
    long = prolonged(record.snapshot, wanted.steps)
    print(f"{len(long.frames)} frames, {wanted.steps:,} steps")
    with TemporaryDirectory() as folder:
        for name, export in EXPORTS.items():
            if name == "zip":  # It is of what lies on the disk, and this run was never kept.
                continue
            path, begin, worked = Path(folder) / name, time.monotonic(), time.process_time()
            export.write(Run("1a2b3c4d", config, long), path)
            took, work = time.monotonic() - begin, time.process_time() - worked
            size = path.stat().st_size / 1e6
            print(f"{name:12} {took:6.2f} s, {work:6.2f} s of a core {size:8.2f} MB", flush=True)


def prolonged(run: RunSnapshot, count: int) -> RunSnapshot:
    """The run with curves of noise of so many steps."""
    rows = np.random.default_rng(0).random((count, len(run.metric_names)), np.float32)
    rows[np.arange(count) % 4 > 0, 4:] = np.nan
    steps = np.arange(1, count + 1, dtype=np.uint32)
    images, seconds = 64 * steps.astype(np.uint64), steps.astype(np.float32) / 10
    return replace(run, step=count, steps=steps, images=images, seconds=seconds, metrics=rows)


if __name__ == "__main__":
    main()
