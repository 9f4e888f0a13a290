"""Least squares: D is drawn to a label by the square of its distance from it (LSGAN)."""

from typing import TYPE_CHECKING

from ganlib.losses.spec import BestD, LossSpec, Reading

if TYPE_CHECKING:
    from torch import Tensor


def least_squares_d(real_logits: "Tensor", fake_logits: "Tensor") -> "Tensor":
    """Half the squared distance of real logits from 1 and of fake logits from 0.

    Source: Mao et al. 2017, arXiv 1611.04076.
    """
    return ((real_logits - 1).square() + fake_logits.square()).mean() / 2


def least_squares_g(real_logits: "Tensor", fake_logits: "Tensor") -> "Tensor":
    """Half the squared distance of fake logits from 1.

    Source: Mao et al. 2017, arXiv 1611.04076.
    """
    return (fake_logits - 1).square().mean() / 2


def share_of_reals(log_ratio: "Tensor") -> "Tensor":
    """The share p / (p + q), the best D with the labels 1 and 0.

    Source: Mao et al. 2017, arXiv 1611.04076 (equation 4).
    """
    return log_ratio.sigmoid()


LEAST_SQUARES = LossSpec(
    key="lsgan",
    title="Least squares (LSGAN, Mao 2017)",
    d=least_squares_d,
    g=least_squares_g,
    d_formula="½ (D(x) − 1)² + ½ D(G(z))²",
    g_formula="½ (D(G(z)) − 1)²",
    reading=Reading(
        kind="score",
        name="score (aims at 1 real, 0 fake)",
        spoken="D’s score (aims at 1 for reals, 0 for fakes)",
        meaning="D(x), a score that aims at the label 1 for reals and 0 for fakes; the line is "
        "D(x) = 1/2.",
        ticks=("≤ 0 fake", "1/2", "≥ 1 real"),
        undecided=0.5,
        ends=(0.0, 1.0),
    ),
    sources=("Mao et al. 2017, arXiv 1611.04076",),
    best=BestD(share_of_reals, "D*(x) = p(x) / (p(x) + q(x))"),
)
