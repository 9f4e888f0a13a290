"""Encoder and decoder of a variational autoencoder.

Source: Kingma & Welling 2014, arXiv 1312.6114.
"""

import math
from itertools import pairwise
from math import prod

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from ganlib.config import VaeConfig, VaeConvolutional, VaePerceptron
from ganlib.models.layers import HALVINGS, StartsItself
from ganlib.models.mlp import perceptron

LEAST_LOG_SIGMA = -6.0
"""A learnt width stays above it: data that lie on a line would be worth any number of nats."""
FIRST_SIGMA = 0.2
"""A learnt width begins here: from that of the data themselves, z would seem to tell nothing."""
_SLOPE = 0.2


class Width(StartsItself):
    """The width of a gaussian likelihood, learnt from about `FIRST_SIGMA` on or fixed.

    Source: Rybkin et al. 2021, arXiv 2006.13202, for a floor that a learnt one can leave again.
    """

    log: Tensor

    def __init__(self, sigma: float) -> None:
        """Fix it, or learn it where sigma is 0."""
        super().__init__()
        self.first = math.log(sigma or FIRST_SIGMA)
        self.is_learnt = not sigma
        if sigma:
            self.register_buffer("log", torch.empty(()))
        else:
            self.log = nn.Parameter(torch.empty(()))

    def start(self, rng: torch.Generator) -> None:
        """Begin small, or stay where it is fixed."""
        nn.init.constant_(self.log, self.first)

    def forward(self) -> Tensor:
        """The logarithm of the width."""
        if not self.is_learnt:
            return self.log
        return LEAST_LOG_SIGMA + softplus(self.log - LEAST_LOG_SIGMA)


class DecoderMean(nn.Module):
    """z (N, latent_dim) -> the sample that the decoder expects, in [-1, 1].

    It is the mean of the likelihood: the numbers of a picture may lie between black and white, and
    are then how likely white is.
    """

    def __init__(self, decoder: nn.Module, is_bernoulli: bool) -> None:
        super().__init__()
        self.decoder = decoder
        self.is_bernoulli = is_bernoulli

    def forward(self, z: Tensor) -> Tensor:
        """Draw."""
        out: Tensor = self.decoder(z)
        return (out / 2).tanh() if self.is_bernoulli else out  # 2 sigmoid(l) - 1 = tanh(l / 2)


class Vae(nn.Module):
    """An encoder to q(z|x) and a decoder to p(x|z).

    Attributes:
        encoder: (N, ...) -> (N, 2 latent_dim), means and log variances.
        decoder_mean: z -> the mean of p(x|z), and within it the decoder.
    """

    def __init__(
        self, encoder: nn.Module, decoder: nn.Module, likelihood: str, sigma: float
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder_mean = DecoderMean(decoder, likelihood == "bernoulli")
        self.width = Width(sigma if likelihood == "gaussian" else 1.0)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(N, ...) in [-1, 1] -> mean and log variance of z, (N, latent_dim) each."""
        mean, logvar = self.encoder(x).chunk(2, 1)
        return mean, logvar


def vae(config: VaeConfig, shape: tuple[int, ...]) -> Vae:
    """The pair of the configured shape, for samples of this shape."""
    match config.network:
        case VaePerceptron() as network:
            encoder, decoder = _perceptrons(network, shape)
        case VaeConvolutional() as network:
            encoder, decoder = _convolutions(network, shape)
    return Vae(encoder, decoder, config.objective.likelihood, config.objective.sigma)


def _perceptrons(network: VaePerceptron, shape: tuple[int, ...]) -> tuple[nn.Module, nn.Module]:
    size, hidden = prod(shape), [network.width] * network.depth
    inwards = perceptron(size, *hidden, 2 * network.latent_dim, slope=_SLOPE)
    outwards = perceptron(network.latent_dim, *hidden, size, slope=_SLOPE)
    encoder = nn.Sequential(nn.Flatten(), *inwards)
    decoder = nn.Sequential(*outwards, nn.Unflatten(1, shape))
    return encoder, decoder


def _convolutions(network: VaeConvolutional, shape: tuple[int, ...]) -> tuple[nn.Module, nn.Module]:
    channels, size, _ = shape
    halvings = HALVINGS[size]
    side = size >> halvings
    widths = [channels, *(network.width << level for level in range(halvings))]
    down, up = list[nn.Module](), list[nn.Module]()
    for outer, inner in pairwise(widths):
        down += [nn.Conv2d(outer, inner, 4, stride=2, padding=1), nn.LeakyReLU(_SLOPE)]
        up = [nn.LeakyReLU(_SLOPE), nn.ConvTranspose2d(inner, outer, 4, stride=2, padding=1), *up]
    features = widths[-1] * side**2
    encoder = nn.Sequential(*down, nn.Flatten(), nn.Linear(features, 2 * network.latent_dim))
    decoder = nn.Sequential(
        nn.Linear(network.latent_dim, features), nn.Unflatten(1, (widths[-1], side, side)), *up
    )
    return encoder, decoder
