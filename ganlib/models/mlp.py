"""Perceptrons (MLPs): the pair for 2-D points, and the introductory TensorFlow pair."""

from itertools import pairwise
from math import prod

from torch import nn

from ganlib.config import Mlp2dNetwork, MlpNetwork
from ganlib.models.layers import FastSequential, MinibatchStddev, Pack


def mlp_2d_pair(network: Mlp2dNetwork) -> tuple[nn.Module, nn.Module]:
    """G: (N, latent_dim) -> (N, 2). D: (N, 2) -> (N / pack,) logits."""
    hidden = [network.width] * network.depth
    G = perceptron(network.latent_dim, *hidden, 2, slope=0.2)
    D = perceptron(2 * network.pack, *hidden, 1, slope=0.2).append(nn.Flatten(0))
    if network.pack > 1:
        D.insert(0, Pack(network.pack))
    if network.minibatch_stddev:
        D[-2] = nn.Linear(network.width + 1, 1)
        D.insert(len(D) - 2, MinibatchStddev())
    return G, D


def mlp_pair(network: MlpNetwork, shape: tuple[int, ...]) -> tuple[nn.Module, nn.Module]:
    """G: (N, latent_dim) -> (N, *shape) in [-1, 1]. D: (N, *shape) -> (N,) logits.

    The slopes of LeakyReLU are Keras' default of that text.
    """
    size = prod(shape)
    G = nn.Sequential(
        nn.Linear(network.latent_dim, 256, bias=False),
        nn.BatchNorm1d(256),
        nn.LeakyReLU(0.3),
        nn.Linear(256, 512, bias=False),
        nn.BatchNorm1d(512),
        nn.LeakyReLU(0.3),
        nn.Linear(512, size, bias=False),
        nn.Tanh(),
        nn.Unflatten(1, shape),
    )
    D = nn.Sequential(nn.Flatten(), *perceptron(size, 512, 256, 1, slope=0.3), nn.Flatten(0))
    return G, D


def perceptron(*widths: int, slope: float) -> FastSequential:
    """Linear layers from each width to the next, with LeakyReLU between them."""
    layers: list[nn.Module] = []
    for before, after in pairwise(widths):
        layers += [nn.Linear(before, after), nn.LeakyReLU(slope)]
    return FastSequential(*layers[:-1])
