"""What holds D in bounds: penalties on its slope and its logits, and clipping of its weights.

Penalties on the slope are means over the batch of a function of one logit's gradient, and stay
part of the graph (`create_graph`), so that their own gradient reaches the weights of D. They
assume that a logit depends on its own sample alone, which batch normalisation in D would break.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm


class SlopePenalty(NamedTuple):
    """A penalty on the slope of D: the setting that weighs it, and what it is the mean of."""

    weight: str
    formula: str


SLOPE_PENALTIES: Mapping[str, SlopePenalty] = {
    "d_r1": SlopePenalty("r1_gamma", "|∇l|²"),
    "d_r2": SlopePenalty("r2_gamma", "|∇l|²"),
    "d_gp": SlopePenalty("gp_lambda", "(|∇l| − 1)²"),
    "d_dragan": SlopePenalty("dragan_lambda", "(|∇l| − 1)²"),
}
"""By metric; l is D's logit. The first two are least where D is flat, the others at slope 1."""


def squared_slopes(samples: Tensor, logits: Tensor) -> Tensor:
    """Squared gradient norm of each logit at what it is of: (N, ...), (M,) -> (M,).

    That is a sample, or a pack of N / M consecutive ones. The mean over reals is R1, over fakes
    R2; the caller multiplies by gamma / 2. One call serves both when D saw them in one batch.

    Args:
        samples: (N, ...), requiring grad before D saw them.
        logits: from that forward pass.

    Source: Mescheder et al. 2018, arXiv 1801.04406.
    """
    return _gradients(samples, logits).square().view(len(logits), -1).sum(1)


def wgan_gp(
    D: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, rng: torch.Generator
) -> Tensor:
    """Mean of (gradient norm - 1)^2 of D between reals and fakes.

    The caller multiplies by gp_lambda. Each sample has its own place between its real and its
    fake, uniformly drawn.

    Args:
        D: (N, ...) -> (N,).
        real: (N, ...).
        fake: (N, ...).
        rng: a generator on the CPU, so that a seed means the same on every device.

    Source: Gulrajani et al. 2017, arXiv 1704.00028.
    """
    epsilon = torch.rand(len(real), *[1] * (real.ndim - 1), generator=rng).to(real.device)
    return _off_unit_slope(D, epsilon * real + (1 - epsilon) * fake)


def dragan(D: Callable[[Tensor], Tensor], real: Tensor, rng: torch.Generator) -> Tensor:
    """Mean of (gradient norm - 1)^2 of D around the reals, on both sides of 1 as in the paper.

    The caller multiplies by dragan_lambda. Each real is moved by normal noise of half the standard
    deviation of all values of the batch; the paper's noise has one size for all data.

    Args:
        D: (N, ...) -> (N,).
        real: (N, ...).
        rng: a generator on the CPU, so that a seed means the same on every device.

    Source: Kodali et al. 2017, arXiv 1705.07215.
    """
    noise = torch.randn(real.shape, generator=rng).to(real.device)
    return _off_unit_slope(D, real + real.std(correction=0) / 2 * noise)


def lecam(real_logits: Tensor, fake_logits: Tensor, anchors: Tensor) -> Tensor:
    """Mean squares of the reals' distance from the fakes' anchor, and of the reverse, added up.

    The caller multiplies by lecam_lambda. Where data are few D soon knows each of them; this keeps
    it from becoming surer and surer.

    Args:
        real_logits: (N,).
        fake_logits: (N,).
        anchors: (2,), moving means of D's logits at reals and at fakes, without a graph.

    Source: Tseng et al. 2021, arXiv 2104.03310.
    """
    at_reals, at_fakes = anchors
    of_reals: Tensor = (real_logits - at_fakes).square().mean()
    of_fakes: Tensor = (fake_logits - at_reals).square().mean()
    return of_reals + of_fakes


@torch.no_grad()
def clip_weights(D: nn.Module, limit: float) -> None:
    """Clamp every weight and bias of D to [-limit, limit], in place.

    Batch normalisation is left alone: its scale is meant to lie near 1, and clipped it would
    shrink the signal at every layer.

    Source: Arjovsky et al. 2017, arXiv 1701.07875.
    """
    for layer in D.modules():
        if not isinstance(layer, _BatchNorm):
            for weight in layer.parameters(recurse=False):
                weight.clamp_(-limit, limit)


def _off_unit_slope(D: Callable[[Tensor], Tensor], places: Tensor) -> Tensor:
    """Mean of (gradient norm - 1)^2 of D at these places, which get no gradient themselves."""
    places = places.detach().requires_grad_(True)
    # vector_norm has slope 0 at 0, where the square root would give NaN.
    norms: Tensor = torch.linalg.vector_norm(_gradients(places, D(places)), dim=1)
    return (norms - 1).square().mean()


def _gradients(samples: Tensor, logits: Tensor) -> Tensor:
    """Gradient of each logit at its own sample: (N, ...), (N,) -> (N, D)."""
    (gradients,) = torch.autograd.grad(logits.sum(), samples, create_graph=True)
    return gradients.flatten(1)
