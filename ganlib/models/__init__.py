"""The networks of every family."""

from collections.abc import Mapping

import torch
from torch import nn

from ganlib.config import (
    AnyNetwork,
    DcganNetwork,
    DenseSpatialNetwork,
    MadeNetwork,
    Mlp2dNetwork,
    MlpNetwork,
    PixelCnnNetwork,
    ResidualNetwork,
    ResnetNetwork,
    StyleNetwork,
    VaeConfig,
)
from ganlib.models.autoregressive import AutoregressiveModel, Choose
from ganlib.models.codes import Codes, PixelCodes, PointCodes
from ganlib.models.conditional import AuxiliaryDiscriminator, class_condition, round_robin_condition
from ganlib.models.dcgan import dcgan_pair
from ganlib.models.dense_spatial import dense_spatial_pair
from ganlib.models.init import (
    Fill,
    dcgan_normal,
    fan_in_uniform,
    glorot_uniform,
    he_normal,
    initialise,
    normalise_spectrum,
    settle_statistics,
    unit_normal,
)
from ganlib.models.inside import first_layers
from ganlib.models.made import Made
from ganlib.models.mlp import mlp_2d_pair, mlp_pair
from ganlib.models.pixelcnn import PixelCnn
from ganlib.models.residual import residual_pair
from ganlib.models.resnet import resnet_pair
from ganlib.models.style import StyleGenerator, style_pair
from ganlib.models.vae import DecoderMean, Vae, vae

__all__ = [
    "AutoregressiveModel",
    "AuxiliaryDiscriminator",
    "Choose",
    "Codes",
    "DecoderMean",
    "PixelCodes",
    "PointCodes",
    "StyleGenerator",
    "Vae",
    "build_autoregressive",
    "build_networks",
    "build_vae",
    "class_condition",
    "first_layers",
    "round_robin_condition",
]

_SETTLING = 128
"""Latent vectors that set the first statistics of batch normalisation."""
_FILLS: Mapping[str, tuple[Fill, Fill]] = {
    "dcgan": (dcgan_normal, dcgan_normal),
    "resnet": (glorot_uniform, glorot_uniform),
    "residual": (unit_normal, unit_normal),
    "style": (he_normal, dcgan_normal),
}
"""How the layers of G and D are filled; `fan_in_uniform` where nothing is said."""


def build_networks(
    network: AnyNetwork, shape: tuple[int, ...], rng: torch.Generator, classes: int = 0
) -> tuple[nn.Module, nn.Module]:
    """Build G and D on the CPU, in training mode.

    G maps z (N, latent_dim) to samples (N, *shape), D maps samples to logits (N / pack,). G takes
    a condition (N, classes) besides where the network is conditional, and D where it is told it.

    Args:
        network: which pair, and how large.
        shape: of one sample, as `Toy2dData.shape` and `ImageData.shape` say it.
        rng: a CPU generator that every first weight is drawn from; the global one stays untouched.
        classes: that G can be asked for; only a conditional network looks at it.
    """
    with torch.device("meta"):
        G, D = _lay_out(network, shape, classes)
        if network.spectral_norm:
            normalise_spectrum(D)
    g_fill, d_fill = _FILLS.get(network.architecture, (fan_in_uniform, fan_in_uniform))
    initialise(G, g_fill, rng)
    initialise(D, d_fill, rng)
    settle_statistics(G, torch.randn(_SETTLING, network.latent_dim, generator=rng))
    return G, D


def _lay_out(
    network: AnyNetwork, shape: tuple[int, ...], classes: int
) -> tuple[nn.Module, nn.Module]:
    match network:
        case Mlp2dNetwork():
            return mlp_2d_pair(network)
        case MlpNetwork():
            return mlp_pair(network, shape)
        case DenseSpatialNetwork():
            return dense_spatial_pair(network)
        case DcganNetwork():
            return dcgan_pair(network, shape, classes)
        case ResnetNetwork():
            return resnet_pair(network, shape)
        case ResidualNetwork():
            return residual_pair(network, shape)
        case StyleNetwork():
            return style_pair(network, shape)


def build_vae(config: VaeConfig, shape: tuple[int, ...], rng: torch.Generator) -> Vae:
    """Build encoder and decoder on the CPU, for samples of this shape.

    Every first weight is drawn from rng, a CPU generator; the global one stays untouched.
    """
    with torch.device("meta"):
        network = vae(config, shape)
    initialise(network, he_normal, rng)
    return network


def build_autoregressive(
    network: MadeNetwork | PixelCnnNetwork, codes: Codes, classes: int, rng: torch.Generator
) -> AutoregressiveModel:
    """Build a model of these codes on the CPU, which can be asked for so many classes.

    Every first weight is drawn from rng, a CPU generator; the global one stays untouched.
    """
    model: AutoregressiveModel
    with torch.device("meta"):
        if isinstance(network, MadeNetwork):
            model = Made(network, codes.length, codes.values, classes)
        else:
            assert isinstance(codes, PixelCodes)
            model = PixelCnn(network, codes, classes)
    initialise(model, fan_in_uniform, rng)
    if isinstance(model, Made):
        model.set_masks()
    return model
