import gc
import itertools
import math
import threading
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from ganlib.algorithms import saved_plane
from ganlib.commands import ChangeSettings, Resume, Stop, TakeStep
from ganlib.controls import Controls
from ganlib.data.batches import Toy2dBatches
from ganlib.errors import ConfigError, DataError
from ganlib.events import (
    CheckpointSaved,
    CommandActed,
    DecoderPublished,
    FrameDrawn,
    PlanePublished,
    RunEnded,
    RunPrepared,
    StepCompleted,
)
from ganlib.latent import AutoregressiveDecoder
from ganlib.settings import changed
from ganlib.trainer import PICTURES_IN_A_FRAME, POINTS_IN_A_FRAME, train
from tests.ganlib.conftest import COVERING_FAMILIES, SINGLE_NETWORK_FAMILIES

NOISE = {"instance_noise": 0.1}
PENALTIES = {"r1_gamma": 0.5, "r2_gamma": 0.5, "gp_lambda": 1.0, "penalty_interval": 3}
MOMENT = [FrameDrawn, DecoderPublished, CheckpointSaved, PlanePublished]
"""What is told of a checkpoint in the plane."""
CORNERS = ((1.0, 1.0), (-1.0, -1.0))
ELSEWHERE = ((0.5, -0.5),)


@pytest.fixture(autouse=True)
def nothing_by_time(monkeypatch):
    """However slow the machine is, frames and games come at the saved frames only."""
    monkeypatch.setattr("ganlib.trainer.LONGEST_BETWEEN_FRAMES", math.inf)
    monkeypatch.setattr("ganlib.trainer.BETWEEN_PLANES", math.inf)


@pytest.fixture(
    params=["toy2d", "dcgan", *(one for one in COVERING_FAMILIES if not one.startswith("gan"))]
)
def any_config(request, family):
    """A run of every family in turn, the GANs with all that draws random numbers."""
    if request.param in SINGLE_NETWORK_FAMILIES:
        return family(request.param)
    return changed(request.getfixturevalue(f"{request.param}_config"), PENALTIES | NOISE)


@pytest.fixture(scope="module")
def known():
    """The metrics of runs that had nobody beside them, by their configurations."""
    return {}


@pytest.fixture
def alone(known, metrics_of):
    """The metrics of a run that has nobody beside it, which is trained once."""

    def metrics(config):
        if config not in known:
            known[config] = metrics_of(config)
        return known[config]

    return metrics


@pytest.fixture
def drawn(monkeypatch):
    """The batches in the plane that were drawn, in order."""
    draw, batches = Toy2dBatches.__next__, []

    def note(stream):
        batches.append(draw(stream))
        return batches[-1]

    monkeypatch.setattr(Toy2dBatches, "__next__", note)
    return batches


def of_type(events, kind):
    return [event for event in events if isinstance(event, kind)]


def frame_steps(events):
    return [event.step for event in of_type(events, FrameDrawn)]


def steered(config, controls, steer):
    """The events of a run that a function steers after each of them; 20 s at most."""
    patience, events = threading.Timer(20, controls.send, [Stop()]), []
    patience.start()
    for event in train(config, controls):
        events.append(event)
        steer(event)
    patience.cancel()
    return events


def test_a_run_prepares_draws_step_0_trains_and_ends(toy2d_config):
    prepared, frame, published, saved, snapshot, first, *_, end = train(toy2d_config)
    assert isinstance(prepared, RunPrepared)
    assert (prepared.device, prepared.real.shape) == ("cpu", (POINTS_IN_A_FRAME, 2))
    assert (frame.step, frame.samples.shape) == (0, (POINTS_IN_A_FRAME, 2))
    assert [type(one) for one in (frame, published, saved, snapshot)] == MOMENT
    assert {one.step for one in (frame, published, saved, snapshot)} == {0}
    assert saved.config == toy2d_config
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


