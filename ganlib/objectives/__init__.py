"""What D and G minimise: losses on logits, penalties on D, and changes of what D sees."""

from ganlib.objectives.augment import KINDS, augment
from ganlib.objectives.information import information
from ganlib.objectives.losses import AdversarialLoss, adversarial_loss, equilibrium
from ganlib.objectives.penalties import clip_weights, dragan, lecam, squared_slopes, wgan_gp
from ganlib.objectives.unrolled import unrolled

__all__ = [
    "KINDS",
    "AdversarialLoss",
    "adversarial_loss",
    "augment",
    "clip_weights",
    "dragan",
    "equilibrium",
    "information",
    "lecam",
    "squared_slopes",
    "unrolled",
    "wgan_gp",
]
