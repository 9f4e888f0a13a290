"""What D and G minimise: losses on logits, and penalties on D."""

from ganlib.objectives.losses import AdversarialLoss, adversarial_loss, equilibrium
from ganlib.objectives.penalties import clip_weights, dragan, lecam, squared_slopes, wgan_gp
from ganlib.objectives.unrolled import unrolled

__all__ = [
    "AdversarialLoss",
    "adversarial_loss",
    "clip_weights",
    "dragan",
    "equilibrium",
    "lecam",
    "squared_slopes",
    "unrolled",
    "wgan_gp",
]
