import itertools
import math
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from ganlib.commands import ChangeSettings, LimitSpeed, Pause, Resume, Stop, TakeStep
from ganlib.data.batches import Toy2dBatches
from ganlib.errors import DataError
from ganlib.events import (
    CheckpointSaved,
    CommandActed,
    DecoderPublished,
    FrameDrawn,
    RunEnded,
    RunPrepared,
    StepCompleted,
)
from ganlib.execution import RunThread
from ganlib.execution.awake import LONGEST, AwakeClock
from ganlib.latent import seeded_z
from ganlib.settings import changed
from ganlib.store import Origin, RunSnapshot
from ganlib.store.origin import StartPoint
from ganlib.store.run_writer import RunWriter
from ganlib.trainer import train

ENDLESS = {"total_steps": 10_000_000}


@pytest.fixture
def make_run(store):
    """Makes runs that have not begun."""
    numbers = itertools.count()

    def make(config, on_end=lambda run: None, start_point=None):
        return RunThread(f"r{next(numbers)}", config, store, on_end, start_point)

    return make


@pytest.fixture
def start(make_run):
    """Starts runs, and ends those that still go on after the test."""
    runs = []

    def start(config, on_end=lambda run: None):
        run = make_run(config, on_end)
        runs.append(run)
        run.start()
        return run

    yield start
    for run in runs:
        run.send(Stop())
        run.join(20)


@pytest.fixture
def start_point(toy2d_config):
    """Step 12 of another run."""
    saved = CheckpointSaved(12, toy2d_config, {"algorithm.images_seen": np.array(96)})
    past = RunSnapshot(
        step=12,
        metric_names=("d_loss",),
        steps=np.arange(1, 13, dtype=np.uint32),
        images=np.arange(8, 97, 8, dtype=np.uint64),
        seconds=np.linspace(0, 1, 12, dtype=np.float32),
        metrics=np.full((12, 1), 0.25, np.float32),
    )
    return StartPoint(saved, past, Origin("other", "Other", 12))


def failing(error, after=2):
    """Training that breaks after some steps."""

    def training(config, controls, report, start):
        yield RunPrepared(np.zeros((1, 2), np.float32), "cpu", ("d_loss",))
        yield FrameDrawn(0, np.zeros((1, 2), np.float32))
        yield DecoderPublished(0, decoder=None)
        for step in range(1, after + 1):
            yield StepCompleted(step, {"d_loss": 0.5}, step)
        raise error

    return training


def test_a_run_is_recorded_to_its_end(start, toy2d_config):
    ended = []
    run = start(toy2d_config, ended.append)
    run.join(20)
    snapshot = run.snapshot
    assert (snapshot.state, snapshot.message) == ("completed", "")
    assert (snapshot.step, snapshot.images_seen) == (20, 160)
    assert snapshot.steps.tolist() == list(range(1, 21))
    assert snapshot.frames[0].step == 0
    assert snapshot.frames[-1].step == snapshot.published.step == 20
    assert snapshot.checkpoints[-1].step == snapshot.plane.step == 20
    assert snapshot.real.shape == (1024, 2)
    assert snapshot.threads == 1
    assert snapshot.elapsed > 0
    assert ended == [run]


def test_a_run_in_a_thread_is_bitwise_the_run_without_one(start, toy2d_config):
    run = start(toy2d_config)
    run.join(20)
    rows = [
        tuple(event.metrics.values())
        for event in train(toy2d_config)
        if isinstance(event, StepCompleted)
    ]
    assert np.array_equal(run.snapshot.metrics, np.float32(rows), equal_nan=True)


@pytest.mark.parametrize("kind", ["toy2d", "dcgan"])
def test_trap_37_readers_never_touch_the_training(start, make_run, request, kind, wait_until):
    config = request.getfixturevalue(f"{kind}_config")
    config = changed(config, {"total_steps": 40, "instance_noise": 0.1})
    alone = start(config)
    alone.join(30)
    watched, decoded = make_run(config), []

    def watch():
        z = seeded_z(0, 4, 16)
        wait_until(lambda: watched.snapshot.published is not None)
        for _ in range(100):
            snapshot = watched.snapshot
            assert len(snapshot.steps) == len(snapshot.metrics) == snapshot.step
            decoded.append(snapshot.published.decoder.decode(z))

    reader = threading.Thread(target=watch)
    reader.start()
    watched.start()
    watched.join(30)
    reader.join(30)
    assert len(decoded) == 100
    assert watched.snapshot.state == "completed"
    assert np.array_equal(watched.snapshot.metrics, alone.snapshot.metrics, equal_nan=True)
    last, expected = watched.snapshot.frames[-1], alone.snapshot.frames[-1]
    assert np.array_equal(last.samples, expected.samples)


