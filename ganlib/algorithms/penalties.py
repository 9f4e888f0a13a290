"""What joins the loss of D or G, how much each term weighs, and how often it is computed.

A gradient penalty such as R1 (`ganlib.penalties.gradient`) may be applied lazily: every so many
updates of D (`penalty_interval`), as many times as strong (lazy regularisation, arXiv:1912.04958).
Which are due in an update is decided in `Gan._d_objective` of `ganlib.algorithms.gan`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from ganlib.config import Objective
from ganlib.penalties import PENALTIES, DUpdate
from ganlib.penalties.bounds import lecam

ANCHOR_DECAY = 0.99
"""Share of LeCam's moving means that stays at each update of D."""


@dataclass(frozen=True)
class WeightedTerm:
    """What is added to an adversarial loss.

    Attributes:
        metric: the key of its value, which is measured before its weight.
        weight: in the loss.
        value: its value, 0-d: of D's loss in an update, of G's without an argument.
        every: updates of D from one that computes it to the next.
        of_batch: whether it needs the gradient at the samples that D's loss is computed of.
    """

    metric: str
    weight: float
    value: Callable[..., Tensor]
    every: int = 1
    of_batch: bool = False


class Penalties:
    """The penalties of D, with what they remember.

    The metrics, each before its weight:
        the `metric` of each of `PENALTIES`: of the gradient, in updates that compute them.
        d_lecam: of the logits, in every update.
    """

    def __init__(self, device: torch.device) -> None:
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

    def weighted_terms(self, objective: Objective) -> tuple[WeightedTerm, ...]:
        """Those that are on. The rarer one is computed, the more it weighs then."""
        every = objective.penalty_interval
        on_gradients = (
            WeightedTerm(one.metric, weight, one.term, every, one.of_batch)
            for one in self._on_gradients
            if (weight := every * one.scale * objective.weight(one))
        )
        if objective.lecam_lambda == 0:
            return tuple(on_gradients)
        return *on_gradients, WeightedTerm("d_lecam", objective.lecam_lambda, self._lecam)

    def _lecam(self, update: DUpdate) -> Tensor:
        real_logits, fake_logits = update.logits.chunk(2)
        now = torch.stack((real_logits.detach().mean(), fake_logits.detach().mean()))
        old = self._anchors if len(self._anchors) else now
        self._anchors = torch.lerp(now, old, ANCHOR_DECAY)
        return lecam(real_logits, fake_logits, self._anchors)