def test_every_step_is_told_once_and_in_order(toy2d_config):
    events = list(train(toy2d_config))
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
    toy2d_config, frame_every, steps
):
    events = list(train(changed(toy2d_config, {"frame_every": frame_every})))
    assert frame_steps(events) == steps
    for kind in MOMENT:
        assert [event.step for event in of_type(events, kind)] == steps


def test_on_pictures_a_moment_is_a_frame_and_a_decoder(dcgan_config):
    events = list(train(dcgan_config))
    assert {type(event) for event in events} == {
        RunPrepared,
        StepCompleted,
        CheckpointSaved,
        RunEnded,
        *MOMENT[:2],
    }
    assert frame_steps(events) == [0, 1, 2, 4, 6, 12]


def test_on_pictures_a_state_is_saved_at_both_ends_and_by_the_clock(dcgan_config, monkeypatch):
    now = 0.0
    monkeypatch.setattr("ganlib.trainer.time", SimpleNamespace(monotonic=lambda: now))
    config = changed(dcgan_config, {"checkpoint_every": 20.0})
    # A young run is saved before it is twice as old as at the state before.
    for seconds, expected in [(0.4, [0, 2, 5, 11, 12]), (7, [0, 1, 3, 6, 9, 12])]:
        saved = []
        for event in train(config):
            if isinstance(event, StepCompleted):
                now += seconds
            if isinstance(event, CheckpointSaved):
                saved.append(event.step)
        assert saved == expected


def test_games_come_between_the_moments_when_the_last_one_is_old_and_change_nothing(
    toy2d_config, metrics_of, monkeypatch
):
    seldom = metrics_of(toy2d_config)
    monkeypatch.setattr("ganlib.trainer.BETWEEN_PLANES", 0.0)
    events = list(train(toy2d_config))
    assert [event.step for event in of_type(events, PlanePublished)] == list(range(21))
    assert [event.step for event in of_type(events, CheckpointSaved)] == [0, 1, 2, 4, 8, 16, 20]
    assert metrics_of(toy2d_config) == seldom


def test_a_slow_run_draws_more_often(toy2d_config, monkeypatch):
    monkeypatch.setattr("ganlib.trainer.LONGEST_BETWEEN_FRAMES", 0.0)
    monkeypatch.setattr("ganlib.trainer.LONGEST_IN_DRAWINGS", 0.0)
    assert frame_steps(train(toy2d_config)) == list(range(21))


