"""The families of models, all with the same face."""

import torch

from ganlib.algorithms.base import Algorithm
from ganlib.algorithms.gan import Gan
from ganlib.config import RunConfig

__all__ = ["Algorithm", "make_algorithm"]


def make_algorithm(config: RunConfig, shape: tuple[int, ...], device: torch.device) -> Algorithm:
    """The algorithm of the configured family for samples of this shape, at its start."""
    return Gan(config, shape, device)
