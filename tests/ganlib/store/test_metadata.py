import json
import math
from dataclasses import replace

import numpy as np
import pytest

from ganlib.errors import StoreError
from ganlib.store import Origin, RunSnapshot, metadata
from ganlib.store.metadata import (
    FILE,
    LogEntry,
    RunMetadata,
    metadata_of,
    read_metadata,
    write_metadata,
)
from ganlib.store.snapshot import FINAL_STATES

MEASURED = {"step": 1, "seconds": 0.5, "report": {"metrics": []}}


@pytest.fixture
def whole(toy2d_config):
    """A run of which everything is known."""
    return RunMetadata(
        title="A run",
        config=toy2d_config,
        origin=Origin("other", "Other", 12),
        state="completed",
        message="Well.",
        step=20,
        images_seen=160,
        elapsed=2.5,
        steps_per_second=8.0,
        device="cpu",
        threads=1,
        metric_names=("d_loss", "g_loss"),
        created=1e9,
        updated=2e9,
        tags=("first", "ä"),
        notes="Notes.",
        outline={"d_loss": (0.5, None, 0.25)},
        scores={0: None, 20: 0.5},
        events=(
            LogEntry(time=1e9, step=3, kind="changed", data={"lr_d": 0.1}),
            LogEntry(time=1e9, step=4, kind="change", data={"number": 2, "values": {"lr_d": 0.2}}),
            LogEntry(time=1e9, step=5, kind="step", data={"number": 3, "target": "d", "count": 9}),
        ),
    )


def curves(d_loss, **others):
    steps = np.arange(1, len(d_loss) + 1, dtype=np.uint32)
    return RunSnapshot(
        metric_names=("d_loss", "d_real"),
        steps=steps,
        metrics=np.stack((d_loss, d_loss), axis=1).astype(np.float32),
        **others,
    )


def test_all_that_is_told_comes_back(whole, tmp_path):
    write_metadata(tmp_path, whole)
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    assert read_metadata(tmp_path) == whole


def test_columns_are_those_of_the_table_of_runs(whole, store):
    (found,) = store.database.read("SELECT group_concat(name) FROM pragma_table_info('runs')")
    columns = whole.columns()
    assert set(columns) <= set(found[0].split(","))
    assert json.loads(columns["origin"]) == {"run_id": "other", "title": "Other", "step": 12}
    assert columns["tags"] == '["first", "ä"]' or json.loads(columns["tags"]) == ["first", "ä"]
    assert {type(value) for value in columns.values()} == {str, int, float}


def test_a_snapshot_tells_what_moves():
    snapshot = curves(np.ones(3), state="running", step=3, images_seen=24, elapsed=0.5, threads=2)
    outcome = metadata_of(snapshot)
    assert (outcome["state"], outcome["step"], outcome["images_seen"]) == ("running", 3, 24)
    assert (outcome["elapsed"], outcome["threads"], outcome["message"]) == (0.5, 2, "")
    assert outcome["metric_names"] == ("d_loss", "d_real")
    assert outcome["updated"] > 1e9


def test_a_message_of_any_length_can_be_written_down(whole):
    text = metadata_of(RunSnapshot(message="x" * 10_000))
    assert len(RunMetadata.model_validate(whole.model_dump() | text).message) == 2000


def test_the_outline_of_a_short_run_is_its_loss():
    assert metadata_of(curves(np.array([0.5, 0.25, 1.0])))["outline"] == {
        "d_loss": (0.5, 0.25, 1.0)
    }
    assert metadata_of(RunSnapshot(metric_names=("d_loss",)))["outline"] == {}


def test_the_outline_of_another_family_is_its_one_loss():
    one = replace(curves(np.array([3.0, 2.0])), metric_names=("loss",))
    assert metadata_of(one)["outline"] == {"loss": (3.0, 2.0)}


def test_an_outline_has_forty_means_and_none_where_nothing_was_measured():
    loss = np.repeat(np.arange(40.0), 100)
    loss[:100] = np.nan
    loss[100] = np.nan
    assert metadata_of(curves(loss))["outline"]["d_loss"] == (None, *np.arange(1.0, 40.0))


def test_an_outline_of_a_loss_that_explodes_is_finite():
    assert metadata_of(curves(np.full(80, 3e38)))["outline"]["d_loss"] == (3e38,) * 40


