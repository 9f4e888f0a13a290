import contextlib
import itertools
import math
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from ganlib.commands import ChangeSettings, Command, Pause, Resume, Stop, TakeStep
from ganlib.errors import QueueFullError, RunError, StoreError, UnknownRunError
from ganlib.events import CheckpointSaved, CommandActed, RunEnded, RunPrepared, StepCompleted
from ganlib.execution import RunManager, RunThread
from ganlib.execution.catalogue import KEPT_RUNS
from ganlib.execution.launcher import LET_GO, Waiting
from ganlib.settings import changed
from ganlib.store import StoredRun
from ganlib.store.run_writer import RunWriter
from tests.ganlib.conftest import tiny_family

FORGOTTEN_RUN = """
import sys, time
from ganlib import PRESETS, RunManager, changed
small = {"batch_size": 8, "width": 8, "depth": 1}
manager = RunManager()
run = manager.get(manager.start(changed(PRESETS["ring"].config, small | {"total_steps": 10**7})))
while run.snapshot.step < 20:
    time.sleep(0.01)
    assert not run.snapshot.is_over, run.snapshot.message
print("leaving", flush=True)
"""


@pytest.fixture
def manager():
    manager = RunManager(max_running=2, max_waiting=3, cores=2)
    yield manager
    manager.close()


@pytest.fixture
def idle_training(monkeypatch):
    """Training that learns nothing: it steps until it is stopped, or to its last step."""

    def train(config, controls, report, start):
        first = start.step if start else 0
        yield RunPrepared(np.zeros((1, 2), np.float32), "cpu", ("d_loss",))
        yield CheckpointSaved(first, config, {"algorithm.images_seen": np.array(first)})
        for step in range(first + 1, config.total_steps + 1):
            while isinstance(turn := controls.wait(), Command):
                yield CommandActed(step - 1, turn)
            if turn is None:
                yield RunEnded(step - 1, "stopped", controls.reason)
                return
            time.sleep(0.001)
            yield StepCompleted(step, {"d_loss": 0.0}, step)
        yield RunEnded(config.total_steps, "completed")

    monkeypatch.setattr("ganlib.execution.thread.train", train)


@pytest.fixture
def endless(toy2d_config, idle_training):
    return changed(toy2d_config, {"total_steps": 10_000_000})


@pytest.fixture
def conv(dcgan_config, idle_training):
    """A convolutional run that leaves its threads to the manager."""
    return changed(dcgan_config, {"total_steps": 10_000_000, "cpu_threads": 0})


def states(manager, ids):
    return [manager.get(run_id).snapshot.state for run_id in ids]


def place(manager, run_id):
    """In the queue; 0 for a run that does not wait."""
    waiting = manager.waiting(run_id)
    return waiting.place if waiting else 0


def threads_of(manager, run_id):
    return manager.get(run_id).snapshot.threads


def test_a_run_begins_at_once_when_there_is_room(manager, toy2d_config, wait_until):
    run_id = manager.start(toy2d_config)
    assert place(manager, run_id) == 0
    wait_until(lambda: manager.get(run_id).snapshot.state == "completed")
    assert manager.get(run_id).config == toy2d_config
    assert [run.run_id for run in manager.runs()] == [run_id]


def test_runs_beyond_the_limit_wait_in_the_order_they_came(manager, endless, wait_until):
    ids = [manager.start(endless) for _ in range(5)]
    wait_until(lambda: states(manager, ids) == ["running"] * 2 + ["queued"] * 3)
    assert [place(manager, run_id) for run_id in ids] == [0, 0, 1, 2, 3]
    manager.send(ids[1], Stop())
    wait_until(lambda: states(manager, ids)[2] == "running")
    assert [place(manager, run_id) for run_id in ids] == [0, 0, 0, 1, 2]
    manager.send(ids[0], Stop())
    manager.send(ids[2], Stop())
    wait_until(lambda: states(manager, ids)[3:] == ["running"] * 2)
    assert states(manager, ids)[:3] == ["stopped"] * 3
    assert [run.run_id for run in manager.runs()] == ids


def test_a_full_queue_refuses_and_takes_again_when_one_has_ended(manager, endless, wait_until):
    ids = [manager.start(endless) for _ in range(5)]
    with pytest.raises(QueueFullError, match="2 going on, 3 waiting"):
        manager.start(endless)
    assert len(manager.runs()) == 5
    manager.send(ids[0], Stop())
    wait_until(lambda: place(manager, ids[4]) == 2)
    manager.start(endless)


