import dataclasses
import json

import numpy as np
import pytest
import torch

from ganlib.commands import ChangeSettings, Command
from ganlib.config import RunConfig
from ganlib.controls import Controls
from ganlib.events import DecoderPublished, PlanePublished, RunEnded, StepCompleted
from ganlib.latent import seeded_z
from ganlib.settings import changed
from ganlib.trainer import train


@pytest.fixture(params=["toy2d", "dcgan"])
def events(request):
    config = changed(request.getfixturevalue(f"{request.param}_config"), {"total_steps": 2})
    controls = Controls(config)
    controls.send(ChangeSettings({"lr_d": 0.05}))
    return list(train(config, controls))


def held_by(value):
    yield value
    if isinstance(value, Command):
        value = dataclasses.asdict(value)
    if isinstance(value, dict):
        for inner in value.values():
            yield from held_by(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from held_by(inner)


def test_trap_31_events_hold_plain_values_and_arrays_and_no_tensor(events):
    is_2d = any(isinstance(event, PlanePublished) for event in events)
    assert len({type(event) for event in events}) == (8 if is_2d else 7)
    plain = int | float | str | tuple | dict | np.ndarray | RunConfig | Command | None
    for event in events:
        for field in dataclasses.fields(event):
            if field.name not in ("decoder", "plane"):
                for value in held_by(getattr(event, field.name)):
                    assert isinstance(value, plain)
                    assert not isinstance(value, torch.Tensor)


def test_a_published_decoder_hands_out_arrays(events):
    published = next(event for event in events if isinstance(event, DecoderPublished))
    assert published.decoder.latent_dim == 4
    assert isinstance(published.decoder.decode(seeded_z(0, 4)), np.ndarray)


def test_a_published_game_hands_out_arrays_and_plain_values(toy2d_config):
    published = next(one for one in train(toy2d_config) if isinstance(one, PlanePublished))
    seen = published.plane.compute(["map"])
    assert {type(layer) for layer in seen.values()} == {np.ndarray}
    json.dumps(published.plane.measure())


def test_events_never_change(events):
    for event in events:
        with pytest.raises(dataclasses.FrozenInstanceError):
            event.step = 3


def test_an_end_without_trouble_needs_no_message():
    assert RunEnded(3, "completed") == RunEnded(3, "completed", "")
    assert StepCompleted(1, {}, 4) != StepCompleted(1, {}, 8)
