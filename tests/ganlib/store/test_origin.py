import dataclasses
import math
import re

import numpy as np
import pytest

from ganlib.commands import ChangeSettings, LimitSpeed, Stop
from ganlib.config import RunConfig
from ganlib.controls import Controls
from ganlib.errors import ConfigError, RunError, UnknownRunError
from ganlib.events import CheckpointSaved, CommandActed, FrameDrawn, StepCompleted
from ganlib.execution import RunManager
from ganlib.latent import seeded_z
from ganlib.settings import changed
from ganlib.store import Origin, RunRecord, RunSnapshot, checkpoint_at
from ganlib.store.origin import go_on, history
from ganlib.trainer import train

POINTS = ((0.5, -0.5), (-0.5, 0.5))


@pytest.fixture
def manager(monkeypatch):
    """However slow the machine is, moments come at steps 0, 1, 2, 4, 8, 16 and 20 only."""
    monkeypatch.setattr("ganlib.trainer.LONGEST_BETWEEN_FRAMES", math.inf)
    manager = RunManager(max_running=2, max_waiting=3, cores=2)
    yield manager
    manager.close()


@pytest.fixture
def finished(manager):
    """The run of an id, or of a configuration, once it is complete."""

    def wait(run_or_config):
        run = manager.get(
            run_or_config if isinstance(run_or_config, str) else manager.start(run_or_config)
        )
        run.join(20)
        assert run.snapshot.state == "completed", run.snapshot.message
        return run

    return wait


@pytest.fixture
def snapshot(toy2d_config):
    """Eight steps by hand: frames at each, states at the even ones, live changes at 2 and 6."""
    return RunSnapshot(
        state="running",
        step=8,
        images_seen=64,
        elapsed=9.0,
        steps_per_second=3.0,
        device="cpu",
        metric_names=("g_loss",),
        steps=np.arange(1, 9, dtype=np.uint32),
        images=np.arange(8, 65, 8, dtype=np.uint64),
        seconds=np.arange(1, 9, dtype=np.float32),
        metrics=np.arange(1, 9, dtype=np.float32)[:, None],
        frames=tuple(FrameDrawn(step, np.zeros((1, 2), np.float32)) for step in range(9)),
        real=np.ones((3, 2), np.float32),
        commands=tuple(
            CommandActed(step, ChangeSettings({"lr_d": step / 100}, number=number))
            for number, step in enumerate((2, 6), 1)
        ),
        checkpoints=tuple(
            CheckpointSaved(step, toy2d_config, {"algorithm.images_seen": np.array(8 * step)})
            for step in (0, 2, 4, 6, 8)
        ),
    )


def same(first, second):
    return np.array_equal(first, second, equal_nan=True)


def all_of(snapshot):
    """Everything in a snapshot, arrays and states copied."""
    states = [
        {name: value.copy() for name, value in one.load().state.items()}
        for one in snapshot.checkpoints
    ]
    return dataclasses.replace(
        snapshot, steps=snapshot.steps.copy(), metrics=snapshot.metrics.copy()
    ), states


def steps_of(events):
    return [event.step for event in events]


def test_a_checkpoint_is_found_by_its_step(snapshot):
    assert [checkpoint_at(snapshot, step) for step in (0, 2, 8)] == [
        snapshot.checkpoints[number] for number in (0, 1, 4)
    ]


@pytest.mark.parametrize(("step", "nearest"), [(1, 0), (3, 2), (7, 6), (9, 8), (10**6, 8), (-1, 0)])
def test_a_moment_that_was_not_kept_is_refused_with_the_nearest_that_was(snapshot, step, nearest):
    with pytest.raises(RunError) as refusal:
        checkpoint_at(snapshot, step)
    assert str(refusal.value) == (
        f"No checkpoint was kept at step {step:,}: the nearest is step {nearest}."
    )


def test_a_run_that_kept_nothing_is_refused():
    with pytest.raises(RunError, match="Nothing of this run was kept to go on from"):
        checkpoint_at(RunSnapshot(), 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"lr_d": 0.01, "loss": "wgan-gp", "d_steps": 3},
        {"batch_size": 16, "total_steps": 21, "beta1": 0.9, "lr_decay": "linear"},
        {"name": "sketch", "points": POINTS, "unrolled_steps": 2},
        {"title": "Another", "updates": "simultaneous"},
    ],
)
def test_settings_that_leave_the_networks_alone_may_change(snapshot, toy2d_config, changes):
    assert go_on(snapshot.checkpoints[2], changes) == changed(toy2d_config, changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"width": 16},
        {"depth": 3},
        {"latent_dim": 5},
        {"spectral_norm": True},
        {"pack": 2},
        {"minibatch_stddev": True},
        {"optimiser": "rmsprop"},
    ],
)
def test_another_network_or_optimiser_needs_a_new_start(snapshot, changes):
    with pytest.raises(ConfigError, match="start a run anew") as refusal:
        go_on(snapshot.checkpoints[2], {"lr_d": 0.01} | changes)
    ((path, sentence),) = refusal.value.problems
    assert path == ""
    assert sentence.startswith("Networks, likelihood, optimiser, kind of data, size and levels")


