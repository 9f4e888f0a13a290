import numpy as np
import pytest
import torch
from torch import nn

from ganlib.errors import MeasureError
from ganlib.latent import (
    GeneratorDecoder,
    mean_direction,
    principal_directions,
    random_directions,
)


def linear_decoder(weights):
    """A generator whose first layer multiplies z (d) by weights (F, d); its second adds up."""
    matrix = torch.tensor(weights, dtype=torch.float32)
    first, second = nn.Linear(matrix.shape[1], len(matrix), bias=False), nn.Linear(len(matrix), 2)
    with torch.no_grad():
        first.weight.copy_(matrix)
    return GeneratorDecoder(nn.Sequential(first, second), matrix.shape[1])


def is_orthonormal(vectors):
    return np.allclose(vectors @ vectors.T, np.eye(len(vectors)), atol=1e-5)


def test_of_a_linear_layer_the_main_directions_are_its_right_singular_vectors():
    weights = np.random.default_rng(0).standard_normal((12, 5)) @ np.diag([5, 4, 3, 2, 1])
    _, sizes, reference = np.linalg.svd(weights)
    found = principal_directions(linear_decoder(weights))
    assert found.vectors.shape == (5, 5)
    assert is_orthonormal(found.vectors)
    # A sample of 2,048 turns the directions a little; signs are open.
    assert (np.abs((found.vectors * reference).sum(1)) > 0.99).all()
    assert found.shares == pytest.approx(sizes**2 / (sizes**2).sum(), abs=0.02)


def test_the_first_direction_is_the_axis_that_is_stretched_most():
    found = principal_directions(linear_decoder(np.diag([1.0, 10.0, 3.0])), most=2)
    assert found.vectors.shape == (2, 3)
    assert np.abs(found.vectors[0]) == pytest.approx([0, 1, 0], abs=0.05)
    assert np.abs(found.vectors[1]) == pytest.approx([0, 0, 1], abs=0.05)
    assert found.shares[0] == pytest.approx(100 / 110, abs=0.02)


def test_directions_are_orthonormal_where_the_layer_bends():
    rng = torch.Generator().manual_seed(3)
    layers = nn.Linear(8, 40), nn.Tanh(), nn.Linear(40, 2)
    with torch.no_grad():
        for weight in nn.Sequential(*layers).parameters():
            weight.copy_(torch.randn(weight.shape, generator=rng))
    found = principal_directions(GeneratorDecoder(nn.Sequential(*layers), 8))
    assert is_orthonormal(found.vectors)
    assert (np.diff(found.shares) <= 0).all()


def test_directions_are_the_same_every_time_and_touch_no_random_number():
    decoder, before = linear_decoder(np.eye(4)), torch.get_rng_state()
    numpy_before = np.random.get_state()[1].copy()
    one, other = principal_directions(decoder), principal_directions(decoder)
    assert np.array_equal(one.vectors, other.vectors)
    assert torch.equal(torch.get_rng_state(), before)
    assert np.array_equal(np.random.get_state()[1], numpy_before)


def test_a_generator_with_classes_is_asked_for_one_of_them():
    class Conditional(nn.Module):
        """The class that is asked for says which number of z counts."""

        def __init__(self):
            super().__init__()
            self.first, self.second = nn.Linear(2, 2, bias=False), nn.Linear(2, 2)
            nn.init.eye_(self.first.weight)

        def forward(self, z, condition):
            return self.second(self.first(z * condition))

    decoder = GeneratorDecoder(Conditional(), 2, classes=2)
    for label in (0, 1):
        found = principal_directions(decoder, condition=np.eye(2, dtype=np.float32)[[label]])
        assert abs(found.vectors[0, label]) == pytest.approx(1, abs=1e-3)


def test_random_directions_are_orthonormal_and_belong_to_their_seed():
    one = random_directions(1, 20)
    assert one.shape == (16, 20)
    assert is_orthonormal(one)
    assert np.array_equal(one, random_directions(1, 20))
    assert not np.allclose(one, random_directions(2, 20))
    assert random_directions(1, 3).shape == (3, 3)


def test_a_direction_leads_from_the_mean_of_some_to_the_mean_of_others():
    z = np.array([[0, 0], [0, 2], [3, 5], [3, 5]], np.float32)
    chosen = np.array([False, False, True, True])
    # From (0, 1) to (3, 5): 3 and 4 over 5.
    assert mean_direction(z, chosen) == pytest.approx([0.6, 0.8])
    assert mean_direction(z, ~chosen) == pytest.approx([-0.6, -0.8])


@pytest.mark.parametrize("chosen", [[True, True], [False, False]])
def test_a_direction_needs_both_kinds(chosen):
    with pytest.raises(MeasureError, match="choose both kinds"):
        mean_direction(np.eye(2, dtype=np.float32), np.array(chosen))


def test_between_one_place_and_itself_there_is_no_direction():
    with pytest.raises(MeasureError, match="same mean"):
        mean_direction(np.ones((2, 3), np.float32), np.array([True, False]))
