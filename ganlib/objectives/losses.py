"""Adversarial losses: pure functions on the logits of D, averaged over the batch.

Every loss takes the logits of a real and of a fake batch, both (N,), and returns a 0-d tensor
that is to be minimised. Logarithms of probabilities are written as softplus of logits,
-log sigmoid(l) = softplus(-l), which keeps value and gradient exact however sure D is.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import torch
from torch import Tensor
from torch.nn.functional import relu, softplus

from ganlib.config import Loss, RunConfig

LogitsLoss = Callable[[Tensor, Tensor], Tensor]
"""(real_logits, fake_logits) -> 0-d loss."""
BestLogit = Callable[[Tensor], Tensor]
"""log p - log q -> logit, of the same shape."""
_ALIKE = torch.zeros(1, dtype=torch.float64)
"""log p - log q where reals and fakes are equally dense."""


@dataclass(frozen=True)
class AdversarialLoss:
    """What the two players minimise.

    Attributes:
        d: the loss of D.
        g: the loss of G.
        g_needs_real: whether G's loss looks at the real logits; else any (N,) will do for them.
        g_is_any: whether G's loss may be any number where the best D cannot tell.
        probabilistic: whether sigmoid(logit) is D's estimate of the probability of being real.
        best_logit: of log p - log q, the log densities of reals and fakes at some places, the
            logits of the best D there, up to a constant where only differences count; None where
            these do not decide it: the best critic of wgan depends on how far the mass has to
            move, and the best D of ragan on the means of its own logits.
    """

    d: LogitsLoss
    g: LogitsLoss
    g_needs_real: bool
    g_is_any: bool
    probabilistic: bool
    best_logit: BestLogit | None

    @cached_property
    def blind_logit(self) -> float:
        """The logit that the best D gives to every sample once fake equals real.

        It may give any other too where only differences count, and with hinge any in [-1, 1].
        """
        return 0.0 if self.best_logit is None else self.best_logit(_ALIKE).item()

    @property
    def equilibrium(self) -> dict[str, float]:
        """`d_loss` where the best D cannot tell fake from real, and `g_loss` if it is one number.

        It is any where the best D may give every sample the same constant, and G's loss is minus
        that: with wgan and wgan-gp any constant, with hinge one in [-1, 1].
        """
        logits = _ALIKE + self.blind_logit
        # Adding 0 turns -0.0 into 0.0.
        rest = {"d_loss": self.d(logits, logits).item() + 0.0}
        return rest if self.g_is_any else rest | {"g_loss": self.g(logits, logits).item() + 0.0}


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
    d, g, best = _LOSSES[name]
    probabilistic = d is logistic_d
    if probabilistic and label_smoothing:
        d = partial(logistic_d, label_smoothing=label_smoothing)
        best = partial(smoothed_log_odds, label_smoothing=label_smoothing)
    elif label_smoothing:
        raise ValueError(
            f"The loss {name} has no label to smooth: set label_smoothing to 0, or choose ns."
        )
    return AdversarialLoss(
        d=_on_vectors(d),
        g=_on_vectors(g),
        g_needs_real=g in (rpgan_g, ragan_g),
        g_is_any=g is critic_g,
        probabilistic=probabilistic,
        best_logit=best,
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


def log_odds(log_ratio: Tensor) -> Tensor:
    """The logit of p / (p + q), which is log p - log q itself.

    It is the best D of minimax and ns, and one of rpgan: there a pair (x, y) is to be told from
    (y, x), whose odds are p(x) q(y) / (p(y) q(x)), and so C(x) - C(y) is their logarithm.

    Source: Goodfellow et al. 2014, arXiv 1406.2661; for pairs the model of Bradley & Terry 1952.
    """
    return log_ratio


def smoothed_log_odds(log_ratio: Tensor, label_smoothing: float) -> Tensor:
    """The logit of (1 - s) p / (p + q), the best D under smoothed labels.

    Source: Salimans et al. 2016, arXiv 1606.03498.
    """
    s = label_smoothing
    return math.log1p(-s) + log_ratio - softplus(math.log(s) + log_ratio)


def chance(log_ratio: Tensor) -> Tensor:
    """The share p / (p + q), the best D of least squares with the labels 1 and 0.

    Source: Mao et al. 2017, arXiv 1611.04076.
    """
    return log_ratio.sigmoid()


def side(log_ratio: Tensor) -> Tensor:
    """1 where p is greater and -1 where q is, the best D of the hinge; 0 where they are equal.

    Source: Lim & Ye 2017, arXiv 1705.02894.
    """
    return log_ratio.sign()


_LOSSES: Mapping[Loss, tuple[Callable[..., Tensor], LogitsLoss, BestLogit | None]] = {
    "minimax": (logistic_d, minimax_g, log_odds),
    "ns": (logistic_d, ns_g, log_odds),
    "lsgan": (lsgan_d, lsgan_g, chance),
    "wgan": (critic_d, critic_g, None),
    "wgan-gp": (critic_d, critic_g, None),
    "hinge": (hinge_d, critic_g, side),
    "rpgan": (rpgan_d, rpgan_g, log_odds),
    "ragan": (ragan_d, ragan_g, None),
}
"""Each loss as D's part, G's part and the best D, before any smoothing."""


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
