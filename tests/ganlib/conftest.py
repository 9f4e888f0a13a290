"""Runs that take milliseconds: a small pair in the plane, and a small DCGAN on noise."""

import pytest
import torch

from ganlib import PRESETS, StepCompleted, changed, train
from ganlib.algorithms.gan import Gan
from ganlib.config import DcganNetwork, GanConfig, ImageData, Objective, RunConfig
from ganlib.data import ImageSet, ImageSource, open_data

CPU = torch.device("cpu")
PICTURES = 37
"""A prime number, so that no batch divides it."""


@pytest.fixture
def plane_config():
    """Twenty steps in the plane, without penalties, frames at 0, 1, 2, 4, 8, 16 and 20."""
    small = {"total_steps": 20, "batch_size": 8, "frame_every": 8, "cpu_threads": 1}
    tiny = {"width": 8, "depth": 2, "latent_dim": 4}
    free = {"r1_gamma": 0, "r2_gamma": 0, "penalty_interval": 1, "lr_decay": "none"}
    adam = {"lr_g": 1e-3, "lr_d": 1e-3, "beta1": 0.0, "beta2": 0.9, "ema_half_life": 10_000}
    return changed(PRESETS["ring"].config, small | tiny | free | adam)


@pytest.fixture(scope="session")
def noise_pictures():
    """A data set of grey noise, opened at once."""
    rng = torch.Generator().manual_seed(0)
    pictures = torch.randint(0, 256, (PICTURES, 1, 28, 28), generator=rng, dtype=torch.uint8)
    labels = torch.arange(PICTURES) % 2
    return ImageSource(ImageSet("noise", pictures, labels, pictures, labels, ("a", "b")), CPU)


@pytest.fixture
def dcgan_config(monkeypatch, noise_pictures):
    """Twelve steps of a small DCGAN; training on pictures finds noise, which needs no reading."""
    monkeypatch.setattr("ganlib.trainer.open_data", lambda *_: noise_pictures)
    return RunConfig(
        total_steps=12,
        batch_size=4,
        frame_every=6,
        cpu_threads=1,
        device="cpu",
        data=ImageData(),
        algorithm=GanConfig(
            network=DcganNetwork(latent_dim=4, width=4), objective=Objective(r1_gamma=0.5)
        ),
    )


@pytest.fixture
def make_gan():
    """Makes (gan, batches) of a configuration in the plane, with settings replaced by name."""

    def make(config, **changes):
        config = changed(config, changes)
        batches = open_data(config.data, CPU).batches(
            config.batch_size, torch.Generator().manual_seed(10)
        )
        return Gan(config, config.data.shape, CPU), batches

    return make


@pytest.fixture
def metrics_of():
    """Trains to the end; the metrics of each step as text, which is exact and knows NaN."""

    def run(config, controls=None):
        return [
            repr(dict(event.metrics))
            for event in train(config, controls)
            if isinstance(event, StepCompleted)
        ]

    return run
