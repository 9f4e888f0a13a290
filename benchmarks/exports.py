"""Time and size of every export: 500 moments of digits, and curves of 100,000 steps.

python -m benchmarks.exports
"""

import time
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch

from ganlib import EXPORTS, PRESETS, RunConfig, RunRecord, RunSnapshot, StateSaved, changed, train
from ganlib.algorithms import make_algorithm

MOMENTS = 500
STEPS = 100_000


@dataclass
class Run:
    """A run as an export reads it."""

    run_id: str
    config: RunConfig
    snapshot: RunSnapshot
    origin: None = None


def main() -> None:
    config = changed(
        PRESETS["digits"].config, {"total_steps": MOMENTS, "frame_every": 1, "cpu_threads": 2}
    )
    record = RunRecord()
    for event in train(config):
        record.add(event)
    digits = replace(record.snapshot, states=(newest(config),))
    rows = np.random.default_rng(0).random((STEPS, len(digits.metric_names)), np.float32)
    rows[np.arange(STEPS) % 4 > 0, 4:] = np.nan
    steps = np.arange(1, STEPS + 1, dtype=np.uint32)
    long = replace(digits, step=STEPS, steps=steps, metrics=rows)
    print(f"{len(digits.frames)} moments, {STEPS:,} steps")
    with TemporaryDirectory() as folder:
        for name, export in EXPORTS.items():
            path, begin = Path(folder) / name, time.monotonic()
            export.write(Run("1a2b3c4d", config, long), path)
            took = time.monotonic() - begin
            print(f"{name:12} {took:6.2f} s {path.stat().st_size / 1e6:8.2f} MB", flush=True)


def newest(config: RunConfig) -> StateSaved:
    """A moment of the run, with first weights: their values change neither time nor size."""
    algorithm = make_algorithm(config, config.data.shape, torch.device("cpu"))
    state = {f"algorithm.{name}": value.numpy() for name, value in algorithm.state_dict().items()}
    return StateSaved(MOMENTS, config, state)


if __name__ == "__main__":
    main()