def test_trap_32_a_diverged_run_keeps_its_last_frame_and_decoder(start, toy2d_config, monkeypatch):
    draw, numbers = Toy2dBatches.__next__, itertools.count(1)
    monkeypatch.setattr(
        Toy2dBatches, "__next__", lambda it: draw(it) * (1 if next(numbers) <= 11 else math.nan)
    )
    run = start(toy2d_config)
    run.join(20)
    snapshot = run.snapshot
    assert (snapshot.state, snapshot.step) == ("diverged", 11)
    assert snapshot.message.startswith("The loss of the discriminator became nan")
    assert snapshot.frames[-1].step >= 8
    assert np.isfinite(snapshot.frames[-1].samples).all()
    assert np.isfinite(snapshot.published.decoder.decode(seeded_z(0, 4, 8))).all()
    assert np.isfinite(snapshot.metrics[:, :4]).all()


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            DataError("There are no pictures: choose others."),
            "There are no pictures: choose others.",
        ),
        (
            MemoryError(),
            "There is not enough memory: choose a smaller batch, picture or network.",
        ),
    ],
)
def test_what_can_be_explained_ends_as_a_sentence(
    start, toy2d_config, monkeypatch, caplog, error, message
):
    monkeypatch.setattr("ganlib.execution.thread.train", failing(error))
    ended = []
    run = start(toy2d_config, ended.append)
    run.join(20)
    assert (run.snapshot.state, run.snapshot.message) == ("failed", message)
    assert ended == [run]
    assert caplog.records == []


def test_any_other_error_ends_as_a_sentence_and_is_logged(start, toy2d_config, monkeypatch, caplog):
    monkeypatch.setattr("ganlib.execution.thread.train", failing(ZeroDivisionError("by nothing")))
    ended = []
    run = start(toy2d_config, ended.append)
    run.join(20)
    snapshot = run.snapshot
    assert (snapshot.state, snapshot.step) == ("failed", 2)
    assert snapshot.message == "Something inside went wrong (ZeroDivisionError: by nothing)."
    assert len(snapshot.frames) == 1
    assert ended == [run]
    (logged,) = caplog.records
    assert logged.exc_info[0] is ZeroDivisionError


def test_a_fault_of_saving_is_told_and_saving_goes_on(
    start, toy2d_config, monkeypatch, wait_until, caplog
):
    write, faults = RunWriter._write, [ValueError("odd")]

    def broken(self, snapshot):
        if faults:
            raise faults[0]
        write(self, snapshot)

    monkeypatch.setattr("ganlib.store.run_writer.EVERY", 0.01)
    monkeypatch.setattr(RunWriter, "_write", broken)
    run = start(changed(toy2d_config, ENDLESS))
    wait_until(lambda: "something inside went wrong (ValueError: odd)" in run.snapshot.problem)
    assert caplog.records[0].exc_info[0] is ValueError
    faults.clear()
    wait_until(lambda: not run.snapshot.problem and run.snapshot.saved_step is not None)


def test_a_run_that_fails_at_once_is_failed_at_step_0(start, toy2d_config):
    run = start(changed(toy2d_config, {"device": "cuda"}))
    run.join(20)
    if run.snapshot.device != "cuda":
        assert (run.snapshot.state, run.snapshot.step) == ("failed", 0)
        assert "No CUDA GPU can be used" in run.snapshot.message


def test_progress_of_the_data_is_seen(start, toy2d_config, monkeypatch, wait_until):
    go_on = threading.Event()

    def opening(config, device, report):
        report("Fetching", 0.5)
        go_on.wait(20)
        raise DataError("Enough.")

    monkeypatch.setattr("ganlib.trainer.open_data", opening)
    run = start(toy2d_config)
    assert run.snapshot.state == "preparing"
    wait_until(lambda: run.snapshot.progress == ("Fetching", 0.5))
    assert run.snapshot.state == "preparing"
    go_on.set()
    run.join(20)
    assert run.snapshot.state == "failed"