def test_a_race_begins_together_where_one_place_is_free(manager, endless, wait_until):
    watched = manager.start(endless)
    pair = manager.start_together([endless, endless])
    wait_until(lambda: states(manager, [watched, *pair]) == ["running"] * 3)


def test_a_race_waits_together_and_begins_together(manager, endless, wait_until):
    before = [manager.start(endless) for _ in range(2)]
    pair = manager.start_together([endless, endless])
    assert [place(manager, run_id) for run_id in pair] == [1, 2]
    manager.send(before[0], Stop())
    wait_until(lambda: states(manager, pair) == ["running"] * 2)


def test_a_race_of_which_not_all_can_wait_leaves_none_alone(manager, endless):
    for _ in range(4):
        manager.start(endless)
    with pytest.raises(QueueFullError, match="2 going on, 2 waiting"):
        manager.start_together([endless, endless])
    assert len(manager.runs()) == 4


def test_who_is_left_of_a_race_in_the_queue_waits_as_one_run(manager, endless, wait_until):
    before = [manager.start(endless) for _ in range(2)]
    pair = manager.start_together([endless, endless])
    last = manager.start(endless)
    manager.send(pair[0], Stop())
    manager.send(before[0], Stop())
    wait_until(lambda: states(manager, pair) == ["stopped", "running"])
    assert place(manager, last) == 1


def test_the_runs_of_a_race_have_the_same_threads_from_the_first_step(manager, conv, wait_until):
    pair = manager.start_together([conv, conv])
    wait_until(lambda: all(manager.get(run_id).snapshot.step for run_id in pair))
    assert [threads_of(manager, run_id) for run_id in pair] == [1, 1]
    assert all(not at for run_id in pair for at, _ in manager.get(run_id).snapshot.changes)


def test_a_closed_manager_takes_no_race(manager, endless):
    manager.close()
    with pytest.raises(RunError, match="shutting down"):
        manager.start_together([endless, endless])


def test_a_race_without_a_difference_is_a_dead_heat(manager, toy2d_config, wait_until):
    twin = changed(toy2d_config, {"title": "Its twin"})
    one, other = (manager.get(run_id) for run_id in manager.start_together([toy2d_config, twin]))
    wait_until(lambda: one.snapshot.is_over and other.snapshot.is_over)
    assert one.snapshot.step == other.snapshot.step == toy2d_config.total_steps
    np.testing.assert_array_equal(one.snapshot.metrics, other.snapshot.metrics)


def test_families_race_against_each_other(manager):
    configs = [tiny_family(name) for name in ("gan-2d", "vae-2d", "made-2d")]
    runs = [manager.get(run_id) for run_id in manager.start_together(configs)]
    for run, config in zip(runs, configs, strict=True):
        run.join(60)
        assert (run.snapshot.state, run.snapshot.step) == ("completed", 12)
        assert run.config == config
    losses = [set(run.snapshot.metric_names) & {"d_loss", "loss"} for run in runs]
    assert losses == [{"d_loss"}, {"loss"}, {"loss"}]
    assert len({run.snapshot.real.tobytes() for run in runs}) == 1, "they learn from the same data"


def test_the_runs_of_a_race_draw_the_same_data_whatever_their_difference(
    manager, toy2d_config, wait_until
):
    other = changed(toy2d_config, {"lr_d": 0.05})
    runs = [manager.get(run_id) for run_id in manager.start_together([toy2d_config, other])]
    wait_until(lambda: all(run.snapshot.is_over for run in runs))
    one, another = (run.snapshot.checkpoints[-1].load() for run in runs)
    streams = [name for name in one.state if name.startswith("batches.")]
    assert streams
    for name in streams:
        np.testing.assert_array_equal(one.state[name], another.state[name])
    assert not np.array_equal(runs[0].snapshot.metrics, runs[1].snapshot.metrics)


def test_without_a_queue_runs_start_as_long_as_there_is_room(endless):
    manager = RunManager(max_running=1, max_waiting=0)
    try:
        manager.start(endless)
        with pytest.raises(QueueFullError):
            manager.start(endless)
    finally:
        manager.close()