def test_where_a_frame_takes_long_the_next_one_waits_twenty_times_as_long(family, monkeypatch):
    now = 0.0
    monkeypatch.setattr("ganlib.trainer.time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr("ganlib.trainer.LONGEST_BETWEEN_FRAMES", 1.0)
    config = changed(family("made"), {"total_steps": 100, "frame_every": 1000})
    decode = AutoregressiveDecoder.decode

    def slowly(decoder, z):
        nonlocal now
        now += 0.5
        return decode(decoder, z)

    monkeypatch.setattr(AutoregressiveDecoder, "decode", slowly)
    steps = []
    for event in train(config):
        if isinstance(event, StepCompleted):
            now += 1.0
        elif isinstance(event, FrameDrawn):
            steps.append(event.step)
    # Each takes half a second, so that ten seconds, or ten steps, pass before the next.
    assert steps == [0, 1, 2, 4, 8, 16, 27, 32, 43, 54, 64, 75, 86, 97, 100]


def test_a_frame_is_what_its_decoder_makes_of_the_same_z_each_time(toy2d_config):
    first, again = list(train(toy2d_config)), list(train(toy2d_config))
    frames = of_type(first, FrameDrawn)
    assert not np.array_equal(frames[0].samples, frames[-1].samples)
    for frame, other in zip(frames, of_type(again, FrameDrawn), strict=True):
        assert np.array_equal(frame.samples, other.samples)


def test_the_same_seed_gives_bitwise_the_same_metrics_and_another_does_not(
    any_config, alone, metrics_of
):
    first = alone(any_config)
    assert len(first) == any_config.total_steps
    assert metrics_of(any_config) == first
    other = alone(changed(any_config, {"seed": 1}))
    assert not set(other) & set(first)


def test_trap_37_two_runs_at_once_are_bitwise_the_runs_alone(any_config, alone, metrics_of):
    configs = [changed(any_config, {"seed": seed}) for seed in (0, 1)]
    together = {}
    start = threading.Barrier(2)

    def run(number):
        start.wait()
        together[number] = metrics_of(configs[number])

    threads = [threading.Thread(target=run, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[0], together[1]] == [alone(config) for config in configs]


def test_trap_17_drawing_frames_never_touches_the_training(any_config, alone, metrics_of):
    assert any_config.frame_every > 5
    assert metrics_of(changed(any_config, {"frame_every": 1})) == alone(any_config)


def test_training_leaves_the_global_random_states_alone(any_config):
    torch_state, numpy_state = torch.get_rng_state(), np.random.get_state()[1].copy()
    list(train(any_config))
    assert torch.equal(torch.get_rng_state(), torch_state)
    assert np.array_equal(np.random.get_state()[1], numpy_state)


@pytest.mark.parametrize("name", ["toy2d", "vae-2d", "made-2d"])
def test_trap_31_nothing_grows_over_230_steps(toy2d_config, family, name):
    config = changed(toy2d_config, {"r1_gamma": 0.1}) if name == "toy2d" else family(name)
    config = changed(config, {"total_steps": 300, "frame_every": 1000})
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
    assert len(new) < 200


def test_a_live_change_holds_from_the_next_step_and_is_told_exactly(toy2d_config):
    controls, events = Controls(toy2d_config), []
    for event in train(toy2d_config, controls):
        events.append(event)
        if isinstance(event, StepCompleted) and event.step == 5:
            controls.send(ChangeSettings({"loss": "wgan-gp", "lr_d": 0.01, "d_steps": 2}))
    (change,) = of_type(events, CommandActed)
    outcome = {
        **{"objective.loss": "wgan-gp", "objective.gp_lambda": 10.0},
        **{"optimisation.lr_d": 0.01, "optimisation.d_steps": 2},
    }
    assert change == CommandActed(5, ChangeSettings(outcome, number=1))
    assert events.index(change) < events.index(of_type(events, StepCompleted)[5])
    measured = [not math.isnan(one.metrics["d_gp"]) for one in of_type(events, StepCompleted)]
    assert measured == [False] * 5 + [True] * 15
    assert of_type(events, StepCompleted)[-1].images_seen == (5 + 2 * 15) * 8


def test_a_change_made_before_the_start_holds_from_the_first_step(toy2d_config):
    controls = Controls(toy2d_config)
    controls.send(ChangeSettings({"r1_gamma": 1.0}))
    events = list(train(toy2d_config, controls))
    assert of_type(events, CommandActed) == [
        CommandActed(0, ChangeSettings({"objective.r1_gamma": 1.0}, number=1))
    ]
    assert not math.isnan(of_type(events, StepCompleted)[0].metrics["d_r1"])


def test_a_refused_change_leaves_the_run_bitwise_as_it_would_have_been(toy2d_config, metrics_of):
    controls, metrics = Controls(toy2d_config), []
    for event in train(toy2d_config, controls):
        if isinstance(event, StepCompleted):
            metrics.append(repr(dict(event.metrics)))
            with pytest.raises(ConfigError):
                controls.send(ChangeSettings({"lr_d": 0.01, "batch_size": 4}))
    assert metrics == metrics_of(toy2d_config)


def test_a_live_change_of_points_reaches_the_data_at_the_next_step_and_the_stream_goes_on(
    toy2d_config, drawn
):
    config = changed(toy2d_config, {"name": "sketch", "points": CORNERS})
    list(train(config))
    unchanged = torch.stack(drawn)
    drawn.clear()
    controls, events = Controls(config), []
    for event in train(config, controls):
        events.append(event)
        if isinstance(event, StepCompleted) and event.step == 5:
            controls.send(ChangeSettings({"points": ELSEWHERE}))
    assert of_type(events, CommandActed) == [
        CommandActed(5, ChangeSettings({"data.points": ELSEWHERE}, number=1))
    ]
    batches = torch.stack(drawn)
    assert torch.equal(batches[:5], unchanged[:5])
    # The noise around the points stays what it was: its random numbers come from the same place.
    noise = unchanged[5:] - unchanged[5:].sign()
    assert noise.abs().max() < 0.2
    assert torch.allclose(batches[5:] - torch.tensor(ELSEWHERE[0]), noise, atol=1e-6)


def test_a_game_shows_the_points_that_held_when_it_was_played(toy2d_config):
    config = changed(toy2d_config, {"name": "sketch", "points": ELSEWHERE})
    controls, games = Controls(config), []
    for event in train(config, controls):
        if isinstance(event, PlanePublished):
            games.append(event)
            if event.step == 4:
                controls.send(ChangeSettings({"points": CORNERS}))
    for event in games:
        expected = ELSEWHERE[0] if event.step <= 4 else CORNERS[0]
        assert np.abs(event.plane.compute(())["real"]).mean(0) == pytest.approx(
            np.abs(expected), abs=0.01
        )


def test_threads_are_those_of_the_configuration_and_change_live(toy2d_config):
    def run():
        controls = Controls(toy2d_config)
        for event in train(toy2d_config, controls):
            if isinstance(event, StepCompleted):
                threads.append(torch.get_num_threads())
                if event.step == 2:
                    controls.send(ChangeSettings({"cpu_threads": 2}))

    threads = []
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert threads == [1, 1] + [2] * 18


def test_a_stopped_run_says_so_after_the_step_that_went_on(toy2d_config):
    controls, events = Controls(toy2d_config), []
    for event in train(toy2d_config, controls):
        events.append(event)
        if isinstance(event, StepCompleted) and event.step == 7:
            controls.send(Stop())
    assert events[-1] == RunEnded(7, "stopped")
    assert len(of_type(events, StepCompleted)) == 7


def test_a_paused_run_draws_each_single_step(toy2d_config):
    controls = Controls(toy2d_config)
    for target in ("d", "g", "both"):
        controls.send(TakeStep(target))

    def steer(event):
        if isinstance(event, DecoderPublished) and event.step == 3:
            controls.send(Stop())

    events = steered(toy2d_config, controls, steer)
    assert frame_steps(events) == [0, 1, 2, 3]
    d_alone, g_alone, both = of_type(events, StepCompleted)
    assert math.isnan(d_alone.metrics["g_loss"])
    assert math.isnan(g_alone.metrics["d_loss"])
    assert not any(math.isnan(both.metrics[name]) for name in ("d_loss", "g_loss"))
    frames = [frame.samples for frame in of_type(events, FrameDrawn)]
    assert np.array_equal(frames[0], frames[1])
    assert not np.array_equal(frames[1], frames[2])
    assert events[-1] == RunEnded(3, "stopped")


def test_steps_of_one_player_are_counted_and_the_moment_of_the_last_is_kept(toy2d_config):
    controls = Controls(toy2d_config)
    controls.send(TakeStep("d", 5))
    at_rest = []

    def steer(event):
        if isinstance(event, StepCompleted):
            at_rest.append(controls.at_rest)
        if isinstance(event, PlanePublished) and event.step == 5:
            controls.send(Stop())

    events = steered(toy2d_config, controls, steer)
    assert at_rest == [False] * 4 + [True]
    steps = of_type(events, StepCompleted)
    assert all(math.isnan(one.metrics["g_loss"]) for one in steps)
    assert not any(math.isnan(one.metrics["d_loss"]) for one in steps)
    for kind in MOMENT:
        assert [event.step for event in of_type(events, kind)] == [0, 1, 2, 4, 5]
    frames = [frame.samples for frame in of_type(events, FrameDrawn)]
    assert all(np.array_equal(samples, frames[0]) for samples in frames)
    assert events[-1] == RunEnded(5, "stopped")


def test_resuming_drops_the_steps_of_one_player_that_were_still_to_come(toy2d_config):
    controls = Controls(toy2d_config)
    controls.send(TakeStep("g", 1000))

    def steer(event):
        if isinstance(event, StepCompleted) and event.step == 3:
            controls.send(Resume())

    events = steered(toy2d_config, controls, steer)
    g_alone = [math.isnan(one.metrics["d_loss"]) for one in of_type(events, StepCompleted)]
    assert g_alone == [True] * 3 + [False] * 17
    assert events[-1] == RunEnded(20, "completed")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        PENALTIES | {"instance_noise": 0.3, "lr_decay": "linear"},
        {"loss": "wgan", "optimiser": "rmsprop", "d_steps": 2},
        {"loss": "rpgan", "updates": "simultaneous", "spectral_norm": True},
        {"pack": 2, "minibatch_stddev": True, "g_steps": 2, "ema_half_life": 0},
        {"unrolled_steps": 2},
        {"loss": "hinge", "lecam_lambda": 0.3, "dragan_lambda": 1.0},
        {"name": "sketch", "points": CORNERS},
    ],
)
def test_trap_21_a_run_that_goes_on_from_a_checkpoint_is_bitwise_the_rest_of_it(
    toy2d_config, changes
):
    config = changed(toy2d_config, changes)
    whole = list(train(config))
    for step in (0, 8):
        rest = assert_goes_on(whole, config, step)
        _, *checkpoint, first = rest[:6]
        assert [(type(one), one.step) for one in checkpoint] == [(kind, step) for kind in MOMENT]
        assert first.step == step + 1


