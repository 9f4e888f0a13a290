"""The hinge: D is drawn no further than to 1 and to -1 (geometric GAN, SAGAN, BigGAN)."""

from typing import TYPE_CHECKING

from ganlib.losses.spec import BestD, LossSpec, Reading
from ganlib.losses.wasserstein import critic_g

if TYPE_CHECKING:
    from torch import Tensor


def hinge_d(real_logits: "Tensor", fake_logits: "Tensor") -> "Tensor":
    """What real logits lack to 1 and fake logits exceed -1 by.

    Source: Lim & Ye 2017, arXiv 1705.02894.
    """
    return ((1 - real_logits).relu() + (1 + fake_logits).relu()).mean()


def side(log_ratio: "Tensor") -> "Tensor":
    """1 where p is greater and -1 where q is, the best D; 0 where they are equal.

    Source: Lim & Ye 2017, arXiv 1705.02894.
    """
    return log_ratio.sign()


HINGE = LossSpec(
    key="hinge",
    title="Hinge (Lim & Ye 2017)",
    d=hinge_d,
    g=critic_g,
    d_formula="max(0, 1 − D(x)) + max(0, 1 + D(G(z)))",
    g_formula="−D(G(z))",
    reading=Reading(
        kind="score",
        name="score (aims at ≥ 1 real, ≤ −1 fake)",
        spoken="D’s score (aims at 1 or more for reals, −1 or less for fakes)",
        meaning="D(x), a score that aims at 1 or more for reals and at −1 or less for fakes; the "
        "line is D(x) = 0.",
        ticks=("≤ −1 fake", "0", "≥ 1 real"),
        undecided=0.0,
        ends=(-1.0, 1.0),
    ),
    sources=("Lim & Ye 2017, arXiv 1705.02894", "Miyato et al. 2018, arXiv 1802.05957"),
    best=BestD(side, "D*(x) = 1 where p(x) > q(x), and −1 where p(x) < q(x)"),
    any_g_loss="a D that cannot tell may give any constant from −1 to 1, and G's loss is minus "
    "that",
)
