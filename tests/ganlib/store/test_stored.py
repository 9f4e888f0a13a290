import time
from functools import partial

import numpy as np
import pytest

from ganlib.commands import ChangeSettings, TakeStep
from ganlib.errors import CheckpointError, RunError, StoreError
from ganlib.events import CheckpointSaved, CommandActed, RunEnded
from ganlib.execution import RunManager, RunThread
from ganlib.latent import seeded_z
from ganlib.settings import changed
from ganlib.store import StoredRun
from ganlib.store.checkpoint import write_checkpoint
from ganlib.store.database import add_event
from tests.ganlib.conftest import SINGLE_NETWORK_FAMILIES

TRAINER = """
import sys, time
from pathlib import Path
from ganlib import ChangeSettings, LimitSpeed, Resume, TakeStep
from ganlib import PRESETS, RunManager, RunStore, changed
small = {"batch_size": 8, "width": 8, "depth": 1, "total_steps": 10**7, "frame_every": 50}
manager = RunManager(RunStore(Path(sys.argv[1])))
run_id = manager.start(changed(PRESETS["ring"].config, small))
manager.send(run_id, LimitSpeed(200))
print(run_id, flush=True)
for line in sys.stdin:
    manager.send(run_id, eval(line))
"""


every_kind = pytest.mark.parametrize("kind", ["toy2d", "dcgan", *SINGLE_NETWORK_FAMILIES])


@pytest.fixture
def face(store, request, family):
    """Trains a run to its end; the run as its process knows it, and as the store does."""

    def train(kind):
        is_family = kind in SINGLE_NETWORK_FAMILIES
        config = family(kind) if is_family else request.getfixturevalue(f"{kind}_config")
        run = RunThread(kind.replace("-", ""), config, store, lambda run: None)
        run.start()
        run.join(30)
        return run, StoredRun(store, store.row(run.run_id))

    return train


def same(first, second):
    return first.dtype == second.dtype and first.tobytes() == second.tobytes()


@every_kind
def test_a_run_has_the_same_face_as_in_the_process_that_trained_it(face, kind):
    here, stored = face(kind)
    assert (here.is_here, stored.is_here) == (True, False)
    for name in ("run_id", "config", "origin"):
        assert getattr(stored, name) == getattr(here, name), name
    assert stored.snapshot.config_after(stored.config) == here.snapshot.config_after(here.config)
    old, new = here.snapshot, stored.snapshot
    arrays = ("steps", "images", "seconds", "metrics", "real")
    rest = ("published", "plane", "frames", "checkpoints", "progress", "last_seen")
    for name in old.__dataclass_fields__:
        if name in arrays:
            assert same(getattr(new, name), getattr(old, name)), name
        elif name not in rest:
            assert getattr(new, name) == getattr(old, name), name
    assert new.saved_step == new.checkpoints[-1].step == new.frames[-1].step == old.step
    for frames in zip(new.frames, old.frames, strict=True):
        assert same(*(frame.samples for frame in frames))
    assert new.checkpoints == old.checkpoints
    assert {name: hasattr(stored, name) for name in ("snapshot", "export_zip")} == {
        name: hasattr(here, name) for name in ("snapshot", "export_zip")
    }


@every_kind
def test_the_newest_generator_decodes_as_it_did_in_the_process_that_trained_it(face, kind):
    here, stored = face(kind)
    latent_dim = here.config.latent_dim
    z = seeded_z(0, latent_dim, 16)
    old, new = here.snapshot.published, stored.snapshot.published
    assert new.step == old.step
    assert new.decoder.latent_dim == latent_dim
    assert new.decoder.classes == old.decoder.classes
    assert type(new.decoder.opened()) is type(old.decoder)
    assert (stored.snapshot.plane is None) == (here.snapshot.plane is None)
    assert same(new.decoder.decode(z), old.decoder.decode(z))


def test_the_game_in_the_plane_is_there_and_pictures_have_none(face):
    here, stored = face("toy2d")
    old, new = here.snapshot.plane, stored.snapshot.plane
    assert new.step == old.step
    for name, layer in old.plane.compute(["map"]).items():
        assert same(new.plane.compute(["map"])[name], layer), name
    assert new.plane.measure() == old.plane.measure()
    _, pictures = face("dcgan")
    assert pictures.snapshot.plane is None
    with pytest.raises(RunError, match="This run has no game in the plane"):
        pictures.snapshot.published.decoder.compute(["map"])