def test_trap_21_so_it_is_in_every_family(each_family, monkeypatch):
    monkeypatch.setattr("ganlib.trainer._Checkpoints.due", lambda self: True)
    config = changed(each_family, {"frame_every": 5})
    whole = list(train(config))
    for step in (0, 5):
        assert_goes_on(whole, config, step)


def assert_goes_on(whole, config, step):
    """From the moment of that step the run goes on bitwise as the whole did; its events."""
    (saved,) = (one for one in of_type(whole, CheckpointSaved) if one.step == step)
    rest = list(train(config, start=saved))
    metrics = [repr(one) for one in of_type(whole, StepCompleted)]
    assert [repr(one) for one in of_type(rest, StepCompleted)] == metrics[step:]
    assert rest[-1] == whole[-1] == RunEnded(config.total_steps, "completed")
    assert np.array_equal(
        of_type(rest, FrameDrawn)[-1].samples, of_type(whole, FrameDrawn)[-1].samples
    )
    end, expected = (
        of_type(rest, CheckpointSaved)[-1].state,
        of_type(whole, CheckpointSaved)[-1].state,
    )
    assert end.keys() == expected.keys()
    assert all(np.array_equal(end[name], expected[name]) for name in end)
    return rest


def test_going_on_leaves_the_checkpoint_as_it_was(toy2d_config):
    saved = of_type(train(toy2d_config), CheckpointSaved)[3]
    before = {name: value.copy() for name, value in saved.state.items()}
    list(train(toy2d_config, start=saved))
    assert all(np.array_equal(saved.state[name], before[name]) for name in before)


