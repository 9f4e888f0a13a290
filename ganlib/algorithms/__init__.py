"""The families of models, all with the same face."""

import torch

from ganlib.algorithms.base import Algorithm, below, tensors
from ganlib.algorithms.gan import Gan
from ganlib.config import RunConfig
from ganlib.events import Game, StateSaved

__all__ = ["Algorithm", "below", "make_algorithm", "saved_game", "tensors"]


def make_algorithm(config: RunConfig, shape: tuple[int, ...], device: torch.device) -> Algorithm:
    """The algorithm of the configured family for samples of this shape, at its start."""
    return Gan(config, shape, device)


def saved_game(saved: StateSaved) -> Game | None:
    """Both players as they were at a saved moment; None where there is no game in the plane."""
    algorithm = make_algorithm(saved.config, saved.config.data.shape, torch.device("cpu"))
    algorithm.load_state_dict(below("algorithm", tensors(saved)))
    return algorithm.publish_game()
