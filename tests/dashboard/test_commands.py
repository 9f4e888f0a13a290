import pytest

from dashboard import commands
from ganlib import (
    PRESETS,
    ChangeSettings,
    CommandActed,
    LimitSpeed,
    Pause,
    Resume,
    RunSnapshot,
    Stop,
    TakeStep,
)

SKETCH = PRESETS["sketch"].config
POINTS = ((0.0, 0.0), (0.5, -0.5), (1.0, 1.0))


def snapshot(*acted):
    """A run on which these acted, each after its step."""
    return RunSnapshot(commands=tuple(CommandActed(step, command) for step, command in acted))


def marks(*acted):
    return commands.marks(snapshot(*acted), SKETCH)


@pytest.mark.parametrize("name", ["lr_d", "optimisation.lr_d"])
def test_a_live_change_is_marked_by_its_label_but_not_the_sharing_of_cores(name):
    assert marks(
        (3, ChangeSettings({"cpu_threads": 2})),
        (5, ChangeSettings({"cpu_threads": 1, name: 0.001, "loss": "hinge"})),
    ) == [{"step": 5, "label": "Learning rate of D 0.001, Loss hinge"}]


def test_points_that_were_added_are_marked_by_their_number():
    (mark,) = marks((2, ChangeSettings({"points": POINTS, "lr_g": 0.01})))
    assert mark == {"step": 2, "label": "3 points, Learning rate of G 0.01"}


def test_a_setting_of_another_version_is_marked_by_its_name():
    assert marks((2, ChangeSettings({"warmth": 3}))) == [{"step": 2, "label": "warmth 3"}]


def test_only_changes_that_a_page_shows_are_counted():
    acted = [
        (2, ChangeSettings({"points": POINTS})),
        (3, ChangeSettings({"cpu_threads": 2})),
        (4, ChangeSettings({"loss": "hinge", "weight_clip": 0.0})),
        (5, ChangeSettings({"points": POINTS, "lr_g": 0.01})),
    ]
    assert commands.changes(snapshot(*acted), SKETCH) == 2
    acted += [(6, LimitSpeed(5.0)), (7, Pause())]
    assert commands.changes(snapshot(*acted), SKETCH) == 3


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (Pause(), "paused"),
        (Resume(), "went on"),
        (Stop(), "stopped"),
        (TakeStep(), "1 step"),
        (TakeStep("d", 500), "500 steps of D alone"),
        (LimitSpeed(), "full speed"),
        (LimitSpeed(5.0), "at most 5 steps a second"),
        (ChangeSettings({"r1_gamma": 0.5}), "Gradient penalty R1 0.5"),
        (ChangeSettings({"cpu_threads": 2}), ""),
    ],
)
def test_a_command_is_told_as_a_phrase(command, words):
    assert commands.in_words(command, SKETCH) == words