def test_a_run_that_goes_on_may_last_longer_and_have_other_settings(toy2d_config):
    whole = list(train(toy2d_config))
    saved = of_type(whole, CheckpointSaved)[-1]
    config = changed(toy2d_config, {"total_steps": 30, "lr_d": 0.01, "batch_size": 16})
    rest = of_type(train(config, start=saved), StepCompleted)
    assert [one.step for one in rest] == list(range(21, 31))
    assert [one.images_seen for one in rest] == [160 + 16 * i for i in range(1, 11)]


def test_a_checkpoint_has_the_settings_that_held_in_it_and_not_those_to_come(toy2d_config):
    controls, events = Controls(toy2d_config), []
    for event in train(toy2d_config, controls):
        events.append(event)
        if isinstance(event, StepCompleted) and event.step == 8:
            controls.send(ChangeSettings({"loss": "lsgan"}))
    assert of_type(events, CommandActed) == [
        CommandActed(8, ChangeSettings({"objective.loss": "lsgan"}, number=1))
    ]
    losses = {
        one.step: one.config.algorithm.objective.loss for one in of_type(events, CheckpointSaved)
    }
    assert (losses[8], losses[16], losses[20]) == ("ns", "lsgan", "lsgan")
    saved, published = (
        {one.step: one for one in of_type(events, kind)}[8]
        for kind in (CheckpointSaved, PlanePublished)
    )
    forces = [one.compute(["forces"])["forces"] for one in (saved_plane(saved), published.plane)]
    assert np.array_equal(*forces)


