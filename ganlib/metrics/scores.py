"""How well D tells reals and fakes apart, from its logits of both."""

import numpy as np
import torch
from torch import Tensor

BINS = 20
BOUND_ERRORS = 2
"""Standard errors that a lower bound is below what was measured."""


def score_histogram(
    real_logits: Tensor, fake_logits: Tensor, probabilistic: bool
) -> dict[str, list[float]]:
    """How D scores reals and fakes: 21 increasing `edges`, and 20 shares of `real` and of `fake`.

    Scores are probabilities in [0, 1] where logits stand for them. Else they are the logits, from
    the 1 % to the 99 % quantile of all; the first and the last bin hold what lies beyond.

    Args:
        real_logits: (M,).
        fake_logits: (M,).
        probabilistic: whether sigmoid(logit) is a probability.
    """
    scores = torch.stack((real_logits, fake_logits))
    if probabilistic:
        scores, low, high = scores.sigmoid(), 0.0, 1.0
    else:
        low, high = scores.quantile(scores.new_tensor([0.01, 0.99])).tolist()
        size = max(1.0, abs(low), abs(high))
        if high - low < 1e-9 * size:
            low, high = low - size / 2, high + size / 2
    edges = np.linspace(low, high, BINS + 1)
    real, fake = (np.histogram(row, edges)[0] / len(row) for row in scores.clamp(low, high).numpy())
    return {"edges": edges.tolist(), "real": real.tolist(), "fake": fake.tolist()}


def balanced_accuracy(
    real_logits: Tensor, fake_logits: Tensor, threshold: float | None
) -> dict[str, float]:
    """How often D is right when it calls real what scores above the threshold.

    Args:
        real_logits: (M,).
        fake_logits: (M,).
        threshold: None takes the median of the first half of both, and classifies the second half.

    Returns:
        `balanced_accuracy` a, the mean of the shares of reals and of fakes classified rightly,
        where a tie counts half; `balanced_accuracy_error`, its standard error; `tv_bound`, what is
        left of 2 a - 1 without two of its standard errors, or 0. 2 a - 1, the difference of two
        shares, is in expectation at most the total variation distance of p_r and p_g (of packs, if
        D classifies packs); its bound is taken from shares to which one real and one fake of either
        verdict are added, as else a D that is never wrong would have no error.

    Source: Agresti & Caffo 2000, The American Statistician 54 (4), for the shares.
    """
    if threshold is None:
        half = len(real_logits) // 2
        threshold = torch.cat((real_logits[:half], fake_logits[:half])).quantile(0.5).item()
        real_logits, fake_logits = real_logits[half:], fake_logits[half:]
    tie = real_logits.new_tensor(0.5)
    right = torch.stack(
        (
            torch.heaviside(real_logits - threshold, tie),
            torch.heaviside(threshold - fake_logits, tie),
        )
    )
    variances = right.var(dim=1, correction=0)
    return {
        "balanced_accuracy": right.mean().item(),
        "balanced_accuracy_error": (variances.sum() / right.shape[1]).sqrt().item() / 2,
        "tv_bound": _tv_bound(right.mean(dim=1), right.shape[1]),
    }


def _tv_bound(right: Tensor, count: int) -> float:
    """See `balanced_accuracy`; right is (2,), the shares of `count` reals and fakes."""
    shares = (right * count + 1) / (count + 2)
    error = (shares * (1 - shares) / (count + 2)).sum().sqrt()
    return max(0.0, (shares.sum() - 1 - BOUND_ERRORS * error).item())
