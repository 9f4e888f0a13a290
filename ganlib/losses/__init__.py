"""Adversarial losses: what D and G minimise, as pure functions on the logits of D.

Every loss takes the logits of a real and of a fake batch, both (N,), and returns a 0-d tensor
that is to be minimised. Logarithms of probabilities are written as softplus of logits,
-log sigmoid(l) = softplus(-l), which keeps value and gradient exact however sure D is.

A new loss is one `LossSpec`, registered once, here or by anyone's code: `LOSSES.register(spec)`.
"""

from ganlib.losses.hinge import HINGE
from ganlib.losses.least_squares import LEAST_SQUARES
from ganlib.losses.logistic import MINIMAX, NON_SATURATING, logistic_d
from ganlib.losses.relativistic import RELATIVISTIC_AVERAGE, RELATIVISTIC_PAIRING
from ganlib.losses.spec import LOSSES, BestD, LossSpec, Reading
from ganlib.losses.wasserstein import WGAN, WGAN_GP

__all__ = ["LOSSES", "BestD", "LossSpec", "Reading", "logistic_d"]

for _one in (
    MINIMAX,
    NON_SATURATING,
    LEAST_SQUARES,
    WGAN,
    WGAN_GP,
    HINGE,
    RELATIVISTIC_PAIRING,
    RELATIVISTIC_AVERAGE,
):
    LOSSES.register(_one)
