import json

import pytest

from ganlib.errors import ConfigError
from ganlib.store import Origin
from ganlib.store.metadata import RunMetadata
from ganlib.store.row import checked_notes, row_of
from ganlib.store.snapshot import FINAL_STATES


@pytest.fixture
def columns(toy2d_config):
    metadata = RunMetadata(
        title="A run",
        config=toy2d_config,
        origin=Origin("other", "Other", 12),
        state="running",
        metric_names=("d_loss",),
        created=1.0,
        updated=2.0,
        tags=("one",),
        outline={"d_loss": (0.5, None)},
    )
    beside = {"deleted": None, "frame_step": 8, "saved_step": None, "measured": None}
    return metadata.columns() | {"run_id": "a"} | beside


def test_a_row_is_read_with_all_that_is_packed_in_it(columns, toy2d_config):
    row = row_of(columns)
    assert (row.run_id, row.title, row.config) == ("a", "A run", toy2d_config)
    assert (row.origin, row.metric_names, row.tags) == (
        Origin("other", "Other", 12),
        ("d_loss",),
        ("one",),
    )
    assert row.outline == {"d_loss": [0.5, None]}
    assert (row.frame_step, row.saved_step) == (8, None)
    assert row_of(columns | {"origin": "null"}).origin is None


def test_a_configuration_of_another_version_stays_as_text(columns):
    foreign = json.dumps({"title": "A run", "unheard": "of"})
    row = row_of(columns | {"config": foreign})
    assert (row.config, row.config_json) == (None, foreign)


def test_a_row_is_over_in_the_final_states_only(columns):
    for state in ("queued", "preparing", "running", *FINAL_STATES):
        assert row_of(columns | {"state": state}).is_over == (state in FINAL_STATES)


def test_what_is_left_out_is_not_changed():
    assert checked_notes(None, None, None) == {}
    assert checked_notes(None, None, "") == {"notes": ""}


def test_titles_and_tags_are_trimmed_and_tags_sorted():
    assert checked_notes("  A run ", ["b", " a", "b", "", "  "], "Notes.") == {
        "title": "A run",
        "tags": '["a", "b"]',
        "notes": "Notes.",
    }


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        (("", None, None), "title", "A title has between 1 and 80 letters."),
        (("   ", None, None), "title", "A title has between 1 and 80 letters."),
        (("x" * 81, None, None), "title", "A title has between 1 and 80 letters."),
        ((None, ["x" * 41], None), "tags", "At most 20 tags of at most 40 letters each."),
        ((None, map(str, range(21)), None), "tags", "At most 20 tags of at most 40 letters each."),
        ((None, None, "x" * 10_001), "notes", "Notes have at most 10,000 letters."),
    ],
)
def test_texts_that_are_empty_or_too_long_are_refused(given, field, sentence):
    with pytest.raises(ConfigError) as refusal:
        checked_notes(*given)
    assert refusal.value.problems == ((field, sentence),)


def test_the_longest_texts_are_taken():
    tags = [f"{number:040}" for number in range(20)]
    changes = checked_notes("x" * 80, tags, "x" * 10_000)
    assert json.loads(changes["tags"]) == tags
