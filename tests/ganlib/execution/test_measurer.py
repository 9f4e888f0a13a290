import threading
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest

from ganlib.commands import Stop
from ganlib.config import RunConfig
from ganlib.controls import Controls
from ganlib.errors import DataError
from ganlib.events import DecoderPublished, Metric, MetricReport
from ganlib.execution import RunManager, measurer
from ganlib.execution.measurer import RESTS, Measurer
from ganlib.settings import changed
from ganlib.store import RunSnapshot

FOUND = MetricReport((Metric("Fréchet distance", 3.0, 0.1, 0.2, 60, "digit features 0000"),))


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(measurer, "EVERY", 0.002)
    monkeypatch.setattr(measurer, "_TURNS", measurer._Turns())


@pytest.fixture
def known_metrics(monkeypatch):
    """Pictures are measured without being drawn."""
    monkeypatch.setattr(measurer, "open_reference_set", lambda data, progress: "reals")
    monkeypatch.setattr(measurer, "measure_decoder", lambda *_: FOUND)


@pytest.fixture
def config():
    return changed(RunConfig(), {"measure_every": 0.001})


@pytest.fixture
def begin():
    """Begins to measure a run that is what its last snapshot says; (measurer, what it noted)."""
    begun = []

    def start(config, snapshots, controls=None):
        notes = []
        one = Measurer(config, controls or Controls(config), lambda: snapshots[-1], notes.append)
        one.start()
        begun.append(one)
        return one, notes

    yield start
    for one in begun:
        one.finish()


def at_step(step, **known):
    return RunSnapshot(state="running", published=DecoderPublished(step, decoder=None), **known)


def test_the_newest_pictures_are_measured_once(begin, config, known_metrics, wait_until):
    snapshots = [at_step(5)]
    _, notes = begin(config, snapshots)
    wait_until(lambda: notes)
    time.sleep(0.05)
    assert [(one.step, one.report) for one in notes] == [(5, FOUND)]


def test_newer_pictures_are_measured_anew(begin, config, known_metrics, wait_until):
    snapshots = [at_step(5)]
    _, notes = begin(config, snapshots)
    wait_until(lambda: notes)
    snapshots.append(at_step(9))
    wait_until(lambda: len(notes) == 2)
    assert notes[1].step == 9


def test_what_was_measured_before_a_pause_is_not_measured_again(begin, config, known_metrics):
    before = measurer.Measured(5, 1.0, FOUND)
    _, notes = begin(config, [at_step(5, measurements=(before,))])
    time.sleep(0.05)
    assert notes == []


@pytest.mark.parametrize("changes", [{"measure_every": 0.0}, {"measure_every": 3600.0}])
def test_nothing_is_measured_where_nothing_is_due(begin, config, known_metrics, changes):
    one, notes = begin(changed(config, changes), [at_step(5)])
    time.sleep(0.05)
    one.finish()
    assert notes == []


def test_points_in_the_plane_are_not_measured_as_pictures(begin, toy2d_config, known_metrics):
    one, _ = begin(changed(toy2d_config, {"measure_every": 0.001}), [at_step(5)])
    assert not one._thread.is_alive()


def test_the_last_pictures_of_a_completed_run_are_measured(begin, config, known_metrics):
    snapshots = [RunSnapshot(state="running")]
    one, notes = begin(config, snapshots)
    time.sleep(0.01)
    measurer._TURNS._even_at = time.monotonic() + 1e4  # Which a run that is over need not await.
    snapshots.append(replace(at_step(9), state="completed", elapsed=60.0))
    one.finish()
    assert [one.step for one in notes] == [9]


def test_a_run_shorter_than_the_time_between_measurements_is_not_measured(
    begin, config, known_metrics
):
    snapshots = [RunSnapshot(state="running")]
    one, notes = begin(changed(config, {"measure_every": 20.0}), snapshots)
    snapshots.append(replace(at_step(9), state="completed", elapsed=19.0))
    one.finish()
    assert notes == []


@pytest.mark.parametrize("state", ["stopped", "diverged", "failed"])
def test_the_last_pictures_of_any_other_run_are_left(begin, config, known_metrics, state):
    snapshots = [RunSnapshot(state="running")]
    one, notes = begin(config, snapshots)
    one._done.set()
    snapshots.append(replace(at_step(9), state=state, elapsed=60.0))
    one.finish()
    assert notes == []


def test_a_measurement_under_way_is_left_off_when_the_run_is_stopped(
    begin, config, monkeypatch, wait_until
):
    under_way, controls = threading.Event(), Controls(config)

    def go_on(data, progress):
        under_way.set()
        while True:
            progress("", None)
            time.sleep(0.001)

    monkeypatch.setattr(measurer, "open_reference_set", go_on)
    one, notes = begin(config, [at_step(5)], controls)
    assert under_way.wait(10)
    controls.send(Stop())
    one.finish()
    assert notes == []
    assert measurer._TURNS.begin(0, rested=False)  # And the next run has its turn.


def test_data_that_cannot_be_read_are_told_in_a_sentence(begin, config, monkeypatch, wait_until):
    def fail(data, progress):
        raise DataError("The pictures are gone.")

    monkeypatch.setattr(measurer, "open_reference_set", fail)
    _, notes = begin(config, [at_step(5)])
    wait_until(lambda: notes)
    assert notes[0].report == MetricReport((), refused=("The pictures are gone.",))


