import numpy as np
import pytest

from dashboard.status import changes, in_words, marks, status
from ganlib import (
    PRESETS,
    ChangeSettings,
    CommandActed,
    FrameDrawn,
    LimitSpeed,
    Pause,
    Resume,
    RunSnapshot,
    Stop,
    TakeStep,
    changed,
)

SKETCH = PRESETS["sketch"].config
POINTS = ((0.0, 0.0), (0.5, -0.5), (1.0, 1.0))


def titled(total_steps):
    """A run of so many steps."""
    return changed(SKETCH, {"title": "Title", "total_steps": total_steps})


def snapshot(last, **known):
    """A run after `last` steps."""
    return RunSnapshot(step=last, **{"state": "running"} | known)


def drawn(*steps):
    points = np.zeros((1024, 2), np.float32)
    return tuple(FrameDrawn(step, points) for step in steps)


def test_the_time_left_is_the_steps_left_over_the_rate():
    of = snapshot(400, steps_per_second=20.0)
    assert status("abc", of, titled(1000))["seconds_left"] == 30.0


def test_without_a_rate_the_time_left_is_unknown():
    assert status("abc", snapshot(400), titled(1000))["seconds_left"] is None


def test_a_run_that_says_nothing_has_no_rate_and_no_end(monkeypatch):
    of = snapshot(400, steps_per_second=20.0, last_seen=1000.0)
    monkeypatch.setattr("dashboard.status.time.time", lambda: 1030.0)
    header = status("abc", of, titled(1000))
    assert header["silent_seconds"] == 30.0
    assert (header["steps_per_second"], header["seconds_left"]) == (0.0, None)


def test_a_header_tells_what_a_page_shows():
    of = snapshot(
        4,
        images_seen=256,
        elapsed=1.5,
        device="cpu",
        threads=2,
        message="Oh.",
        problem="The disk is full.",
        saved_step=2,
        progress=("Reading", 0.25),
        frames=drawn(0, 1, 4),
    )
    header = status("abc", of, titled(9))
    assert header == {
        "run_id": "abc",
        "title": "Title",
        "state": "running",
        "message": "Oh.",
        "problem": "The disk is full.",
        "silent_seconds": 0.0,
        "saved_step": 2,
        "step": 4,
        "total_steps": 9,
        "images_seen": 256,
        "sample": "point",
        "steps_per_second": 0.0,
        "seconds_left": None,
        "elapsed": 1.5,
        "device": "cpu",
        "threads": 2,
        "progress_text": "Reading",
        "progress_share": 0.25,
        "frames": [0, 1, 4],
        "has_real": False,
        "measured": 0,
        "marks": [],
        "changes": 0,
    }


@pytest.mark.parametrize(("samples", "has"), [(None, False), ((8, 2), False), ((8, 4, 4, 1), True)])
def test_only_pictures_are_shown_beside_the_fake_ones(samples, has):
    real = None if samples is None else np.zeros(samples, np.uint8)
    assert status("abc", snapshot(1, real=real), titled(9))["has_real"] is has


def acted_on(*acted):
    """A run on which these acted, each after its step."""
    return RunSnapshot(commands=tuple(CommandActed(step, command) for step, command in acted))


def marked(*acted):
    return marks(acted_on(*acted), SKETCH)


@pytest.mark.parametrize("name", ["lr_d", "optimisation.lr_d"])
def test_a_live_change_is_marked_by_its_label_but_not_the_sharing_of_cores(name):
    assert marked(
        (3, ChangeSettings({"cpu_threads": 2})),
        (5, ChangeSettings({"cpu_threads": 1, name: 0.001, "loss": "hinge"})),
    ) == [{"step": 5, "label": "Learning rate of D 0.001, Loss hinge"}]


def test_a_chart_is_given_the_last_marks_alone():
    acted = [(step, ChangeSettings({"lr_d": step / 1000})) for step in range(1, 151)]
    found = marked(*acted)
    assert [one["step"] for one in found] == list(range(51, 151))


def test_points_that_were_added_are_marked_by_their_number():
    (mark,) = marked((2, ChangeSettings({"points": POINTS, "lr_g": 0.01})))
    assert mark == {"step": 2, "label": "3 points, Learning rate of G 0.01"}


def test_a_setting_of_another_version_is_marked_by_its_name():
    assert marked((2, ChangeSettings({"warmth": 3}))) == [{"step": 2, "label": "warmth 3"}]


def test_only_changes_that_a_page_shows_are_counted():
    acted = [
        (2, ChangeSettings({"points": POINTS})),
        (3, ChangeSettings({"cpu_threads": 2})),
        (4, ChangeSettings({"loss": "hinge", "weight_clip": 0.0})),
        (5, ChangeSettings({"points": POINTS, "lr_g": 0.01})),
    ]
    assert changes(acted_on(*acted), SKETCH) == 2
    acted += [(6, LimitSpeed(5.0)), (7, Pause())]
    assert changes(acted_on(*acted), SKETCH) == 3


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
    assert in_words(command, SKETCH) == words
