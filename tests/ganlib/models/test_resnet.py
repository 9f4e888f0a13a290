import copy

import pytest
import torch
from torch import nn
from torch.nn.utils.parametrize import is_parametrized

from ganlib.algorithms.module_optimizer import Ema
from ganlib.config import ResnetNetwork
from ganlib.models import build_networks
from ganlib.models.layers import Residual
from tests.ganlib.models.pairs import SHAPES, normal, play


def build(shape, seed=0, **settings):
    network = ResnetNetwork(width=4, latent_dim=8, **settings)
    return build_networks(network, shape, torch.Generator().manual_seed(seed))


def maps(network, x):
    """Shapes of the maps between the blocks."""
    shapes = []
    for layer in network:
        x = layer(x)
        if isinstance(layer, nn.Unflatten | Residual | nn.Conv2d):
            shapes.append(tuple(x.shape[1:]))
    return shapes


@pytest.mark.parametrize("shape", SHAPES)
def test_g_draws_pictures_and_d_judges_each_and_the_slope_reaches_every_weight(shape):
    G, D = build(shape)
    play(G, D, shape)
    for network in (G, D):
        for weight in network.parameters():
            assert torch.isfinite(weight.grad).all()
            assert weight.ndim < 2 or weight.grad.any()


def test_both_networks_pass_maps_of_the_same_widths():
    G, D = build((3, 32, 32))
    assert maps(G, normal(2, 8)) == [(32, 4, 4), (16, 8, 8), (8, 16, 16), (4, 32, 32), (3, 32, 32)]
    assert maps(D, normal(2, 3, 32, 32)) == [(8, 16, 16), (16, 8, 8), (32, 4, 4), (32, 4, 4)]


def test_a_block_adds_its_branch_to_its_shortcut():
    block = Residual(nn.Upsample(scale_factor=2), nn.Upsample(scale_factor=2))
    assert block(torch.ones(1, 1, 1, 1)).flatten().tolist() == [2.0] * 4


def test_where_its_branches_are_silent_d_sees_the_mean_of_each_part_through_the_shortcuts():
    _, D = build((1, 28, 28), spectral_norm=False)
    with torch.no_grad():
        for block in D:
            if isinstance(block, Residual):
                for weight in block.branch.parameters():
                    weight.zero_()
    # Two pictures whose 4x4 parts have the same means.
    picture = torch.ones(1, 1, 28, 28)
    checks = picture.clone()
    checks[..., ::2] *= 2
    checks[..., 1::2] *= 0
    assert torch.allclose(D(picture), D(checks), atol=1e-6)
    assert D(picture).item() != D(2 * picture).item()


def test_trap_19_d_is_held_by_default_and_in_eval_mode_it_rests():
    _, D = build((1, 28, 28))
    weighted = [layer for layer in D.modules() if isinstance(layer, nn.Conv2d | nn.Linear)]
    assert all(is_parametrized(layer, "weight") for layer in weighted)
    D.eval()
    samples = normal(2, 1, 28, 28)
    assert torch.equal(D(samples), D(samples))


def test_trap_19_two_passes_before_the_slope_are_no_trouble():
    G, D = build((1, 28, 28))
    (D(normal(2, 1, 28, 28)) - D(G(normal(2, 8)))).mean().backward()
    assert all(torch.isfinite(weight.grad).all() for weight in [*G.parameters(), *D.parameters()])


@pytest.mark.parametrize("settings", [{}, {"spectral_norm": False, "g_batch_norm": False}])
def test_building_draws_from_the_passed_generator_alone(settings):
    state = torch.get_rng_state()
    pairs = [build((1, 28, 28), seed, **settings) for seed in (0, 0, 1)]
    assert torch.equal(torch.get_rng_state(), state)
    for first, again, other in zip(*pairs, strict=True):
        assert all(map(torch.equal, first.state_dict().values(), again.state_dict().values()))
        assert not all(map(torch.equal, first.parameters(), other.parameters()))


def test_a_saved_pair_is_read_back_and_goes_on_alike():
    (G, D), (other_G, other_D) = build((1, 28, 28)), build((1, 28, 28), seed=1)
    D(G(normal(4, 8)))
    other_G.load_state_dict(copy.deepcopy(G.state_dict()))
    other_D.load_state_dict(copy.deepcopy(D.state_dict()))
    z = normal(4, 8, seed=2)
    assert torch.equal(D(G(z)), other_D(other_G(z)))


def test_trap_20_the_average_has_the_statistics_of_the_live_one():
    G, _ = build((1, 28, 28))
    average = Ema(G, half_life=100)
    for _ in range(3):
        G(normal(4, 8))
    average.update(images=4, images_seen=4000)
    statistics = dict(average.module.named_buffers())
    assert len(statistics) == 3 * 5  # Two blocks with two normalisations each, and the last.
    assert all(torch.equal(x, statistics[name]) for name, x in G.named_buffers())


@pytest.mark.parametrize("spectral_norm", [False, True])
def test_d_may_judge_packs_and_see_the_spread_of_its_batch(spectral_norm):
    G, D = build((3, 32, 32), pack=2, minibatch_stddev=True, spectral_norm=spectral_norm)
    logits = D(G(normal(6, 8)))
    assert logits.shape == (3,)
    logits.mean().backward()
    assert all(weight.grad.any() for weight in G.parameters() if weight.ndim > 1)
