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
