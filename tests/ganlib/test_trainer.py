import gc
import math
import threading

import numpy as np
import pytest
import torch

from ganlib.controls import Controls
from ganlib.data import open_data
from ganlib.errors import ConfigError, DataError
from ganlib.events import (
    ControlChanged,
    DecoderPublished,
    FrameDrawn,
    RunEnded,
    RunPrepared,
    StepCompleted,
)
from ganlib.settings import changed
from ganlib.trainer import PICTURES_IN_A_FRAME, POINTS_IN_A_FRAME, train

PENALTIES = {"r1_gamma": 0.5, "r2_gamma": 0.5, "gp_lambda": 1.0, "penalty_interval": 3}


@pytest.fixture(autouse=True)
def no_frames_by_time(monkeypatch):
    """However slow the machine is, frames come at their saved moments only."""
    monkeypatch.setattr("ganlib.trainer.LONGEST_BETWEEN_FRAMES", math.inf)


@pytest.fixture(params=["plane", "dcgan"])
def any_config(request):
    return request.getfixturevalue(f"{request.param}_config")


class Poisoned:
    """Data in the plane of which the batches from number `good` + 1 on hold a NaN."""

    shape = (2,)

    def __init__(self, config, good):
        self.inner = open_data(config.data, torch.device("cpu"))
        self.good = good
        self.examples = self.inner.examples

    def batches(self, batch_size, rng):
        for number, batch in enumerate(self.inner.batches(batch_size, rng)):
            batch[0, 0] = batch[0, 0] if number < self.good else math.nan
            yield batch


def of_type(events, kind):
    return [event for event in events if isinstance(event, kind)]


def frame_steps(events):
    return [event.step for event in of_type(events, FrameDrawn)]


def test_a_run_prepares_draws_step_0_trains_and_ends(plane_config):
    prepared, frame, published, first, *_, end = train(plane_config)
    assert isinstance(prepared, RunPrepared)
    assert (prepared.device, prepared.real.shape) == ("cpu", (POINTS_IN_A_FRAME, 2))
    assert isinstance(frame, FrameDrawn)
    assert (frame.step, frame.samples.shape) == (0, (POINTS_IN_A_FRAME, 2))
    assert isinstance(published, DecoderPublished)
    assert published.step == 0
    assert isinstance(first, StepCompleted)
    assert (first.step, first.images_seen) == (1, 8)
    assert tuple(first.metrics) == prepared.metric_names
    assert end == RunEnded(20, "completed")


def test_trap_33_pictures_that_no_batch_divides_train_as_well(dcgan_config):
    # 12 batches of 4 pass through the 37 pictures more than once.
    events = list(train(dcgan_config))
    assert events[0].real.shape == (37, 28, 28, 1)
    frames = of_type(events, FrameDrawn)
    assert {frame.samples.shape for frame in frames} == {(PICTURES_IN_A_FRAME, 28, 28, 1)}
    assert {frame.samples.dtype for frame in frames} == {np.dtype(np.uint8)}
    steps = of_type(events, StepCompleted)
    assert [event.images_seen for event in steps] == [4 * step for step in range(1, 13)]
    assert all(math.isfinite(event.metrics["g_loss"]) for event in steps)


def test_every_step_is_told_once_and_in_order(plane_config):
    events = list(train(plane_config))
    assert [event.step for event in of_type(events, StepCompleted)] == list(range(1, 21))
    numbers = [event.step for event in events[1:]]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize(
    ("frame_every", "steps"),
    [
        (8, [0, 1, 2, 4, 8, 16, 20]),
        (6, [0, 1, 2, 4, 6, 12, 18, 20]),
        (1000, [0, 1, 2, 4, 8, 16, 20]),
        (1, list(range(21))),
    ],
)
def test_frames_come_at_powers_of_two_then_every_so_often_and_at_the_end(
    plane_config, frame_every, steps
):
    events = list(train(changed(plane_config, {"frame_every": frame_every})))
    assert frame_steps(events) == steps
    assert [event.step for event in of_type(events, DecoderPublished)] == steps


def test_a_slow_run_draws_more_often(plane_config, monkeypatch):
    monkeypatch.setattr("ganlib.trainer.LONGEST_BETWEEN_FRAMES", 0.0)
    assert frame_steps(train(plane_config)) == list(range(21))


