import math

import numpy as np
import pytest
import torch

from ganlib.data import distribution
from ganlib.metrics import BITS, PRICE, density_figure, likelihood_figures, shared_mass
from ganlib.metrics.likelihood import MOST_ASKED, POINTS


class Says:
    """Says of a picture as many nats as its first number; or of points, a density."""

    likelihood_words = "exact"

    def __init__(self, say=lambda x: -x[:, 0, 0, 0].astype(np.float64), is_density=False):
        self.say, self.is_density = say, is_density

    def log_likelihood(self, samples):
        self.asked = samples
        return self.say(samples)


def pictures(*numbers, channels=1):
    every = torch.zeros(len(numbers), channels, 4, 4, dtype=torch.uint8)
    every[:, 0, 0, 0] = torch.tensor(numbers, dtype=torch.uint8)
    return every


def test_figures_of_pictures_by_hand():
    decoder = Says()
    price, bits = likelihood_figures(decoder, pictures(10, 20, 30, channels=3))
    assert decoder.asked.shape == (3, 4, 4, 3)
    assert (price.name, price.value, price.n, price.floor) == (PRICE, 20, 3, None)
    # The standard deviation of 10, 20 and 30 is sqrt(200 / 3).
    assert price.error == pytest.approx(math.sqrt(200 / 3 / 3))
    assert price.features == bits.features == "held-out pictures, exact"
    assert bits.name == BITS
    assert bits.value == pytest.approx(20 / (48 * math.log(2)))
    assert bits.error == pytest.approx(price.error / (48 * math.log(2)))


def test_of_a_density_there_are_no_bits():
    (price,) = likelihood_figures(Says(is_density=True), pictures(10, 20))
    assert (price.name, price.value) == (PRICE, 15)
    assert "no probability" in price.note


def test_the_first_pictures_are_asked_of_many():
    decoder = Says()
    numbers = [number % 256 for number in range(MOST_ASKED + 100)]
    price, _ = likelihood_figures(decoder, pictures(*numbers))
    assert price.n == len(decoder.asked) == MOST_ASKED
    assert price.value == pytest.approx(np.mean(numbers[:MOST_ASKED]))


@pytest.mark.parametrize("is_density", [False, True])
def test_pictures_that_are_like_one_learnt_from_are_counted(is_density):
    figures = likelihood_figures(
        Says(is_density=is_density), pictures(1, 2, 2, 3), pictures(2, 3, 4)
    )
    for figure in figures:
        assert figure.note.endswith("3 of them are exactly like one that was learnt from.")
    (price, *_) = likelihood_figures(Says(), pictures(1, 2), pictures(3))
    assert price.note == ""


def test_the_true_density_gets_its_floor_and_that_is_its_entropy():
    ring = distribution("ring")

    def true(points):
        return ring.log_density(torch.tensor(points).double()).numpy()

    figure = density_figure(Says(true, is_density=True), ring)
    assert figure.value == pytest.approx(figure.floor, abs=1e-6)
    # Eight spots so far apart that they share nothing, each a Gaussian of width 0.01.
    entropy = math.log(8) + 2 * (math.log(0.01) + math.log(2 * math.pi * math.e) / 2)
    assert figure.floor == pytest.approx(entropy, abs=4 * figure.error)
    assert (figure.name, figure.n) == (PRICE, POINTS)
    assert figure.features == "fresh points, exact"
    assert density_figure(Says(true, is_density=True), ring) == figure, "always the same points"


def test_any_other_density_gets_more():
    board = distribution("checkerboard")
    even = Says(lambda points: np.full(len(points), -math.log(4)), is_density=True)
    figure = density_figure(even, board)
    assert figure.value == pytest.approx(math.log(4))
    assert figure.floor == pytest.approx(math.log(2)), "half of the square is filled"
    assert figure.error == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("name", ["ring", "grid", "spiral", "checkerboard"])
def test_a_perfect_density_shares_all_of_its_mass(name):
    data = distribution(name)
    true = Says(lambda points: data.log_density(torch.tensor(points).double()).numpy(), True)
    figure = shared_mass(true, data)
    assert (figure.value, figure.error, figure.floor) == (1, 0, 1)


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
