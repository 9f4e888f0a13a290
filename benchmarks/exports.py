"""Time and size of every export: 500 moments of digits, and curves of 100,000 steps.

python -m benchmarks.exports
"""

import time
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from ganlib import EXPORTS, PRESETS, RunConfig, RunRecord, RunSnapshot, changed, train

MOMENTS = 500
STEPS = 100_000


@dataclass
class Run:
    """A run as an export reads it."""

    run_id: str
    config: RunConfig
    snapshot: RunSnapshot
    created: float = 0.0
    origin: None = None


def main() -> None:
    config = changed(
        PRESETS["digits"].config, {"total_steps": MOMENTS - 1, "frame_every": 1, "cpu_threads": 2}
    )
    record = RunRecord()
    for event in train(config):
        record.add(event)
    digits = record.snapshot
    rows = np.random.default_rng(0).random((STEPS, len(digits.metric_names)), np.float32)
    rows[np.arange(STEPS) % 4 > 0, 4:] = np.nan
    steps = np.arange(1, STEPS + 1, dtype=np.uint32)
    images, seconds = 64 * steps.astype(np.uint64), steps.astype(np.float32) / 10
    long = replace(digits, step=STEPS, steps=steps, images=images, seconds=seconds, metrics=rows)
    print(f"{len(digits.frames)} moments, {STEPS:,} steps")
    with TemporaryDirectory() as folder:
        for name, export in EXPORTS.items():
            if name == "zip":  # It is of what lies on the disk, and this run was never kept.
                continue
            path, begin, worked = Path(folder) / name, time.monotonic(), time.process_time()
            export.write(Run("1a2b3c4d", config, long), path)
            took, work = time.monotonic() - begin, time.process_time() - worked
            size = path.stat().st_size / 1e6
            print(f"{name:12} {took:6.2f} s, {work:6.2f} s of a core {size:8.2f} MB", flush=True)


if __name__ == "__main__":
    main()
