"""What D and G minimise: losses on logits, and penalties on the slope of D."""

from ganlib.objectives.losses import AdversarialLoss, adversarial_loss, equilibrium
from ganlib.objectives.penalties import clip_weights, squared_slopes, wgan_gp
from ganlib.objectives.unrolled import unrolled

__all__ = [
    "AdversarialLoss",
    "adversarial_loss",
    "clip_weights",
    "equilibrium",
    "squared_slopes",
    "unrolled",
    "wgan_gp",
]
