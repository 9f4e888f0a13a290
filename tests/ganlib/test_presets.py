import dataclasses

import pytest

from ganlib.config import RunConfig
from ganlib.presets import DEFAULT_PRESET, PRESETS
from ganlib.trainer import train


def test_the_default_preset_exists():
    assert DEFAULT_PRESET in PRESETS


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_comes_back_from_json(name):
    config = PRESETS[name].config
    assert RunConfig.from_json(config.to_json()) == config


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_says_what_one_sees_and_its_run_bears_its_title(name):
    preset = PRESETS[name]
    assert preset.config.title == preset.title
    assert preset.sees.endswith(".")
    with pytest.raises(dataclasses.FrozenInstanceError):
        preset.title = "x"


@pytest.mark.parametrize("name", [n for n, p in PRESETS.items() if p.config.data.kind == "plane"])
def test_a_preset_in_the_plane_trains(name):
    events = list(train(PRESETS[name].config.model_copy(update={"total_steps": 2})))
    assert events[-1].outcome == "completed"