def test_a_frame_is_what_its_decoder_makes_of_the_same_z_each_time(plane_config):
    first, again = list(train(plane_config)), list(train(plane_config))
    frames = of_type(first, FrameDrawn)
    assert not np.array_equal(frames[0].samples, frames[-1].samples)
    for frame, other in zip(frames, of_type(again, FrameDrawn), strict=True):
        assert np.array_equal(frame.samples, other.samples)


def test_the_same_seed_gives_bitwise_the_same_metrics_and_another_does_not(any_config, metrics_of):
    config = changed(any_config, PENALTIES)
    first = metrics_of(config)
    assert len(first) == config.total_steps
    assert metrics_of(config) == first
    other = metrics_of(changed(config, {"seed": 1}))
    assert not set(other) & set(first)


def test_trap_37_two_runs_at_once_are_bitwise_the_runs_alone(any_config, metrics_of):
    configs = [changed(any_config, {"seed": seed}) for seed in (0, 1)]
    alone, together = [metrics_of(config) for config in configs], {}
    start = threading.Barrier(2)

    def run(number):
        start.wait()
        together[number] = metrics_of(configs[number])

    threads = [threading.Thread(target=run, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[0], together[1]] == alone


def test_trap_17_drawing_frames_never_touches_the_training(any_config, metrics_of):
    seldom = metrics_of(changed(any_config, {"frame_every": 1000}))
    assert metrics_of(changed(any_config, {"frame_every": 1})) == seldom


def test_training_leaves_the_global_random_states_alone(any_config):
    torch_state, numpy_state = torch.get_rng_state(), np.random.get_state()[1].copy()
    list(train(changed(any_config, {"instance_noise": 0.1})))
    assert torch.equal(torch.get_rng_state(), torch_state)
    assert np.array_equal(np.random.get_state()[1], numpy_state)


def test_trap_31_nothing_grows_over_500_steps(plane_config):
    config = changed(plane_config, {"total_steps": 600, "frame_every": 1000, "r1_gamma": 0.1})
    try:
        for event in train(config):
            if isinstance(event, StepCompleted) and event.step == 70:
                gc.collect()
                gc.freeze()  # What is there already is not counted any more.
        gc.collect()
        new = gc.get_objects()
    finally:
        gc.unfreeze()
    assert sum(issubclass(type(thing), torch.Tensor) for thing in new) < 100
    assert len(new) < 400


def test_a_live_change_holds_from_the_next_step_and_is_told_exactly(plane_config):
    controls, events = Controls(plane_config), []
    for event in train(plane_config, controls):
        events.append(event)
        if isinstance(event, StepCompleted) and event.step == 5:
            controls.change({"loss": "wgan-gp", "lr_d": 0.01, "d_steps": 2})
    (change,) = of_type(events, ControlChanged)
    told = {"loss": "wgan-gp", "gp_lambda": 10.0, "lr_d": 0.01, "d_steps": 2}
    assert change == ControlChanged(5, told)
    assert events.index(change) < events.index(of_type(events, StepCompleted)[5])
    measured = [not math.isnan(one.metrics["d_gp"]) for one in of_type(events, StepCompleted)]
    assert measured == [False] * 5 + [True] * 15
    assert of_type(events, StepCompleted)[-1].images_seen == (5 + 2 * 15) * 8


def test_a_change_made_before_the_start_holds_from_the_first_step(plane_config):
    controls = Controls(plane_config)
    controls.change({"r1_gamma": 1.0})
    events = list(train(plane_config, controls))
    assert of_type(events, ControlChanged) == [ControlChanged(0, {"r1_gamma": 1.0})]
    assert not math.isnan(of_type(events, StepCompleted)[0].metrics["d_r1"])


def test_a_refused_change_leaves_the_run_bitwise_as_it_would_have_been(plane_config, metrics_of):
    controls, metrics = Controls(plane_config), []
    for event in train(plane_config, controls):
        if isinstance(event, StepCompleted):
            metrics.append(repr(dict(event.metrics)))
            with pytest.raises(ConfigError):
                controls.change({"lr_d": 0.01, "batch_size": 4})
    assert metrics == metrics_of(plane_config)


def test_threads_are_those_of_the_configuration_and_change_live(plane_config):
    def run():
        controls = Controls(plane_config)
        for event in train(plane_config, controls):
            if isinstance(event, StepCompleted):
                threads.append(torch.get_num_threads())
                if event.step == 2:
                    controls.change({"cpu_threads": 2})

    threads = []
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert threads == [1, 1] + [2] * 18


def test_a_stopped_run_says_so_after_the_step_that_went_on(plane_config):
    controls, events = Controls(plane_config), []
    for event in train(plane_config, controls):
        events.append(event)
        if isinstance(event, StepCompleted) and event.step == 7:
            controls.stop()
    assert events[-1] == RunEnded(7, "stopped")
    assert len(of_type(events, StepCompleted)) == 7


def test_a_paused_run_draws_each_single_step(plane_config):
    controls = Controls(plane_config)
    for players in ("d", "g", "both"):
        controls.take_step(players)
    patience = threading.Timer(20, controls.stop)
    patience.start()
    events = []
    for event in train(plane_config, controls):
        events.append(event)
        if isinstance(event, DecoderPublished) and event.step == 3:
            controls.stop()
    patience.cancel()
    assert frame_steps(events) == [0, 1, 2, 3]
    d_alone, g_alone, both = of_type(events, StepCompleted)
    assert math.isnan(d_alone.metrics["g_loss"])
    assert math.isnan(g_alone.metrics["d_loss"])
    assert not any(math.isnan(both.metrics[name]) for name in ("d_loss", "g_loss"))
    frames = [frame.samples for frame in of_type(events, FrameDrawn)]
    assert np.array_equal(frames[0], frames[1])
    assert not np.array_equal(frames[1], frames[2])
    assert events[-1] == RunEnded(3, "stopped")


def test_single_steps_end_a_run_at_its_last_step(plane_config):
    controls = Controls(changed(plane_config, {"total_steps": 2}))
    for _ in range(5):
        controls.take_step()
    events = list(train(controls.config, controls))
    assert events[-1] == RunEnded(2, "completed")


def test_trap_32_a_nan_ends_the_run_as_diverged_with_finite_weights(plane_config, monkeypatch):
    poisoned = Poisoned(plane_config, good=11)
    monkeypatch.setattr("ganlib.trainer.open_data", lambda *_: poisoned)
    events = list(train(plane_config))
    end = events[-1]
    assert (end.step, end.outcome) == (11, "diverged")
    assert end.message.startswith("The loss of the discriminator became nan: the run diverged.")
    assert end.message.endswith("r1_gamma.")
    assert [event.step for event in of_type(events, StepCompleted)] == list(range(1, 12))
    last = of_type(events, DecoderPublished)[-1]
    assert last.step == 8
    assert np.isfinite(last.decoder.decode(np.ones((4, 4), np.float32))).all()
    assert np.isfinite(of_type(events, FrameDrawn)[-1].samples).all()


def test_what_keeps_the_data_away_is_raised_and_progress_is_reported(plane_config, monkeypatch):
    def opening(config, device, report):
        report("Fetching", 0.5)
        raise DataError("There are no pictures.")

    heard = []
    monkeypatch.setattr("ganlib.trainer.open_data", opening)
    with pytest.raises(DataError, match="There are no pictures"):
        next(train(plane_config, report=lambda text, share: heard.append((text, share))))
    assert heard == [("Fetching", 0.5)]


def test_a_missing_gpu_is_refused_before_anything_is_prepared(plane_config, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ConfigError, match="No CUDA GPU"):
        next(train(changed(plane_config, {"device": "cuda"})))


def test_a_run_told_to_stop_while_its_data_are_fetched_ends_at_the_next_report(
    plane_config, monkeypatch
):
    def fetch(config, device, report):
        for share in (0.1, 0.2, 0.3):
            report("Downloading", share)
        raise AssertionError("it went on")

    heard, controls = [], Controls(plane_config)

    def hear(text, share):
        heard.append(share)
        if share == 0.2:
            controls.stop()

    monkeypatch.setattr("ganlib.trainer.open_data", fetch)
    assert list(train(plane_config, controls, hear)) == [RunEnded(0, "stopped")]
    assert heard == [0.1, 0.2]
