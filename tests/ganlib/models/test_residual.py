import copy

import pytest
import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from ganlib.algorithms.module_optimizer import Ema
from ganlib.config import ResidualNetwork
from ganlib.models import build_networks
from ganlib.models.layers import GainedConv2d, Residual
from ganlib.models.residual import Basis, first_gain
from ganlib.penalties.gradient import squared_gradient_norms
from tests.ganlib.models.pairs import SHAPES, normal, play


def build(shape, seed=0, **settings):
    network = ResidualNetwork(**{"width": 4, "latent_dim": 8} | settings)
    return build_networks(network, shape, torch.Generator().manual_seed(seed))


def stages(network):
    return [layer for layer in network if isinstance(layer, nn.Sequential)]


def branches(network):
    return [layer.branch for layer in network.modules() if isinstance(layer, Residual)]


def awaken(network):
    """Give the last layer of each branch something to say."""
    with torch.no_grad():
        for branch in branches(network):
            branch[-1].weight.fill_(0.01)


@pytest.mark.parametrize("shape", SHAPES)
def test_once_its_branches_speak_the_slope_reaches_every_weight(shape):
    G, D = build(shape, blocks=2)
    awaken(G)
    awaken(D)
    play(G, D, shape)
    for network in (G, D):
        assert all(weight.grad.any() for weight in network.parameters())
        assert all(torch.isfinite(weight.grad).all() for weight in network.parameters())


def test_r1_reaches_every_weight_that_the_slope_of_d_depends_on():
    _, D = build((1, 28, 28))
    awaken(D)
    real = normal(3, 1, 28, 28).requires_grad_(True)
    squared_gradient_norms(real, D(real)).mean().backward()
    for name, weight in D.named_parameters():
        # A bias moves no slope but through a leaky ReLU, which is straight nearly everywhere.
        assert name.endswith("bias") or weight.grad.any()


@pytest.mark.parametrize("blocks", [1, 3])
def test_every_branch_begins_silent_and_every_block_as_the_identity(blocks):
    for network, side in zip(build((1, 28, 28), blocks=blocks), (7, 28), strict=True):
        assert [len(stage) for stage in stages(network)] == [blocks] * 3
        first = stages(network)[0]
        width = 16 if side == 7 else 4
        maps = normal(2, width, side, side)
        assert torch.equal(first(maps), maps)


def test_the_first_layers_of_a_branch_are_scaled_by_the_number_of_blocks():
    # 3 sides and 2 blocks each: 6 ** -0.25.
    assert first_gain(1) == 1
    assert first_gain(16) == 0.5
    _, D = build((1, 28, 28), width=32, blocks=2)
    for branch in branches(D):
        weighted = [layer for layer in branch if isinstance(layer, GainedConv2d)]
        for layer in weighted[:2]:
            unit = layer.weight[0].numel() ** -0.5
            expected = unit * 6**-0.25
            assert layer.weight.std().item() == pytest.approx(expected, rel=0.1)
        assert not weighted[2].weight.any()


def test_a_fresh_g_lets_the_variance_through():
    G, _ = build((1, 28, 28), width=32, latent_dim=64)
    maps = G[:-2](normal(64, 64))
    # Bilinear resampling takes some of it, twice.
    assert 0.4 < maps.std().item() < 1.1


@pytest.mark.parametrize(("width", "group"), [(4, 8), (8, 16), (12, 8), (32, 16), (7, 2)])
def test_the_middle_of_a_block_is_twice_as_wide_and_looks_at_groups(width, group):
    _, D = build((1, 28, 28), width=width)
    middle = branches(D)[0][2]
    assert (middle.in_channels, middle.out_channels) == (2 * width, 2 * width)
    assert middle.weight.shape[1] == group


def test_nothing_is_normalised():
    for network in build((3, 32, 32)):
        layers = list(network.modules())
        assert not any(isinstance(layer, _BatchNorm | nn.GroupNorm) for layer in layers)
        assert all(layer.negative_slope == 0.2 for layer in layers if type(layer) is nn.LeakyReLU)
        assert not list(network.buffers())


def test_a_basis_multiplies_each_map_by_its_number():
    basis = Basis(2, 1)
    with torch.no_grad():
        basis.maps.copy_(torch.tensor([[[2.0]], [[-1.0]]]))
    assert basis(torch.tensor([[3.0, 5.0]])).flatten().tolist() == [6.0, -5.0]


def test_both_networks_pass_maps_of_the_same_widths():
    G, D = build((3, 64, 64))

    def widths(network, x):
        seen = []
        for layer in network:
            x = layer(x)
            if isinstance(layer, nn.Sequential):
                seen.append(tuple(x.shape[1:]))
        return seen

    inwards = [(4, 64, 64), (8, 32, 32), (16, 16, 16), (32, 8, 8), (64, 4, 4)]
    assert widths(D, normal(2, 3, 64, 64)) == inwards
    assert widths(G, normal(2, 8)) == inwards[::-1]


def test_building_draws_from_the_passed_generator_alone():
    state = torch.get_rng_state()
    pairs = [build((1, 28, 28), seed, blocks=2) for seed in (0, 0, 1)]
    assert torch.equal(torch.get_rng_state(), state)
    for first, again, other in zip(*pairs, strict=True):
        assert all(map(torch.equal, first.parameters(), again.parameters()))
        assert not all(map(torch.equal, first.parameters(), other.parameters()))


def test_a_saved_pair_is_read_back():
    (G, D), (other_G, other_D) = build((1, 28, 28)), build((1, 28, 28), seed=1)
    other_G.load_state_dict(copy.deepcopy(G.state_dict()))
    other_D.load_state_dict(copy.deepcopy(D.state_dict()))
    z = normal(4, 8)
    assert torch.equal(D(G(z)), other_D(other_G(z)))


def test_trap_20_the_average_follows_the_basis_too():
    G, _ = build((1, 28, 28))
    average = Ema(G, half_life=8)
    with torch.no_grad():
        G[1].maps += 1
    before = average.module[1].maps.clone()
    average.update(images=8, images_seen=8000)
    assert torch.allclose(average.module[1].maps, before + 0.5, atol=1e-6)
