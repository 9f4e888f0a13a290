"""Adam for networks so small that keeping books takes as long as the arithmetic."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor


class Adam(torch.optim.Adam):
    """Torch's fused Adam, bitwise, for weights that all learn at once.

    Torch gathers weights, moments and counters anew in every step. They are the same in all, so
    here they are gathered once, and one counter serves all weights.

    Source: Kingma & Ba 2015, arXiv 1412.6980.
    """

    def __init__(self, weights: Sequence[Tensor], lr: float, betas: tuple[float, float]) -> None:
        super().__init__(weights, lr, betas, fused=True)
        self._weights = list(weights)
        self._gathered: tuple[list[Tensor], list[Tensor], Tensor] | None = None

    @torch.no_grad()
    def move(self) -> None:
        """Move every weight along its `grad`, which all must have."""
        if self._gathered is None:
            self.step()
            self._gather()
            return
        moments, squares, counter = self._gathered
        (group,) = self.param_groups
        beta1, beta2 = group["betas"]
        counter.add_(1)
        torch._fused_adam_(
            self._weights,
            [slope for weight in self._weights if (slope := weight.grad) is not None],
            moments,
            squares,
            [],
            [counter] * len(moments),
            lr=group["lr"],
            beta1=beta1,
            beta2=beta2,
            weight_decay=group["weight_decay"],
            eps=group["eps"],
            amsgrad=False,
            maximize=False,
        )

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Remember what another Adam did."""
        super().load_state_dict(state_dict)
        self._gathered = None
        if self.state:
            self._gather()

    def _gather(self) -> None:
        states = [self.state[weight] for weight in self._weights]
        counter = states[0]["step"]
        for state in states:
            state["step"] = counter
        moments = [state["exp_avg"] for state in states]
        self._gathered = moments, [state["exp_avg_sq"] for state in states], counter
