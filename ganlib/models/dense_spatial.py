"""The introductory Keras pair, with its generator brought up to the size of its discriminator."""

from torch import nn

from ganlib.config import DenseSpatialNetwork


def dense_spatial_pair(network: DenseSpatialNetwork) -> tuple[nn.Module, nn.Module]:
    """G: (N, latent_dim) -> (N, 1, 28, 28) in [-1, 1]. D: (N, 1, 28, 28) -> (N,) logits.

    The text's dense layers on a 7x7 map are 1x1 convolutions. Its LeakyReLU right after the first
    ReLU changes nothing and is left out.
    """
    G = nn.Sequential(
        nn.Linear(network.latent_dim, 128 * 7 * 7),
        nn.ReLU(),
        nn.Unflatten(1, (128, 7, 7)),
        nn.Conv2d(128, 256, 1),
        nn.LeakyReLU(0.01),
        nn.Conv2d(256, 16, 1),
        nn.PixelShuffle(4),
        nn.Tanh(),
    )
    D = nn.Sequential(
        nn.Flatten(),
        nn.Linear(28 * 28, 256),
        nn.LeakyReLU(0.01),
        nn.Linear(256, 1),
        nn.Flatten(0),
    )
    return G, D
