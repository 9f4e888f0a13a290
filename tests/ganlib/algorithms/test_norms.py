import math

import pytest
import torch
from torch import nn

from ganlib.algorithms.norms import gradient_norm, spectral_norm_of
from ganlib.config import DcganNetwork
from ganlib.models import build_networks


def layer_of(weight):
    layer = nn.Linear(*reversed(weight.shape))
    with torch.no_grad():
        layer.weight.copy_(weight)
    return layer


def spectral_d():
    network = DcganNetwork(width=4, spectral_norm=True)
    return build_networks(network, (1, 28, 28), torch.Generator().manual_seed(0))[1]


def test_the_gradient_norm_is_that_of_all_weights_together():
    weights = [torch.zeros(2), torch.zeros(1, 1), torch.zeros(3)]
    weights[0].grad, weights[1].grad = torch.tensor([1.0, 2.0]), torch.tensor([[2.0]])
    # sqrt(1 + 4 + 4); the third has none.
    assert gradient_norm(weights) == pytest.approx(3)


def test_before_the_first_update_there_is_no_gradient_norm():
    assert math.isnan(gradient_norm([torch.zeros(2)]))


def test_the_largest_singular_value_is_that_of_the_layer_that_stretches_most():
    # Singular values of 5, 5 and 4, 3.
    rotated = layer_of(torch.tensor([[3.0, -4.0], [4.0, 3.0]]))
    scaled = layer_of(torch.tensor([[0.0, 4.0], [-3.0, 0.0]]))
    assert spectral_norm_of(nn.Sequential(scaled)) == pytest.approx(4)
    assert spectral_norm_of(nn.Sequential(scaled, rotated)) == pytest.approx(5)


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (1, 7)])
def test_it_agrees_with_a_decomposition(shape):
    weight = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    expected = torch.linalg.svdvals(weight).max().item()
    assert spectral_norm_of(layer_of(weight)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("layer", [nn.Conv2d(2, 3, 4), nn.ConvTranspose2d(2, 3, 4)])
def test_a_convolution_is_a_matrix_with_a_row_for_each_output(layer):
    with torch.no_grad():
        layer.weight.fill_(1.0)
    # 3 rows of 2 * 16 ones: a matrix of rank one and norm sqrt(96).
    assert spectral_norm_of(layer) == pytest.approx(math.sqrt(96), rel=1e-5)
    with torch.no_grad():
        layer.weight.zero_()
        (layer.weight[:, 0] if layer.transposed else layer.weight[0]).fill_(1.0)
    # One output alone: sqrt(32), whichever axis it stands on.
    assert spectral_norm_of(layer) == pytest.approx(math.sqrt(32), rel=1e-5)


def test_trap_19_looking_at_a_normalised_weight_leaves_it_as_it_is():
    D = spectral_d()
    before = {name: x.clone() for name, x in D.state_dict().items()}
    first = spectral_norm_of(D)
    assert spectral_norm_of(D) == first
    assert all(torch.equal(x, before[name]) for name, x in D.state_dict().items())
    assert D.training
    assert all(layer.training for layer in D.modules())


def test_weights_that_are_no_numbers_have_none():
    assert math.isnan(spectral_norm_of(layer_of(torch.full((2, 2), math.nan))))
