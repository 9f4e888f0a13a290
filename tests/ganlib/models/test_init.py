import math

import pytest
import torch
from torch import nn
from torch.nn.utils.parametrize import is_parametrized

from ganlib.config import DcganNetwork, Mlp2dNetwork, ResidualNetwork, ResnetNetwork
from ganlib.models import build_networks


def build(network, shape):
    return build_networks(network, shape, torch.Generator().manual_seed(0))


def normal(*shape, seed=1):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def spectral_layers(D):
    return [layer for layer in D.modules() if is_parametrized(layer, "weight")]


def spectral_norm_of(layer):
    return torch.linalg.matrix_norm(layer.weight.detach().flatten(1), ord=2).item()


def test_dcgan_weights_start_at_two_hundredths():
    for network in build(DcganNetwork(width=32, d_batch_norm=True), (1, 28, 28)):
        for layer in network:
            if isinstance(layer, nn.Linear | nn.ConvTranspose2d | nn.Conv2d):
                weights = layer.weight.detach()
                assert weights.std().item() == pytest.approx(0.02, rel=0.1)
                assert weights.mean().item() == pytest.approx(0, abs=0.004)
                assert layer.bias is None or not layer.bias.any()


def test_batch_normalisation_starts_near_one_with_the_statistics_of_its_first_maps():
    G, _ = build(DcganNetwork(width=64), (1, 28, 28))
    norm = next(layer for layer in G if isinstance(layer, nn.BatchNorm2d))
    assert norm.weight.mean().item() == pytest.approx(1, abs=0.01)
    assert norm.weight.std().item() == pytest.approx(0.02, rel=0.3)
    assert not norm.bias.any()
    # 64 latent numbers of variance 1 through weights of 0.02: a variance of 64 * 0.0004.
    assert norm.running_var.mean().item() == pytest.approx(0.0256, rel=0.1)
    assert norm.running_mean.abs().mean().item() < 0.02
    assert norm.momentum == 0.1


def test_perceptrons_start_uniform_within_their_fan_in():
    G, D = build(Mlp2dNetwork(width=100, latent_dim=25), (2,))
    for layer, bound in ((G[0], 1 / 5), (G[2], 1 / 10), (D[0], 1 / math.sqrt(2)), (D[-2], 1 / 10)):
        for values in (layer.weight, layer.bias):
            assert values.abs().max() <= bound
        assert layer.weight.abs().max() > 0.9 * bound
        assert layer.bias.any()


@pytest.mark.parametrize(
    ("network", "shape", "layers"),
    [
        (Mlp2dNetwork(width=32, depth=1, spectral_norm=True), (2,), 2),
        (DcganNetwork(width=4, d_batch_norm=True, spectral_norm=True), (1, 28, 28), 3),
        # Two blocks that halve the side, of three layers each, one of two, and the last.
        (ResnetNetwork(width=4), (1, 28, 28), 9),
        # Three blocks with two layers that do not begin at 0, and five layers between and around.
        (ResidualNetwork(width=4, spectral_norm=True), (1, 28, 28), 11),
    ],
)
def test_spectral_norm_holds_every_weight_of_d_at_one(network, shape, layers):
    G, D = build(network, shape)
    assert len(spectral_layers(D)) == layers
    assert not spectral_layers(G)
    with torch.no_grad():
        D.eval()(normal(2, *shape))
        assert max(map(spectral_norm_of, spectral_layers(D))) <= 1.25
        D.train()
        for _ in range(100):
            D(normal(2, *shape))
    D.eval()
    for layer in spectral_layers(D):
        assert 0.95 <= spectral_norm_of(layer) <= 1.05


def test_spectral_norm_rests_in_eval_mode():
    _, D = build(DcganNetwork(width=4, spectral_norm=True), (1, 28, 28))
    samples = normal(2, 1, 28, 28)
    D.eval()
    assert torch.equal(D(samples), D(samples))
    D.train()
    assert not torch.equal(D(samples), D(samples))


def test_the_slope_passes_two_forward_passes_under_spectral_norm():
    G, D = build(DcganNetwork(width=4, spectral_norm=True), (1, 28, 28))
    (D(normal(2, 1, 28, 28)) - D(G(normal(2, 64)))).mean().backward()
    for network in (G, D):
        assert all(torch.isfinite(weight.grad).all() for weight in network.parameters())
    assert all(layer.parametrizations.weight.original.grad.any() for layer in spectral_layers(D))