def test_pictures_of_another_size_need_a_new_start():
    saved = CheckpointSaved(5, RunConfig(), {})
    with pytest.raises(ConfigError, match="levels of pictures stay as they were saved"):
        go_on(saved, {"size": 32})


def test_a_run_goes_on_for_a_step_at_least(snapshot):
    saved = snapshot.checkpoints[4]
    assert go_on(saved, {"total_steps": 9}).total_steps == 9
    with pytest.raises(ConfigError) as refusal:
        go_on(saved, {"total_steps": 8})
    assert refusal.value.problems == (
        ("total_steps", "Training steps: 8, but the run goes on from step 8: set a higher number."),
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"lr_d": 7}, "Learning rate of D (η_D) is 7"), ({"nothing": 1}, "no setting called nothing")],
)
def test_a_change_is_validated_as_anywhere(snapshot, changes, words):
    with pytest.raises(ConfigError, match=re.escape(words)):
        go_on(snapshot.checkpoints[0], changes)


def test_history_ends_with_the_moment_itself(snapshot, toy2d_config):
    before = history(snapshot, snapshot.checkpoints[2], toy2d_config)
    assert (before.state, before.step, before.images_seen) == ("queued", 4, 32)
    assert (before.elapsed, before.steps_per_second, before.device) == (4.0, 0, "")
    assert before.metric_names == ("g_loss",)
    assert before.steps.tolist() == before.metrics[:, 0].tolist() == [1, 2, 3, 4]
    assert before.images.tolist() == [8, 16, 24, 32]
    assert before.seconds.tolist() == [1, 2, 3, 4]
    assert before.frames == snapshot.frames[:5]
    assert before.checkpoints[:2] == snapshot.checkpoints[:2]
    assert before.checkpoints[2:] == (snapshot.checkpoints[2],)
    assert before.commands == snapshot.commands[:1]
    assert before.real is snapshot.real
    assert (before.published, before.plane) == (None, None)


def test_the_moment_of_a_history_has_the_settings_to_come(snapshot, toy2d_config):
    config = changed(toy2d_config, {"lr_d": 0.05})
    checkpoint = history(snapshot, snapshot.checkpoints[2], config).checkpoints[-1]
    assert (checkpoint.step, checkpoint.load().config) == (4, config)
    assert checkpoint.load().state is snapshot.checkpoints[2].state
    assert snapshot.checkpoints[2].config == toy2d_config


def test_history_of_step_0_has_no_rows(snapshot, toy2d_config):
    before = history(snapshot, snapshot.checkpoints[0], toy2d_config)
    assert before.metrics.shape == (0, 1)
    assert before.elapsed == 0
    assert (before.steps.tolist(), before.commands) == ([], ())
    assert (before.frames, before.checkpoints) == (snapshot.frames[:1], snapshot.checkpoints[:1])


def test_history_marks_what_changes_in_the_moment_but_for_title_and_threads(snapshot, toy2d_config):
    aside = {"title": "Another", "cpu_threads": 0}
    config = changed(toy2d_config, aside | {"loss": "wgan-gp", "lr_d": 0.05})
    before = history(snapshot, snapshot.checkpoints[2], config)
    objective = {"objective.loss": "wgan-gp", "objective.gp_lambda": 10.0}
    values = {**objective, "optimisation.lr_d": 0.05}
    acted = CommandActed(4, ChangeSettings(values, number=2))
    assert before.commands == (snapshot.commands[0], acted)


def test_numbers_of_commands_in_a_file_leave_room_for_those_to_come(snapshot, toy2d_config):
    last = CommandActed(2, ChangeSettings({"lr_d": 0.02}, number=2**32 - 1))
    strange = dataclasses.replace(snapshot, commands=(last,))
    config = changed(toy2d_config, {"lr_d": 0.05})
    before = history(strange, snapshot.checkpoints[2], config)
    assert [one.command.number for one in before.commands] == [1, 2]


