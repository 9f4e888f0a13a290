from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
import torch

from ganlib.algorithms import HasGame, make_algorithm, saved_decoder, saved_export_spec, saved_plane
from ganlib.config import Capability
from ganlib.errors import CheckpointError, MeasureError
from ganlib.events import CheckpointSaved, HasLikelihood, PlanePublished
from ganlib.latent import seeded_z
from ganlib.plane import LAYERS
from ganlib.settings import changed
from ganlib.trainer import train


def checkpoints(config):
    """The saved states of a run to its end, each with the game of the same step."""
    events = list(train(config))
    games = {event.step: event.plane for event in events if isinstance(event, PlanePublished)}
    return [(event, games[event.step]) for event in events if isinstance(event, CheckpointSaved)]


@pytest.mark.parametrize(
    "changes", [{}, {"pack": 2, "spectral_norm": True}, {"name": "sketch", "points": ((0.5, 0.0),)}]
)
def test_a_saved_game_is_bitwise_the_one_that_was_played(toy2d_config, changes):
    found = checkpoints(changed(toy2d_config, changes))
    assert len(found) >= 7
    for saved, snapshot in (found[0], found[4], found[-1]):
        again, expected = saved_plane(saved).compute(LAYERS), snapshot.compute(LAYERS)
        assert again.keys() == expected.keys()
        for name, values in expected.items():
            assert np.array_equal(again[name], values, equal_nan=True), name
    first, last = (saved_plane(saved).compute(["map"])["map"] for saved, _ in (found[0], found[-1]))
    assert not np.array_equal(first, last)


def test_looking_back_touches_neither_the_saved_state_nor_the_global_random_numbers(toy2d_config):
    saved, _ = checkpoints(toy2d_config)[-1]
    before = {name: value.copy() for name, value in saved.state.items()}
    torch_state = torch.get_rng_state()
    saved_plane(saved).measure()
    assert torch.equal(torch.get_rng_state(), torch_state)
    assert all(np.array_equal(saved.state[name], before[name]) for name in before)


def test_on_pictures_there_is_no_game_to_look_back_at(dcgan_config):
    gan = make_algorithm(dcgan_config, dcgan_config.data.shape, torch.device("cpu"))
    state = {f"algorithm.{name}": value.numpy() for name, value in gan.state_dict().items()}
    assert gan.publish_plane() is None
    assert saved_plane(CheckpointSaved(0, dcgan_config, state)) is None


def test_every_family_says_exactly_what_its_decoder_has(each_family, saved):
    checkpoint = saved(each_family)
    decoder = saved_decoder(checkpoint)
    z = seeded_z(0, each_family.latent_dim, 3)
    assert decoder.latent_dim == each_family.latent_dim
    assert decoder.classes == len(each_family.condition_labels)
    has = {
        "discriminator": decoder.decode_with_logits(z)[1] is not None,
        "latent": has_features(decoder, z),
        "encoder": hasattr(decoder, "encode") and hasattr(decoder, "reconstruct"),
        "likelihood": isinstance(decoder, HasLikelihood),
        "autoregressive": hasattr(decoder, "sample_with_trace") and hasattr(decoder, "saliency"),
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
    assert (saved_plane(saved(each_family)) is not None) == each_family.has_game


def test_what_others_may_use_is_the_average_in_eval_mode(each_family, saved):
    checkpoint = saved(each_family)
    average = "G_ema" if each_family.algorithm.family == "gan" else "model_ema"
    for name, value in checkpoint.state.items():
        if name.startswith(f"algorithm.{average}.") and value.dtype == np.float32:
            value[...] = 0.25
    export_spec = saved_export_spec(checkpoint)
    assert not export_spec.network.training
    weights = list(export_spec.network.parameters())
    assert all((weight == 0.25).all() for weight in weights)


def test_a_state_that_does_not_fit_is_refused_with_a_sentence(each_family, saved):
    checkpoint = saved(each_family)
    first = next(name for name in checkpoint.state if "_ema." in name)
    state = {name: value for name, value in checkpoint.state.items() if name != first}
    for broken in (state, {}):
        with pytest.raises(CheckpointError, match="does not fit its networks"):
            saved_decoder(replace(checkpoint, state=broken))