def test_a_checkpoint_is_read_when_someone_decodes_and_once(face, monkeypatch):
    _, stored = face("toy2d")
    read, load = [], type(stored.snapshot.checkpoints[-1]).load
    monkeypatch.setattr(
        type(stored.snapshot.checkpoints[-1]),
        "load",
        lambda self: read.append(self.step) or load(self),
    )
    fresh = StoredRun(stored._store, stored._store.row(stored.run_id))
    assert read == []
    for _ in range(3):
        fresh.snapshot.published.decoder.decode(seeded_z(0, 4, 1))
    assert read == [20]


def test_a_damaged_checkpoint_is_told_when_someone_decodes(face):
    _, stored = face("toy2d")
    stored.snapshot.checkpoints[-1].path.write_bytes(b"noise")
    with pytest.raises(CheckpointError, match=r"20\.safetensors is damaged"):
        stored.snapshot.published.decoder.decode(seeded_z(0, 4, 1))


def test_a_state_that_does_not_fit_its_networks_is_told(face, toy2d_config):
    _, stored = face("toy2d")
    checkpoint = stored.snapshot.checkpoints[-1]
    saved = checkpoint.load()
    state = saved.state | {"algorithm.images_seen": np.array(np.nan)}
    write_checkpoint(checkpoint.path, type(saved)(saved.step, saved.config, state))
    with pytest.raises(CheckpointError, match="does not fit its networks"):
        stored.snapshot.published.decoder.decode(seeded_z(0, 4, 1))


@pytest.mark.parametrize(("step", "changes"), [(8, {}), (20, {"latent_dim": 5})])
def test_a_checkpoint_of_another_moment_or_run_is_told(face, toy2d_config, step, changes):
    _, stored = face("toy2d")
    checkpoint = stored.snapshot.checkpoints[-1]
    config = changed(toy2d_config, changes)
    write_checkpoint(checkpoint.path, CheckpointSaved(step, config, checkpoint.load().state))
    with pytest.raises(CheckpointError, match="belongs to another step, or to a run of other"):
        stored.snapshot.published.decoder.decode(seeded_z(0, 4, 1))


def test_a_run_that_never_came_to_a_checkpoint_has_nothing_to_decode(store, hold):
    run = hold()
    snapshot = StoredRun(store, store.row(run.run_id)).snapshot
    assert (snapshot.state, snapshot.saved_step, snapshot.published) == ("queued", None, None)
    assert (snapshot.plane, snapshot.real, snapshot.frames) == (None, None, ())
    assert snapshot.metrics.shape == (0, 0)


def test_the_settings_are_those_after_the_last_live_change(store, hold, events):
    changes = [{"lr_d": 0.1}, {"lr_d": 0.05, "loss": "wgan", "weight_clip": 0.01}]
    commands = [
        CommandActed(24 + number, ChangeSettings(change, number=number))
        for number, change in enumerate(changes, 1)
    ]
    run = hold(*events(0, 25), *commands, RunEnded(25, "stopped"))
    run._writer.finish()
    stored = StoredRun(store, store.row(run.run_id))
    assert stored.snapshot.commands == tuple(commands)
    assert stored.config == run.config
    assert stored.snapshot.config_after(stored.config) == changed(
        run.config, changes[0] | changes[1]
    )


def test_a_run_that_was_written_down_by_an_older_version_opens_with_its_changes(
    store, hold, events
):
    run = hold(*events(0, 25), RunEnded(25, "stopped"))
    run._writer.finish()
    with store.database.writing() as writer:
        add_event(writer, run.run_id, 20, "changed", {"lr_d": 0.1})
    stored = StoredRun(store, store.row(run.run_id))
    assert stored.snapshot.changes == ((20, {"lr_d": 0.1}),)
    assert stored.snapshot.config_after(stored.config) == changed(run.config, {"lr_d": 0.1})