def test_history_leaves_out_a_live_change_that_came_after_the_moment(snapshot, toy2d_config):
    assert (
        history(snapshot, snapshot.checkpoints[3], toy2d_config).commands == snapshot.commands[:1]
    )
    settled = dataclasses.replace(
        snapshot.checkpoints[3], config=changed(toy2d_config, {"lr_d": 6 / 100})
    )
    assert history(snapshot, settled, settled.config).commands == snapshot.commands
    first, acted = snapshot.commands
    assert acted.command.values == {"lr_d": 0.06}  # As an older version wrote it down.
    now = CommandActed(acted.step, ChangeSettings({"optimisation.lr_d": 0.06}, number=2))
    written = dataclasses.replace(snapshot, commands=(first, now))
    assert history(written, settled, settled.config).commands == written.commands


@pytest.mark.parametrize("step", [0, 8, 16])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"r1_gamma": 0.5, "penalty_interval": 3, "instance_noise": 0.3, "lr_decay": "linear"},
        {"loss": "wgan", "optimiser": "rmsprop", "d_steps": 2},
        {"name": "sketch", "points": POINTS},
    ],
)
def test_trap_21_with_no_change_the_new_run_repeats_the_old_one_bitwise(
    manager, finished, toy2d_config, changes, step
):
    parent = finished(changed(toy2d_config, changes))
    child = finished(manager.fork(parent.run_id, step, {}))
    assert child.run_id != parent.run_id
    assert child.config == parent.config
    old, new = parent.snapshot, child.snapshot
    assert new.commands == old.commands == ()
    assert same(new.steps, old.steps)
    assert same(new.metrics, old.metrics)
    assert (new.step, new.images_seen) == (old.step, old.images_seen)
    assert steps_of(new.frames) == steps_of(old.frames)
    assert steps_of(new.checkpoints) == steps_of(old.checkpoints)
    for mine, other in zip(new.frames, old.frames, strict=True):
        assert same(mine.samples, other.samples)
    last = new.checkpoints[-1].load().state
    for name, value in old.checkpoints[-1].load().state.items():
        assert same(last[name], value), name
    z = seeded_z(0, 4, 64)
    assert same(new.published.decoder.decode(z), old.published.decoder.decode(z))
    assert same(new.plane.plane.compute(["map"])["map"], old.plane.plane.compute(["map"])["map"])


def test_a_change_is_marked_and_tells_from_the_next_step_on(manager, finished, toy2d_config):
    parent = finished(toy2d_config)
    child = finished(manager.fork(parent.run_id, 8, {"lr_g": 0.05, "total_steps": 25}))
    assert child.snapshot.changes == ((8, {"total_steps": 25, "optimisation.lr_g": 0.05}),)
    old, new = parent.snapshot.metrics, child.snapshot.metrics
    assert len(new) == 25
    assert same(new[:8], old[:8])
    # The first D after the moment is trained before G moves; from then on nothing is the same.
    columns = [parent.snapshot.metric_names.index(name) for name in ("d_loss", "g_loss")]
    assert same(new[8, columns], old[8, columns])
    assert (new[9:20, columns] != old[9:, columns]).all()
    assert child.origin == Origin(parent.run_id, toy2d_config.title, 8)
    assert parent.origin is None


def test_a_moment_is_left_for_another_distribution(manager, finished, toy2d_config):
    parent = finished(toy2d_config)
    changes = {"name": "sketch", "points": POINTS}
    child = finished(manager.fork(parent.run_id, 16, changes))
    assert child.snapshot.changes == ((16, {"data.name": "sketch", "data.points": POINTS}),)
    real = child.snapshot.plane.plane.compute(())["real"]
    assert np.abs(real).mean(0) == pytest.approx([0.5, 0.5], abs=0.02)


@pytest.mark.parametrize("step", [4, 8, 16])
def test_a_run_that_goes_on_can_itself_be_gone_on_from(manager, finished, toy2d_config, step):
    parent = finished(toy2d_config)
    child = finished(manager.fork(parent.run_id, 8, {"lr_g": 0.05}))
    grandchild = finished(manager.fork(child.run_id, step, {}))
    # Before its own first step the child has the parent's past, and its settings.
    expected = parent if step < 8 else child
    assert same(grandchild.snapshot.metrics, expected.snapshot.metrics)
    assert grandchild.snapshot.commands == expected.snapshot.commands
    assert grandchild.config == expected.config
    assert steps_of(grandchild.snapshot.checkpoints) == [0, 1, 2, 4, 8, 16, 20]
    assert steps_of(grandchild.snapshot.frames) == [0, 1, 2, 4, 8, 16, 20]
    assert grandchild.origin.run_id == child.run_id


