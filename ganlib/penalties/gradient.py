"""The gradient penalties of the papers: R1, R2, WGAN-GP and DRAGAN."""

from typing import TYPE_CHECKING

from ganlib.penalties.spec import Discriminator, GradientPenalty, gradients

if TYPE_CHECKING:
    import torch
    from torch import Tensor


def wgan_gp(D: Discriminator, real: "Tensor", fake: "Tensor", rng: "torch.Generator") -> "Tensor":
    """Mean of (gradient norm - 1)^2 of D between reals and fakes.

    Each sample has its own place between its real and its fake, uniformly drawn.

    Args:
        D: (N, ...) -> (N,).
        real: (N, ...).
        fake: (N, ...).
        rng: a generator on the CPU, so that a seed means the same on every device.

    Source: Gulrajani et al. 2017, arXiv 1704.00028.
    """
    import torch

    epsilon = torch.rand(len(real), *[1] * (real.ndim - 1), generator=rng).to(real.device)
    return _off_unit_norm(D, epsilon * real + (1 - epsilon) * fake)


def dragan(D: Discriminator, real: "Tensor", rng: "torch.Generator") -> "Tensor":
    """Mean of (gradient norm - 1)^2 of D around the reals, on both sides of 1 as in the paper.

    Each real is moved by normal noise of half the standard deviation of all values of the batch;
    the paper's noise has one size for all data.

    Args:
        D: (N, ...) -> (N,).
        real: (N, ...).
        rng: a generator on the CPU, so that a seed means the same on every device.

    Source: Kodali et al. 2017, arXiv 1705.07215.
    """
    import torch

    noise = torch.randn(real.shape, generator=rng).to(real.device)
    return _off_unit_norm(D, real + real.std(correction=0) / 2 * noise)


def _off_unit_norm(D: Discriminator, places: "Tensor") -> "Tensor":
    """Mean of (gradient norm - 1)^2 of D at these places, which get no gradient themselves."""
    import torch

    places = places.detach().requires_grad_(True)
    # vector_norm has gradient 0 at 0, where the square root would give NaN.
    norms: Tensor = torch.linalg.vector_norm(gradients(places, D(places)), dim=1)
    return (norms - 1).square().mean()


R1 = GradientPenalty(
    key="r1_gamma",
    metric="d_r1",
    name="R1",
    where="at reals",
    formula="|∇l|²",
    term=lambda update: update.squared_gradient_norms[0],
    sources=("Mescheder et al. 2018, arXiv 1801.04406",),
    symbol="γ",
    scale=0.5,
    of_batch=True,
)

R2 = GradientPenalty(
    key="r2_gamma",
    metric="d_r2",
    name="R2",
    where="at fakes",
    formula="|∇l|²",
    term=lambda update: update.squared_gradient_norms[1],
    sources=("Mescheder et al. 2018, arXiv 1801.04406",),
    symbol="γ",
    scale=0.5,
    of_batch=True,
)

WGAN_GP = GradientPenalty(
    key="gp_lambda",
    metric="d_gp",
    name="WGAN-GP",
    where="between reals and fakes",
    formula="(|∇l| − 1)²",
    term=lambda update: wgan_gp(update.D, update.real, update.fake, update.rng),
    sources=("Gulrajani et al. 2017, arXiv 1704.00028",),
    of_single=True,
    note="WGAN-GP draws the slope |∇l| to 1, not to 0, for the best critic has it almost "
    "everywhere between reals and fakes (Gulrajani et al. 2017): at 0 of this curve it is 1.",
)

DRAGAN = GradientPenalty(
    key="dragan_lambda",
    metric="d_dragan",
    name="DRAGAN",
    where="around reals",
    formula="(|∇l| − 1)²",
    term=lambda update: dragan(update.D, update.real, update.rng),
    sources=("Kodali et al. 2017, arXiv 1705.07215",),
    of_single=True,
    note="DRAGAN draws the slope |∇l| around reals to 1, not to 0.",
)
