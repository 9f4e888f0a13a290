"""Gradient norms of the networks, and spectral norms of their layers.

Neither changes anything: measuring draws no random number and leaves every buffer alone.
"""

import math
from collections.abc import Iterable

import torch
from torch import Tensor, nn

METRIC_NAMES = ("g_grad_norm", "d_grad_norm", "g_spectral_norm", "d_spectral_norm")
"""Gradient norms of the last update of each, penalties included; spectral norms."""


def measured_norms(G: nn.Module, D: nn.Module, every: int, steps_done: int) -> dict[str, float]:
    """Those of both networks, in one of `every` steps."""
    if steps_done % every:
        return {}
    return {
        "g_grad_norm": gradient_norm(G.parameters()),
        "d_grad_norm": gradient_norm(D.parameters()),
        "g_spectral_norm": spectral_norm_of(G),
        "d_spectral_norm": spectral_norm_of(D),
    }


def gradient_norm(weights: Iterable[Tensor]) -> float:
    """Euclidean norm of the gradient of all weights together; NaN before the first update."""
    gradients = [weight.grad for weight in weights if weight.grad is not None]
    if not gradients:
        return math.nan
    return float(torch.linalg.vector_norm(torch.stack(torch._foreach_norm(gradients))))


@torch.no_grad()
def spectral_norm_of(network: nn.Module) -> float:
    """The largest singular value of any layer, its weight seen as a matrix with a row per output.

    With spectral normalisation that of a normalised weight is near 1. A product over the
    layers would bound the gradient of a network without normalisation layers.

    Source: Miyato et al. 2018, arXiv 1802.05957, for convolutions as matrices.
    """
    was_training = network.training
    network.eval()  # In training mode, to look at a normalised weight would normalise it further.
    try:
        return max(
            _largest(_matrix(layer))
            for layer in network.modules()
            if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d)
        )
    finally:
        network.train(was_training)


def _matrix(layer: nn.Linear | nn.Conv2d | nn.ConvTranspose2d) -> Tensor:
    weight = layer.weight
    if isinstance(layer, nn.ConvTranspose2d):  # It has its inputs first.
        weight = weight.transpose(0, 1)
    return weight.flatten(1)


def _largest(matrix: Tensor) -> float:
    """By the eigenvalues of the smaller of its two squares: much faster than a decomposition."""
    rows, columns = matrix.shape
    square = matrix @ matrix.T if rows <= columns else matrix.T @ matrix
    if not square.isfinite().all():
        return math.nan
    return math.sqrt(max(0.0, torch.linalg.eigvalsh(square)[-1].item()))
