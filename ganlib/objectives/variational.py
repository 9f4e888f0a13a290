"""The terms of the evidence lower bound, each summed over a sample, in nats.

    log p(x) >= ELBO = E_q(z|x) [log p(x|z)] - KL(q(z|x) || p(z))

Source: Kingma & Welling 2014, arXiv 1312.6114.
"""

import math

import torch
from torch import Tensor
from torch.nn.functional import softplus


def gaussian_kl(mean: Tensor, logvar: Tensor) -> Tensor:
    """KL of N(mean, e^logvar) to N(0, 1) in each number of z: (N, d), all 0 or more.

    Args:
        mean: (N, d).
        logvar: (N, d).
    """
    return (mean.square() + logvar.exp() - 1 - logvar) / 2


def bernoulli_log_likelihood(logits: Tensor, x: Tensor) -> Tensor:
    """Log probability of black and white numbers: (N,).

    Args:
        logits: (N, ...) of the chance that a number is 1.
        x: (N, ...) in [-1, 1], where -1 is black and 1 is white.
    """
    return -softplus(-x * logits).flatten(1).sum(1)


def gaussian_log_likelihood(mean: Tensor, log_sigma: Tensor, x: Tensor) -> Tensor:
    """Log density of numbers around their means, all with one width: (N,).

    Args:
        mean: (N, ...).
        x: (N, ...).
        log_sigma: scalar, the logarithm of the width.

    Source: Rybkin et al. 2021, arXiv 2006.13202, for a width that is learnt and shared.
    """
    errors = ((x - mean) * torch.exp(-log_sigma)).square()
    return -(errors / 2 + log_sigma + math.log(2 * math.pi) / 2).flatten(1).sum(1)


def paid_kl(kl: Tensor, free: float) -> Tensor:
    """What the KL costs when so many nats in each number of z are free: a scalar.

    The mean over the batch counts in each number: sum_j max(free, mean_n KL_nj). With free 0 it is
    the mean KL itself.

    Args:
        kl: (N, d).
        free: nats.

    Source: Kingma et al. 2016, arXiv 1606.04934, equation 15 with a group for each number.
    """
    return kl.mean(0).clamp_min(free).sum()


def warmed(beta: float, step: int, warm_up_steps: int) -> float:
    """The weight of the KL term after so many steps: it rises from 0 in equal parts.

    Source: Bowman et al. 2016, arXiv 1511.06349; Sønderby et al. 2016, arXiv 1602.02282.
    """
    return beta * min(1.0, step / warm_up_steps) if warm_up_steps else beta
