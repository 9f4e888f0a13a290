"""Crashes for real: processes that are killed, files and databases that are damaged."""

import pytest

from benchmarks.kills import kill


@pytest.mark.parametrize("seconds", [0.0, 0.9, 2.3])
def test_a_killed_process_loses_nothing_that_was_shown_as_saved(tmp_path, seconds):
    seen = kill(tmp_path, seconds)
    assert len(seen.kept) == 2
    for run_id, step in seen.shown.items():
        assert seen.kept[run_id] >= step
