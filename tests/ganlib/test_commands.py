import json
import math

import pytest

from ganlib.commands import (
    KINDS,
    ChangeSettings,
    LimitSpeed,
    Pause,
    Resume,
    Stop,
    TakeStep,
    read,
    written,
)
from ganlib.errors import ConfigError

ONE_OF_EACH = [
    Pause(number=1),
    Resume(number=2),
    Stop(number=3),
    TakeStep("d", 500, number=4),
    TakeStep(),
    LimitSpeed(0.5, number=5),
    LimitSpeed(None, number=6),
    ChangeSettings({"lr_d": 0.1, "loss": "hinge", "points": ((0.0, 1.0),)}, number=7),
]


@pytest.mark.parametrize("command", ONE_OF_EACH, ids=repr)
def test_a_command_that_was_written_down_is_read_as_it_was(command):
    answer = json.loads(json.dumps(written(command)))
    assert read(command.kind, answer) == command


def test_every_kind_is_written_down_above_but_for_the_name_of_old():
    assert {*KINDS} - {command.kind for command in ONE_OF_EACH} == {"changed"}


def test_a_change_as_it_was_written_before_there_were_other_commands_is_read():
    assert read("changed", {"lr_d": 0.1}) == ChangeSettings({"lr_d": 0.1})


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("started", {}),
        ("step", {"target": "e"}),
        ("step", {"count": 0}),
        ("step", {"count": 10**7}),
        ("pause", {"number": -1}),
        ("pause", {"number": 2**32}),
        ("speed", {"steps_per_second": math.nan}),
        ("change", {}),
        ("change", {"values": {"lr_d": math.nan}}),
        ("change", {"values": {"lr_d": {"a": 1}}}),
        ("change", {"values": {"loss": "x" * 41}}),
        ("change", {"values": dict.fromkeys(map(str, range(101)), 1)}),
        ("changed", {"x" * 41: 1}),
    ],
    ids=str,
)
def test_what_is_no_command_is_refused(kind, data):
    with pytest.raises(ConfigError, match="is no command"):
        read(kind, data)


@pytest.mark.parametrize("speed", [0, -1, 0.001, 1e7, math.nan, math.inf])
def test_a_speed_that_makes_no_sense_is_refused(speed):
    with pytest.raises(ConfigError, match=r"choose between 0\.01 and 1,000,000"):
        LimitSpeed(speed)


@pytest.mark.parametrize("count", [0, -1, 1_000_001])
def test_no_steps_and_very_many_are_refused(count):
    with pytest.raises(ConfigError, match="take between 1 and 1,000,000"):
        TakeStep("d", count)
