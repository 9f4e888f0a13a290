"""A residual pair without any normalisation, for pictures of side 28, 32 or 64.

The relativistic loss with R1 and R2 holds the players by itself, so that both networks can be
plain: residual blocks that begin as the identity, and bilinear resampling between them. At side 28
and width w:

    z -> (4w, 7, 7) -> (2w, 14, 14) -> (w, 28, 28) -> (C, 28, 28)        G
    logit <- (4w, 7, 7) <- (2w, 14, 14) <- (w, 28, 28) <- (C, 28, 28)    D

Written from the description in Huang et al. 2025, arXiv 2501.05441: a wider middle with grouped
convolutions, leaky ReLU, no activation across the shortcuts, and a start after Zhang et al. 2019,
arXiv 1901.09321.
"""

from itertools import pairwise
from math import gcd

import torch
from torch import Tensor, nn

from ganlib.config import ResidualNetwork
from ganlib.models.layers import HALVINGS, GainedConv2d, Residual, StartsItself

WIDENED = 2
"""Channels in the middle of a block, for each one outside."""
GROUP = 16
"""Channels that a grouped convolution looks at together, or the most that fit."""


class Basis(StartsItself):
    """A learnt map for each channel, multiplied by the channel's number: (N, C) -> (N, C, S, S)."""

    def __init__(self, channels: int, side: int) -> None:
        super().__init__()
        self.maps = nn.Parameter(torch.empty(channels, side, side))

    def start(self, rng: torch.Generator) -> None:
        """Draw the maps from a standard normal."""
        nn.init.normal_(self.maps, generator=rng)

    def forward(self, numbers: Tensor) -> Tensor:
        """Multiply."""
        return numbers[:, :, None, None] * self.maps


def residual_pair(network: ResidualNetwork, shape: tuple[int, ...]) -> tuple[nn.Module, nn.Module]:
    """G: (N, latent_dim) -> (N, *shape) in [-1, 1]. D: (N, *shape) -> (N,) logits."""
    channels, size, _ = shape
    halvings = HALVINGS[size]
    side = size >> halvings
    widths = [network.width << level for level in range(halvings + 1)]
    gain = first_gain(network.blocks * len(widths))
    stages = [_stage(width, network.blocks, gain) for width in widths]
    G = nn.Sequential(nn.Linear(network.latent_dim, widths[-1]), Basis(widths[-1], side))
    for level in reversed(range(halvings)):
        inner, outer = widths[level + 1], widths[level]
        # The convolution of one pixel comes first: the same result for a quarter of the work.
        between = nn.Conv2d(inner, outer, 1), nn.Upsample(scale_factor=2, mode="bilinear")
        G.extend([_stage(inner, network.blocks, gain), *between])
    G.extend([_stage(widths[0], network.blocks, gain), nn.Conv2d(widths[0], channels, 1)])
    G.append(nn.Tanh())
    D = nn.Sequential(nn.Conv2d(channels, widths[0], 1))
    for stage, (outer, inner) in zip(stages, pairwise(widths), strict=False):
        # To halve by bilinear resampling is to take the mean of four.
        D.extend([stage, nn.AvgPool2d(2), nn.Conv2d(outer, inner, 1)])
    D.extend([stages[-1], nn.Conv2d(widths[-1], widths[-1], side, groups=widths[-1])])
    D.extend([nn.Flatten(), nn.Linear(widths[-1], 1), nn.Flatten(0)])
    return G, D


def first_gain(blocks: int) -> float:
    """What the first two layers of each branch are scaled by, L ** (-1 / (2m - 2)) for m = 3.

    The last layer begins at 0. So a step of gradient descent changes the whole network as much
    whatever its depth L.

    Source: Zhang et al. 2019, arXiv 1901.09321.
    """
    return float(blocks**-0.25)


def _stage(width: int, blocks: int, gain: float) -> nn.Sequential:
    return nn.Sequential(
        *(Residual(_branch(width, gain), nn.Identity()) for _ in range(blocks)),
    )


def _branch(width: int, gain: float) -> nn.Sequential:
    middle = WIDENED * width
    groups = middle // gcd(middle, GROUP)
    return nn.Sequential(
        GainedConv2d(width, middle, 1, gain=gain),
        nn.LeakyReLU(0.2),
        GainedConv2d(middle, middle, 3, padding=1, groups=groups, gain=gain),
        nn.LeakyReLU(0.2),
        GainedConv2d(middle, width, 1, gain=0.0),
    )