def test_a_waiting_run_that_is_stopped_leaves_the_queue_and_never_begins(
    manager, endless, wait_until
):
    ids = [manager.start(endless) for _ in range(4)]
    manager.send(ids[2], Stop())
    assert manager.get(ids[2]).snapshot.state == "stopped"
    assert place(manager, ids[3]) == 1
    manager.send(ids[0], Stop())
    wait_until(lambda: states(manager, ids)[3] == "running")
    assert manager.get(ids[2]).snapshot.step == 0
    manager.send(ids[2], Stop())
    assert manager.get(ids[2]).snapshot.state == "stopped"


def test_a_run_that_goes_on_from_another_waits_like_any_other_with_its_past(
    manager, toy2d_config, idle_training, wait_until
):
    parent = manager.start(changed(toy2d_config, {"total_steps": 10_000_000}))
    wait_until(lambda: manager.get(parent).snapshot.checkpoints)
    ids = [manager.fork(parent, 0, {"lr_d": 0.05}) for _ in range(4)]
    wait_until(lambda: states(manager, ids) == ["running"] + ["queued"] * 3)
    assert [place(manager, run_id) for run_id in ids] == [0, 1, 2, 3]
    waiting = manager.get(ids[3])
    assert waiting.snapshot.changes == ((0, {"optimisation.lr_d": 0.05}),)
    assert waiting.origin.run_id == parent
    with pytest.raises(QueueFullError):
        manager.fork(parent, 0, {})
    (checkpoint,) = waiting.snapshot.checkpoints
    assert (checkpoint.step, checkpoint.load().config) == (0, waiting.config)
    manager.send(ids[3], Stop())
    assert waiting.snapshot.state == "stopped"
    manager.close()
    with pytest.raises(RunError, match="The server is shutting down"):
        manager.fork(parent, 0, {})


def test_an_unknown_run_is_refused_with_a_sentence(manager):
    for ask in (manager.get, lambda run_id: manager.send(run_id, Stop())):
        with pytest.raises(UnknownRunError) as refusal:
            ask("nothing" * 20)
        assert str(refusal.value) == (
            "There is no run 'nothingnothingnothin' here. It may have been deleted: choose another "
            "run, or start a new one."
        )
        assert isinstance(refusal.value, KeyError | RunError)
    assert place(manager, "nothing") == 0


def test_a_run_that_another_program_deletes_is_shown_and_trained_on_no_more(
    manager, toy2d_config, wait_until, open_store
):
    here, opened = (manager.start(toy2d_config) for _ in range(2))
    wait_until(lambda: all(run.is_kept for run in manager.runs()))
    manager._runs.pop(opened)
    other = open_store()
    for run_id in (here, opened):
        assert manager.get(run_id).snapshot.is_over
        other.delete(run_id)
        for ask in (manager.get, manager.resume):
            with pytest.raises(UnknownRunError, match="was deleted and lies in the bin"):
                ask(run_id)
        assert manager.store.row(run_id).deleted is not None, "nobody took it out"
        other.restore(run_id)
        assert manager.get(run_id).snapshot.step == 20, "as the store has it"
        other.delete(run_id)
        other.remove(run_id)
        with pytest.raises(UnknownRunError, match="There is no run"):
            manager.get(run_id)
    assert manager.runs() == ()


def test_a_run_whose_end_is_not_saved_is_told_at_the_end(manager, toy2d_config, monkeypatch):
    def full(writer, snapshot):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ganlib.store.run_writer.RunWriter._write", full)
    run_id = manager.start(toy2d_config)
    manager.close()
    assert manager.unsaved() == (
        f"Run {run_id} is not saved to its end, and not at all. The disk is full: the end of this "
        "run is not saved yet. Free some space; then it is saved by itself.",
    )


def test_many_threads_may_start_runs_at_the_same_time(endless, wait_until):
    manager, ids, start = RunManager(max_running=3, max_waiting=50), [], threading.Barrier(8)

    def ask():
        start.wait()
        ids.extend(manager.start(endless) for _ in range(3))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(ids)) == 24
        wait_until(lambda: sorted(states(manager, ids))[-3:] == ["running"] * 3)
        assert sorted(place(manager, run_id) for run_id in ids) == [0] * 3 + [*range(1, 22)]
    finally:
        manager.close()
    assert states(manager, ids) == ["stopped"] * 24


