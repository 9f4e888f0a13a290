"""Metrics of a game in the plane: how far fakes are from reals, and how well D tells them apart.

Every distance stands beside its floor: what a true sample of as many points gets. With finitely
many points that is seldom zero. All is computed in double precision on the CPU, in nats.
"""

import math
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from scipy.spatial import cKDTree
from scipy.special import bdtrik, digamma, polygamma
from torch import Tensor
from torch.nn.functional import logsigmoid

from ganlib.config import Objective
from ganlib.data import Distribution
from ganlib.errors import DivergedError
from ganlib.losses import logistic_d
from ganlib.metrics.scores import balanced_accuracy, score_histogram

NEIGHBOURS = 4
"""Few, so that the neighbourhood of a point is small against the curves and spots of the data.

Measured with 2,500 points: a true sample gets a mean JSD of -0.009 to -0.001 before clipping, and
with 20 neighbours -0.028 to -0.004. Spots 0.7 times too narrow lose 0.014 of their 0.058 on the
ring (with 20 neighbours 0.043), and 0.03 on the grid, where each spot has but 100 fakes.
"""
MOST_CLASSIFIED = 1000
"""Points of either kind at which the densities are compared. The density of a long curve takes
most of the time; all of 2,500 would lower the noise of the JSD only from 0.006 to 0.004."""
DIRECTIONS = 32
HIGH_QUALITY_SIGMAS = 3.0
FAIR = 0.1
"""Part of its fair share from which a mode counts as served."""
MIDDLE = 0.25
"""How far from the mean of all modes the one in their middle may be, in their least distance."""
FLOOR_SEEDS = 8

_RESOLUTION = 1e-7
"""Single precision cannot tell points near 1 apart that are closer than this."""


def plane_metrics(
    distribution: Distribution,
    real: Tensor,
    fake: Tensor,
    real_logits: Tensor,
    fake_logits: Tensor,
    objective: Objective,
) -> dict[str, Any]:
    """Everything that is measured of one step, as plain values that JSON can carry.

    With packed samples D classifies packs: `value`, `scores` and the accuracy then are about packs,
    which are easier to tell apart than points, so that `value` may exceed `optimal_value`.

    Args:
        distribution: what the reals are drawn from.
        real: (N, 2) held-out points, N > `NEIGHBOURS`.
        fake: (N, 2) points that neither player has trained on.
        real_logits: (M,) of D at those reals, M = N / pack and at least 2.
        fake_logits: (M,) of D at those fakes.
        objective: the game that is played.

    Returns:
        `count` N; `value` V(D, G), None where a logit is no probability; `optimal_value`, what the
        best D of single points would reach, 2 `jsd` - log 4; `jsd` and `jsd_floor`; `sliced_w1` and
        `sliced_w1_floor`; `modes`, None or what `mode_coverage` gives with `kl_floor`; `scores`,
        what `score_histogram` gives; and what `balanced_accuracy` gives.

    Raises:
        DivergedError: a point or a logit is not a finite number.
    """
    if not all(x.isfinite().all() for x in (real, fake, real_logits, fake_logits)):
        raise DivergedError("A sample or a logit is no longer a finite number: the run diverged.")
    real, fake, real_logits, fake_logits = (
        x.detach().cpu().double() for x in (real, fake, real_logits, fake_logits)
    )
    loss = objective.loss_spec
    floor = floors(distribution, len(real))
    divergence = jsd(distribution, real, fake)
    modes = mode_coverage(distribution, fake)
    return {
        "count": len(real),
        # Adding 0 turns -0.0 into 0.0.
        "value": 0 - logistic_d(real_logits, fake_logits).item() if loss.is_probability else None,
        "optimal_value": 2 * divergence - math.log(4),
        "jsd": divergence,
        "jsd_floor": floor["jsd"],
        "sliced_w1": sliced_w1(real, fake),
        "sliced_w1_floor": floor["sliced_w1"],
        "modes": modes and modes | {"kl_floor": floor["kl"]},
        "scores": score_histogram(real_logits, fake_logits, loss.is_probability),
        **balanced_accuracy(real_logits, fake_logits, loss.threshold),
    }


def jsd(distribution: Distribution, real: Tensor, fake: Tensor) -> float:
    """Jensen-Shannon divergence of p_r and p_g in nats, clipped into [0, log 2].

    JSD = E_real log(p_r / m) / 2 + E_fake log(p_g / m) / 2 with m = (p_r + p_g) / 2. p_r is known
    and p_g is estimated from the nearest fakes, which needs no bandwidth. With the log ratio
    t = log p_r - log p_g, log(p_r / m) = log 2 + log s(t). The estimate of t has the variance
    psi'(k), which lowers the mean of the concave log s by s (1 - s) psi'(k) / 2 to second order;
    that is added back. What is left comes from p_g changing within a neighbourhood, and is mostly
    negative: fakes that are 0.7 times too narrow get about 0.015 too little on the ring, and 0.03
    on the grid.

    Args:
        distribution: gives p_r.
        real: (N, 2) double.
        fake: (N, 2) double.

    Source: Lin 1991 (the divergence); see `_log_density_of` for p_g.
    """
    real, own = real[:MOST_CLASSIFIED], fake[:MOST_CLASSIFIED]
    at_real = distribution.log_density(real) - _log_density_of(fake, real, left_out=0)
    at_fake = distribution.log_density(own) - _log_density_of(fake, own, left_out=1)
    estimate = (_mean_log_share(at_real) + _mean_log_share(-at_fake)) / 2
    return min(max(estimate, 0.0), math.log(2))


