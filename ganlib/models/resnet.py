"""A residual pair for pictures of side 28, 32 or 64, whose D is meant for spectral normalisation.

Each block adds what two convolutions make of its input to the input itself. At side 28 and width w:

    z -> (4w, 7, 7) -> (2w, 14, 14) -> (w, 28, 28) -> (C, 28, 28)        G
    logit <- (4w, 7, 7) <- (2w, 14, 14) <- (C, 28, 28)                   D

Source: Miyato et al. 2018, arXiv 1802.05957; their widths are the same everywhere.
"""

from itertools import pairwise

from torch import nn

from ganlib.config import ResnetNetwork
from ganlib.models.layers import HALVINGS, MinibatchStddev, Pack, Residual, SumPool


def resnet_pair(network: ResnetNetwork, shape: tuple[int, ...]) -> tuple[nn.Module, nn.Module]:
    """G: (N, latent_dim) -> (N, *shape) in [-1, 1]. D: (N, *shape) -> (N / pack,) logits."""
    channels, size, _ = shape
    halvings = HALVINGS[size]
    widths = [network.width << level for level in range(halvings + 1)]
    return _generator(network, widths, channels, size >> halvings), _discriminator(
        network, widths, channels
    )


def _generator(
    network: ResnetNetwork, widths: list[int], channels: int, side: int
) -> nn.Sequential:
    """`widths` are the channels of the maps from the picture inwards, `side` the innermost's."""
    norm = network.g_batch_norm
    return nn.Sequential(
        nn.Linear(network.latent_dim, widths[-1] * side**2),
        nn.Unflatten(1, (widths[-1], side, side)),
        *(_up(inner, outer, norm) for outer, inner in reversed(list(pairwise(widths)))),
        *_normalised(widths[0], norm),
        nn.ReLU(),
        nn.Conv2d(widths[0], channels, 3, padding=1),
        nn.Tanh(),
    )


def _discriminator(network: ResnetNetwork, widths: list[int], channels: int) -> nn.Sequential:
    shown = [MinibatchStddev()] if network.minibatch_stddev else []
    picture, innermost = network.pack * channels, widths[-1]
    return nn.Sequential(
        *([Pack(network.pack)] if network.pack > 1 else []),
        _first_down(picture, widths[0], widths[1]),
        *(_down(outer, inner) for outer, inner in pairwise(widths[1:])),
        Residual(_branch(innermost, innermost), nn.Identity()),
        nn.ReLU(),
        SumPool(),
        *shown,
        nn.Linear(innermost + len(shown), 1),
        nn.Flatten(0),
    )


def _up(before: int, after: int, norm: bool) -> Residual:
    """Twice the side."""
    branch = nn.Sequential(
        *_normalised(before, norm),
        nn.ReLU(),
        nn.Upsample(scale_factor=2),
        nn.Conv2d(before, after, 3, padding=1, bias=not norm),
        *_normalised(after, norm),
        nn.ReLU(),
        nn.Conv2d(after, after, 3, padding=1),
    )
    # A convolution of one pixel may come first: the same result for a quarter of the work.
    return Residual(branch, nn.Sequential(nn.Conv2d(before, after, 1), nn.Upsample(scale_factor=2)))


def _down(before: int, after: int) -> Residual:
    """Half the side."""
    branch = _branch(before, after).append(nn.AvgPool2d(2))
    return Residual(branch, nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(before, after, 1)))


def _first_down(picture: int, between: int, after: int) -> Residual:
    """Half the side; a picture passes no ReLU before its first convolution."""
    branch = nn.Sequential(
        nn.Conv2d(picture, between, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(between, after, 3, padding=1),
        nn.AvgPool2d(2),
    )
    return Residual(branch, nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(picture, after, 1)))


def _branch(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(
        nn.ReLU(),
        nn.Conv2d(before, before, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(before, after, 3, padding=1),
    )


def _normalised(channels: int, wanted: bool) -> list[nn.Module]:
    return [nn.BatchNorm2d(channels)] if wanted else []
