import dataclasses

import numpy as np
import pytest
import torch

from ganlib.controls import Controls
from ganlib.events import DecoderPublished, RunEnded, StepCompleted
from ganlib.latent import seeded_z
from ganlib.settings import changed
from ganlib.trainer import train


@pytest.fixture
def events(dcgan_config):
    config = changed(dcgan_config, {"total_steps": 2})
    controls = Controls(config)
    controls.change({"lr_d": 0.001})
    return list(train(config, controls))


def held_by(value):
    yield value
    if isinstance(value, dict):
        for inner in value.values():
            yield from held_by(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from held_by(inner)


def test_trap_31_events_hold_plain_values_and_arrays_and_no_tensor(events):
    assert len({type(event) for event in events}) == 6
    for event in events:
        for field in dataclasses.fields(event):
            if field.name != "decoder":
                for value in held_by(getattr(event, field.name)):
                    assert isinstance(value, int | float | str | tuple | dict | np.ndarray)
                    assert not isinstance(value, torch.Tensor)


def test_a_published_decoder_hands_out_arrays(events):
    published = next(event for event in events if isinstance(event, DecoderPublished))
    assert published.decoder.latent_dim == 4
    assert isinstance(published.decoder.decode(seeded_z(0, 4)), np.ndarray)


def test_events_never_change(events):
    for event in events:
        with pytest.raises(dataclasses.FrozenInstanceError):
            event.step = 3


def test_an_end_without_trouble_needs_no_message():
    assert RunEnded(3, "completed") == RunEnded(3, "completed", "")
    assert StepCompleted(1, {}, 4) != StepCompleted(1, {}, 8)
