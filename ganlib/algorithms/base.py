"""What the trainer asks of a family of models; every family answers the same way."""

from collections.abc import Mapping
from typing import Protocol

from ganlib.config import RunConfig
from ganlib.controls import Players
from ganlib.data import Batches
from ganlib.events import Decoder


class Algorithm(Protocol):
    """A model with its way to learn.

    Attributes:
        metric_names: keys of what `train_step` returns.
        images_seen: samples of the data that have been learnt from so far.
    """

    metric_names: tuple[str, ...]
    images_seen: int

    def train_step(self, batches: Batches, players: Players) -> Mapping[str, float]:
        """Take one step and return its metrics, NaN for what was not measured.

        Raises:
            DivergedError: a loss is not finite.
        """

    def change(self, config: RunConfig) -> None:
        """Take over the live values of `config`."""

    def publish(self) -> Decoder:
        """A frozen copy of the generator as it is now."""
