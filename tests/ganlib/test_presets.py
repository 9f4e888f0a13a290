import dataclasses

import pytest

from ganlib.config import RunConfig
from ganlib.presets import DEFAULT_PRESET, PRESETS, SHELVES
from ganlib.settings import changed
from ganlib.trainer import train


def test_the_default_preset_exists():
    assert DEFAULT_PRESET in PRESETS


def test_every_preset_stands_on_one_shelf_and_a_shelf_of_games_holds_one_kind_of_data():
    assert list(PRESETS) == [name for shelf in SHELVES.values() for name in shelf]
    assert all(PRESETS[name] is one for shelf in SHELVES.values() for name, one in shelf.items())
    kinds = {
        title: {preset.config.data.kind for preset in shelf.values()}
        for title, shelf in SHELVES.items()
    }
    plane = {"The duel on a plane": {"plane"}, "Failures and cures": {"plane"}}
    both = {"The other families": {"plane", "images"}}
    pictures = {"Pictures": {"images"}, "Pictures on demand": {"images"}}
    assert kinds == pictures | plane | both


def test_the_games_stand_apart_from_the_other_families():
    for title, shelf in SHELVES.items():
        games = {preset.config.algorithm.family == "gan" for preset in shelf.values()}
        assert games == {title != "The other families"}


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


def test_the_tamed_hunt_differs_by_the_speed_of_d_alone_and_claims_no_more():
    wild, tamed = PRESETS["hunt"], PRESETS["hunt-cured"]
    untitled = changed(tamed.config, {"title": wild.config.title})
    assert changed(wild.config, {"lr_d": 5e-3}) == untitled
    assert not untitled.gan.objective.has_gradient_penalty
    assert "no cure for circling" in tamed.sees
    assert "step sizes" not in tamed.title
