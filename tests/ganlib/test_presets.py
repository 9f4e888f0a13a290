import dataclasses

import pytest

from ganlib.config import RunConfig
from ganlib.presets import DEFAULT_PRESET, PRESET_GROUPS, PRESETS
from ganlib.settings import changed
from ganlib.trainer import train


def test_the_default_preset_exists():
    assert DEFAULT_PRESET in PRESETS


def test_every_preset_stands_in_one_group_and_a_group_of_games_holds_one_kind_of_data():
    assert list(PRESETS) == [name for group in PRESET_GROUPS.values() for name in group]
    assert all(
        PRESETS[name] is one for group in PRESET_GROUPS.values() for name, one in group.items()
    )
    kinds = {
        title: {preset.config.data.kind for preset in group.values()}
        for title, group in PRESET_GROUPS.items()
    }
    plane = {"The game in two dimensions": {"toy2d"}, "Failures and cures": {"toy2d"}}
    both = {"The other families": {"toy2d", "images"}}
    pictures = {"Pictures": {"images"}, "Class-conditional pictures": {"images"}}
    assert kinds == pictures | plane | both


def test_the_games_stand_apart_from_the_other_families():
    for title, group in PRESET_GROUPS.items():
        games = {preset.config.algorithm.family == "gan" for preset in group.values()}
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


@pytest.mark.parametrize("name", [n for n, p in PRESETS.items() if p.config.data.kind == "toy2d"])
def test_a_preset_in_the_plane_trains(name):
    events = list(train(PRESETS[name].config.model_copy(update={"total_steps": 2})))
    assert events[-1].outcome == "completed"


def test_the_tamed_hunt_differs_by_the_speed_of_d_alone_and_claims_no_more():
    wild, tamed = PRESETS["hunt"], PRESETS["hunt-cured"]
    untitled = changed(tamed.config, {"title": wild.config.title})
    assert changed(wild.config, {"lr_d": 5e-3}) == untitled
    assert not untitled.gan.objective.has_gradient_penalty
    assert "no cure for circling" in tamed.sees
    assert "learning rates" not in tamed.title
