"""What is added to the loss of D, and how much each part weighs."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from ganlib.config import Objective
from ganlib.objectives import dragan, lecam, squared_slopes, wgan_gp

ANCHOR_DECAY = 0.99
"""Share of LeCam's moving means that stays at each update of D."""

Judge = Callable[[Tensor], Tensor]
"""Samples (N, ...) to logits."""

Weighted = dict[str, tuple[Tensor, float]]
"""Penalties by the names of their metrics, each with its weight in D's loss."""


class Penalties:
    """The penalties of D, with what they remember.

    The metrics, each before its weight:
        d_r1, d_r2, d_gp, d_dragan: of the slope, in updates that compute them.
        d_lecam: of the logits, in every update.
    """

    metric_names = ("d_r1", "d_r2", "d_gp", "d_dragan", "d_lecam")

    def __init__(self, rng: torch.Generator, device: torch.device) -> None:
        self._rng = rng
        self._anchors = torch.empty(0, device=device)  # Two, after the first batch.

    def state_dict(self) -> dict[str, Tensor]:
        """LeCam's moving means."""
        return {"anchors": self._anchors}

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Go to a saved place; a run saved before there were such means has none."""
        if "anchors" in state:
            self._anchors = state["anchors"].to(self._anchors.device)

    def weigh(
        self, objective: Objective, D: Judge, samples: Tensor, logits: Tensor, due: bool
    ) -> Weighted:
        """Those that are on.

        Args:
            objective: which are on, and their weights.
            D: samples to logits.
            samples: (2N, ...), reals and then fakes as D saw them; requiring grad if R1 or R2 is
                on and due.
            logits: D's answer to them.
            due: whether those on the slope are computed in this update.
        """
        weighted = self._on_slopes(objective, D, samples, logits) if due else {}
        if objective.lecam_lambda > 0:
            weighted["d_lecam"] = self._lecam(*logits.chunk(2)), objective.lecam_lambda
        return weighted

    def _on_slopes(
        self, objective: Objective, D: Judge, samples: Tensor, logits: Tensor
    ) -> Weighted:
        often, weighted = objective.penalty_interval, {}
        real, fake = samples.detach().chunk(2)
        if objective.r1_gamma > 0 or objective.r2_gamma > 0:
            r1, r2 = squared_slopes(samples, logits).view(2, -1).mean(1)
            weighted["d_r1"] = r1, often * objective.r1_gamma / 2
            weighted["d_r2"] = r2, often * objective.r2_gamma / 2
        if objective.gp_lambda > 0:
            weighted["d_gp"] = wgan_gp(D, real, fake, self._rng), often * objective.gp_lambda
        if objective.dragan_lambda > 0:
            weighted["d_dragan"] = dragan(D, real, self._rng), often * objective.dragan_lambda
        return {name: (penalty, weight) for name, (penalty, weight) in weighted.items() if weight}

    def _lecam(self, real_logits: Tensor, fake_logits: Tensor) -> Tensor:
        now = torch.stack((real_logits.detach().mean(), fake_logits.detach().mean()))
        old = self._anchors if len(self._anchors) else now
        self._anchors = torch.lerp(now, old, ANCHOR_DECAY)
        return lecam(real_logits, fake_logits, self._anchors)
