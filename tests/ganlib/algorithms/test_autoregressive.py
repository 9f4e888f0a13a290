import math

import numpy as np
import pytest
import torch

from ganlib.algorithms import codes_of
from ganlib.algorithms.autoregressive import Autoregressive
from ganlib.config import RunConfig
from ganlib.data import open_data
from ganlib.models import PixelCodes, PointCodes
from ganlib.settings import changed
from tests.ganlib.conftest import CPU, tiny_family

COLOUR = {
    "data": {"kind": "images", "name": "shapes", "size": 8, "levels": 4},
    "algorithm": {"family": "autoregressive"},
}


def begin(family, source=None, **changes):
    """(algorithm, batches) with settings replaced by name."""
    config = changed(tiny_family(family), changes)
    source = source or open_data(config.data, CPU)
    batches = source.batches(config.batch_size, torch.Generator().manual_seed(10))
    return Autoregressive(config, source.shape, CPU), batches


def empty(algorithm):
    """All weights 0: every value of every number has the same chance."""
    with torch.no_grad():
        for weight in algorithm.network.parameters():
            weight.zero_()
    return algorithm


@pytest.mark.parametrize("name", ["made", "pixelcnn", "pixelcnn-asked"])
def test_even_chances_cost_a_bit_for_each_pixel(bitmaps, name):
    algorithm, batches = begin(name, bitmaps)
    metrics = empty(algorithm).train_step(batches)
    assert metrics["loss"] == pytest.approx(64 * math.log(2), rel=1e-5)
    assert metrics["bits_per_dim"] == pytest.approx(1, rel=1e-5)


def test_a_coloured_pixel_is_three_numbers():
    config = RunConfig.parse(COLOUR)
    algorithm = Autoregressive(config, config.data.shape, CPU)
    batch = torch.ones(2, 3, 8, 8)
    loss, outcome = empty(algorithm)._loss(batch, torch.empty(0))
    assert loss.item() == pytest.approx(64 * math.log(64), rel=1e-5)
    assert outcome["bits_per_dim"] == pytest.approx(2, rel=1e-5)


def test_even_chances_of_points_are_the_density_of_the_whole_picture():
    algorithm, batches = begin("made-2d")
    metrics = empty(algorithm).train_step(batches)
    assert metrics["loss"] == pytest.approx(2 * math.log(2.6), rel=1e-5)
    assert math.isnan(metrics["bits_per_dim"]), "a density has no bits for a number"


def test_points_are_learnt_to_near_what_there_is_to_know():
    """Half of the square [-1, 1]^2 is filled evenly: log 2 nats are the least."""
    algorithm, batches = begin(
        "made-2d",
        **{"name": "checkerboard", "bins": 52, "width": 64, "lr": 0.01, "batch_size": 256},
        total_steps=300,
        lr_decay="linear",
        ema_half_life=0.0,
    )
    metrics = [algorithm.train_step(batches)["loss"] for _ in range(300)]
    assert math.log(2) < np.mean(metrics[-20:]) + 0.05
    assert np.mean(metrics[-20:]) < math.log(2) + 0.2
    # What was published says the same of points that it never saw.
    likely = algorithm.publish().log_likelihood(next(batches).numpy())
    assert -likely.mean() == pytest.approx(np.mean(metrics[-20:]), abs=0.2)


def test_a_model_that_can_be_asked_learns_each_picture_with_its_own_class(bitmaps, monkeypatch):
    algorithm, batches = begin("pixelcnn-asked", bitmaps)
    calls = []
    forward = algorithm.network.forward

    def note(codes, condition):
        calls.append((codes, condition))
        return forward(codes, condition)

    monkeypatch.setattr(algorithm.network, "forward", note)
    algorithm.train_step(batches)
    ((codes, condition),) = calls
    assert torch.equal(condition.argmax(1), batches.labels)
    assert condition.sum(1).tolist() == [1] * 4
    pictures = bitmaps.images.train[:, 0].flatten(1).float() / 255
    for row, label in zip(codes.float(), batches.labels, strict=True):
        (number,) = (pictures == row).all(1).nonzero().flatten().tolist()
        assert bitmaps.images.train_labels[number] == label


def test_the_data_decide_what_the_codes_are():
    points, grey, colour = (
        codes_of(config)
        for config in (tiny_family("made-2d"), tiny_family("pixelcnn"), RunConfig.parse(COLOUR))
    )
    assert isinstance(points, PointCodes)
    assert (points.length, points.values) == (2, 8)
    assert isinstance(grey, PixelCodes)
    assert (grey.length, grey.values) == (64, 2)
    assert (colour.length, colour.values) == (64, 64)


@pytest.mark.parametrize("name", ["made-2d", "made", "pixelcnn", "pixelcnn-asked"])
def test_the_model_of_codes_is_what_others_may_use(bitmaps, name):
    source = None if name == "made-2d" else bitmaps
    algorithm, batches = begin(name, source)
    algorithm.train_step(batches)
    export_spec = algorithm.export_spec()
    given = export_spec.inputs(5, torch.Generator().manual_seed(0))
    assert (export_spec.name, export_spec.output) == ("Model", "logits")
    assert list(given) == ["codes", "condition"][: 1 + (name == "pixelcnn-asked")]
    length, values = algorithm.codes.length, algorithm.codes.values
    assert 0 <= given["codes"].min() <= given["codes"].max() < values
    assert export_spec.network(*given.values()).shape == (5, length, values)
