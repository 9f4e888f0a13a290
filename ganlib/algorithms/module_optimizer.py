"""How the weights of one network move: its optimiser, its learning rate schedule, their average."""

import copy
import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from ganlib.config import Decay, OptimizerConfig
from ganlib.errors import DivergedError

Schedule = Callable[[int], None]
"""Called before each step with the number of those that are done."""

RAMP_UP = 0.05
"""The half-life is at most this share of the images seen, so that the start is soon forgotten."""


class ModuleOptimizer:
    """A module with its optimiser; it moves no weight but its own."""

    def __init__(
        self, role: str, network: nn.Module, settings: OptimizerConfig, lr: float, cure: str = ""
    ) -> None:
        """Take over a network.

        Args:
            role: what it is called.
            network: its weights are moved.
            settings: the rule by which.
            lr: learning rate.
            cure: what to try when its loss is no number; it may be set anew.
        """
        self.role, self.cure = role, cure
        self.parameters = list(network.parameters())
        self.optimiser: Adam | torch.optim.RMSprop
        self._move: Callable[[], Any]
        if settings.optimiser == "adam":
            self.optimiser = adam = Adam(self.parameters, lr, (settings.beta1, settings.beta2))
            self._move = adam.move
        else:
            self.optimiser = torch.optim.RMSprop(self.parameters, lr, alpha=settings.beta2)
            self._move = self.optimiser.step

    def set_lr(self, lr: float) -> None:
        """Change the learning rate."""
        for group in self.optimiser.param_groups:
            group["lr"] = lr

    def schedule(self, lr: float, decay: Decay, steps: int) -> tuple[Schedule, ...]:
        """Learn at lr from now on; its schedule where it falls over so many steps, else none."""
        self.set_lr(lr)
        return () if decay == "none" else (partial(self._anneal, lr, decay, steps),)

    def _anneal(self, lr: float, decay: Decay, steps: int, steps_done: int) -> None:
        self.set_lr(lr_factor(decay, steps_done / steps) * lr)

    def minimise(self, loss: Tensor) -> None:
        """Move the weights along the gradient of a finite loss with respect to them alone.

        Raises:
            DivergedError: the loss is not finite; no weight has moved.
        """
        self.backward(loss)
        self.step()

    def backward(self, loss: Tensor, retain_graph: bool = False) -> None:
        """Take the gradient of a finite loss with respect to this network alone.

        Raises:
            DivergedError: the loss is not finite (NaN or infinite); no weight has moved, and
                `ganlib.trainer` ends the run as diverged.
        """
        if not math.isfinite(value := loss.item()):
            raise DivergedError(
                f"The loss of the {self.role} became {value}: the run diverged. Try {self.cure}."
            )
        gradients = torch.autograd.grad(loss, self.parameters, retain_graph=retain_graph)
        for weight, gradient in zip(self.parameters, gradients, strict=True):
            # Torch's fused Adam walks through memory, whatever the strides say: after a second
            # derivative or a change of layout it would move other weights than those meant.
            weight.grad = gradient.contiguous()

    def step(self) -> None:
        """Move the weights along the gradient."""
        self._move()

    def state_dict(self) -> dict[str, Tensor]:
        """What the optimiser remembers, by the number of the weight and its own name for it."""
        return {
            f"{number}.{name}": value
            for number, weight in enumerate(self.parameters)
            for name, value in self.optimiser.state.get(weight, {}).items()
        }

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Remember what another optimiser of the same kind did.

        Raises:
            ValueError: it moved other weights than this one.
        """
        states: dict[int, dict[str, Tensor]] = {}
        for key, value in state.items():
            number, name = key.split(".")
            fits = number.isdecimal() and int(number) < len(self.parameters)
            if not fits or value.shape not in (torch.Size(), self.parameters[int(number)].shape):
                raise ValueError(f"{self.role} has no place for {key} of {tuple(value.shape)}")
            states.setdefault(int(number), {})[name] = value.clone()
        if isinstance(self.optimiser, Adam):
            self.optimiser.load_state_dict(states)
        else:
            groups = self.optimiser.state_dict()["param_groups"]
            self.optimiser.load_state_dict({"state": states, "param_groups": groups})


class Adam:
    """Torch's fused Adam, bitwise, for weights that all learn at once.

    In networks so small keeping books takes as long as the arithmetic: torch gathers weights,
    moments and counters anew in every step. They are the same in all, so here they are gathered
    once, and one counter serves all weights. Nor is it one of torch's own optimisers, the first of
    which imports torch's compiler: more than a second of one core, before the first step.

    Attributes:
        param_groups: one, of all weights; `lr` may be set in it.
        state: of each weight `step`, `exp_avg` and `exp_avg_sq`; empty before the first move.

    Source: Kingma & Ba 2015, arXiv 1412.6980.
    """

    def __init__(self, weights: Sequence[Tensor], lr: float, betas: tuple[float, float]) -> None:
        self._weights = list(weights)
        rule = {"lr": lr, "betas": betas, "eps": 1e-8, "weight_decay": 0.0}
        self.param_groups: list[dict[str, Any]] = [{"params": self._weights, **rule}]
        self.state: dict[Tensor, dict[str, Tensor]] = {}
        self._gathered: tuple[list[Tensor], list[Tensor], Tensor] | None = None

    @torch.no_grad()
    def move(self) -> None:
        """Move every weight along its `grad`, which all must have."""
        moments, squares, counter = self._gathered or self._begin()
        (group,) = self.param_groups
        beta1, beta2 = group["betas"]
        counter.add_(1)
        torch._fused_adam_(
            self._weights,
            [gradient for weight in self._weights if (gradient := weight.grad) is not None],
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

    def load_state_dict(self, states: Mapping[int, Mapping[str, Tensor]]) -> None:
        """Remember what another Adam did, by the number of the weight; with {}, nothing."""
        self.state = {}
        for number, state in states.items():
            weight = self._weights[number]
            own = {name: value.to(weight) for name, value in state.items()}
            self.state[weight] = own | {"step": state["step"].to(weight.device, torch.float32)}
        self._gathered = self._gather() if self.state else None

    def _begin(self) -> tuple[list[Tensor], list[Tensor], Tensor]:
        for weight in self._weights:
            moments = {name: torch.zeros_like(weight) for name in ("exp_avg", "exp_avg_sq")}
            self.state[weight] = {"step": torch.zeros((), device=weight.device), **moments}
        self._gathered = self._gather()
        return self._gathered

    def _gather(self) -> tuple[list[Tensor], list[Tensor], Tensor]:
        states = [self.state[weight] for weight in self._weights]
        counter = states[0]["step"]
        for state in states:
            state["step"] = counter
        return (
            [state["exp_avg"] for state in states],
            [state["exp_avg_sq"] for state in states],
            counter,
        )


def lr_factor(decay: Decay, done: float) -> float:
    """What a learning rate is multiplied by, in 0..1.

    Each network has a schedule of its own: where D learns with larger steps than G, or goes on when
    G comes to rest, it is the better judge of where G is now.

    Args:
        decay: "linear" holds for one half and falls to 0 in the other; "cosine" falls along half a
            wave, slowly at both ends (Loshchilov & Hutter 2017, arXiv 1608.03983).
        done: share of the run that is done; from 1 on nothing is left.

    Source: Heusel et al. 2017, arXiv 1706.08500, for learning rates of one's own.
    """
    done = min(done, 1.0)
    match decay:
        case "none":
            return 1.0
        case "linear":
            return min(1.0, 2 * (1 - done))
        case "cosine":
            return (1 + math.cos(math.pi * done)) / 2


class Ema:
    """Exponential moving average of a module's parameters; its buffers are copied.

    Attributes:
        module: the average, always in eval mode; samples are drawn with it.

    Source: Karras et al. 2020, arXiv 2006.06676, for the half-life and its ramp-up.
    """

    def __init__(self, source: nn.Module, half_life: float) -> None:
        self.half_life = half_life
        self.module = copy.deepcopy(source).eval().requires_grad_(False)
        self._averages: list[Tensor] = list(self.module.parameters())
        self._sources: list[Tensor] = list(source.parameters())
        self._buffers = list(zip(self.module.buffers(), source.buffers(), strict=True))

    @torch.no_grad()
    def update(self, images: int, images_seen: int) -> None:
        """Let the source's present weights in, `images` images after the last time."""
        half_life = min(self.half_life, RAMP_UP * images_seen)
        weight = 1 - 0.5 ** (images / half_life) if half_life > 0 else 1.0
        torch._foreach_lerp_(self._averages, self._sources, weight)
        for average, buffer in self._buffers:
            average.copy_(buffer)
