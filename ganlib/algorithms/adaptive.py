"""Augmentation of what D sees; ADA steers its probability by how well D knows the reals."""

from collections.abc import Mapping

import torch
from torch import Tensor

from ganlib.config import Augmentation
from ganlib.objectives import KINDS, augment

STEERED_EVERY = 4
"""Updates of D between two changes of p."""


class Augmenter:
    """The changes that reals and fakes pass through on their way to D.

    The metrics:
        ada_p: the probability of each change, where there may be any.
        ada_r: mean sign of D at reals over the last updates: 0 while D cannot tell, 1 once it
            knows every one of them. Where p is steered, each time that it is.

    Source: Karras et al. 2020, arXiv 2006.06676, for the steering.
    """

    metric_names = ("ada_p", "ada_r")

    def __init__(self, settings: Augmentation, rng: torch.Generator) -> None:
        self._rng = rng
        self.p = settings.augment_p
        self._signs = 0.0  # Sum over updates since p was steered last.
        self._updates = 0
        self.change(settings)

    def change(self, settings: Augmentation) -> None:
        """Take over these settings; p goes on from where it is if it is steered from now on."""
        self._settings = settings
        self._kinds = [kind for kind in KINDS if getattr(settings, kind)]
        if settings.ada_target == 0:
            self.p, self._signs, self._updates = settings.augment_p, 0.0, 0

    def state_dict(self) -> dict[str, Tensor]:
        """Where p is, and what it is steered by next."""
        numbers = (self.p, self._signs, self._updates)
        return {"steering": torch.tensor(numbers, dtype=torch.float64)}

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Go to a saved place, as far as the settings leave p free; an older run has none."""
        if "steering" in state:
            self.p, self._signs, updates = state["steering"].tolist()
            self._updates = int(updates)
        self.change(self._settings)

    def __call__(self, samples: Tensor) -> Tensor:
        """What D is shown for these pictures: (N, C, S, S) -> (N, C, S, S)."""
        return augment(samples, self.p, self._kinds, self._rng)

    def note(self, logits: Tensor, images: int, blind: float = 0.0) -> dict[str, float]:
        """Steer p by what D said, and tell the metrics of this update.

        Args:
            logits: (N,) of D at reals, above `blind` where it rather takes them for real.
            images: real samples in the batch.
            blind: the logit of a D that cannot tell.
        """
        if self._settings.ada_target == 0:
            return {"ada_p": self.p}
        self._signs += (logits.detach() - blind).sign().mean().item()
        self._updates += 1
        if self._updates < STEERED_EVERY:
            return {"ada_p": self.p}
        overfitting = self._signs / self._updates
        step = self._updates * images / self._settings.ada_images
        up = overfitting > self._settings.ada_target
        self.p = min(1.0, max(0.0, self.p + (step if up else -step)))
        self._signs, self._updates = 0.0, 0
        return {"ada_p": self.p, "ada_r": overfitting}
