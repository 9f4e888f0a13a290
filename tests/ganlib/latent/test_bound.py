import math
from itertools import pairwise

import pytest
import torch
from torch import nn
from torch.distributions import MultivariateNormal, Normal

from ganlib.config import VaeConfig, VaeObjective, VaePerceptron
from ganlib.latent import importance_bound, terms
from ganlib.models import build_vae

SIGMA = 0.5
WEIGHT = torch.tensor([[1.0, -0.5], [0.3, 0.8], [0.0, 1.2]], dtype=torch.float64)
SHIFT = torch.tensor([0.1, -0.2, 0.3], dtype=torch.float64)


def made_linear(posterior):
    """A VAE with x = W z + b + noise, whose encoder is `posterior`: x -> (mean, log variance)."""

    class Encoder(nn.Module):
        def forward(self, x):
            return torch.cat(posterior(x), 1)

    network = VaePerceptron(width=4, depth=1, latent_dim=2)
    objective = VaeObjective(likelihood="gaussian", sigma=SIGMA)
    vae = build_vae(
        VaeConfig(network=network, objective=objective), (3,), torch.Generator().manual_seed(0)
    ).double()
    vae.encoder = Encoder()
    vae.decoder_mean.decoder = nn.Linear(2, 3).double()
    with torch.no_grad():
        vae.decoder_mean.decoder.weight.copy_(WEIGHT)
        vae.decoder_mean.decoder.bias.copy_(SHIFT)
        vae.width.log.fill_(math.log(SIGMA))
    return vae.requires_grad_(False)


def prior(x):
    """A bad encoder, which has learnt nothing."""
    return torch.zeros(len(x), 2, dtype=x.dtype), torch.zeros(len(x), 2, dtype=x.dtype)


def near(x):
    """A fair one: the true mean, but each number of z for itself, and too wide."""
    precision = WEIGHT.T @ WEIGHT / SIGMA**2 + torch.eye(2)
    mean = (x - SHIFT) @ WEIGHT @ precision.inverse() / SIGMA**2
    return mean, (1.5 * precision.inverse().diagonal()).log().expand(len(x), -1)


def exact(x):
    """Log p(x) in closed form: x is normal with covariance W W^T + sigma^2."""
    covariance = WEIGHT @ WEIGHT.T + SIGMA**2 * torch.eye(3)
    return MultivariateNormal(SHIFT, covariance).log_prob(x)


def points(count):
    return torch.randn(count, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def noise(count, dim=2, seed=2):
    rng = torch.Generator().manual_seed(seed)
    return torch.randn(count, dim, generator=rng, dtype=torch.float64)


def test_the_terms_are_those_of_torch():
    vae, x = made_linear(near), points(20)
    mean, logvar = near(x)
    drawn = noise(20)
    z = mean + (logvar / 2).exp() * drawn
    likelihood, kl = terms(vae, x, drawn)
    expected = Normal(z @ WEIGHT.T + SHIFT, SIGMA).log_prob(x).sum(1)
    assert torch.allclose(likelihood, expected)
    q = Normal(mean, (logvar / 2).exp())
    assert torch.allclose(kl, torch.distributions.kl_divergence(q, Normal(0.0, 1.0)))


def test_the_bound_of_one_draw_by_hand():
    vae, x = made_linear(near), points(1)
    mean, logvar = near(x)
    drawn = torch.randn(1, 2, generator=torch.Generator().manual_seed(5)).double()
    z, q = mean + (logvar / 2).exp() * drawn, Normal(mean, (logvar / 2).exp())
    likelihood = Normal(z @ WEIGHT.T + SHIFT, SIGMA).log_prob(x).sum(1)
    expected = likelihood + Normal(0.0, 1.0).log_prob(z).sum(1) - q.log_prob(z).sum(1)
    found = importance_bound(vae, x, 1, torch.Generator().manual_seed(5))
    assert torch.allclose(found, expected, atol=1e-9)


def mean_bound(vae, x, count):
    """Its mean over many draws of one x, and the standard error of that."""
    found = importance_bound(vae, x.expand(4000, -1), count, torch.Generator().manual_seed(3))
    return found.mean().item(), found.std().item() / 4000**0.5


@pytest.mark.parametrize("posterior", [prior, near])
def test_trap_34_the_elbo_is_the_bound_of_one_draw_and_more_draws_bound_tighter(posterior):
    vae, x = made_linear(posterior), points(1)
    likelihood, kl = terms(vae, x.expand(4000, -1), noise(4000))
    elbo = (likelihood - kl.sum(1)).mean().item()
    error = likelihood.std().item() / 4000**0.5
    bounds = [mean_bound(vae, x, count) for count in (1, 4, 16, 64)]
    assert bounds[0][0] == pytest.approx(elbo, abs=4 * (error + bounds[0][1]))
    for (lower, _), (higher, off) in pairwise(bounds):
        assert higher > lower - 4 * off
    assert elbo < bounds[-1][0] < exact(x).item() + 4 * bounds[-1][1]
    assert exact(x).item() - elbo > 10 * (exact(x).item() - bounds[-1][0])


@pytest.mark.parametrize(("posterior", "off"), [(prior, 0.1), (near, 0.02)])
def test_trap_34_with_many_draws_the_bound_is_the_likelihood_itself(posterior, off):
    x = points(20) / 3
    found = importance_bound(made_linear(posterior), x, 4000, torch.Generator().manual_seed(0))
    assert torch.allclose(found, exact(x), atol=off)


def test_where_the_encoder_is_right_one_draw_is_enough():
    """With one number of z the posterior is a Gaussian that the encoder can name exactly."""
    weight = WEIGHT[:, :1]
    vae = made_linear(prior)
    precision = (weight.T @ weight).item() / SIGMA**2 + 1

    class Right(nn.Module):
        def forward(self, x):
            mean = (x - SHIFT) @ weight / SIGMA**2 / precision
            return torch.cat((mean, torch.full_like(mean, -math.log(precision))), 1)

    vae.encoder, vae.decoder_mean.decoder = Right(), nn.Linear(1, 3).double()
    with torch.no_grad():
        vae.decoder_mean.decoder.weight.copy_(weight)
        vae.decoder_mean.decoder.bias.copy_(SHIFT)
    x, covariance = points(20), weight @ weight.T + SIGMA**2 * torch.eye(3)
    found = importance_bound(vae, x, 1, torch.Generator().manual_seed(0))
    expected = MultivariateNormal(SHIFT, covariance).log_prob(x)
    assert torch.allclose(found, expected, atol=1e-6)
    likelihood, kl = terms(vae, x.repeat(2000, 1), noise(40_000, 1))
    elbo = (likelihood - kl.sum(1)).view(2000, 20).mean(0)
    assert torch.allclose(elbo, expected, atol=0.1), "and the ELBO is tight"


def test_black_and_white_are_judged_by_their_own_likelihood():
    network = VaePerceptron(width=4, depth=1, latent_dim=2)
    vae = build_vae(VaeConfig(network=network), (1, 2, 2), torch.Generator().manual_seed(0))
    x = torch.tensor([[[[1.0, -1.0], [1.0, 1.0]]]])
    likelihood, _ = terms(vae, x, torch.zeros(1, 2))
    chances = vae.decoder_mean(vae.encode(x)[0]).add(1).div(2).flatten().tolist()
    expected = math.log(chances[0] * (1 - chances[1]) * chances[2] * chances[3])
    assert likelihood.item() == pytest.approx(expected, abs=1e-5)