def test_the_queue_holds_no_more_however_many_ask_at_the_same_time(manager, endless, monkeypatch):
    def slow_name(_):
        time.sleep(0.01)
        return f"r{next(numbers)}"

    def ask():
        start.wait()
        with contextlib.suppress(QueueFullError):
            started.append(manager.start(endless))

    numbers, started, start = itertools.count(), [], threading.Barrier(8)
    monkeypatch.setattr("secrets.token_hex", slow_name)
    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(started) == len(manager.runs()) == 2 + 3


def test_two_runs_started_at_the_same_time_are_bitwise_the_runs_alone(manager, toy2d_config):
    ids, start = {}, threading.Barrier(2)

    def ask(seed):
        start.wait()
        ids[seed] = manager.start(changed(toy2d_config, {"seed": seed}))

    def finished(run_id):
        run = manager.get(run_id)
        run.join(20)
        assert run.snapshot.state == "completed"
        return run.snapshot.metrics

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    together = {seed: finished(run_id) for seed, run_id in ids.items()}
    assert not np.array_equal(together[1], together[2], equal_nan=True)
    for seed, metrics in together.items():
        alone = finished(manager.start(changed(toy2d_config, {"seed": seed})))
        assert np.array_equal(metrics, alone, equal_nan=True)


def test_trap_39_two_convolutional_runs_share_the_cores_and_one_has_them_all(
    manager, conv, wait_until
):
    first = manager.start(conv)
    assert threads_of(manager, first) == 2
    second = manager.start(conv)
    assert [threads_of(manager, run_id) for run_id in (first, second)] == [1, 1]
    third = manager.start(conv)
    manager.send(first, Stop())
    wait_until(lambda: place(manager, third) == 0)
    assert [threads_of(manager, run_id) for run_id in (second, third)] == [1, 1]
    manager.send(second, Stop())
    wait_until(lambda: threads_of(manager, third) == 2)


def test_trap_39_a_small_network_gets_one_core(manager, endless):
    small = manager.start(changed(endless, {"cpu_threads": 0}))
    assert threads_of(manager, small) == 1


def test_trap_39_threads_that_were_asked_for_are_kept(manager, conv):
    ids = [manager.start(changed(conv, {"cpu_threads": count})) for count in (3, 0)]
    assert [threads_of(manager, run_id) for run_id in ids] == [3, 1]


@pytest.mark.parametrize(("cores", "running"), [(1, 2), (2, 2), (8, 8)])
def test_as_many_runs_go_on_as_there_are_cores_and_two_at_least(endless, cores, running):
    manager = RunManager(cores=cores)
    try:
        ids = [manager.start(endless) for _ in range(running + 1)]
        assert [place(manager, run_id) for run_id in ids] == [0] * running + [1]
    finally:
        manager.close()


def test_old_finished_runs_are_read_from_the_store_and_others_never(
    toy2d_config, idle_training, wait_until
):
    manager = RunManager(max_running=2)
    try:
        lasting = manager.start(changed(toy2d_config, {"total_steps": 10_000_000}))
        ids = []
        for _ in range(KEPT_RUNS + 5):
            ids.append(manager.start(changed(toy2d_config, {"total_steps": 1})))
            wait_until(lambda: manager.get(ids[-1]).snapshot.is_over)
        last = manager.start(toy2d_config)
        known = [run.run_id for run in manager.runs()]
        assert known == [lasting, *ids[5:], last]
        old = manager.get(ids[4])
        assert isinstance(old, StoredRun)
        assert (old.snapshot.state, old.snapshot.step) == ("completed", 1)
        assert [row.run_id for row in manager.store.rows()] == [last, *reversed(ids), lasting]
    finally:
        manager.close()


def test_closing_stops_and_joins_every_run_and_nothing_starts_afterwards(manager, endless):
    before = threading.active_count()
    ids = [manager.start(endless) for _ in range(4)]
    manager.close()
    assert states(manager, ids) == ["stopped"] * 4
    assert threading.active_count() == before
    with pytest.raises(RunError, match="The server is shutting down"):
        manager.start(endless)
    manager.close()


def test_a_failing_run_makes_room_for_the_next(manager, endless, monkeypatch, wait_until):
    def broken(config, controls, report, start):
        raise MemoryError
        yield

    monkeypatch.setattr("ganlib.execution.thread.train", broken)
    ids = [manager.start(endless) for _ in range(3)]
    wait_until(lambda: states(manager, ids) == ["failed"] * 3)


