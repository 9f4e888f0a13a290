import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from safetensors import SafetensorError
from tensorboardX.proto.event_pb2 import Event

import ganlib
from ganlib import EXPORTS, ChangeSettings, CommandActed, RunConfig, RunSnapshot
from ganlib.errors import RunError
from ganlib.files import unfinished
from tests.ganlib.conftest import FEW_FAMILIES


@dataclass
class Run:
    snapshot: object
    config: object
    run_id: str = "1a2b3c4d"
    created: float = 1000.0
    origin: object = None

    def export_zip(self, target):
        target.write_bytes(b"PK" + bytes(500))


@pytest.fixture(scope="module")
def known():
    """The snapshots of all runs that were trained, by their configurations."""
    return {}


@pytest.fixture
def run_of(known, recorded):
    """A run to its end, which is trained once."""

    def run_of(config):
        if config not in known:
            known[config] = replace(recorded(config), saved_step=config.total_steps)
        return Run(known[config], config)

    return run_of


@pytest.fixture
def run(run_of, toy2d_config):
    return run_of(toy2d_config)


@pytest.fixture(params=FEW_FAMILIES)
def any_run(request, run_of, family):
    return run_of(family(request.param))


@pytest.mark.parametrize("name", [name for name in EXPORTS if name != "onnx"])  # See test_onnx.
def test_a_run_of_any_family_can_be_saved_as(name, any_run, tmp_path):
    run, export = any_run, EXPORTS[name]
    assert export.lack(run) == ""
    path = tmp_path / export.file_name(run)
    export.save(run, path)
    assert path.stat().st_size > 500
    assert list(tmp_path.iterdir()) == [path]
    # ONNX would tell of each node in which file of ours it was called.
    assert str(Path(ganlib.__file__).parent.parent).encode() not in path.read_bytes()


def test_what_is_not_installed_is_told_with_its_cure(run, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(RunError, match=r"Curves as Parquet needs pyarrow.*'ganlib\[export\]'"):
        EXPORTS["parquet"].save(run, tmp_path / "curves.parquet")
    assert not list(tmp_path.iterdir())


BEGINNINGS = {
    "csv": b"step,images,seconds,d_loss",
    "parquet": b"PAR1",
    "gif": b"GIF89a",
    "script": b'"""Trains the run',
}


@pytest.mark.parametrize("name", BEGINNINGS)
def test_the_file_is_what_it_says(name, run, tmp_path):
    EXPORTS[name].write(run, tmp_path / "file")
    assert (tmp_path / "file").read_bytes().startswith(BEGINNINGS[name])


def test_a_script_names_the_file_that_it_is_saved_as(run, tmp_path):
    EXPORTS["script"].save(run, tmp_path / "mine.py")
    assert "    python mine.py [folder]\n" in (tmp_path / "mine.py").read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["mine.py"]


@pytest.mark.parametrize("name", EXPORTS)
def test_a_run_that_has_not_begun_can_be_saved_as_nothing_and_says_why(name, toy2d_config):
    waiting = Run(RunSnapshot(), toy2d_config)
    assert EXPORTS[name].lack(waiting).endswith((" yet.", " kept."))


def test_a_run_that_goes_on_from_another_has_no_script(run):
    assert "goes on from a checkpoint of another" in EXPORTS["script"].lack(
        replace(run, origin=run)
    )


def test_a_run_that_was_trained_on_for_longer_has_no_script(run):
    longer = (CommandActed(20, ChangeSettings({"total_steps": 40})),)
    run.snapshot = replace(run.snapshot, commands=longer)
    assert "trained on for longer" in EXPORTS["script"].lack(run)


def test_events_begin_when_the_run_was_made(run, tmp_path):
    EXPORTS["tensorboard"].write(run, tmp_path / "file")
    first = (tmp_path / "file").read_bytes()[12:]
    assert Event.FromString(first[: first.index(b"brain.Event:2") + 13]).wall_time == 1000


def test_a_film_of_nothing_is_refused_with_a_sentence(run, tmp_path):
    empty = replace(run, snapshot=replace(run.snapshot, frames=()))
    with pytest.raises(RunError, match="No picture of this run"):
        EXPORTS["gif"].write(empty, tmp_path / "file")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Eight points on a ring", "eight-points-on-a-ring-1a2b3c4d-curves.csv"),
        ("../../etc/passwd", "etc-passwd-1a2b3c4d-curves.csv"),
        ("Été à Zürich", "ete-a-zurich-1a2b3c4d-curves.csv"),
        ("数字", "1a2b3c4d-curves.csv"),
        ("x" * 80, f"{'x' * 40}-1a2b3c4d-curves.csv"),
    ],
)
def test_a_file_is_named_after_its_run_in_safe_letters(title, name):
    assert EXPORTS["csv"].file_name(Run(RunSnapshot(), RunConfig(title=title))) == name


def test_no_two_forms_have_the_same_file_name(run):
    assert len({export.file_name(run) for export in EXPORTS.values()}) == len(EXPORTS)


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), SafetensorError("No space left on device")]
)
def test_a_file_that_cannot_be_written_is_told_and_leaves_the_old_one(run, tmp_path, error):
    def fill(run, path):
        path.write_bytes(b"half")
        raise error

    (tmp_path / "a.csv").write_bytes(b"old")
    with pytest.raises(
        RunError, match=r"^a\.csv cannot be written \(No space left on device\): free"
    ):
        replace(EXPORTS["csv"], write=fill).save(run, tmp_path / "a.csv")
    assert [one.read_bytes() for one in tmp_path.iterdir()] == [b"old"]


def test_what_a_killed_process_left_beside_a_file_is_removed(run, tmp_path):
    with unfinished(tmp_path) as left:
        os.utime(left, (0, 0))
        EXPORTS["csv"].save(run, tmp_path / "a.csv")
        assert [one.name for one in tmp_path.iterdir()] == ["a.csv"]
