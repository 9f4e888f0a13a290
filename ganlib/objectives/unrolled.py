"""D as it will be a few updates ahead, as a function of the fakes that it learns from.

Unrolling shows G where D is about to go: a G that gathers at one place sees D turn against it
before it has (Metz et al. 2017, arXiv 1611.02163).
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.func import functional_call

Discriminator = Callable[[Tensor], Tensor]
"""Samples (N, ...) -> logits, one for each sample or pack."""


class AdamState(Protocol):
    """The settings of an Adam, and what it remembers of the gradients of each weight."""

    param_groups: list[dict[str, Any]]

    @property
    def state(self) -> Mapping[Tensor, Mapping[str, Tensor]]:
        """`step`, `exp_avg` and `exp_avg_sq` of each weight that has moved."""


def unrolled(
    D: nn.Module,
    optimiser: AdamState,
    d_loss: Callable[[Discriminator], Tensor],
    steps: int,
) -> Discriminator:
    """D after `steps` further updates on one batch, none of which it really takes.

    The updates stay in the graph, so that a loss on the logits of what is returned reaches the
    fakes through them too. D, its buffers and its optimiser stay as they are.

    Args:
        D: samples -> logits.
        optimiser: the Adam of D, without weight decay and amsgrad; the updates follow it.
        d_loss: the loss of D, 0-d, as a function of D.
        steps: how far to look ahead; 0 gives D as it is.

    Source: Metz et al. 2017, arXiv 1611.02163.
    """
    (group,) = optimiser.param_groups
    buffers = {name: buffer.clone() for name, buffer in D.named_buffers()}
    weights = {name: _weight(optimiser, weight) for name, weight in D.named_parameters()}

    def ahead(samples: Tensor) -> Tensor:
        values = {name: weight.value for name, weight in weights.items()}
        logits: Tensor = functional_call(D, (values, buffers), (samples,))
        return logits

    for _ in range(steps):
        values = [weight.value for weight in weights.values()]
        gradients = torch.autograd.grad(d_loss(ahead), values, create_graph=True)
        weights = {
            name: weight.moved(gradient, group)
            for (name, weight), gradient in zip(weights.items(), gradients, strict=True)
        }
    return ahead


@dataclass(frozen=True)
class _Weight:
    """A weight of D on its way, with what Adam remembers of its gradients."""

    value: Tensor
    exp_avg: Tensor
    exp_avg_sq: Tensor
    step: int

    def moved(self, gradient: Tensor, group: Mapping[str, Any]) -> "_Weight":
        """One update of Adam (Kingma & Ba 2015, arXiv 1412.6980) that keeps its graph."""
        (beta1, beta2), step = group["betas"], self.step + 1
        exp_avg = self.exp_avg.lerp(gradient, 1 - beta1)
        exp_avg_sq = torch.addcmul(beta2 * self.exp_avg_sq, gradient, gradient, value=1 - beta2)
        # At 0 the root has no gradient to give; clamped it gives 0, and the value does not change.
        root = exp_avg_sq.clamp_min(torch.finfo(gradient.dtype).tiny).sqrt()
        scale = root / math.sqrt(1 - beta2**step) + group["eps"]
        value = self.value.addcdiv(exp_avg, scale, value=-group["lr"] / (1 - beta1**step))
        return _Weight(value, exp_avg, exp_avg_sq, step)


def _weight(optimiser: AdamState, weight: Tensor) -> _Weight:
    """The weight as it stands; the optimiser knows nothing of it before its first update."""
    value = weight.detach().requires_grad_()
    if not (known := optimiser.state.get(weight)):
        return _Weight(value, torch.zeros_like(weight), torch.zeros_like(weight), 0)
    return _Weight(value, known["exp_avg"], known["exp_avg_sq"], int(known["step"]))