def test_single_steps_end_a_run_at_its_last_step(toy2d_config):
    controls = Controls(changed(toy2d_config, {"total_steps": 2}))
    for _ in range(5):
        controls.send(TakeStep())
    events = list(train(controls.config, controls))
    assert events[-1] == RunEnded(2, "completed")


def test_trap_32_a_nan_ends_the_run_as_diverged_with_finite_weights(toy2d_config, monkeypatch):
    draw, numbers = Toy2dBatches.__next__, itertools.count(1)
    monkeypatch.setattr(
        Toy2dBatches, "__next__", lambda it: draw(it) * (1 if next(numbers) <= 11 else math.nan)
    )
    events = list(train(toy2d_config))
    end = events[-1]
    assert (end.step, end.outcome) == (11, "diverged")
    assert end.message.startswith("The loss of the discriminator became nan: the run diverged.")
    assert end.message.endswith("(η_D), now 0.001 and 0.001, or Gradient penalty R1 (γ) at 1.")
    assert [event.step for event in of_type(events, StepCompleted)] == list(range(1, 12))
    last = of_type(events, DecoderPublished)[-1]
    assert last.step == 8
    assert np.isfinite(last.decoder.decode(np.ones((4, 4), np.float32))).all()
    assert np.isfinite(of_type(events, FrameDrawn)[-1].samples).all()


def test_what_keeps_the_data_away_is_raised_and_progress_is_reported(toy2d_config, monkeypatch):
    def opening(config, device, report):
        report("Fetching", 0.5)
        raise DataError("There are no pictures.")

    reports = []
    monkeypatch.setattr("ganlib.trainer.open_data", opening)
    with pytest.raises(DataError, match="There are no pictures"):
        next(train(toy2d_config, report=lambda text, share: reports.append((text, share))))
    assert reports == [("Fetching", 0.5)]


def test_a_missing_gpu_is_refused_before_anything_is_prepared(toy2d_config, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ConfigError, match="No CUDA GPU"):
        next(train(changed(toy2d_config, {"device": "cuda"})))


def test_a_run_told_to_stop_while_its_data_are_fetched_ends_at_the_next_report(
    toy2d_config, monkeypatch
):
    def fetch(config, device, report):
        for share in (0.1, 0.2, 0.3):
            report("Downloading", share)
        raise AssertionError("it went on")

    reports, controls = [], Controls(toy2d_config)

    def hear(text, share):
        reports.append(share)
        if share == 0.2:
            controls.send(Stop())

    monkeypatch.setattr("ganlib.trainer.open_data", fetch)
    assert list(train(toy2d_config, controls, hear)) == [
        CommandActed(0, Stop(number=1)),
        RunEnded(0, "stopped"),
    ]
    assert reports == [0.1, 0.2]
