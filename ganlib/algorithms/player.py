"""One of the two players of the game: a network with its optimiser."""

import math

import torch
from torch import Tensor, nn

from ganlib.config import Optimisation
from ganlib.errors import DivergedError


class Player:
    """One network with its optimiser; it moves no weight but its own."""

    def __init__(self, role: str, network: nn.Module, settings: Optimisation, lr: float) -> None:
        self.role = role
        self.parameters = list(network.parameters())
        self.optimiser: torch.optim.Optimizer
        if settings.optimiser == "adam":
            betas = (settings.beta1, settings.beta2)
            self.optimiser = torch.optim.Adam(self.parameters, lr, betas, fused=True)
        else:
            self.optimiser = torch.optim.RMSprop(self.parameters, lr, alpha=settings.beta2)

    def set_lr(self, lr: float) -> None:
        """Change the step size."""
        for group in self.optimiser.param_groups:
            group["lr"] = lr

    def backward(self, loss: Tensor, retain_graph: bool = False) -> None:
        """Take the gradient of a finite loss with respect to this network alone.

        Raises:
            DivergedError: the loss is not finite; no weight has moved.
        """
        if not math.isfinite(value := loss.item()):
            raise DivergedError(
                f"The loss of the {self.role} became {value}: the run diverged. "
                f"Try a smaller lr_d or lr_g, or a gradient penalty such as r1_gamma."
            )
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward(inputs=self.parameters, retain_graph=retain_graph)

    def step(self) -> None:
        """Move the weights along the gradient."""
        self.optimiser.step()