def test_the_old_run_is_left_as_it_was(manager, finished, toy2d_config):
    parent = finished(toy2d_config)
    before, states = all_of(parent.snapshot)
    finished(manager.fork(parent.run_id, 8, {"lr_d": 0.05}))
    finished(manager.fork(parent.run_id, 8, {"lr_d": 0.06}))
    after = parent.snapshot
    assert same(after.steps, before.steps)
    assert same(after.metrics, before.metrics)
    for field in ("state", "step", "frames", "checkpoints", "commands", "published", "plane"):
        assert getattr(after, field) == getattr(before, field)
    for saved, copies in zip(after.checkpoints, states, strict=True):
        state = saved.load().state
        assert all(same(state[name], value) for name, value in copies.items())


def test_the_old_run_may_still_go_on(manager, finished, toy2d_config, wait_until):
    config = changed(toy2d_config, {"total_steps": 10_000_000})
    alone = [
        tuple(event.metrics.values())
        for event in train(changed(toy2d_config, {"total_steps": 60}))
        if isinstance(event, StepCompleted)
    ]
    parent = manager.get(manager.start(config))
    parent.send(LimitSpeed(100))
    wait_until(lambda: parent.snapshot.step >= 20)
    child = finished(manager.fork(parent.run_id, 16, {"total_steps": 40}))
    assert not parent.snapshot.is_over
    wait_until(lambda: parent.snapshot.step >= 60)
    manager.send(parent.run_id, Stop())
    assert same(child.snapshot.metrics, np.float32(alone[:40]))
    assert same(parent.snapshot.metrics[:60], np.float32(alone))


def test_live_changes_before_the_moment_hold_and_later_ones_do_not(toy2d_config, metrics_of):
    controls, record, whole = Controls(toy2d_config), RunRecord(), []
    for event in train(toy2d_config, controls):
        record.add(event)
        if isinstance(event, StepCompleted):
            whole.append(repr(dict(event.metrics)))
            if event.step in (4, 10):
                controls.send(ChangeSettings({"lr_d": event.step / 100}))
    first, second = record.snapshot.commands
    assert (first.step, second.step) == (4, 10)
    untouched = metrics_of(toy2d_config)
    for step, commands, expected in [(4, (), untouched), (8, (first,), whole[:10])]:
        saved = checkpoint_at(record.snapshot, step)
        config = go_on(saved, {})
        assert history(record.snapshot, saved, config).commands == commands
        rest = [
            repr(dict(event.metrics))
            for event in train(config, start=saved)
            if isinstance(event, StepCompleted)
        ]
        assert rest[: len(expected) - step] == expected[step:]
        assert not set(rest[8:]) & set(whole)


def test_refused_forks_leave_no_run_behind(manager, finished, toy2d_config):
    parent = finished(toy2d_config)
    for step, changes, error in [
        (5, {}, RunError),
        (8, {"width": 16}, ConfigError),
        (8, {"optimiser": "rmsprop"}, ConfigError),
        (8, {"total_steps": 8}, ConfigError),
        (20, {}, ConfigError),
    ]:
        with pytest.raises(error):
            manager.fork(parent.run_id, step, changes)
    with pytest.raises(UnknownRunError):
        manager.fork("nothing", 8, {})
    assert manager.runs() == (parent,)


def test_a_run_on_pictures_can_be_gone_on_from(manager, finished, dcgan_config):
    assert_gone_on_from(manager, finished, dcgan_config)


def test_a_run_of_every_family_can_be_gone_on_from(manager, finished, each_family):
    assert_gone_on_from(manager, finished, each_family)


def assert_gone_on_from(manager, finished, config):
    """From its first checkpoint and from its last."""
    whole = finished(changed(config, {"total_steps": 14}))
    parent = finished(config)
    z = seeded_z(0, config.latent_dim, 8)
    for step in (0, 12):
        child = finished(manager.fork(parent.run_id, step, {"total_steps": 14}))
        assert same(child.snapshot.metrics, whole.snapshot.metrics)
        assert child.snapshot.changes == ((step, {"total_steps": 14}),)
        mine, other = (one.snapshot.published.decoder.decode(z) for one in (child, whole))
        assert same(mine, other)
        assert same(child.snapshot.frames[-1].samples, whole.snapshot.frames[-1].samples)


@pytest.mark.parametrize(
    ("family", "changes"),
    [
        ("vae", {"sigma": 0.5}),
        ("vae", {"likelihood": "gaussian"}),
        ("autoregressive", {"levels": 4}),
    ],
)
def test_another_likelihood_or_number_of_levels_needs_a_new_start(family, changes):
    levels = {"data": {"kind": "images", "levels": 2}, "algorithm": {"family": family}}
    saved = CheckpointSaved(5, RunConfig.parse(levels), {})
    with pytest.raises(ConfigError, match="start a run anew"):
        go_on(saved, changes)
    assert go_on(saved, {"lr": 0.01}).algorithm.optimisation.lr == 0.01