def test_counted_steps_of_one_player_are_taken_and_then_the_run_is_paused(
    start, toy2d_config, wait_until
):
    def d_alone():
        snapshot = run.snapshot
        return np.isnan(snapshot.metrics[:, snapshot.metric_names.index("g_loss")])

    run = start(changed(toy2d_config, ENDLESS))
    wait_until(lambda: run.snapshot.step > 5)
    run.send(TakeStep("d", 5))
    wait_until(lambda: d_alone().sum() == 5 and run.snapshot.plane.step == run.snapshot.step)
    time.sleep(0.05)
    snapshot = run.snapshot
    assert snapshot.state == "paused"
    assert d_alone().tolist() == [False] * (snapshot.step - 5) + [True] * 5
    assert snapshot.checkpoints[-1].step == snapshot.frames[-1].step == snapshot.step


def test_a_paused_run_says_so_and_takes_single_steps(start, toy2d_config, wait_until):
    run = start(changed(toy2d_config, ENDLESS))
    wait_until(lambda: run.snapshot.step > 5)
    run.send(Pause())
    assert run.snapshot.state == "paused"
    assert run.snapshot.steps_per_second == 0
    wait_until(lambda: run._record.snapshot.state == "paused")
    step = run.snapshot.step
    run.send(TakeStep("d"))
    wait_until(lambda: run.snapshot.step == step + 1)
    time.sleep(0.05)
    assert run.snapshot.step == step + 1
    assert run.snapshot.state == "paused"
    wait_until(lambda: run.snapshot.frames[-1].step == step + 1)
    run.send(Resume())
    wait_until(lambda: run.snapshot.step > step + 5)
    assert run.snapshot.state == "running"


def test_time_does_not_count_while_the_run_is_paused(start, toy2d_config, wait_until):
    begin = time.monotonic()
    run = start(changed(toy2d_config, ENDLESS))
    wait_until(lambda: run.snapshot.step > 5)
    run.send(Pause())
    time.sleep(0.6)
    run.send(Resume())
    step = run.snapshot.step
    wait_until(lambda: run.snapshot.step > step + 5)
    assert run.snapshot.elapsed < time.monotonic() - begin - 0.5


def test_time_does_not_count_while_the_process_stands_still(make_run, toy2d_config, monkeypatch):
    now = [100.0]
    clock = AwakeClock(lambda: now[0])
    monkeypatch.setattr("ganlib.execution.thread.awake_clock", lambda: clock)
    run = make_run(toy2d_config)
    run._record.add(RunPrepared(np.zeros((1, 2), np.float32), "cpu", ("d_loss",)))
    for step, now[0] in ((1, 101.0), (2, 1000.0)):
        run._record.add(StepCompleted(step, {"d_loss": 0.0}, step))
        clock.beat()
    assert run.snapshot.seconds.tolist() == [1, 1 + LONGEST]
    run._writer.finish()


def test_a_paused_run_stops(start, toy2d_config, wait_until):
    run = start(changed(toy2d_config, ENDLESS))
    wait_until(lambda: run.snapshot.step > 5)
    run.send(Pause())
    wait_until(lambda: run._record.snapshot.state == "paused")
    run.send(Stop())
    wait_until(lambda: run.snapshot.is_over)
    assert run.snapshot.state == "stopped"


def test_a_run_that_never_began_is_joined_at_once_and_can_be_cancelled(toy2d_config, make_run):
    run = make_run(toy2d_config)
    run.join()
    assert run.snapshot.state == "queued"
    run.cancel()
    assert (run.snapshot.state, run.snapshot.step) == ("stopped", 0)


def test_a_run_goes_on_from_its_beginning(toy2d_config, make_run, start_point, monkeypatch):
    def training(config, controls, report, start):
        started.append(start)
        yield RunPrepared(np.zeros((1, 2), np.float32), "cpu", ("d_loss",))
        yield StepCompleted(13, {"d_loss": 0.5}, 104)
        yield RunEnded(13, "completed")

    started = []
    monkeypatch.setattr("ganlib.execution.thread.train", training)
    run = make_run(toy2d_config, start_point=start_point)
    assert run.origin == Origin("other", "Other", 12)
    assert (run.snapshot.state, run.snapshot.step) == ("queued", 12)
    run.start()
    run.join(20)
    assert started == [start_point.saved]
    assert (run.snapshot.state, run.snapshot.step) == ("completed", 13)
    assert run.snapshot.metrics[:, 0].tolist() == [0.25] * 12 + [0.5]


