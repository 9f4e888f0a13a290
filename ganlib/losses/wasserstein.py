"""The Wasserstein distance, as a critic of bounded gradient estimates it (WGAN, WGAN-GP)."""

from dataclasses import replace
from typing import TYPE_CHECKING

from ganlib.losses.spec import LossSpec, Reading

if TYPE_CHECKING:
    from torch import Tensor


def critic_d(real_logits: "Tensor", fake_logits: "Tensor") -> "Tensor":
    """Minus the estimate of the Wasserstein distance; the critic's gradient is bounded elsewhere.

    Source: Arjovsky et al. 2017, arXiv 1701.07875; with a penalty: Gulrajani et al. 2017,
    arXiv 1704.00028.
    """
    return (fake_logits - real_logits).mean()


def critic_g(real_logits: "Tensor", fake_logits: "Tensor") -> "Tensor":
    """Minus the critic's score of the fakes.

    Source: Arjovsky et al. 2017, arXiv 1701.07875; Lim & Ye 2017, arXiv 1705.02894.
    """
    return -fake_logits.mean()


# The best critic depends on how far the mass has to move, and not on the densities at a place.
WGAN = LossSpec(
    key="wgan",
    title="Wasserstein, weights clipped (WGAN, Arjovsky 2017)",
    d=critic_d,
    g=critic_g,
    d_formula="f(G(z)) − f(x)",
    g_formula="−f(G(z))",
    reading=Reading.critic(),
    sources=("Arjovsky et al. 2017, arXiv 1701.07875",),
    companions={"weight_clip": 0.01, "gp_lambda": 0.0},
    any_g_loss="a critic that cannot tell may give any constant, and G's loss is minus that",
)

WGAN_GP = replace(
    WGAN,
    key="wgan-gp",
    title="Wasserstein, gradient penalty (WGAN-GP, Gulrajani 2017)",
    sources=("Gulrajani et al. 2017, arXiv 1704.00028",),
    companions={"gp_lambda": 10.0},
)
