"""Adversarial losses: pure functions on the logits of D, averaged over the batch.

Every loss takes the logits of a real and of a fake batch, both (N,), and returns a 0-d tensor
that is to be minimised. Logarithms of probabilities are written as softplus of logits,
-log sigmoid(l) = softplus(-l), which keeps value and gradient exact however sure D is.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor
from torch.nn.functional import relu, softplus

from ganlib.config import Loss, RunConfig

LogitsLoss = Callable[[Tensor, Tensor], Tensor]
"""(real_logits, fake_logits) -> 0-d loss."""


@dataclass(frozen=True)
class AdversarialLoss:
    """What the two players minimise.

    Attributes:
        d: the loss of D.
        g: the loss of G.
        g_needs_real: whether G's loss looks at the real logits; else any (N,) will do for them.
        probabilistic: whether sigmoid(logit) is D's estimate of the probability of being real.
        blind_logit: the logit that the best D gives to every sample once fake equals real.
    """

    d: LogitsLoss
    g: LogitsLoss
    g_needs_real: bool
    probabilistic: bool
    blind_logit: float

    @property
    def equilibrium(self) -> dict[str, float]:
        """`d_loss` and `g_loss` where the best D cannot tell fake from real."""
        logits = torch.tensor([self.blind_logit], dtype=torch.float64)
        # Adding 0 turns -0.0 into 0.0.
        return {
            "d_loss": self.d(logits, logits).item() + 0.0,
            "g_loss": self.g(logits, logits).item() + 0.0,
        }


def adversarial_loss(name: Loss, label_smoothing: float = 0.0) -> AdversarialLoss:
    """The loss of that name.

    With label smoothing s the best D for p_g = p_r answers D = (1 - s) / 2 instead of 1/2, so
    that at equilibrium d_loss = 2 ln 2 - (1 - s) ln(1 - s) - (1 + s) ln(1 + s).

    Args:
        name: one of `ganlib.config.Loss`.
        label_smoothing: taken off the label 1 of real samples in D's loss, in [0, 1).

    Raises:
        ValueError: label smoothing with a loss that has no labels. The loss itself raises it
            when its logits are not two vectors of one length.
    """
    d, g, blind_logit = _LOSSES[name]
    probabilistic = d is logistic_d
    if probabilistic:
        d = partial(logistic_d, label_smoothing=label_smoothing)
        blind_logit = math.log1p(-label_smoothing) - math.log1p(label_smoothing)
    elif label_smoothing:
        raise ValueError(
            f"The loss {name} has no label to smooth: set label_smoothing to 0, or choose ns."
        )
    return AdversarialLoss(
        d=_on_vectors(d),
        g=_on_vectors(g),
        g_needs_real=g in (rpgan_g, ragan_g),
        probabilistic=probabilistic,
        blind_logit=blind_logit,
    )


def equilibrium(config: RunConfig) -> dict[str, float]:
    """`d_loss` and `g_loss` of a run where the best D cannot tell fake from real."""
    objective = config.gan.objective
    return adversarial_loss(objective.loss, objective.label_smoothing).equilibrium


def logistic_d(real_logits: Tensor, fake_logits: Tensor, label_smoothing: float = 0.0) -> Tensor:
    """Cross-entropy of D on real against fake.

    Smoothing is one-sided: the label of reals becomes 1 - s, that of fakes stays 0.

    Source: Goodfellow et al. 2014, arXiv 1406.2661; smoothing: Salimans et al. 2016,
    arXiv 1606.03498.
    """
    real = softplus(-real_logits)
    if label_smoothing:
        real = (1 - label_smoothing) * real + label_smoothing * softplus(real_logits)
    return (real + softplus(fake_logits)).mean()


def minimax_g(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """log(1 - D(fake)): the original game, whose slope vanishes where D is sure of a fake.

    Source: Goodfellow et al. 2014, arXiv 1406.2661.
    """
    return -softplus(fake_logits).mean()


def ns_g(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """-log D(fake): non-saturating, steepest where D is sure of a fake.

    Source: Goodfellow et al. 2014, arXiv 1406.2661.
    """
    return softplus(-fake_logits).mean()


def lsgan_d(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Half the squared distance of real logits from 1 and of fake logits from 0.

    Source: Mao et al. 2017, arXiv 1611.04076.
    """
    return ((real_logits - 1).square() + fake_logits.square()).mean() / 2


def lsgan_g(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Half the squared distance of fake logits from 1.

    Source: Mao et al. 2017, arXiv 1611.04076.
    """
    return (fake_logits - 1).square().mean() / 2


def critic_d(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Minus the estimate of the Wasserstein distance; the critic's slope is bounded elsewhere.

    Source: Arjovsky et al. 2017, arXiv 1701.07875; with a penalty: Gulrajani et al. 2017,
    arXiv 1704.00028.
    """
    return (fake_logits - real_logits).mean()


def critic_g(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Minus the critic's score of the fakes.

    Source: Arjovsky et al. 2017, arXiv 1701.07875; Lim & Ye 2017, arXiv 1705.02894.
    """
    return -fake_logits.mean()


def hinge_d(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """What real logits lack to 1 and fake logits exceed -1 by.

    Source: Lim & Ye 2017, arXiv 1705.02894.
    """
    return (relu(1 - real_logits) + relu(1 + fake_logits)).mean()


def rpgan_d(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Relativistic pairing: each real is to score higher than the fake beside it.

    Source: Jolicoeur-Martineau 2018, arXiv 1807.00734; Huang et al. 2025, arXiv 2501.05441.
    """
    return softplus(fake_logits - real_logits).mean()


def rpgan_g(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """The same with the players exchanged: each fake is to score higher than its real.

    Source: Jolicoeur-Martineau 2018, arXiv 1807.00734; Huang et al. 2025, arXiv 2501.05441.
    """
    return rpgan_d(fake_logits, real_logits)


def ragan_d(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Relativistic average: each real is to score higher than the mean fake, and the reverse.

    Source: Jolicoeur-Martineau 2018, arXiv 1807.00734.
    """
    of_reals = softplus(fake_logits.mean() - real_logits)
    of_fakes = softplus(fake_logits - real_logits.mean())
    return (of_reals + of_fakes).mean()


def ragan_g(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """The same with the players exchanged.

    Source: Jolicoeur-Martineau 2018, arXiv 1807.00734.
    """
    return ragan_d(fake_logits, real_logits)


_LOSSES: Mapping[Loss, tuple[Callable[..., Tensor], LogitsLoss, float]] = {
    "minimax": (logistic_d, minimax_g, 0.0),
    "ns": (logistic_d, ns_g, 0.0),
    "lsgan": (lsgan_d, lsgan_g, 0.5),
    "wgan": (critic_d, critic_g, 0.0),
    "wgan-gp": (critic_d, critic_g, 0.0),
    "hinge": (hinge_d, critic_g, 0.0),
    "rpgan": (rpgan_d, rpgan_g, 0.0),
    "ragan": (ragan_d, ragan_g, 0.0),
}
"""Each loss as D's part, G's part and the blind logit, before any smoothing."""


def _on_vectors(loss: LogitsLoss) -> LogitsLoss:
    """The loss, refusing shapes that would broadcast to (N, N) without a word."""

    def checked(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
        if real_logits.ndim != 1 or real_logits.shape != fake_logits.shape:
            raise ValueError(
                "A loss needs one logit for each of N real and N fake samples, but real_logits "
                f"has the shape {tuple(real_logits.shape)} and fake_logits "
                f"{tuple(fake_logits.shape)}: let D return (N,), and make the batches equal."
            )
        return loss(real_logits, fake_logits)

    return checked
