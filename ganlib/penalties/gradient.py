"""Gradient penalties: all that is known of one, and those of the papers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ganlib.registry import Registry

if TYPE_CHECKING:  # Settings know of penalties, and need no torch.
    import torch
    from torch import Tensor

Discriminator = Callable[["Tensor"], "Tensor"]
"""Samples (N, ...) to logits."""


class DUpdate:
    """An update of D, as a penalty sees it.

    Attributes:
        D: samples (N, ...) to logits.
        logits: (2M,) of D at reals and then fakes.
        real, fake: (N, ...) as D saw them, without a graph.
        rng: for what is random, on the CPU, so that a seed means the same on every device.
    """

    def __init__(
        self, D: Discriminator, samples: "Tensor", logits: "Tensor", rng: "torch.Generator"
    ) -> None:
        """See it.

        Args:
            D: samples to logits.
            samples: (2N, ...), reals and then fakes; requiring grad if a penalty is `of_batch`.
            logits: D's answer to them.
            rng: see above.
        """
        self.D, self.rng = D, rng
        self._samples, self.logits = samples, logits
        self.real, self.fake = samples.detach().chunk(2)

    @cached_property
    def squared_gradient_norms(self) -> "Tensor":
        """(2,): mean squared gradient norm of D at these very reals, and fakes."""
        return squared_gradient_norms(self._samples, self.logits).view(2, -1).mean(1)


@dataclass(frozen=True, kw_only=True)
class GradientPenalty:
    """A penalty on the gradient of D's logit l, and all that others need to know of it.

    Attributes:
        key: the setting of the objective that weighs it; 0 switches it off.
        metric: the key of its curve, which has it before its weight.
        name: what it is called.
        where: the samples at which it holds the gradient.
        formula: what it is the mean of.
        term: what is added to D's loss, 0-d, with a graph that reaches the weights of D.
        symbol: of its weight.
        sources: where it is from.
        scale: of the weight.
        of_batch: whether it needs the gradient at the samples that D's loss is computed of.
        of_single: whether it moves single samples, so that D must classify one at a time.
        note: a sentence for its chart, how its curve is read.
    """

    key: str
    metric: str
    name: str
    where: str
    formula: str
    term: Callable[[DUpdate], "Tensor"]
    sources: tuple[str, ...]
    symbol: str = "λ"
    scale: float = 1.0
    of_batch: bool = False
    of_single: bool = False
    note: str = ""

    @property
    def title(self) -> str:
        """Its name, and where it holds the gradient."""
        return f"{self.name}, {self.where}"

    @property
    def summary(self) -> str:
        """What its setting weighs."""
        times = "" if self.scale == 1 else f"{self.scale:g} times "
        return f"Weight of {self.title}: {times}the mean of {self.formula}."


def squared_gradient_norms(samples: "Tensor", logits: "Tensor") -> "Tensor":
    """Squared gradient norm of each logit at what it is of: (N, ...), (M,) -> (M,).

    That is a sample, or a pack of N / M consecutive ones.

    Args:
        samples: (N, ...), requiring grad before D saw them.
        logits: from that forward pass.

    Source: Mescheder et al. 2018, arXiv 1801.04406.
    """
    return gradients(samples, logits).square().view(len(logits), -1).sum(1)


def gradients(samples: "Tensor", logits: "Tensor") -> "Tensor":
    """Gradient of each logit at its own sample, with its graph: (N, ...), (N,) -> (N, D)."""
    import torch

    (grad,) = torch.autograd.grad(logits.sum(), samples, create_graph=True)
    return grad.flatten(1)


def wgan_gp(D: Discriminator, real: "Tensor", fake: "Tensor", rng: "torch.Generator") -> "Tensor":
    """The gradient penalty of WGAN-GP: mean of (gradient norm - 1)^2 between reals and fakes.

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


PENALTIES: Registry[GradientPenalty] = Registry("gradient penalty")
"""Every gradient penalty that D can be given; `PENALTIES.register` adds one."""

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
    note="WGAN-GP draws the gradient norm |∇l| to 1, not to 0, for the best critic has it almost "
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
    note="DRAGAN draws the gradient norm |∇l| around reals to 1, not to 0.",
)
