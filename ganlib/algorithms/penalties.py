"""What is added to the loss of D, and how much each part weighs."""

from collections.abc import Mapping

import torch
from torch import Tensor

from ganlib.config import Objective
from ganlib.penalties import PENALTIES, Discriminator, DUpdate
from ganlib.penalties.bounds import lecam

ANCHOR_DECAY = 0.99
"""Share of LeCam's moving means that stays at each update of D."""

Weighted = dict[str, tuple[Tensor, float]]
"""Penalties by the names of their metrics, each with its weight in D's loss."""


class Penalties:
    """The penalties of D, with what they remember.

    The metrics, each before its weight:
        the `metric` of each of `PENALTIES`: of the gradient, in updates that compute them.
        d_lecam: of the logits, in every update.
    """

    def __init__(self, rng: torch.Generator, device: torch.device) -> None:
        self._rng = rng
        self._anchors = torch.empty(0, device=device)  # Two, after the first batch.
        self._on_gradients = tuple(PENALTIES.values())
        self.metric_names = (*(one.metric for one in self._on_gradients), "d_lecam")

    def state_dict(self) -> dict[str, Tensor]:
        """LeCam's moving means."""
        return {"anchors": self._anchors}

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Go to a saved place; a run saved before there were such means has none."""
        if "anchors" in state:
            self._anchors = state["anchors"].to(self._anchors.device)

    def needs_gradients(self, objective: Objective) -> bool:
        """Whether one that is on needs the gradient at the very samples that D sees."""
        return any(one.of_batch and objective.weight(one) for one in self._on_gradients)

    def weigh(
        self, objective: Objective, D: Discriminator, samples: Tensor, logits: Tensor, due: bool
    ) -> Weighted:
        """Those that are on.

        Args:
            objective: which are on, and their weights.
            D: samples to logits.
            samples: (2N, ...), reals and then fakes as D saw them; requiring grad where
                `needs_gradients` says so and they are due.
            logits: D's answer to them.
            due: whether those on the gradient are computed in this update.
        """
        weighted: Weighted = {}
        if due and objective.has_gradient_penalty:
            update = DUpdate(D, samples, logits, self._rng)
            for one in self._on_gradients:
                if weight := objective.penalty_interval * one.scale * objective.weight(one):
                    weighted[one.metric] = one.term(update), weight
        if objective.lecam_lambda > 0:
            weighted["d_lecam"] = self._lecam(*logits.chunk(2)), objective.lecam_lambda
        return weighted

    def _lecam(self, real_logits: Tensor, fake_logits: Tensor) -> Tensor:
        now = torch.stack((real_logits.detach().mean(), fake_logits.detach().mean()))
        old = self._anchors if len(self._anchors) else now
        self._anchors = torch.lerp(now, old, ANCHOR_DECAY)
        return lecam(real_logits, fake_logits, self._anchors)
