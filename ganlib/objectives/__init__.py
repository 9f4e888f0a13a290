"""What D and G minimise: losses on logits, and penalties on the slope of D."""

from ganlib.objectives.losses import AdversarialLoss, adversarial_loss, equilibrium
from ganlib.objectives.penalties import clip_weights, r1_penalty, r2_penalty, wgan_gp

__all__ = [
    "AdversarialLoss",
    "adversarial_loss",
    "clip_weights",
    "equilibrium",
    "r1_penalty",
    "r2_penalty",
    "wgan_gp",
]
