import math

import pytest
import torch

from ganlib.config import VaeConfig, VaeConvolutional, VaeObjective, VaePerceptron
from ganlib.models import build_vae
from ganlib.models.vae import FIRST_SIGMA, LEAST_LOG_SIGMA, Width

PERCEPTRON = VaePerceptron(width=8, depth=2, latent_dim=3)
CONVOLUTIONAL = VaeConvolutional(width=4, latent_dim=3)
EVERY = {
    "points": (PERCEPTRON, "gaussian", (2,)),
    "flat-28": (PERCEPTRON, "bernoulli", (1, 28, 28)),
    "flat-colour": (PERCEPTRON, "gaussian", (3, 8, 8)),
    "maps-8": (CONVOLUTIONAL, "bernoulli", (1, 8, 8)),
    "maps-28": (CONVOLUTIONAL, "bernoulli", (1, 28, 28)),
    "maps-32": (CONVOLUTIONAL, "gaussian", (3, 32, 32)),
    "maps-64": (CONVOLUTIONAL, "gaussian", (1, 64, 64)),
}


def build(network, likelihood, shape, sigma=0.0, seed=0):
    config = VaeConfig(network=network, objective=VaeObjective(likelihood=likelihood, sigma=sigma))
    return build_vae(config, shape, torch.Generator().manual_seed(seed))


def normal(*shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("name", EVERY)
def test_samples_go_to_mean_and_log_variance_and_z_to_samples(name):
    network, likelihood, shape = EVERY[name]
    vae = build(network, likelihood, shape)
    mean, logvar = vae.encode(normal(5, *shape))
    assert mean.shape == logvar.shape == (5, 3)
    assert not torch.equal(mean, logvar)
    assert vae.decoder_mean(mean).shape == (5, *shape)


@pytest.mark.parametrize("name", EVERY)
def test_every_weight_of_both_networks_learns(name):
    network, likelihood, shape = EVERY[name]
    vae = build(network, likelihood, shape)
    mean, logvar = vae.encode(normal(32, *shape))
    (vae.decoder_mean(mean + logvar) * vae.width().exp()).square().sum().backward()
    assert all(weight.grad.abs().sum() > 0 for weight in vae.parameters())


@pytest.mark.parametrize("name", EVERY)
def test_first_weights_come_from_the_generator_that_is_passed_alone(name):
    state = torch.get_rng_state()
    first, again, other = (build(*EVERY[name], seed=seed) for seed in (0, 0, 1))
    assert torch.equal(torch.get_rng_state(), state)
    same = [torch.equal(*pair) for pair in zip(first.parameters(), again.parameters(), strict=True)]
    assert all(same)
    assert not torch.equal(next(first.parameters()), next(other.parameters()))


def test_a_drawing_of_black_and_white_is_the_chance_of_white():
    vae = build(PERCEPTRON, "bernoulli", (1, 8, 8))
    z = 10 * normal(4, 3)
    chance = vae.decoder_mean.decoder(z).sigmoid()
    assert torch.allclose((vae.decoder_mean(z) + 1) / 2, chance, atol=1e-6)


def test_a_drawing_of_numbers_is_their_mean():
    vae = build(PERCEPTRON, "gaussian", (2,))
    z = normal(4, 3)
    assert torch.equal(vae.decoder_mean(z), vae.decoder_mean.decoder(z))


@pytest.mark.parametrize("sigma", [0.001, 0.3, 10.0])
def test_a_width_that_is_set_stays_there(sigma):
    vae = build(PERCEPTRON, "gaussian", (2,), sigma)
    assert vae.width().exp().item() == pytest.approx(sigma)
    assert "width.log" not in dict(vae.named_parameters())
    assert "width.log" in vae.state_dict()


def test_a_width_that_is_learnt_begins_small():
    vae = build(PERCEPTRON, "gaussian", (2,))
    assert vae.width().exp().item() == pytest.approx(FIRST_SIGMA, rel=0.02)
    assert "width.log" in dict(vae.named_parameters())


def test_black_and_white_have_no_width_to_learn():
    vae = build(PERCEPTRON, "bernoulli", (1, 8, 8))
    assert vae.width().item() == 0
    assert "width.log" not in dict(vae.named_parameters())


@pytest.mark.parametrize("log", [-100.0, -7.0, -6.0])
def test_a_learnt_width_has_a_floor_that_it_can_leave_again(log):
    width = Width(0.0)
    torch.nn.init.constant_(width.log, log)
    found = width()
    assert LEAST_LOG_SIGMA <= found.item() <= LEAST_LOG_SIGMA + math.log(2) + 1e-5
    found.backward()
    assert width.log.grad.item() > 0