def test_a_run_that_does_not_go_on_begins_anew(toy2d_config, make_run, monkeypatch):
    started = []
    monkeypatch.setattr(
        "ganlib.execution.thread.train", lambda *given: started.append(given[3]) or []
    )
    run = make_run(toy2d_config)
    run.start()
    run.join(20)
    assert run.origin is None
    assert started == [None]


def test_a_run_that_fails_before_it_goes_on_keeps_what_it_came_with(
    toy2d_config, make_run, start_point, monkeypatch
):
    def training(*_):
        raise DataError("There are no points.")

    monkeypatch.setattr("ganlib.execution.thread.train", training)
    run, waiting = (make_run(toy2d_config, start_point=start_point) for _ in range(2))
    run.start()
    run.join(20)
    waiting.cancel()
    assert [one.snapshot.state for one in (run, waiting)] == ["failed", "stopped"]
    assert [one.snapshot.step for one in (run, waiting)] == [12, 12]
    assert [len(one.snapshot.metrics) for one in (run, waiting)] == [12, 12]


def test_live_changes_are_marked_in_the_record(start, toy2d_config, wait_until):
    run = start(changed(toy2d_config, ENDLESS))
    wait_until(lambda: run.snapshot.step > 5)
    run.send(ChangeSettings({"lr_d": 0.01, "cpu_threads": 2}))
    wait_until(lambda: run._record.snapshot.commands)
    ((step, values),) = run.snapshot.changes
    assert values == {"optimisation.lr_d": 0.01, "cpu_threads": 2}
    assert step >= 5
    assert run.snapshot.threads == 2


def test_a_command_is_seen_at_once_and_recorded_when_it_acts(make_run, toy2d_config, wait_until):
    run = make_run(changed(toy2d_config, ENDLESS))
    run.send(Pause())
    run.send(LimitSpeed(5.0))
    run.send(ChangeSettings({"lr_d": 0.01}))
    change = ChangeSettings({"optimisation.lr_d": 0.01}, number=3)
    sent = (Pause(number=1), LimitSpeed(5.0, number=2), change)
    expected = tuple(CommandActed(0, one) for one in sent)
    assert run.snapshot.commands == expected
    assert run._record.snapshot.commands == ()
    assert (run.snapshot.state, run.snapshot.is_paused) == ("queued", True)
    run.start()
    wait_until(lambda: run._record.snapshot.commands == expected)
    assert run.snapshot.commands == expected
    assert run._record.snapshot.state == run.snapshot.state == "paused"
    run.send(Stop())
    run.join(20)
    assert run.snapshot.commands == (*expected, CommandActed(0, Stop(number=4)))


def test_a_run_that_is_over_takes_no_command(start, toy2d_config):
    run = start(toy2d_config)
    run.join(20)
    for command in (Pause(), TakeStep("d"), LimitSpeed(5.0), ChangeSettings({"lr_d": 0.01})):
        run.send(command)
    assert (run.snapshot.state, run.snapshot.commands) == ("completed", ())


def test_what_was_asked_of_a_run_that_never_began_is_recorded_at_its_end(make_run, toy2d_config):
    run = make_run(toy2d_config)
    run.send(TakeStep("g"))
    run.send(Stop())
    run.cancel()
    assert run.snapshot.state == "stopped"
    assert [one.command for one in run.snapshot.commands] == [
        TakeStep("g", number=1),
        Stop(number=2),
    ]


def test_commands_are_numbered_on_from_those_of_the_past(make_run, toy2d_config, start_point):
    past = start_point.history.after(CommandActed(7, ChangeSettings({"lr_d": 0.01}, number=4)))
    run = make_run(toy2d_config, start_point=replace(start_point, history=past))
    run.send(Pause())
    assert [one.command.number for one in run.snapshot.commands] == [4, 5]
    run.cancel()
