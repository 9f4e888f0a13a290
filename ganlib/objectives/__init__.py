"""What is minimised besides an adversarial loss: bounds and likelihoods."""

from ganlib.objectives.augment import KINDS, augment
from ganlib.objectives.information import information
from ganlib.objectives.likelihood import code_log_likelihood
from ganlib.objectives.unrolled import unrolled
from ganlib.objectives.variational import (
    bernoulli_log_likelihood,
    gaussian_kl,
    gaussian_log_likelihood,
    paid_kl,
    warmed,
)

__all__ = [
    "KINDS",
    "augment",
    "bernoulli_log_likelihood",
    "code_log_likelihood",
    "gaussian_kl",
    "gaussian_log_likelihood",
    "information",
    "paid_kl",
    "unrolled",
    "warmed",
]
