import dataclasses
from typing import get_args

import pytest

from ganlib.events import Outcome
from ganlib.runs import FINAL_STATES, RunSnapshot


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
    ("state", "rate", "seconds", "told"),
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
def test_silence_is_told_when_it_is_longer_than_steps_take(state, rate, seconds, told):
    run = RunSnapshot(state=state, steps_per_second=rate, heard=1000.0)
    assert run.silent_seconds(1000.0 + seconds) == told
