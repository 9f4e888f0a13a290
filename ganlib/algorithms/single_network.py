"""What families of a single network have in common: one network, one loss."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from ganlib.algorithms.base import below, counted
from ganlib.algorithms.module_optimizer import Ema, ModuleOptimizer
from ganlib.algorithms.norms import gradient_norm
from ganlib.config import RunConfig, SingleNetworkConfig
from ganlib.data import Batches
from ganlib.runtime import make_rng
from ganlib.streams import Stream

COUNTERS = ("images_seen", "steps_done")


class SingleNetworkAlgorithm:
    """A network that minimises one loss.

    What kind of network and which loss is for `_loss`, `change` and `publish` of each family.

    Attributes:
        own_metrics: of the family, beside `loss` and `grad_norm`.
        network: the one that learns.
        average: of its weights over time.
        noise_rng: decides all that is drawn in a step beside the data.
    """

    own_metrics: tuple[str, ...] = ()

    def __init__(self, network: nn.Module, config: RunConfig, device: torch.device) -> None:
        self.metric_names = ("loss", *self.own_metrics, "grad_norm")
        self.device, self.noise_rng = device, make_rng(config.seed, Stream.LATENTS)
        self.images_seen = self.steps_done = 0
        assert isinstance(config.algorithm, SingleNetworkConfig)
        optimisation = config.algorithm.optimisation
        self.network = network.to(device)
        self.average = Ema(self.network, optimisation.ema_half_life)
        cure = f"a lower {config.called('lr')}, or a new start"
        self.optimiser = ModuleOptimizer("model", self.network, optimisation, optimisation.lr, cure)
        self.change(config)

    def change(self, config: RunConfig) -> None:
        """Take over the live values of `config`."""
        assert isinstance(config.algorithm, SingleNetworkConfig)
        self.config = config
        optimisation = config.algorithm.optimisation
        self.schedules = self.optimiser.schedule(
            optimisation.lr, optimisation.lr_decay, config.total_steps
        )

    def train_step(self, batches: Batches) -> dict[str, float]:
        """Take one step.

        Raises:
            DivergedError: the loss is not finite.
        """
        for schedule in self.schedules:
            schedule(self.steps_done)
        real = next(batches)
        loss, metrics = self._loss(real, batches.labels)
        self.optimiser.minimise(loss)
        self.images_seen += len(real)
        self.steps_done += 1
        self.average.update(len(real), self.images_seen)
        grad_norm = gradient_norm(self.optimiser.parameters)
        measured = {"loss": loss.item(), **metrics, "grad_norm": grad_norm}
        return {name: measured.get(name, math.nan) for name in self.metric_names}

    def state_dict(self) -> dict[str, Tensor]:
        """All that decides the steps to come, by flat names; the tensors are the live ones."""
        parts = {
            "model": self.network.state_dict(),
            "model_ema": self.average.module.state_dict(),
            "optimiser": self.optimiser.state_dict(),
        }
        return {
            **{f"{of}.{key}": x for of, part in parts.items() for key, x in part.items()},
            **{name: torch.tensor(getattr(self, name)) for name in COUNTERS},
            "noise_rng": self.noise_rng.get_state(),
        }

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Go to a saved place: the steps to come are bitwise those that came after it."""
        self.network.load_state_dict(below("model", state))
        self.average.module.load_state_dict(below("model_ema", state))
        self.optimiser.load_state_dict(below("optimiser", state))
        self.noise_rng.set_state(state["noise_rng"])
        for name in COUNTERS:
            setattr(self, name, counted(state, name))

    def _loss(self, real: Tensor, labels: Tensor) -> tuple[Tensor, dict[str, float]]:
        """What is minimised of a batch (N, ...) and its classes (N,), and the family's metrics."""
        raise NotImplementedError