@pytest.fixture
def clocks(monkeypatch):
    """The clock on the wall, and that of work, which only a test moves."""
    shown = SimpleNamespace(wall=1000.0, work=5.0)
    monkeypatch.setattr(measurer.time, "monotonic", lambda: shown.wall)
    monkeypatch.setattr(measurer.time, "thread_time", lambda: shown.work)
    return shown


def test_measuring_rests_nine_times_as_long_as_it_worked(clocks):
    turns = measurer._Turns()
    assert turns.begin(since=1000.0)
    clocks.wall, clocks.work = 1002.0, 7.0
    assert turns.to_rest == pytest.approx(2 * RESTS)
    turns.end()
    clocks.wall += 2 * RESTS - 0.1
    assert not turns.begin(since=1000.0)
    clocks.wall += 0.2
    assert turns.begin(since=1000.0)


def test_time_since_the_run_began_counts_as_rest_and_no_earlier_time(clocks):
    turns = measurer._Turns()
    assert turns.begin(since=980.0)
    clocks.work += 1.0
    assert turns.to_rest == pytest.approx(-10)
    clocks.work += 3.0
    assert turns.to_rest == pytest.approx(20)


def test_the_first_measurement_rests_in_between_too(begin, config, monkeypatch, wait_until):
    reached, goes_on = [], threading.Event()

    def draw(reals, decoder, progress):
        for piece in range(3):
            progress("", None)
            reached.append(piece)
            worked = time.thread_time()
            while time.thread_time() < worked + 0.02:
                pass
        goes_on.set()
        return FOUND

    monkeypatch.setattr(measurer, "open_reference_set", lambda data, progress: "reals")
    monkeypatch.setattr(measurer, "measure_decoder", draw)
    started = time.monotonic()
    begin(config, [at_step(5)])
    assert goes_on.wait(30)
    assert reached == [0, 1, 2]
    assert time.monotonic() - started > 0.04 * (RESTS + 1)


def test_a_run_that_is_over_need_not_rest(begin, config, monkeypatch):
    at_work = threading.Event()

    def draw(reals, decoder, progress):
        at_work.set()
        measurer._TURNS._even_at += 1e4
        progress("", None)
        return FOUND

    monkeypatch.setattr(measurer, "open_reference_set", lambda data, progress: "reals")
    monkeypatch.setattr(measurer, "measure_decoder", draw)
    snapshots = [at_step(5)]
    one, notes = begin(config, snapshots)
    assert at_work.wait(10)
    assert notes == []
    snapshots.append(replace(at_step(5), state="completed", elapsed=60.0))
    one.finish()
    assert [note.step for note in notes] == [5]


def test_what_is_newest_when_the_reals_are_ready_is_measured(
    begin, config, monkeypatch, wait_until
):
    snapshots = [at_step(5)]

    def open_slowly(data, progress):
        snapshots.append(at_step(900))
        return "reals"

    monkeypatch.setattr(measurer, "open_reference_set", open_slowly)
    monkeypatch.setattr(measurer, "measure_decoder", lambda *_: FOUND)
    _, notes = begin(config, snapshots)
    wait_until(lambda: notes)
    assert notes[0].step == 900


def test_of_two_runs_one_is_measured_at_a_time():
    turns = measurer._Turns()
    assert turns.begin(0)
    assert not turns.begin(0, rested=False)
    turns.end()
    assert turns.begin(0, rested=False)


def test_training_does_the_same_whether_it_is_measured_or_not(
    dcgan_config, noise_pictures, monkeypatch, brief_features
):
    monkeypatch.setattr("ganlib.analysis.measured.open_data", lambda *_: noise_pictures)
    manager, runs = RunManager(), []
    for every in (0.0, 0.001):
        config = changed(dcgan_config, {"measure_every": every, "total_steps": 40})
        runs.append(manager.get(manager.start(config)))
        runs[-1].join(60)
    manager.close()
    alone, measured = (run.snapshot for run in runs)
    assert measured.measurements
    assert measured.measurements[-1].step == 40
    assert {one.name for one in measured.measurements[-1].report.metrics} >= {"kernel distance"}
    assert measured.metrics.tobytes() == alone.metrics.tobytes()
    assert alone.measurements == ()


def test_a_fault_of_measuring_is_told_and_the_next_pictures_are_measured(
    begin, config, monkeypatch, wait_until, caplog
):
    def broken(reals, decoder, progress):
        raise ValueError("need at least one array")

    monkeypatch.setattr(measurer, "open_reference_set", lambda data, progress: "reals")
    monkeypatch.setattr(measurer, "measure_decoder", broken)
    snapshots = [at_step(5)]
    _, notes = begin(config, snapshots)
    wait_until(lambda: notes)
    (sentence,) = notes[0].report.refused
    assert "went wrong inside (ValueError: need at least one array)" in sentence
    assert [one.message for one in caplog.records] == ["Measuring failed"]
    monkeypatch.setattr(measurer, "measure_decoder", lambda *_: FOUND)
    snapshots.append(at_step(9))
    wait_until(lambda: len(notes) == 2)
    assert notes[1].report == FOUND