def test_a_run_that_another_process_trains_is_seen_live_until_it_is_killed_and_goes_on_here(
    store, in_another_process, wait_until, monkeypatch
):
    child = in_another_process(TRAINER, store.folder)
    run = StoredRun(store, store.row(child.stdout.readline().strip()))
    assert_commands_are_seen(run, child, wait_until)
    last_seen = assert_steps_are_seen(run, wait_until)
    child.kill()
    child.wait()
    monkeypatch.setattr(store, "note_interruptions", partial(store.note_interruptions, 0.0))
    wait_until(lambda: run.snapshot.is_over)
    last = run.snapshot
    assert (last.state, last.steps_per_second) == ("interrupted", 0)
    assert "ended without a word after step" in last.message
    assert last.saved_step >= last_seen.saved_step
    manager = RunManager(store)  # The fixture of the store closes it.
    assert manager.resume(run.run_id, last.saved_step + 3) == run.run_id
    resumed = manager.get(run.run_id)
    resumed.join(30)
    assert (resumed.snapshot.state, resumed.snapshot.step) == ("completed", last.saved_step + 3)
    wait_until(lambda: run.snapshot.state == "completed")  # Also for those who had it open.
    assert run.snapshot.step == last.saved_step + 3


def assert_commands_are_seen(run, child, wait_until):
    """What is done to it there; it goes on afterwards."""
    wait_until(lambda: run.snapshot.speed_limit == 200, 60)
    assert (run.snapshot.state, run.snapshot.is_paused) == ("running", False)
    print('ChangeSettings({"lr_d": 0.01})', file=child.stdin, flush=True)
    print('TakeStep("d", 3)', file=child.stdin, flush=True)
    wait_until(lambda: run.snapshot.state == "paused" and run.snapshot.is_at_rest, 60)
    assert run.snapshot.config_after(run.config).gan.optimisation.lr_d == 0.01
    last = run.snapshot.commands[-1]
    number = last.command.number
    assert last == CommandActed(run.snapshot.step - 3, TakeStep("d", 3, number=number))
    print("Resume()", file=child.stdin, flush=True)
    wait_until(lambda: run.snapshot.state == "running", 60)


def assert_steps_are_seen(run, wait_until):
    """Three snapshots of it, each of later steps and whole; the last."""
    wait_until(lambda: run.snapshot.state == "running" and run.snapshot.saved_step, 60)
    seen = []
    while len(seen) < 3:
        snapshot = run.snapshot
        if not seen or snapshot.step > seen[-1].step:
            seen.append(snapshot)
        time.sleep(0.01)
    for snapshot in seen:
        assert snapshot.steps.tolist() == list(range(1, len(snapshot.steps) + 1))
        assert snapshot.step <= len(snapshot.steps)
        assert snapshot.frames[-1].step <= len(snapshot.steps)
        assert np.isfinite(snapshot.published.decoder.decode(seeded_z(0, 2, 4))).all()
    return seen[-1]


def test_a_run_is_shown_under_the_title_that_people_gave_it(store, hold):
    run = hold()
    store.annotate(run.run_id, title="Mine")
    assert StoredRun(store, store.row(run.run_id)).config.title == "Mine"


def test_a_run_that_was_removed_while_someone_looks_is_told(store, hold, monkeypatch):
    run = hold(RunEnded(0, "stopped"))
    run._writer.finish()
    stored = StoredRun(store, store.row(run.run_id))
    store.delete(run.run_id)
    store.remove(run.run_id)
    assert stored.snapshot.state == "stopped"  # For half a second nobody looks again.
    monkeypatch.setattr("ganlib.store.stored.LOOK_AGAIN", -1.0)
    with pytest.raises(RunError, match="There is no run"):
        stored.snapshot  # noqa: B018


def test_a_zip_of_it_can_be_given_out(face, tmp_path, open_store):
    _, stored = face("toy2d")
    stored.export_zip(tmp_path / "run.zip")
    with (tmp_path / "run.zip").open("rb") as file:
        other = open_store(tmp_path / "other")
        assert other.row(other.import_zip(file)).step == 20


def test_a_frame_that_the_disk_lost_is_told(face):
    _, stored = face("dcgan")
    stored.snapshot.frames[0].path.unlink()
    with pytest.raises(StoreError, match=r"0\.webp of this run is damaged or gone"):
        stored.snapshot.frames[0].samples  # noqa: B018
