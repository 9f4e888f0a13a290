import numpy as np
import pytest
import torch

from ganlib.algorithms import make_algorithm, saved_game
from ganlib.events import GamePublished, StateSaved
from ganlib.plane import LAYERS
from ganlib.settings import changed
from ganlib.trainer import train


def moments(config):
    """The saved states of a run to its end, each with the game of the same step."""
    events = list(train(config))
    games = {event.step: event.game for event in events if isinstance(event, GamePublished)}
    return [(event, games[event.step]) for event in events if isinstance(event, StateSaved)]


@pytest.mark.parametrize(
    "changes", [{}, {"pack": 2, "spectral_norm": True}, {"name": "sketch", "points": ((0.5, 0.0),)}]
)
def test_a_saved_game_is_bitwise_the_one_that_was_played(plane_config, changes):
    found = moments(changed(plane_config, changes))
    assert len(found) >= 7
    for saved, game in (found[0], found[4], found[-1]):
        again, expected = saved_game(saved).look(LAYERS), game.look(LAYERS)
        assert again.keys() == expected.keys()
        for name, values in expected.items():
            assert np.array_equal(again[name], values, equal_nan=True), name
    first, last = (saved_game(saved).look(["map"])["map"] for saved, _ in (found[0], found[-1]))
    assert not np.array_equal(first, last)


def test_looking_back_touches_neither_the_saved_state_nor_the_global_random_numbers(plane_config):
    saved, _ = moments(plane_config)[-1]
    before = {name: value.copy() for name, value in saved.state.items()}
    torch_state = torch.get_rng_state()
    saved_game(saved).measure()
    assert torch.equal(torch.get_rng_state(), torch_state)
    assert all(np.array_equal(saved.state[name], before[name]) for name in before)


def test_on_pictures_there_is_no_game_to_look_back_at(dcgan_config):
    gan = make_algorithm(dcgan_config, dcgan_config.data.shape, torch.device("cpu"))
    state = {f"algorithm.{name}": value.numpy() for name, value in gan.state_dict().items()}
    assert gan.publish_game() is None
    assert saved_game(StateSaved(0, dcgan_config, state)) is None