def test_an_outline_of_a_long_run_samples_its_rows():
    loss = np.tile(np.arange(40.0).repeat(1000), 1)
    outline = metadata_of(curves(np.tile(loss, 10)))["outline"]["d_loss"]
    assert len(outline) == 40
    assert outline[0] == pytest.approx(19.5 - 15, abs=20)
    assert metadata_of(curves(loss))["outline"]["d_loss"] == tuple(np.arange(40.0))


def test_a_text_as_deep_as_can_be_is_told(whole, tmp_path):
    answer = json.loads(whole.model_dump_json()) | {"measurements": "DEEP"}
    (tmp_path / FILE).write_text(json.dumps(answer).replace('"DEEP"', "[" * 10**6))
    with pytest.raises(StoreError, match=r"run\.json does not tell of a run"):
        read_metadata(tmp_path)


def test_a_folder_that_tells_of_no_run_is_told(tmp_path):
    with pytest.raises(StoreError, match=r"run\.json does not tell of a run"):
        read_metadata(tmp_path)
    for text in ("", "{}", "[]", "not JSON", "\0" * 100, '{"title": "A run"}'):
        (tmp_path / FILE).write_text(text)
        with pytest.raises(StoreError, match=r"run\.json does not tell of a run") as refusal:
            read_metadata(tmp_path)
        assert len(str(refusal.value)) < 600


def test_a_text_that_is_too_long_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(metadata, "LONGEST", 10)
    (tmp_path / FILE).write_text("x" * 11)
    with pytest.raises(StoreError, match=r"run\.json is longer than 10 bytes: it is no run\."):
        read_metadata(tmp_path)


@pytest.mark.parametrize(
    "lie",
    [
        {"title": ""},
        {"title": "x" * 81},
        {"state": "happy"},
        {"step": -1},
        {"step": 2**32},
        {"images_seen": 2**63},
        {"elapsed": -1.0},
        {"elapsed": math.inf},
        {"created": math.nan},
        {"created": 1e300},
        {"updated": -1},
        {"threads": 10**30},
        {"metric_names": ["a"] * 65},
        {"metric_names": ["x" * 41]},
        {"tags": ["a"] * 21},
        {"tags": ["x" * 41]},
        {"notes": "x" * 10_001},
        {"message": "x" * 2001},
        {"outline": {"d_loss": [0.0] * 101}},
        {"scores": {"many": 1}},
        {"events": [{"time": 1, "step": 2**40, "kind": "a"}]},
        {"events": [{"time": 1e300, "step": 1, "kind": "a"}]},
        {"events": [{"time": 1, "step": 1, "kind": "x" * 41}]},
        {"events": [{"time": 1, "step": 1, "kind": "changed", "data": {"lr_d": math.nan}}]},
        {"events": [{"time": 1, "step": 1, "kind": "changed", "data": {"lr_d": {"a": 1}}}]},
        {"events": [{"time": 1, "step": 1, "kind": "changed", "data": {"loss": "x" * 41}}]},
        {"events": [{"time": 1, "step": 1, "kind": "step", "data": {"count": 0}}]},
        {"events": [{"time": 1, "step": 1, "kind": "a", "data": {"a": {"b": {"c": 1}}}}]},
        {"measurements": [MEASURED | {"step": -1}]},
        {"measurements": [MEASURED | {"seconds": math.nan}]},
        {"measurements": [MEASURED | {"report": {"metrics": [], "classes": [["1", math.inf, 0]]}}]},
        {"measurements": [MEASURED | {"report": {"metrics": [], "refused": ["x" * 2001]}}]},
        {"steps_per_second": 1e300},
        {"config": {"batch_size": 1}},
        {"config": None},
        {"origin": {"run_id": "a"}},
        {"unheard": "of"},
    ],
    ids=lambda lie: str(lie)[:40],
)
def test_what_cannot_be_is_refused(whole, tmp_path, lie):
    answer = json.loads(whole.model_dump_json()) | lie
    (tmp_path / FILE).write_text(json.dumps(answer))
    with pytest.raises(StoreError, match="does not tell of a run"):
        read_metadata(tmp_path)


@pytest.mark.parametrize("state", sorted(FINAL_STATES | {"queued", "preparing", "running"}))
def test_a_run_may_be_in_any_state(whole, tmp_path, state):
    write_metadata(tmp_path, whole.model_copy(update={"state": state}))
    assert read_metadata(tmp_path).state == state
