"""Relativistic losses: reals and fakes are compared, so that only differences of logits count."""

from typing import TYPE_CHECKING

from ganlib.losses.logistic import log_odds
from ganlib.losses.spec import BestD, LossSpec, Reading, softplus

if TYPE_CHECKING:
    from torch import Tensor


def pairing_d(real_logits: "Tensor", fake_logits: "Tensor") -> "Tensor":
    """Each real is to score higher than the fake beside it.

    Source: Jolicoeur-Martineau 2018, arXiv 1807.00734; Huang et al. 2025, arXiv 2501.05441.
    """
    return softplus(fake_logits - real_logits).mean()


def pairing_g(real_logits: "Tensor", fake_logits: "Tensor") -> "Tensor":
    """The same with the players exchanged: each fake is to score higher than its real.

    Source: Jolicoeur-Martineau 2018, arXiv 1807.00734; Huang et al. 2025, arXiv 2501.05441.
    """
    return pairing_d(fake_logits, real_logits)


def average_d(real_logits: "Tensor", fake_logits: "Tensor") -> "Tensor":
    """Each real is to score higher than the mean fake, and each fake lower than the mean real.

    Source: Jolicoeur-Martineau 2018, arXiv 1807.00734.
    """
    of_reals = softplus(fake_logits.mean() - real_logits)
    of_fakes = softplus(fake_logits - real_logits.mean())
    return (of_reals + of_fakes).mean()


def average_g(real_logits: "Tensor", fake_logits: "Tensor") -> "Tensor":
    """The same with the players exchanged.

    Source: Jolicoeur-Martineau 2018, arXiv 1807.00734.
    """
    return average_d(fake_logits, real_logits)


RELATIVISTIC_PAIRING = LossSpec(
    key="rpgan",
    title="Relativistic pairing (R3GAN)",
    d=pairing_d,
    g=pairing_g,
    d_formula="−log σ(C(x) − C(G(z)))",
    g_formula="−log σ(C(G(z)) − C(x))",
    reading=Reading.relative(
        "C(x): σ(C(x) − C(y)) is the probability that D gives to x, and not y, being the real one "
        "of the two."
    ),
    sources=(
        "Jolicoeur-Martineau 2018, arXiv 1807.00734",
        "Huang et al. 2025 (R3GAN), arXiv 2501.05441",
    ),
    # A pair (x, y) is to be told from (y, x), whose odds are p(x) q(y) / (p(y) q(x)): C(x) - C(y)
    # is their logarithm, as in the model of Bradley & Terry 1952.
    best=BestD(log_odds, "C*(x) = log p(x) − log q(x)"),
)

# Its best D depends on the means of its own logits.
RELATIVISTIC_AVERAGE = LossSpec(
    key="ragan",
    title="Relativistic average (RaGAN)",
    d=average_d,
    g=average_g,
    d_formula="−log σ(C(x) − E C(G(z))) − log σ(E C(x) − C(G(z)))",
    g_formula="−log σ(C(G(z)) − E C(x)) − log σ(E C(G(z)) − C(x))",
    reading=Reading.relative(
        "C(x): σ(C(x) − mean C of the fakes) is the probability that D gives to x being more real "
        "than the average fake."
    ),
    sources=("Jolicoeur-Martineau 2018, arXiv 1807.00734",),
)
