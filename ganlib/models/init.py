"""First weights, every one drawn from a generator that is passed.

PyTorch's layers draw theirs from the global generator, which all threads share, so that two runs
started together would disturb each other's seeds. Networks are therefore laid out on the meta
device, where nothing is drawn or allocated, and filled here.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.utils import parametrize
from torch.nn.utils.parametrizations import _SpectralNorm

from ganlib.models.layers import GainedConv2d, StartsItself
from ganlib.models.style import StyleGenerator

Fill = Callable[[Tensor, Tensor | None, torch.Generator], None]
"""Sets the weight and the bias, if any, of one linear or convolutional layer."""

_WARM_UP = 15
"""Power iterations before the first step, as many as PyTorch takes."""


def dcgan_normal(weight: Tensor, bias: Tensor | None, rng: torch.Generator) -> None:
    """Weights N(0, 0.02) and biases 0.

    Source: Radford et al. 2016, arXiv 1511.06434.
    """
    nn.init.normal_(weight, 0.0, 0.02, generator=rng)
    if bias is not None:
        nn.init.zeros_(bias)


def fan_in_uniform(weight: Tensor, bias: Tensor | None, rng: torch.Generator) -> None:
    """Weights and biases uniform within 1 / sqrt(fan_in), as PyTorch has it.

    G starts close to one point and D almost flat. Measured on a ring of eight modes, that leads
    to all eight, where the wider start of He et al. (arXiv 1502.01852) loses some.
    """
    bound = weight[0].numel() ** -0.5
    nn.init.uniform_(weight, -bound, bound, generator=rng)
    if bias is not None:
        nn.init.uniform_(bias, -bound, bound, generator=rng)


def unit_normal(weight: Tensor, bias: Tensor | None, rng: torch.Generator) -> None:
    """Weights N(0, 1 / fan_in) and biases 0: what goes in with variance 1 comes out so.

    Source: LeCun et al. 1998, Efficient BackProp.
    """
    nn.init.normal_(weight, 0.0, weight[0].numel() ** -0.5, generator=rng)
    if bias is not None:
        nn.init.zeros_(bias)


def he_normal(weight: Tensor, bias: Tensor | None, rng: torch.Generator) -> None:
    """Weights N(0, 2 / fan_in), for the leaky ReLU that follows, and biases 0.

    Source: He et al. 2015, arXiv 1502.01852.
    """
    nn.init.kaiming_normal_(weight, a=0.2, generator=rng)
    if bias is not None:
        nn.init.zeros_(bias)


def glorot_uniform(weight: Tensor, bias: Tensor | None, rng: torch.Generator) -> None:
    """Weights uniform within sqrt(6 / (fan_in + fan_out)) and biases 0.

    Source: Glorot & Bengio 2010; for this pair, Miyato et al. 2018, arXiv 1802.05957.
    """
    nn.init.xavier_uniform_(weight, generator=rng)
    if bias is not None:
        nn.init.zeros_(bias)


def normalise_spectrum(D: nn.Module) -> None:
    """Divide the weight of every linear and convolutional layer by its largest singular value.

    A layer that begins at 0 is left as it is: 0 / 0 is no weight.

    Source: Miyato et al. 2018, arXiv 1802.05957.
    """
    for layer in D.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d) and getattr(layer, "gain", 1) != 0:
            spectrum = _Spectrum(layer.weight)
            parametrize.register_parametrization(layer, "weight", spectrum)


class _Spectrum(_SpectralNorm):
    """PyTorch's, whose fifteen power iterations are left out where there are no numbers yet."""

    def _power_method(self, weight_mat: Tensor, n_power_iterations: int) -> None:
        if not weight_mat.is_meta:
            super()._power_method(weight_mat, n_power_iterations)


def initialise(network: nn.Module, fill: Fill, rng: torch.Generator) -> None:
    """Allocate a network that was laid out on the meta device, and set all that it holds.

    Batch normalisation starts at N(1, 0.02) with fresh statistics, and spectral normalisation
    with singular vectors that a few power iterations have brought near.
    """
    network.to_empty(device="cpu")
    for layer in network.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            weight = _stored_weight(layer)
            fill(weight, layer.bias, rng)
            if isinstance(layer, GainedConv2d):
                weight.data *= layer.gain
        elif isinstance(layer, _BatchNorm):
            layer.reset_running_stats()
            nn.init.normal_(layer.weight, 1.0, 0.02, generator=rng)
            nn.init.zeros_(layer.bias)
        elif isinstance(layer, StartsItself):
            layer.start(rng)
        elif isinstance(layer, parametrize.ParametrizationList):
            _find_singular_vectors(layer, rng)


def _stored_weight(layer: nn.Module) -> Tensor:
    """The weight that is learned, which spectral normalisation sets aside under another name."""
    normalised = parametrize.is_parametrized(layer, "weight")
    return layer.get_parameter("parametrizations.weight.original" if normalised else "weight")


@torch.no_grad()
def _find_singular_vectors(spectrum: nn.Module, rng: torch.Generator) -> None:
    for singular_vector in spectrum.buffers():
        nn.init.normal_(singular_vector, generator=rng)
    for _ in range(_WARM_UP):
        spectrum()


@torch.no_grad()
def settle_statistics(G: nn.Module, z: Tensor) -> None:
    """Set the statistics of every batch normalisation to those of the latent batch z.

    A mean style is set likewise.

    They begin at variance 1, a thousand times that of a fresh generator's maps, and forget it by a
    tenth with each batch: without this the averaged generator draws flat grey for 40 steps.
    """
    layers = [layer for layer in G.modules() if isinstance(layer, _BatchNorm)]
    momenta = [layer.momentum for layer in layers]
    for layer in layers:
        layer.momentum = None  # A plain mean over all batches, of which there is one.
    G(z)
    for layer, momentum in zip(layers, momenta, strict=True):
        layer.momentum = momentum
    if isinstance(G, StyleGenerator):
        G.settle(z)