def test_an_interpreter_that_exits_during_a_run_exits_cleanly():
    done = subprocess.run(
        [sys.executable, "-c", FORGOTTEN_RUN], capture_output=True, text=True, timeout=120
    )
    assert done.stdout == "leaving\n"
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def one(idle_training):
    """A manager with one slot, whose clock stands where the test sets it."""
    now = [0.0]
    manager = RunManager(max_running=1, cores=1, clock=lambda: now[0])
    manager.now = now
    yield manager
    manager.close()


def commands(run):
    """What acted, by kind, but for the sharing of cores."""
    acted = (command.command for command in run._record.snapshot.commands)
    return [command.kind for command in acted if not isinstance(command, ChangeSettings)]


def test_a_paused_run_gives_its_slot_to_the_next_and_goes_on_when_one_is_free(
    one, endless, wait_until
):
    first, second = (one.get(one.start(endless)) for _ in range(2))
    wait_until(lambda: first.snapshot.step > 3)
    assert one.state_of(second) == "queued"
    one.send(first.run_id, Pause())
    wait_until(lambda: second.snapshot.step > 3)
    assert [one.state_of(run) for run in (first, second)] == ["paused", "running"]
    one.send(first.run_id, Resume())
    assert one.state_of(first) == "queued"
    assert place(one, first.run_id) == 1
    assert first.snapshot.is_paused
    step = first.snapshot.step
    one.send(second.run_id, Stop())
    wait_until(lambda: first.snapshot.step > step + 3)
    assert one.state_of(first) == "running"
    assert commands(first) == ["pause", "resume"]


def test_who_waits_to_go_on_and_pauses_again_leaves_the_queue(one, endless, wait_until):
    first, second = (one.get(one.start(endless)) for _ in range(2))
    for command in (Pause(), Resume(), Pause()):
        one.send(first.run_id, command)
    assert (one.state_of(first), one.waiting(first.run_id)) == ("paused", None)
    one.send(second.run_id, Stop())
    wait_until(lambda: second.snapshot.is_over)
    assert one.state_of(first) == "paused"


def test_single_steps_need_no_slot(one, endless, wait_until):
    first, second, third = (one.get(one.start(endless)) for _ in range(3))
    wait_until(lambda: first.snapshot.step > 3)
    one.send(first.run_id, TakeStep("d"))
    wait_until(lambda: second.snapshot.step > 3)
    rest = first.snapshot.step
    one.send(first.run_id, TakeStep("d", 5))
    # Not even a run that has not begun needs one.
    one.send(third.run_id, TakeStep(count=2))
    wait_until(lambda: first.snapshot.step == rest + 5 and third.snapshot.step == 2)
    wait_until(lambda: third._record.snapshot.is_at_rest)
    assert [one.state_of(run) for run in (first, second, third)] == ["paused", "running", "paused"]


def test_a_run_that_is_paused_before_it_began_is_put_off(one, endless, wait_until):
    first, second, third = (one.get(one.start(endless)) for _ in range(3))
    one.send(second.run_id, Pause())
    assert one.state_of(second) == "paused"
    one.send(first.run_id, Stop())
    wait_until(lambda: third.snapshot.step > 3)
    assert second.snapshot.step == 0
    one.send(second.run_id, Resume())
    assert place(one, second.run_id) == 1
    one.send(third.run_id, Stop())
    wait_until(lambda: second.snapshot.step > 3)
    assert one.state_of(second) == "running"


def test_who_is_trained_on_stands_first_in_the_queue(one, endless, wait_until):
    first = one.get(one.start(endless))
    wait_until(lambda: first.snapshot.checkpoints)
    one.send(first.run_id, Stop(), patience=20)
    others = [one.start(endless) for _ in range(2)]
    assert one.resume(first.run_id) == first.run_id
    assert [place(one, run_id) for run_id in (first.run_id, *others)] == [1, 0, 2]


def test_a_run_that_waits_can_expect_what_is_left_of_the_others(one, endless, monkeypatch):
    first, second, third = (one.start(changed(endless, {"title": name})) for name in "ABC")
    left = {first: 90.0, second: 30.0}
    monkeypatch.setattr(
        RunThread, "seconds_left", property(lambda run: left.get(run.run_id, math.inf))
    )
    assert one.waiting(first) is None
    assert one.waiting(second) == Waiting(1, ("A",), 90.0)
    assert one.waiting(third) == Waiting(2, ("A",), 120.0)


