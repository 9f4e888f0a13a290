import math

import numpy as np
import pytest
import torch

from ganlib.data import distribution
from ganlib.metrics import NLL, ON_A_SPOT, SPOTS, measure_points


class Sampler:
    """Draws what it is told to, of whatever z, and knows no likelihood."""

    latent_dim = 2

    def __init__(self, draw):
        self.draw = draw

    def decode(self, z):
        return self.draw(len(z))

    def opened(self):
        return self


class Knower(Sampler):
    """The true distribution, which knows its own density."""

    likelihood_words, is_density, readings = "exact", True, 4

    def __init__(self, name):
        self.truth = distribution(name, ())
        rng = torch.Generator().manual_seed(1)
        super().__init__(lambda count: self.truth.sample(count, rng).numpy())

    def log_likelihood(self, samples):
        return self.truth.log_density(torch.from_numpy(samples).double()).numpy()


def test_the_truth_reaches_every_spot_and_pays_no_more_than_it_must():
    found = measure_points(Knower("ring"), distribution("ring", ()))
    spots, share, nll = (found.named(name) for name in (SPOTS, ON_A_SPOT, NLL))
    assert (spots.value, spots.floor, spots.n) == (8, 8, 2500)
    assert share.floor == pytest.approx(1 - math.exp(-4.5))
    assert share.value == pytest.approx(share.floor, abs=4 * share.error)
    assert nll.value == pytest.approx(nll.floor, abs=1e-6)


def test_one_spot_of_eight_is_one():
    ring = distribution("ring", ())
    one = np.repeat(ring.modes[:1].numpy(), 2500, axis=0)
    found = measure_points(Sampler(lambda count: one[:count]), ring)
    assert [(one.name, one.value) for one in found.metrics] == [(SPOTS, 1), (ON_A_SPOT, 1)]


def test_data_without_spots_have_none_to_reach():
    found = measure_points(Knower("two-moons"), distribution("two-moons", ()))
    assert [one.name for one in found.metrics] == [NLL]
