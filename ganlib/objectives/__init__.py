"""What is minimised besides an adversarial loss: penalties on D, bounds and likelihoods."""

from ganlib.objectives.augment import KINDS, augment
from ganlib.objectives.information import information
from ganlib.objectives.likelihood import code_log_likelihood
from ganlib.objectives.penalties import (
    SLOPE_PENALTIES,
    clip_weights,
    dragan,
    lecam,
    squared_slopes,
    wgan_gp,
)
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
    "SLOPE_PENALTIES",
    "augment",
    "bernoulli_log_likelihood",
    "clip_weights",
    "code_log_likelihood",
    "dragan",
    "gaussian_kl",
    "gaussian_log_likelihood",
    "information",
    "lecam",
    "paid_kl",
    "squared_slopes",
    "unrolled",
    "warmed",
    "wgan_gp",
]
