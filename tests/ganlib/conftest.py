"""Runs that take milliseconds: small networks of every family, in the plane and on noise."""

import pytest
import torch

from ganlib import PRESETS, StateSaved, StepCompleted, changed, train
from ganlib.algorithms import make_algorithm
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


TINY = {"total_steps": 12, "batch_size": 4, "frame_every": 6, "cpu_threads": 1, "device": "cpu"}
SOLO = {"optimisation": {"ema_half_life": 20.0}}
PERCEPTRON = {"architecture": "vae-perceptron", "width": 8, "depth": 1, "latent_dim": 2}
MAPS = {"architecture": "vae-convolutional", "width": 4, "latent_dim": 3}
MADE = {"architecture": "made", "width": 16, "depth": 2, "bins": 8}
PIXELCNN = {"architecture": "pixelcnn", "width": 8, "depth": 2, "reach": 1}
BITMAPS = {"kind": "images", "size": 8, "levels": 2}
FAMILIES = {
    "gan-plane": ({"kind": "plane"}, {"network": {"architecture": "plane", "width": 8}}),
    "vae-plane": (
        {"kind": "plane"},
        SOLO | {"family": "vae", "network": PERCEPTRON, "objective": {"likelihood": "gaussian"}},
    ),
    "made-plane": ({"kind": "plane"}, SOLO | {"family": "autoregressive", "network": MADE}),
    "gan": (BITMAPS, {"network": {"architecture": "dcgan", "width": 4, "latent_dim": 4}}),
    "vae": (BITMAPS, SOLO | {"family": "vae", "network": MAPS}),
    "made": (BITMAPS, SOLO | {"family": "autoregressive", "network": MADE}),
    "pixelcnn": (BITMAPS, SOLO | {"family": "autoregressive", "network": PIXELCNN}),
    "pixelcnn-asked": (
        BITMAPS,
        SOLO | {"family": "autoregressive", "network": PIXELCNN | {"conditional": True}},
    ),
}
"""Twelve steps of each family, in the plane and on black and white pictures of 8 x 8 pixels."""
SOLO_FAMILIES = tuple(name for name in FAMILIES if not name.startswith("gan"))
FEW_FAMILIES = ("gan-plane", "vae-plane", "made-plane", "pixelcnn")
"""Where each of them takes its time."""


def tiny_family(name):
    """The configuration of that name."""
    data, algorithm = FAMILIES[name]
    return RunConfig.parse(TINY | {"data": data, "algorithm": algorithm})


@pytest.fixture(scope="session")
def bitmaps():
    """A data set of noise in black and white, opened at once."""
    rng = torch.Generator().manual_seed(0)
    pictures = 255 * torch.randint(2, (PICTURES, 1, 8, 8), generator=rng, dtype=torch.uint8)
    labels = torch.arange(PICTURES) % 10
    names = tuple("0123456789")
    return ImageSource(ImageSet("bitmaps", pictures, labels, pictures, labels, names), CPU)


@pytest.fixture
def family(monkeypatch, bitmaps):
    """Gives the tiny run of a name; training on pictures finds noise, which needs no reading."""

    def give(name):
        config = tiny_family(name)
        if config.data.kind == "images":
            monkeypatch.setattr("ganlib.trainer.open_data", lambda *_: bitmaps)
        return config

    return give


@pytest.fixture(params=FAMILIES)
def each_family(request, family):
    """The tiny run of every family in turn."""
    return family(request.param)


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


@pytest.fixture
def saved():
    """A moment of a configuration after its first step would be, with weights as they begin."""

    def save(config, step=7):
        algorithm = make_algorithm(config, config.data.shape, CPU)
        state = {
            f"algorithm.{name}": x.detach().numpy() for name, x in algorithm.state_dict().items()
        }
        return StateSaved(step, config, state)

    return save
