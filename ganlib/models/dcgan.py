"""A convolutional pair for pictures of side 28, 32 or 64.

Both networks pass through the same maps in opposite directions. At side 28 and width w:

    z -> (2w, 7, 7) -> (w, 14, 14) -> (C, 28, 28)        G
    logit <- (2w, 7, 7) <- (w, 14, 14) <- (C, 28, 28)    D

Source: Radford et al. 2016, arXiv 1511.06434.
"""

from itertools import pairwise

from torch import nn

from ganlib.config import BatchAwareNetwork, DcganNetwork
from ganlib.models.conditional import (
    AuxiliaryDiscriminator,
    ConcatDiscriminator,
    ConditionalGenerator,
    ProjectionDiscriminator,
)
from ganlib.models.layers import HALVINGS, MinibatchStddev, Pack


def dcgan_pair(
    network: DcganNetwork, shape: tuple[int, ...], classes: int
) -> tuple[nn.Module, nn.Module]:
    """G: (N, latent_dim) -> (N, *shape) in [-1, 1]. D: (N, *shape) -> (N / pack,) logits.

    G takes a condition (N, classes) besides where the network is conditional, and D where it is
    told the class: by projection or concatenation.
    """
    channels, size, _ = shape
    halvings = HALVINGS[size]
    side = size >> halvings
    widths = [network.width << level for level in range(halvings)]
    condition_dim = classes if network.is_conditional else 0
    class_maps = classes if network.condition == "concat" else 0
    G = _generator(network, [channels, *widths], side, network.latent_dim + condition_dim)
    D = discriminator(network, [channels + class_maps, *widths], side, network.d_batch_norm)
    match network.condition:
        case "none":
            return G, D
        case "projection":
            return ConditionalGenerator(G, classes), ProjectionDiscriminator(D, classes)
        case "concat":
            return ConditionalGenerator(G, classes), ConcatDiscriminator(D)
        case "auxiliary":
            return ConditionalGenerator(G, classes), AuxiliaryDiscriminator(D, classes)
        case "codes":
            outputs = classes + network.code_numbers
            return ConditionalGenerator(G, classes), AuxiliaryDiscriminator(D, outputs)


def _generator(network: DcganNetwork, widths: list[int], side: int, inputs: int) -> nn.Module:
    """`widths` are the channels of the maps from the picture inwards, `side` the innermost's."""
    norm = network.g_batch_norm
    layers = [
        nn.Linear(inputs, widths[-1] * side**2, bias=not norm),
        nn.Unflatten(1, (widths[-1], side, side)),
        *_normalised(widths[-1], norm),
        nn.ReLU(),
    ]
    for outer, inner in reversed(list(pairwise(widths[1:]))):
        layers += [
            nn.ConvTranspose2d(inner, outer, 4, stride=2, padding=1, bias=not norm),
            *_normalised(outer, norm),
            nn.ReLU(),
        ]
    picture, nearest = widths[:2]
    layers += [nn.ConvTranspose2d(nearest, picture, 4, stride=2, padding=1), nn.Tanh()]
    return nn.Sequential(*layers)


def discriminator(
    network: BatchAwareNetwork, widths: list[int], side: int, norm: bool
) -> nn.Sequential:
    """D: (N, C, S, S) -> (N / pack,) logits.

    Args:
        network: whether it classifies packs, and sees the spread of its batch.
        widths: channels of the picture and of the maps from there inwards.
        side: of the innermost map.
        norm: whether there is batch normalisation.
    """
    picture, nearest = widths[:2]
    layers: list[nn.Module] = [Pack(network.pack)] if network.pack > 1 else []
    layers += [
        nn.Conv2d(network.pack * picture, nearest, 4, stride=2, padding=1),
        nn.LeakyReLU(0.2),
    ]
    for outer, inner in pairwise(widths[1:]):
        layers += [
            nn.Conv2d(outer, inner, 4, stride=2, padding=1, bias=not norm),
            *_normalised(inner, norm),
            nn.LeakyReLU(0.2),
        ]
    shown = [MinibatchStddev()] if network.minibatch_stddev else []
    features = (widths[-1] + len(shown)) * side**2
    layers += [*shown, nn.Flatten(), nn.Linear(features, 1), nn.Flatten(0)]
    return nn.Sequential(*layers)


def _normalised(channels: int, wanted: bool) -> list[nn.Module]:
    return [nn.BatchNorm2d(channels)] if wanted else []