def sliced_w1(real: Tensor, fake: Tensor) -> float:
    """Wasserstein-1 distance along a line, mean over 32 directions an even angle apart.

    Along a line the best plan moves the i-th of the sorted reals to the i-th of the sorted fakes.

    Args:
        real: (N, 2).
        fake: (N, 2).

    Source: Rabin et al. 2011; Kolouri et al. 2019, arXiv 1902.00434.
    """
    angles = np.arange(DIRECTIONS) * (math.pi / DIRECTIONS)
    directions = np.stack((np.cos(angles), np.sin(angles)), axis=1)
    along_real, along_fake = (np.sort(directions @ points.numpy().T) for points in (real, fake))
    return float(np.abs(along_real - along_fake).mean())


def mode_coverage(distribution: Distribution, fake: Tensor) -> dict[str, Any] | None:
    """Which modes the fakes serve, and how evenly; None for a distribution without modes.

    A point belongs to its nearest mode and is of high quality within 3 sigma of it. As published,
    one point of high quality captures a mode, and the KL divergence counts all N points.

    Args:
        distribution: one with K modes, or without.
        fake: (N, 2).

    Returns:
        `covered` captured modes `of` K; `shares`, (K,) high-quality points of each mode over N;
        `nearest`, (K,) all points of each mode over N; `distance`, the median distance of a point
        from its mode, in the least distance of two modes (points spread evenly over the cells of a
        grid have 0.40); `middle`, the share of points whose mode is the one in the middle of all
        modes, where an untrained generator puts them, 0 where none is; `low` and `high`, the 95 %
        band of a share for a true sample; `fair`, (K,) whether its `nearest` is at least a tenth
        of 1 / K; `high_quality`, the sum of the shares, and `high_quality_real`, its expectation
        1 - exp(-9 / 2) for a true sample; `kl`, the divergence of the histogram of all points from
        the uniform one, log K - H(q).

    Source: Srivastava et al. 2017, arXiv 1705.07761; KL: Lin et al. 2018, arXiv 1712.04086.
    """
    if distribution.modes is None or distribution.sigma is None:
        return None
    count, K = len(fake), len(distribution.modes)
    modes = distribution.modes.to(fake.dtype)
    distance, mode = (fake[:, None] - modes).norm(dim=2).min(dim=1)
    apart = torch.pdist(modes).min()
    in_middle = (modes - modes.mean(0)).norm(dim=1) < MIDDLE * apart
    good = distance <= HIGH_QUALITY_SIGMAS * distribution.sigma
    shares = torch.bincount(mode[good], minlength=K).double() / count
    of_all = torch.bincount(mode, minlength=K).double() / count
    high_quality_real = 1 - math.exp(-(HIGH_QUALITY_SIGMAS**2) / 2)
    low, high = np.ceil(bdtrik([0.025, 0.975], count, high_quality_real / K)) / count
    return {
        "covered": int((shares > 0).sum()),
        "of": K,
        "shares": shares.tolist(),
        "nearest": of_all.tolist(),
        "distance": (distance.median() / apart).item(),
        "middle": of_all[in_middle].sum().item(),
        "low": float(low),
        "high": float(high),
        "fair": (of_all >= FAIR / K).tolist(),
        "high_quality": good.double().mean().item(),
        "high_quality_real": high_quality_real,
        "kl": max(0.0, math.log(K) + torch.special.xlogy(of_all, of_all).sum().item()),
    }


def floors(distribution: Distribution, count: int) -> dict[str, float]:
    """What true samples of `count` points get: mean `jsd`, `sliced_w1` and `kl` over 8 of them.

    `kl` is 0 without modes. Kept for distributions already seen: one is known by 64 of its draws,
    so that a sketch whose points change gets floors of its own.
    """
    draws = distribution.sample(64, torch.Generator().manual_seed(0))
    return _floors(_Known(draws.numpy().tobytes(), count, distribution))


@dataclass(frozen=True)
class _Known:
    draws: bytes
    count: int
    distribution: Distribution = field(compare=False)


@lru_cache(maxsize=32)
def _floors(known: _Known) -> dict[str, float]:
    got = []
    for seed in range(FLOOR_SEEDS):
        rng = torch.Generator().manual_seed(seed)
        real, other = (known.distribution.sample(known.count, rng).double() for _ in range(2))
        modes = mode_coverage(known.distribution, other)
        kl = modes["kl"] if modes else 0.0
        got.append((jsd(known.distribution, real, other), sliced_w1(real, other), kl))
    return dict(zip(("jsd", "sliced_w1", "kl"), np.mean(got, axis=0).tolist(), strict=True))


def _log_density_of(fake: Tensor, points: Tensor, left_out: int) -> Tensor:
    """Estimated log density of the fakes (N, 2) at points (L, 2), as (L,).

    log p = psi(k) - psi(n + 1) - log(pi r^2), where r is the distance to the k-th nearest of n
    fakes. `left_out` is 1 where the points are fakes themselves, and 0 elsewhere.

    Source: Kozachenko & Leonenko 1987; Perez-Cruz 2008.
    """
    n = len(fake) - left_out
    distance, _ = cKDTree(fake.numpy()).query(points.numpy(), k=[NEIGHBOURS + left_out])
    log_area = math.log(math.pi) + 2 * np.log(np.maximum(distance[:, 0], _RESOLUTION))
    return torch.from_numpy(digamma(NEIGHBOURS) - digamma(n + 1) - log_area)


def _mean_log_share(log_ratio: Tensor) -> float:
    """Mean of log(p / m), m = (p + q) / 2, from noisy log(p / q); see `jsd`."""
    share = log_ratio.sigmoid()
    noise = share * (1 - share) * (float(polygamma(1, NEIGHBOURS)) / 2)
    return math.log(2) + float((logsigmoid(log_ratio) + noise).mean())
