"""A network with its optimiser, such as one of the two players of the game."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from ganlib.algorithms.adam import Adam
from ganlib.config import Stepping
from ganlib.errors import DivergedError


class Player:
    """One network with its optimiser; it moves no weight but its own."""

    def __init__(
        self, role: str, network: nn.Module, settings: Stepping, lr: float, cure: str = ""
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
        self.optimiser: torch.optim.Optimizer
        if settings.optimiser == "adam":
            betas = (settings.beta1, settings.beta2)
            self.optimiser = Adam(self.parameters, lr, betas)
        else:
            self.optimiser = torch.optim.RMSprop(self.parameters, lr, alpha=settings.beta2)

    def set_lr(self, lr: float) -> None:
        """Change the learning rate."""
        for group in self.optimiser.param_groups:
            group["lr"] = lr

    def backward(self, loss: Tensor, retain_graph: bool = False) -> None:
        """Take the gradient of a finite loss with respect to this network alone.

        Raises:
            DivergedError: the loss is not finite; no weight has moved.
        """
        if not math.isfinite(value := loss.item()):
            raise DivergedError(
                f"The loss of the {self.role} became {value}: the run diverged. Try {self.cure}."
            )
        slopes = torch.autograd.grad(loss, self.parameters, retain_graph=retain_graph)
        for weight, slope in zip(self.parameters, slopes, strict=True):
            # Torch's fused Adam walks through memory, whatever the strides say: after a second
            # derivative or a change of layout it would move other weights than those meant.
            weight.grad = slope.contiguous()

    def step(self) -> None:
        """Move the weights along the gradient."""
        if isinstance(self.optimiser, Adam):
            self.optimiser.move()
        else:
            self.optimiser.step()

    def state_dict(self) -> dict[str, Tensor]:
        """What the optimiser remembers, by the number of the weight and its own name for it."""
        return {
            f"{number}.{name}": value
            for number, weight in enumerate(self.parameters)
            for name, value in self.optimiser.state[weight].items()
        }

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Remember what another optimiser of the same kind did.

        Raises:
            ValueError: it moved other weights than this one.
        """
        kept: dict[int, dict[str, Tensor]] = {}
        for key, value in state.items():
            number, name = key.split(".")
            fits = number.isdecimal() and int(number) < len(self.parameters)
            if not fits or value.shape not in (torch.Size(), self.parameters[int(number)].shape):
                raise ValueError(f"{self.role} has no place for {key} of {tuple(value.shape)}")
            kept.setdefault(int(number), {})[name] = value.clone()
        groups = self.optimiser.state_dict()["param_groups"]
        self.optimiser.load_state_dict({"state": kept, "param_groups": groups})
