"""Snapshots with known rows and frames."""

from dataclasses import replace

import numpy as np
import pytest

from ganlib.config import RunConfig
from ganlib.events import FrameDrawn
from ganlib.settings import changed
from ganlib.store import RunRecord, RunSnapshot
from ganlib.trainer import train

NAN = np.nan


@pytest.fixture
def snapshot():
    """Three steps of two metrics, the second measured in the second step only."""
    metrics = np.array([[0.5, NAN], [0.1, 2.0], [1e-7, NAN]], np.float32)
    metrics.flags.writeable = False
    return replace(
        RunSnapshot(),
        step=3,
        elapsed=6.0,
        metric_names=("d_loss", "d_r1"),
        steps=np.array([1, 2, 3], np.uint32),
        images=np.array([64, 128, 192], np.uint64),
        seconds=np.array([0.5, 4, 6], np.float32),
        metrics=metrics,
    )


@pytest.fixture
def draw(snapshot):
    """The same run with a frame for each given step; every picture is even, of its step's level."""

    def draw(*steps, size=28, channels=1, count=4, real=None):
        shape = (count, size, size, channels)
        frames = tuple(FrameDrawn(step, np.full(shape, step % 256, np.uint8)) for step in steps)
        return replace(snapshot, frames=frames, real=real)

    return draw


@pytest.fixture
def in_classes(snapshot):
    """A run that is asked for ten digits, of 64 pictures whose level is that of their class."""
    levels = (np.arange(64) % 10 * 20).astype(np.uint8)
    pictures = levels[:, None, None, None] * np.ones((28, 28, 1), np.uint8)
    run = replace(snapshot, frames=(FrameDrawn(0, pictures),), real=pictures)
    return run, changed(RunConfig(), {"condition": "projection"})


@pytest.fixture
def recorded():
    """Trains to the end; the record's snapshot."""

    def record(config, controls=None, hand=lambda event: None):
        record = RunRecord()
        for event in train(config, controls):
            record.add(event)
            hand(event)
        return record.snapshot

    return record
