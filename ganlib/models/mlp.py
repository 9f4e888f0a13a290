"""Perceptrons: the pair for points in the plane, and the introductory TensorFlow pair."""

from itertools import pairwise
from math import prod

import torch
from torch import Tensor, nn

from ganlib.config import MlpNetwork, PlaneNetwork


class Pack(nn.Module):
    """Lay `size` consecutive samples side by side: (N, C) -> (N / size, size C).

    Source: Lin et al. 2018, arXiv 1712.04086.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    def forward(self, samples: Tensor) -> Tensor:
        """Pack.

        Raises:
            ValueError: the last pack would not be full.
        """
        if len(samples) % self.size:
            raise ValueError(
                f"{len(samples)} samples cannot be split into packs of {self.size}: "
                f"pass a multiple of {self.size}."
            )
        return samples.reshape(-1, self.size * samples.shape[1])


class MinibatchStddev(nn.Module):
    """Append to each row how far apart the rows lie: (N, C) -> (N, C + 1).

    The number is the standard deviation of each feature over the batch, averaged over the
    features. In training it is that of the batch itself, and the slope flows through it. In eval
    mode it is that of the last batch in training (0 before any), so that one row alone can be
    judged.

    Source: Karras et al. 2018, arXiv 1710.10196.
    """

    stddev: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("stddev", torch.zeros(()))

    def forward(self, features: Tensor) -> Tensor:
        """Append."""
        stddev = self.stddev
        if self.training:
            # Within the root, 1e-8 keeps its first and second slope finite where all rows agree.
            stddev = (features.var(0, correction=0) + 1e-8).sqrt().mean()
            self.stddev.copy_(stddev.detach())
        return torch.cat((features, stddev.expand(len(features), 1)), 1)


def plane_pair(network: PlaneNetwork) -> tuple[nn.Module, nn.Module]:
    """G: (N, latent_dim) -> (N, 2). D: (N, 2) -> (N / pack,) logits."""
    hidden = [network.width] * network.depth
    G = _perceptron(network.latent_dim, *hidden, 2, slope=0.2)
    D = _perceptron(2 * network.pack, *hidden, 1, slope=0.2).append(nn.Flatten(0))
    if network.pack > 1:
        D.insert(0, Pack(network.pack))
    if network.minibatch_stddev:
        D[-2] = nn.Linear(network.width + 1, 1)
        D.insert(len(D) - 2, MinibatchStddev())
    return G, D


def mlp_pair(network: MlpNetwork, shape: tuple[int, ...]) -> tuple[nn.Module, nn.Module]:
    """G: (N, latent_dim) -> (N, *shape) in [-1, 1]. D: (N, *shape) -> (N,) logits.

    The slopes are Keras' default of that text.
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
    D = nn.Sequential(nn.Flatten(), *_perceptron(size, 512, 256, 1, slope=0.3), nn.Flatten(0))
    return G, D


def _perceptron(*widths: int, slope: float) -> nn.Sequential:
    """Linear layers from each width to the next, with LeakyReLU between them."""
    layers: list[nn.Module] = []
    for before, after in pairwise(widths):
        layers += [nn.Linear(before, after), nn.LeakyReLU(slope)]
    return nn.Sequential(*layers[:-1])
