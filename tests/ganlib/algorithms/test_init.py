from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
import torch

from ganlib.algorithms import HasGame, make_algorithm, saved_decoder, saved_game, saved_portable
from ganlib.config import Capability
from ganlib.errors import CheckpointError, MeasureError
from ganlib.events import GamePublished, Likely, StateSaved
from ganlib.latent import seeded_z
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


def test_every_family_says_exactly_what_its_decoder_has(each_family, saved):
    moment = saved(each_family)
    decoder = saved_decoder(moment)
    z = seeded_z(0, each_family.latent_dim, 3)
    assert decoder.latent_dim == each_family.latent_dim
    assert decoder.classes == len(each_family.asked_classes)
    has = {
        "discriminator": decoder.judge(z)[1] is not None,
        "latent": has_features(decoder, z),
        "encoder": hasattr(decoder, "encode") and hasattr(decoder, "reconstruct"),
        "likelihood": isinstance(decoder, Likely),
        "order": hasattr(decoder, "watch") and hasattr(decoder, "sight"),
        "game": isinstance(begun(each_family), HasGame),
        "repeatable": np.array_equal(decoder.decode(z), decoder.decode(z)),
    }
    assert set(has) == set(get_args(Capability))
    assert each_family.algorithm.capabilities == {name for name, there in has.items() if there}


def begun(config):
    return make_algorithm(config, config.data.shape, torch.device("cpu"))


def has_features(decoder, z):
    try:
        return len(decoder.features(z)) == len(z)
    except MeasureError:
        return False


def test_there_is_a_game_where_there_are_players_in_the_plane(each_family, saved):
    assert (saved_game(saved(each_family)) is not None) == each_family.has_game


def test_what_others_may_use_is_the_average_in_eval_mode(each_family, saved):
    moment = saved(each_family)
    average = "G_ema" if each_family.algorithm.family == "gan" else "model_ema"
    for name, value in moment.state.items():
        if name.startswith(f"algorithm.{average}.") and value.dtype == np.float32:
            value[...] = 0.25
    portable = saved_portable(moment)
    assert not portable.network.training
    weights = list(portable.network.parameters())
    assert all((weight == 0.25).all() for weight in weights)


def test_a_state_that_does_not_fit_is_refused_with_a_sentence(each_family, saved):
    moment = saved(each_family)
    first = next(name for name in moment.state if "_ema." in name)
    state = {name: value for name, value in moment.state.items() if name != first}
    for broken in (state, {}):
        with pytest.raises(CheckpointError, match="does not fit its networks"):
            saved_decoder(replace(moment, state=broken))
