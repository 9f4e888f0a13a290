import copy

import pytest
import torch
from torch import nn

from ganlib.algorithms.module_optimizer import Ema
from ganlib.config import StyleNetwork
from ganlib.models import build_networks
from ganlib.models.style import Modulated, StyleGenerator
from tests.ganlib.models.pairs import SHAPES, normal, play

LAYERS = [4, 5, 6]


def build(shape=(1, 28, 28), seed=0, **settings):
    network = StyleNetwork(**{"width": 4, "latent_dim": 8, "w_dim": 6} | settings)
    return build_networks(network, shape, torch.Generator().manual_seed(seed))


def modulated(before, after, side=1, demodulated=True):
    """A layer with random weights, no bias, and a style that is the scales themselves less 1."""
    convolution = nn.Conv2d(before, after, side, padding=side // 2, bias=False)
    layer = Modulated(convolution, before, demodulated)
    with torch.no_grad():
        layer.scales.weight.copy_(torch.eye(before))
        layer.scales.bias.zero_()
        convolution.weight.copy_(normal(*convolution.weight.shape, seed=2))
        layer.bias.zero_()
    return layer


@pytest.mark.parametrize(("shape", "layers"), list(zip(SHAPES, LAYERS, strict=True)))
def test_the_slope_reaches_every_weight(shape, layers):
    G, D = build(shape)
    assert G.layers == layers
    play(G, D, shape)
    for network in (G, D):
        assert all(weight.grad.any() for weight in network.parameters())
        assert all(torch.isfinite(weight.grad).all() for weight in network.parameters())


def test_a_style_scales_what_goes_in_and_takes_its_scale_out_again():
    layer = modulated(2, 1)
    with torch.no_grad():
        layer.convolution.weight.copy_(torch.tensor([3.0, 2.0]).view(1, 2, 1, 1))
    maps, w = torch.tensor([5.0, 7.0]).view(1, 2, 1, 1), torch.tensor([[0.0, 1.0]])
    # Scales 1 and 2: 3 * 5 + 2 * 2 * 7 = 43, over sqrt(3^2 + 4^2) = 5.
    assert layer(maps, w).item() == pytest.approx(43 / 5)
    layer.demodulated = False
    assert layer(maps, w).item() == pytest.approx(43)


def test_each_picture_has_a_style_of_its_own_as_if_its_weights_were_its_own():
    layer = modulated(3, 5, side=3)
    maps, w = normal(4, 3, 6, 6), normal(4, 3, seed=3)
    for number, out in enumerate(layer(maps, w)):
        weight = layer.convolution.weight * (1 + w[number])[None, :, None, None]
        weight = weight / weight.square().sum((1, 2, 3), keepdim=True).sqrt()
        expected = nn.functional.conv2d(maps[number : number + 1], weight, padding=1)
        assert torch.allclose(out, expected[0], atol=1e-5)


@pytest.mark.parametrize("scale", [0.1, 1.0, 30.0])
def test_what_comes_out_has_unit_variance_whatever_the_style(scale):
    layer = modulated(16, 8)
    out = layer(normal(64, 16, 8, 8), torch.full((64, 16), scale - 1))
    # 32,768 values: a standard error of 0.4 %, and the weights are 128.
    assert out.std().item() == pytest.approx(1, abs=0.05)


def test_a_style_for_each_layer_draws_what_one_for_all_does_when_they_are_the_same():
    G, _ = build()
    G.eval()
    z = normal(3, 8)
    ws = G.mapping(z)[:, None].repeat(1, G.layers, 1)
    assert torch.allclose(G.synthesise(ws), G(z), atol=1e-6)


def test_each_layer_listens_to_its_own_style():
    G, _ = build()
    ws = normal(2, G.layers, 6).requires_grad_(True)
    G.synthesise(ws)[0].sum().backward()
    assert (ws.grad[0] != 0).all()
    assert not ws.grad[1].any()


def test_a_style_of_the_last_layer_leaves_the_maps_before_it_alone():
    G, _ = build()
    seen = []
    G.convolutions[-1].register_forward_hook(lambda layer, inputs, out: seen.append(out))
    ws = normal(2, G.layers, 6)
    other = ws.clone()
    other[:, -1] += 1
    assert not torch.equal(G.synthesise(ws), G.synthesise(other))
    assert torch.equal(seen[0], seen[1])


@pytest.mark.parametrize("shape", [(2, 6), (2, 3, 6), (2, 5, 6)])
def test_too_few_or_too_many_styles_are_refused(shape):
    G, _ = build()
    with pytest.raises(ValueError, match=r"must be \(N, 4, w_dim\): pass one style for each layer"):
        G.synthesise(torch.zeros(shape))


def test_a_fresh_g_knows_the_mean_style_of_its_prior():
    G, _ = build(latent_dim=8, w_dim=32)
    with torch.no_grad():
        w = G.mapping(normal(4000, 8))
    # It comes from 128 latent vectors: a standard error of a tenth of the deviation.
    assert ((G.w_mean - w.mean(0)).abs() / w.std(0)).mean() < 0.15


def test_the_mean_style_follows_in_training_by_half_a_hundredth():
    G, _ = build()
    before = G.w_mean.clone()
    z = normal(5, 8)
    G(z)
    expected = 0.995 * before + 0.005 * G.mapping(z).mean(0)
    assert torch.allclose(G.w_mean, expected, atol=1e-6)
    assert not G.w_mean.requires_grad


def test_trap_17_in_eval_mode_the_mean_style_rests():
    G, _ = build()
    before = G.w_mean.clone()
    G.eval()(normal(5, 8))
    assert torch.equal(G.w_mean, before)


def test_truncation_draws_styles_to_the_mean():
    G, _ = build()
    w = normal(3, 6)
    assert torch.allclose(G.truncated(w, 1.0), w)
    assert torch.equal(G.truncated(w, 0.0), G.w_mean.expand(3, 6))
    assert torch.allclose(G.truncated(w, 0.25), G.w_mean * 0.75 + w * 0.25, atol=1e-6)


def test_trap_20_the_average_has_the_mean_style_of_the_live_one():
    G, _ = build()
    average = Ema(G, half_life=100)
    for seed in range(3):
        G(normal(4, 8, seed=seed))
    average.update(images=4, images_seen=4000)
    assert torch.equal(average.module.w_mean, G.w_mean)


def test_building_draws_from_the_passed_generator_alone():
    state = torch.get_rng_state()
    pairs = [build(seed=seed) for seed in (0, 0, 1)]
    assert torch.equal(torch.get_rng_state(), state)
    for first, again, other in zip(*pairs, strict=True):
        assert all(map(torch.equal, first.state_dict().values(), again.state_dict().values()))
        assert not all(map(torch.equal, first.parameters(), other.parameters()))


def test_a_saved_pair_is_read_back_with_its_mean_style():
    (G, D), (other_G, other_D) = build(), build(seed=1)
    G(normal(4, 8))
    other_G.load_state_dict(copy.deepcopy(G.state_dict()))
    other_D.load_state_dict(copy.deepcopy(D.state_dict()))
    assert torch.equal(other_G.w_mean, G.w_mean)
    z = normal(4, 8, seed=2)
    assert torch.equal(D(G(z)), other_D(other_G(z)))


def test_d_is_that_of_the_dcgan_and_takes_its_cures():
    G, D = build((3, 32, 32), pack=2, minibatch_stddev=True, spectral_norm=True)
    assert isinstance(G, StyleGenerator)
    logits = D(G(normal(6, 8)))
    assert logits.shape == (3,)
    logits.mean().backward()
    assert all(weight.grad.any() for weight in G.parameters())
