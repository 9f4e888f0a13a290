import math

import numpy as np
import pytest
import torch

from ganlib.data import distribution
from ganlib.metrics import BITS_PER_DIM, NLL, density_metric, likelihood_metrics, shared_mass
from ganlib.metrics.likelihood import MOST_HELD_OUT, POINTS


class Says:
    """Says of a picture as many nats as its first number; or of points, a density."""

    likelihood_words = "exact"

    def __init__(self, say=lambda x: -x[:, 0, 0, 0].astype(np.float64), is_density=False):
        self.say, self.is_density = say, is_density

    def log_likelihood(self, samples):
        self.samples_seen = samples
        return self.say(samples)


def pictures(*numbers, channels=1):
    every = torch.zeros(len(numbers), channels, 4, 4, dtype=torch.uint8)
    every[:, 0, 0, 0] = torch.tensor(numbers, dtype=torch.uint8)
    return every


def test_figures_of_pictures_by_hand():
    decoder = Says()
    nll, bits = likelihood_metrics(decoder, pictures(10, 20, 30, channels=3))
    assert decoder.samples_seen.shape == (3, 4, 4, 3)
    assert (nll.name, nll.value, nll.n, nll.floor) == (NLL, 20, 3, None)
    # The standard deviation of 10, 20 and 30 is sqrt(200 / 3).
    assert nll.error == pytest.approx(math.sqrt(200 / 3 / 3))
    assert nll.features == bits.features == "held-out pictures, exact"
    assert bits.name == BITS_PER_DIM
    assert bits.value == pytest.approx(20 / (48 * math.log(2)))
    assert bits.error == pytest.approx(nll.error / (48 * math.log(2)))


def test_of_a_density_there_are_no_bits():
    (nll,) = likelihood_metrics(Says(is_density=True), pictures(10, 20))
    assert (nll.name, nll.value) == (NLL, 15)
    assert "no probability" in nll.note


def test_the_first_pictures_are_asked_of_many():
    decoder = Says()
    numbers = [number % 256 for number in range(MOST_HELD_OUT + 100)]
    nll, _ = likelihood_metrics(decoder, pictures(*numbers))
    assert nll.n == len(decoder.samples_seen) == MOST_HELD_OUT
    assert nll.value == pytest.approx(np.mean(numbers[:MOST_HELD_OUT]))


@pytest.mark.parametrize("is_density", [False, True])
def test_pictures_that_are_like_one_learnt_from_are_counted(is_density):
    metrics = likelihood_metrics(
        Says(is_density=is_density), pictures(1, 2, 2, 3), pictures(2, 3, 4)
    )
    for metric in metrics:
        assert metric.note.endswith("3 of them are exactly like one that was learnt from.")
    (nll, *_) = likelihood_metrics(Says(), pictures(1, 2), pictures(3))
    assert nll.note == ""


def test_the_true_density_gets_its_floor_and_that_is_its_entropy():
    ring = distribution("ring")

    def true(points):
        return ring.log_density(torch.tensor(points).double()).numpy()

    metric = density_metric(Says(true, is_density=True), ring)
    assert metric.value == pytest.approx(metric.floor, abs=1e-6)
    # Eight spots so far apart that they share nothing, each a Gaussian of width 0.01.
    entropy = math.log(8) + 2 * (math.log(0.01) + math.log(2 * math.pi * math.e) / 2)
    assert metric.floor == pytest.approx(entropy, abs=4 * metric.error)
    assert (metric.name, metric.n) == (NLL, POINTS)
    assert metric.features == "fresh points, exact"
    assert density_metric(Says(true, is_density=True), ring) == metric, "always the same points"


def test_any_other_density_gets_more():
    board = distribution("checkerboard")
    even = Says(lambda points: np.full(len(points), -math.log(4)), is_density=True)
    metric = density_metric(even, board)
    assert metric.value == pytest.approx(math.log(4))
    assert metric.floor == pytest.approx(math.log(2)), "half of the square is filled"
    assert metric.error == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("name", ["ring", "grid", "spiral", "checkerboard"])
def test_a_perfect_density_shares_all_of_its_mass(name):
    data = distribution(name)
    true = Says(lambda points: data.log_density(torch.tensor(points).double()).numpy(), True)
    metric = shared_mass(true, data)
    assert (metric.value, metric.error, metric.floor) == (1, 0, 1)


def test_shared_mass_by_hand():
    """Half of the square [-1, 1] x [-1, 1] is filled, and half of that lies above 0."""
    board = distribution("checkerboard")

    def upper(points):
        return np.where(points[:, 1] > 0, math.log(1 / 2), -np.inf)

    even = Says(lambda points: np.full(len(points), math.log(1 / 4)), True)
    assert shared_mass(even, board).value == pytest.approx(1 / 2)
    half = shared_mass(Says(upper, True), board)
    assert half.error == pytest.approx(0.5 / math.sqrt(POINTS), rel=0.01)
    assert half.value == pytest.approx(1 / 2, abs=4 * half.error)
    assert half.features == "fresh points, exact"
