import numpy as np
import pytest

from dashboard.status import changes, status
from ganlib import ChangeSettings, CommandActed, FrameDrawn, LimitSpeed, Pause, RunSnapshot


def snapshot(last, **known):
    """A run after `last` steps."""
    return RunSnapshot(step=last, **{"state": "running"} | known)


def drawn(*steps):
    points = np.zeros((1024, 2), np.float32)
    return tuple(FrameDrawn(step, points) for step in steps)


def test_the_time_left_is_the_steps_left_over_the_rate():
    of = snapshot(400, steps_per_second=20.0)
    assert status("abc", of, "Title", 1000)["seconds_left"] == 30.0


def test_without_a_rate_the_time_left_is_unknown():
    assert status("abc", snapshot(400), "Title", 1000)["seconds_left"] is None


def test_a_run_that_says_nothing_has_no_rate_and_no_end(monkeypatch):
    of = snapshot(400, steps_per_second=20.0, heard=1000.0)
    monkeypatch.setattr("dashboard.status.time.time", lambda: 1030.0)
    header = status("abc", of, "Title", 1000)
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
    header = status("abc", of, "Title", 9)
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
    assert status("abc", snapshot(1, real=real), "Title", 9)["has_real"] is has


def test_a_live_change_is_marked_but_not_the_sharing_of_cores():
    commands = (
        CommandActed(3, ChangeSettings({"cpu_threads": 2})),
        CommandActed(5, ChangeSettings({"cpu_threads": 1, "lr_d": 0.001, "loss": "hinge"})),
    )
    header = status("abc", snapshot(9, commands=commands), "Title", 9)
    assert header["marks"] == [{"step": 5, "label": "lr_d 0.001, loss hinge"}]


def test_points_that_were_added_are_marked_by_their_number():
    points = ((0.0, 0.0), (0.5, -0.5), (1.0, 1.0))
    commands = (CommandActed(2, ChangeSettings({"points": points, "lr_g": 0.01})),)
    header = status("abc", snapshot(9, commands=commands), "Title", 9)
    assert header["marks"] == [{"step": 2, "label": "3 points, lr_g 0.01"}]


def test_only_changes_that_a_page_shows_are_counted():
    commands = (
        CommandActed(2, ChangeSettings({"points": ((0.0, 0.0),)})),
        CommandActed(3, ChangeSettings({"cpu_threads": 2})),
        CommandActed(4, ChangeSettings({"loss": "hinge", "weight_clip": 0.0})),
        CommandActed(5, ChangeSettings({"points": ((0.0, 0.0),), "lr_g": 0.01})),
    )
    assert changes(snapshot(9, commands=commands)) == 2
    slower = (*commands, CommandActed(6, LimitSpeed(5.0)), CommandActed(7, Pause()))
    assert changes(snapshot(9, commands=slower)) == 3
    assert status("abc", snapshot(9, commands=commands), "Title", 9)["changes"] == 2