def test_a_paused_run_that_nobody_visits_is_saved_and_let_go_after_ten_minutes(
    one, endless, wait_until
):
    run = one.get(one.start(endless))
    wait_until(lambda: run.snapshot.step > 3)
    one.send(run.run_id, Pause())
    wait_until(lambda: run._record.snapshot.is_at_rest)
    one.now[0] = 500.0
    one.get(run.run_id)
    for one.now[0] in (1099.0, 1100.0):
        one.let_go_of_unwatched()
        assert run.snapshot.state == "paused"
    one.now[0] = 1101.0
    one.let_go_of_unwatched()
    run.join(20)
    assert (run.snapshot.state, run.snapshot.message) == ("stopped", LET_GO)
    assert run.is_kept
    assert one.store.row(run.run_id).message == LET_GO
    assert StoredRun(one.store, one.store.row(run.run_id)).snapshot.commands[-1].command == Stop(
        LET_GO, number=run.snapshot.last_number
    )
    assert one.resume(run.run_id) == run.run_id


def test_a_fault_while_unwatched_runs_are_looked_for_is_logged_and_not_the_last_look(
    one, endless, monkeypatch, wait_until, caplog
):
    looks = []

    def broken():
        looks.append(True)
        raise ValueError("odd")

    monkeypatch.setattr("ganlib.execution.launcher.LOOK_EVERY", 0.001)
    monkeypatch.setattr(one, "let_go_of_unwatched", broken)
    one.start(endless)
    wait_until(lambda: len(looks) > 2)
    assert "could not be let go of" in caplog.messages[0]


def test_a_run_that_trains_or_takes_steps_is_kept_without_a_visitor(one, endless, wait_until):
    run = one.get(one.start(endless))
    wait_until(lambda: run.snapshot.step > 3)
    one.now[0] = 10_000.0
    one.let_go_of_unwatched()
    assert run.snapshot.state == "running"
    one.send(run.run_id, TakeStep("d", 1_000_000))
    one.let_go_of_unwatched()
    wait_until(lambda: run._record.snapshot.state == "paused")
    assert run.snapshot.state == "paused"


@pytest.fixture
def slow_disk(monkeypatch):
    """A disk on which a run called Slow is written down only when the test lets it."""

    class Disk:
        begun, go_on = threading.Event(), threading.Event()

    begin = RunWriter._begin

    def wait(writer, config, origin):
        if config.title == "Slow":
            Disk.begun.set()
            assert Disk.go_on.wait(60)
        begin(writer, config, origin)

    monkeypatch.setattr(RunWriter, "_begin", wait)
    yield Disk
    Disk.go_on.set()


def test_while_one_run_is_written_down_others_begin_and_are_steered(
    manager, endless, slow_disk, wait_until
):
    slow = threading.Thread(target=manager.start, args=(changed(endless, {"title": "Slow"}),))
    slow.start()
    assert slow_disk.begun.wait(60)
    ids = [manager.start(endless) for _ in range(3)]
    assert states(manager, ids)[2] == "queued"
    manager.send(ids[0], Pause())
    wait_until(lambda: manager.get(ids[2]).snapshot.step > 0)
    manager.send(ids[2], Stop())
    assert len(manager.runs()) == 3
    slow_disk.go_on.set()
    slow.join(60)
    assert [run.config.title for run in manager.runs()][-1] == "Slow"


def test_a_run_that_is_written_down_while_the_manager_closes_never_begins(
    endless, slow_disk, wait_until
):
    manager, refused = RunManager(max_running=2), []

    def start():
        with pytest.raises(RunError) as refusal:
            manager.start(changed(endless, {"title": "Slow"}))
        refused.append(str(refusal.value))

    slow = threading.Thread(target=start)
    slow.start()
    assert slow_disk.begun.wait(60)
    closing = threading.Thread(target=manager.close)
    closing.start()
    wait_until(lambda: manager._closed.is_set())
    slow_disk.go_on.set()
    for thread in (slow, closing):
        thread.join(60)
    assert "shutting down" in refused[0]
    assert manager.runs() == ()


def test_a_run_that_cannot_be_written_down_leaves_its_place(manager, endless, monkeypatch):
    def full(*_):
        raise StoreError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(RunWriter, "_begin", full)
        for _ in range(10):
            with pytest.raises(StoreError):
                manager.start_together([endless, endless])
    ids = [manager.start(endless) for _ in range(5)]
    assert [place(manager, run_id) for run_id in ids] == [0, 0, 1, 2, 3]
