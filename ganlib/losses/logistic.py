"""The game of Goodfellow et al. 2014, in which D(x) = sigmoid(l(x)) is a probability."""

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ganlib.losses.spec import BestD, LossSpec, Reading, softplus

if TYPE_CHECKING:
    from torch import Tensor


def logistic_d(
    real_logits: "Tensor", fake_logits: "Tensor", label_smoothing: float = 0.0
) -> "Tensor":
    """Cross-entropy of D on real against fake.

    Smoothing is one-sided: the label of reals becomes 1 - s, that of fakes stays 0.

    Source: Goodfellow et al. 2014, arXiv 1406.2661; smoothing: Salimans et al. 2016,
    arXiv 1606.03498.
    """
    real = softplus(-real_logits)
    if label_smoothing:
        real = (1 - label_smoothing) * real + label_smoothing * softplus(real_logits)
    return (real + softplus(fake_logits)).mean()


def minimax_g(real_logits: "Tensor", fake_logits: "Tensor") -> "Tensor":
    """log(1 - D(fake)): the original game, whose gradient vanishes where D is sure of a fake.

    Source: Goodfellow et al. 2014, arXiv 1406.2661.
    """
    return -softplus(fake_logits).mean()


def non_saturating_g(real_logits: "Tensor", fake_logits: "Tensor") -> "Tensor":
    """-log D(fake): steepest where D is sure of a fake.

    Source: Goodfellow et al. 2014, arXiv 1406.2661.
    """
    return softplus(-fake_logits).mean()


def log_odds(log_ratio: "Tensor") -> "Tensor":
    """The logit of p / (p + q), which is log p - log q itself.

    Source: Goodfellow et al. 2014, arXiv 1406.2661 (proposition 1).
    """
    return log_ratio


def smoothed_log_odds(log_ratio: "Tensor", label_smoothing: float) -> "Tensor":
    """The logit of (1 - s) p / (p + q), the best D under smoothed labels.

    Source: Salimans et al. 2016, arXiv 1606.03498.
    """
    s = label_smoothing
    return math.log1p(-s) + log_ratio - softplus(math.log(s) + log_ratio)


def _smoothed(loss: LossSpec, label_smoothing: float) -> LossSpec:
    """The loss with the label 1 of reals lowered to 1 - s.

    The best D for p = q then answers (1 - s) / 2 instead of 1/2, so that at equilibrium the loss of
    D is 2 ln 2 - (1 - s) ln(1 - s) - (1 + s) ln(1 + s).
    """
    s = label_smoothing
    most, middle = f"{1 - s:.3g}", f"{(1 - s) / 2:.3g}"
    return replace(
        loss,
        d=partial(logistic_d, label_smoothing=s),
        d_formula=f"−{most} log D(x) − {s:.3g} log(1 − D(x)) − log(1 − D(G(z)))",
        reading=Reading(
            kind="probability",
            name=f"σ(logit), {most} at most for the best D",
            spoken=f"D’s σ(logit), which aims at {most} for reals",
            meaning=f"D(x) = σ(l(x)). Label smoothing lets it aim at {most} for reals instead of "
            f"1; the line is D(x) = {middle}, where the best D cannot tell.",
            ticks=("0 fake", middle, "1 real"),
            undecided=math.log((1 - s) / (1 + s)),
        ),
        best=BestD(
            partial(smoothed_log_odds, label_smoothing=s),
            f"D*(x) = {most} p(x) / (p(x) + q(x)) with label smoothing",
        ),
    )


MINIMAX = LossSpec(
    key="minimax",
    title="Minimax (Goodfellow 2014)",
    d=logistic_d,
    g=minimax_g,
    d_formula="−log D(x) − log(1 − D(G(z)))",
    g_formula="log(1 − D(G(z)))",
    reading=Reading(
        kind="probability",
        name="probability of being real",
        spoken="D takes it for real",
        meaning="D(x) = σ(l(x)), the probability that D gives to x being real; the line is "
        "D(x) = 1/2.",
        ticks=("0 fake", "1/2", "1 real"),
        undecided=0.0,
    ),
    sources=("Goodfellow et al. 2014, arXiv 1406.2661",),
    best=BestD(log_odds, "D*(x) = p(x) / (p(x) + q(x))"),
    steeper="ns",
    smooth=_smoothed,
)

NON_SATURATING = replace(
    MINIMAX,
    key="ns",
    title="Non-saturating (Goodfellow 2014)",
    g=non_saturating_g,
    g_formula="−log D(G(z))",
    steeper="",
)
