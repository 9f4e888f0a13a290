"""What the trainer asks of a family of models; every family answers the same way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch
from torch import Tensor, nn

from ganlib.config import RunConfig
from ganlib.data import Batches
from ganlib.events import CheckpointSaved, Decoder, PlaneView
from ganlib.models import round_robin_condition


@dataclass(frozen=True)
class ExportSpec:
    """The network of a family that can be used without ganlib.

    Attributes:
        name: what it is called.
        network: averaged, in eval mode.
        input: its name, and what draws so many random ones.
        classes: of its second input, the condition; 0 where it has none.
        output: its name.
    """

    name: str
    network: nn.Module
    input: tuple[str, Callable[[int, torch.Generator], Tensor]]
    classes: int
    output: str

    def inputs(self, count: int, rng: torch.Generator) -> dict[str, Tensor]:
        """So many random inputs, by their names, in order; the classes take turns."""
        name, draw = self.input
        condition = (
            {"condition": round_robin_condition(count, self.classes)} if self.classes else {}
        )
        return {name: draw(count, rng), **condition}


class Algorithm(Protocol):
    """A model with its way to learn.

    Attributes:
        metric_names: keys of what `train_step` returns.
        images_seen: samples of the data that have been learnt from so far.
    """

    metric_names: tuple[str, ...]
    images_seen: int

    def train_step(self, batches: Batches) -> Mapping[str, float]:
        """Take one step of all networks and return its metrics, NaN for what was not measured.

        Raises:
            DivergedError: a loss is not finite.
        """

    def change(self, config: RunConfig) -> None:
        """Take over the live values of `config`."""

    def publish(self) -> Decoder:
        """A frozen copy of what draws samples, as it is now."""

    def export_spec(self) -> ExportSpec:
        """The network that others may use."""

    def state_dict(self) -> Mapping[str, Tensor]:
        """All that decides the steps to come, by flat names; the tensors are the live ones."""

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Go to a saved place: the steps to come are bitwise those that came after it."""


class Targeted(Algorithm, Protocol):
    """A family that has `targets`: networks that can be stepped while the others stay."""

    def train_step(self, batches: Batches, target: str = "both") -> Mapping[str, float]:
        """The same of one of the targets, or of all of them."""


@runtime_checkable
class HasGame(Protocol):
    """A family that has the capability "game"."""

    def publish_plane(self) -> PlaneView | None:
        """G and D frozen as they are now, for the view of the plane; None on pictures."""


def counted(state: Mapping[str, Any], name: str) -> int:
    """A number of a saved state that counts something.

    Raises:
        KeyError: there is none of that name.
        ValueError: it counts nothing.
    """
    value = np.asarray(state[name])
    if value.shape != () or value.dtype.kind not in "iu" or not 0 <= int(value) < 2**63:
        raise ValueError(f"{name} is {value.dtype} of {value.shape}, and counts nothing")
    return int(value)


def tensors(saved: CheckpointSaved) -> dict[str, Tensor]:
    """The tensors of a saved state, copied."""
    return {name: torch.tensor(value) for name, value in saved.state.items()}


def below(prefix: str, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The part of a state whose names begin with the prefix, which is taken off."""
    start = f"{prefix}."
    return {name.removeprefix(start): x for name, x in state.items() if name.startswith(start)}
