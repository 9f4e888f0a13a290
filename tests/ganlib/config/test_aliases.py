import json
from pathlib import Path

import pytest

from ganlib.cli.parser import parse
from ganlib.config import RunConfig, aliases
from ganlib.presets import PRESETS

FILE = Path(__file__).parents[2] / "old/ring.json"
OLD = {
    "data": {"kind": "plane", "name": "grid"},
    "algorithm": {"network": {"architecture": "plane", "width": 8}},
}


@pytest.mark.parametrize(
    "read", [RunConfig.parse, lambda values: RunConfig.from_json(json.dumps(values))]
)
def test_a_configuration_of_old_names_is_read(read):
    config = read(OLD)
    assert (config.data.kind, config.data.name) == ("toy2d", "grid")
    assert (config.algorithm.network.architecture, config.algorithm.network.width) == ("mlp-2d", 8)


def test_a_file_of_old_names_is_the_configuration_that_it_was():
    assert '"plane"' in FILE.read_text()
    assert parse(["train", "--config", str(FILE)]).base == PRESETS["ring"].config


def test_nothing_is_written_by_an_old_name():
    written = RunConfig.parse(OLD).model_dump(mode="json")
    assert aliases.configuration(written) == written
    assert RunConfig.parse(written) == RunConfig.parse(OLD)


@pytest.mark.parametrize("values", [None, 3, "plane", [], {}, {"data": 3}, {"data": {"kind": [1]}}])
def test_what_is_no_configuration_is_left_to_validation(values):
    assert aliases.configuration(values) == values
    assert aliases.metadata(values) == values
    assert aliases.measurement(values) == values


def test_only_whole_parts_of_the_name_of_a_tensor_are_old_names():
    assert (
        aliases.state_name("algorithm.model.told.weight")
        == "algorithm.model.class_projection.weight"
    )
    assert aliases.state_name("algorithm.model.untold.weight") == "algorithm.model.untold.weight"


@pytest.mark.parametrize("flag", ["--dataset", "--name", "--data.name"])
def test_the_data_set_has_a_flag_of_its_own_and_the_old_one(flag):
    assert vars(parse(["train", flag, "shapes"]))["setting_data.name"] == "shapes"


def test_a_preset_is_known_by_its_old_name():
    base = parse(["train", "--preset", "digits-asked"]).base
    assert base == PRESETS["digits-conditional"].config
    assert parse(["bench", "digits-asked", "ring"]).presets == ["digits-conditional", "ring"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("preset.digits-asked,run.*,preset.ring", "preset.digits-conditional,run.*,preset.ring"),
        ("plane.layer.slope", "plane.layer.gradient"),
        ("runs.take_in,chain.play", "runs.import_zip,autoregressive.play"),
        ("chain,chain.*,chains", "autoregressive,autoregressive.*,chains"),
        ("timemachine.moment", "timemachine.checkpoint"),
        ("start.group.the_duel_on_a_plane", "start.group.the_game_in_two_dimensions"),
        ("", ""),
    ],
)
def test_controls_of_a_link_are_known_by_their_old_ids(old, new):
    assert aliases.controls(old) == new
    assert aliases.controls(new) == new
