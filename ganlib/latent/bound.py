"""How likely a variational autoencoder takes samples to be, as far as that can be bounded."""

import math

import torch
from torch import Tensor

from ganlib.models import Vae
from ganlib.objectives import bernoulli_log_likelihood, gaussian_kl, gaussian_log_likelihood


def log_likelihood(vae: Vae, z: Tensor, x: Tensor) -> Tensor:
    """Log p(x|z) of each pair, in nats: (N,).

    Args:
        vae: encoder and decoder.
        z: (N, latent_dim).
        x: (N, ...) in [-1, 1].
    """
    out = vae.decoder_mean.decoder(z)
    if vae.decoder_mean.is_bernoulli:
        return bernoulli_log_likelihood(out, x)
    return gaussian_log_likelihood(out, vae.width(), x)


def terms(vae: Vae, x: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
    """The two terms of the ELBO, with one z for each x: log p(x|z) (N,), and KL (N, latent_dim).

    Args:
        vae: encoder and decoder.
        x: (N, ...) in [-1, 1].
        noise: (N, latent_dim) standard normal, from which z = mean + sigma * noise.
    """
    mean, logvar = vae.encode(x)
    z = mean + (logvar / 2).exp() * noise
    return log_likelihood(vae, z, x), gaussian_kl(mean, logvar)


def importance_bound(vae: Vae, x: Tensor, count: int, rng: torch.Generator) -> Tensor:
    """Log 1/k sum_i p(x|z_i) p(z_i) / q(z_i|x), of k draws of z for each x, in nats: (N,).

    On average it lies between the ELBO, which is k = 1, and log p(x), to which it tends.

    Args:
        vae: encoder and decoder.
        x: (N, ...) in [-1, 1].
        count: k.
        rng: a CPU generator.

    Source: Burda et al. 2016, arXiv 1509.00519.
    """
    mean, logvar = vae.encode(x)
    weights = []
    for _ in range(count):
        noise = torch.randn(mean.shape, generator=rng).to(mean)
        z = mean + (logvar / 2).exp() * noise
        # log p(z) - log q(z|x): what both have of 2 pi cancels.
        prior = (noise.square() + logvar - z.square()).sum(1) / 2
        weights.append(log_likelihood(vae, z, x) + prior)
    return torch.stack(weights).logsumexp(0) - math.log(count)
