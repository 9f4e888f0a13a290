import dataclasses
from typing import get_args

import pytest

from ganlib.commands import ChangeSettings, LimitSpeed, Pause, Resume, TakeStep
from ganlib.events import CommandActed, Outcome
from ganlib.settings import changed
from ganlib.store import FINAL_STATES, RunSnapshot


def test_a_run_is_over_in_every_outcome_and_when_its_process_is_gone():
    assert {*get_args(Outcome), "interrupted"} == FINAL_STATES
    for state in FINAL_STATES:
        assert RunSnapshot(state=state).is_over
    for state in ("queued", "preparing", "running", "paused"):
        assert not RunSnapshot(state=state).is_over


def test_a_snapshot_begins_empty():
    empty = RunSnapshot()
    assert (empty.state, empty.step, empty.elapsed) == ("queued", 0, 0.0)
    assert empty.metrics.shape == (0, 0)
    assert empty.steps.size == 0
    assert empty.published is None


def test_a_snapshot_never_changes():
    with pytest.raises(dataclasses.FrozenInstanceError):
        RunSnapshot().step = 1


@pytest.mark.parametrize(
    ("state", "rate", "seconds", "expected"),
    [
        ("running", 200.0, 4.0, 0.0),
        ("running", 200.0, 6.0, 6.0),
        ("running", 1.0, 19.0, 0.0),  # Twenty steps of a second each.
        ("running", 1.0, 21.0, 21.0),
        ("running", 0.0, 59.0, 0.0),  # Nobody knows yet how long a step takes.
        ("running", 0.0, 61.0, 61.0),
        ("paused", 200.0, 600.0, 0.0),
        ("completed", 0.0, 600.0, 0.0),
    ],
)
def test_silence_is_told_when_it_is_longer_than_steps_take(state, rate, seconds, expected):
    run = RunSnapshot(state=state, steps_per_second=rate, last_seen=1000.0)
    assert run.silent_seconds(1000.0 + seconds) == expected


def steered(*commands, state="running", step=10):
    """A run at this step, after commands that each acted at a step."""
    run = RunSnapshot(state=state, step=step, steps_per_second=5.0)
    for number, (at, command) in enumerate(commands, 1):
        run = run.after(CommandActed(at, dataclasses.replace(command, number=number)))
    return run


@pytest.mark.parametrize(
    ("commands", "paused", "at_rest"),
    [
        ([], False, False),
        ([(4, Pause())], True, True),
        ([(4, Pause()), (4, LimitSpeed(5.0))], True, True),
        ([(4, Pause()), (6, Resume())], False, False),
        ([(4, TakeStep("d", 6))], True, True),
        ([(4, TakeStep("d", 7))], True, False),
        ([(4, TakeStep("d", 4)), (5, TakeStep("g", 3))], True, False),  # To step 8, then 11.
        ([(4, TakeStep("d", 4)), (9, TakeStep("g", 1))], True, True),
        ([(4, TakeStep("d", 99)), (9, Resume()), (9, Pause())], True, True),
    ],
)
def test_the_commands_tell_whether_a_run_is_paused_and_at_rest(commands, paused, at_rest):
    run = steered(*commands)
    assert (run.is_paused, run.is_at_rest) == (paused, at_rest)
    assert run.state == ("paused" if paused else "running")
    assert run.steps_per_second == (0 if commands else 5)


@pytest.mark.parametrize("state", ["queued", "preparing", "completed"])
def test_a_run_that_does_not_train_stays_in_its_state_when_it_is_paused(state):
    assert steered((0, Pause()), state=state).state == state


def test_the_newest_limit_is_that_of_the_speed():
    assert steered().speed_limit is None
    limits = (1, LimitSpeed(5.0)), (2, LimitSpeed(20.0))
    assert steered(*limits).speed_limit == 20
    assert steered(*limits, (3, LimitSpeed(None)), (4, Pause())).speed_limit is None


def test_settings_are_those_after_a_step(toy2d_config):
    changes = {"lr_d": 0.01}, {"lr_d": 0.02, "loss": "wgan", "weight_clip": 0.01}
    run = steered((2, ChangeSettings(changes[0])), (6, ChangeSettings(changes[1])))
    assert run.changes == ((2, changes[0]), (6, changes[1]))
    assert run.config_after(toy2d_config, 1) == toy2d_config
    assert run.config_after(toy2d_config, 2) == changed(toy2d_config, changes[0])
    assert run.config_after(toy2d_config) == changed(toy2d_config, changes[1])


def test_a_newer_change_beats_one_that_was_written_down_by_the_name_alone(toy2d_config):
    now = ChangeSettings({"optimisation.lr_d": 0.03})
    run = steered((2, ChangeSettings({"lr_d": 0.01})), (6, now))
    assert run.config_after(toy2d_config) == changed(toy2d_config, {"lr_d": 0.03})


def test_threads_that_a_run_is_given_are_seen():
    assert steered((0, ChangeSettings({"cpu_threads": 2}))).threads == 2
