"""Runs that take milliseconds: small networks of every family, on 2-D data and on noise."""

import itertools
import subprocess
import sys
import time

import numpy as np
import pytest
import torch

from ganlib import PRESETS, CheckpointSaved, StepCompleted, changed, train
from ganlib.algorithms import make_algorithm
from ganlib.algorithms.gan import Gan
from ganlib.config import DcganNetwork, GanConfig, ImageData, Objective, RunConfig
from ganlib.data import ImageSet, ImageSource, open_data
from ganlib.events import FrameDrawn, RunPrepared
from ganlib.execution import RunThread
from ganlib.store import RunStore

CPU = torch.device("cpu")
PICTURES = 37
"""A prime number, so that no batch divides it."""


@pytest.fixture
def toy2d_config():
    """Twenty steps on 2-D data, without penalties, frames at 0, 1, 2, 4, 8, 16 and 20."""
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
SINGLE_NETWORK = {"optimisation": {"ema_half_life": 20.0}}
PERCEPTRON = {"architecture": "vae-perceptron", "width": 8, "depth": 1, "latent_dim": 2}
MAPS = {"architecture": "vae-convolutional", "width": 4, "latent_dim": 3}
MADE = {"architecture": "made", "width": 16, "depth": 2, "bins": 8}
PIXELCNN = {"architecture": "pixelcnn", "width": 8, "depth": 2, "reach": 1}
BITMAPS = {"kind": "images", "size": 8, "levels": 2}
FAMILIES = {
    "gan-2d": ({"kind": "toy2d"}, {"network": {"architecture": "mlp-2d", "width": 8}}),
    "vae-2d": (
        {"kind": "toy2d"},
        SINGLE_NETWORK
        | {"family": "vae", "network": PERCEPTRON, "objective": {"likelihood": "gaussian"}},
    ),
    "made-2d": ({"kind": "toy2d"}, SINGLE_NETWORK | {"family": "autoregressive", "network": MADE}),
    "gan": (BITMAPS, {"network": {"architecture": "dcgan", "width": 4, "latent_dim": 4}}),
    "vae": (BITMAPS, SINGLE_NETWORK | {"family": "vae", "network": MAPS}),
    "made": (BITMAPS, SINGLE_NETWORK | {"family": "autoregressive", "network": MADE}),
    "pixelcnn": (BITMAPS, SINGLE_NETWORK | {"family": "autoregressive", "network": PIXELCNN}),
    "pixelcnn-asked": (
        BITMAPS,
        SINGLE_NETWORK | {"family": "autoregressive", "network": PIXELCNN | {"conditional": True}},
    ),
}
"""Twelve steps of each family, in the plane and on black and white pictures of 8 x 8 pixels."""
SINGLE_NETWORK_FAMILIES = tuple(name for name in FAMILIES if not name.startswith("gan"))
COVERING_FAMILIES = tuple(name for name in FAMILIES if name != "pixelcnn")
"""All that are trained: what a PixelCNN without classes does, one with classes does too."""
FEW_FAMILIES = ("gan-2d", "vae-2d", "made-2d", "pixelcnn")
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


@pytest.fixture(params=COVERING_FAMILIES)
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
        return CheckpointSaved(step, config, state)

    return save


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
def open_store():
    """Opens stores, by default of the one folder of the test, and closes them after it."""
    opened = []

    def open_one(folder=None):
        opened.append(RunStore(folder))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store):
    return open_store()


@pytest.fixture
def events(toy2d_config):
    """What a run on 2-D data says from one step to another: a moment every tenth step."""

    def events_of(first, last, config=toy2d_config):
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
                yield CheckpointSaved(step, config, state)

    return events_of


@pytest.fixture
def hold(store, toy2d_config, monkeypatch):
    """Makes runs that no thread trains, and that are kept a hundred times a second."""
    monkeypatch.setattr("ganlib.store.run_writer.EVERY", 0.01)
    numbers, held = itertools.count(), []

    def make(*events_of, config=toy2d_config, start_point=None, run_id=None):
        name = run_id or f"r{next(numbers)}"
        run = RunThread(name, config, store, lambda run: None, start_point)
        held.append(run)
        for event in events_of:
            run._record.add(event)
        return run

    yield make
    for run in held:
        run._writer.finish()


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
