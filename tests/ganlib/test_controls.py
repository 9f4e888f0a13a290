import math
import re
import threading
import time

import pytest

from ganlib.commands import ChangeSettings, Command, LimitSpeed, Pause, Resume, Stop, TakeStep
from ganlib.config import RunConfig
from ganlib.controls import MOST_WAITING, Controls
from ganlib.errors import ConfigError
from ganlib.settings import all_settings, changed, find_settings, live_settings

LIVE_CHANGES = {
    "loss": "hinge",
    "r1_gamma": 1.0,
    "r2_gamma": 2.0,
    "gp_lambda": 3.0,
    "dragan_lambda": 4.0,
    "lecam_lambda": 0.2,
    "auxiliary_lambda": 0.5,
    "weight_clip": 0.1,
    "lr_g": 1e-4,
    "lr_d": 2e-4,
    "d_steps": 5,
    "g_steps": 4,
    "norms_every": 10,
    "augment_p": 0.3,
    "ada_target": 0.6,
    "cpu_threads": 2,
    "points": ((0.5, -0.5), (1.0, 1.3)),
}
NEEDED = {"weight_clip": {"loss": "wgan"}, "points": {"name": "sketch", "points": ((0.0, 0.0),)}}
"""What some of them can only change beside."""
OF_PICTURES = {"augment_p", "ada_target"}


class Turns(list):
    """The turns that a thread takes until it is stopped, each as (players, time)."""

    def __init__(self, controls):
        super().__init__()
        self.controls = controls
        self.thread = threading.Thread(target=self.take, daemon=True)

    def take(self):
        while target := next_turn(self.controls):
            self.append((target, time.monotonic()))


@pytest.fixture
def controls(toy2d_config):
    return Controls(toy2d_config)


@pytest.fixture
def turns(controls):
    turns = Turns(controls)
    yield turns
    controls.send(Stop())
    if turns.thread.ident is not None:
        turns.thread.join(5)
    assert not turns.thread.is_alive()


def wait_until(fact, seconds=5.0):
    end = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.002)


def wait_until_it_waits(controls):
    """Until the thread that takes turns was given the last one that there is for now."""
    wait_until(lambda: controls._wake._waiters)


def next_turn(controls):
    """Who moves next, or None at the end; commands that act before are passed over."""
    while isinstance(turn := controls.wait(), Command):
        pass
    return turn


def pending_changes(controls):
    return [one.values for one in controls.pending]


def addressed(config, values):
    """The same values by address, as a change is written down."""
    settings = find_settings(config)
    return {settings[name].address: value for name, value in values.items()}


def value_of(config, name):
    return next(one.value for one in all_settings(config) if one.name == name)


@pytest.mark.parametrize("name", LIVE_CHANGES)
def test_a_live_setting_changes_and_nothing_else_does(toy2d_config, name):
    config = RunConfig() if name in OF_PICTURES else toy2d_config
    base = changed(config, NEEDED.get(name, {}))
    controls = Controls(base)
    controls.send(ChangeSettings({name: LIVE_CHANGES[name]}))
    acting = addressed(base, {name: LIVE_CHANGES[name]})
    assert controls.pending == (ChangeSettings(acting, number=1),)
    assert controls.config == changed(base, {name: LIVE_CHANGES[name]})


def test_every_live_setting_is_tried_above(controls):
    assert {one.name for one in live_settings(controls.config)} == set(LIVE_CHANGES)


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        ({}, {"loss": "wgan"}, {"loss": "wgan", "weight_clip": 0.01}),
        ({}, {"loss": "wgan-gp"}, {"loss": "wgan-gp", "gp_lambda": 10.0}),
        ({}, {"loss": "wgan-gp", "gp_lambda": 0.1}, {"loss": "wgan-gp", "gp_lambda": 0.1}),
        ({}, {"loss": "hinge"}, {"loss": "hinge"}),
        ({"loss": "wgan"}, {"loss": "ns"}, {"loss": "ns", "weight_clip": 0.0}),
        (
            {"loss": "wgan"},
            {"loss": "wgan-gp"},
            {"loss": "wgan-gp", "weight_clip": 0.0, "gp_lambda": 10.0},
        ),
        ({}, {"lr_d": "0.01", "d_steps": "2"}, {"lr_d": 0.01, "d_steps": 2}),
        ({"lr_d": 0.01}, {"lr_d": 0.01, "lr_g": 0.01}, {"lr_g": 0.01}),
        ({}, {"optimisation.lr_d": 0.01}, {"lr_d": 0.01}),
    ],
)
def test_a_change_tells_what_changed_companions_included(controls, first, then, expected):
    controls.send(ChangeSettings(first))
    controls.send(ChangeSettings(then))
    assert pending_changes(controls)[-1] == addressed(controls.config, expected)


def test_changes_between_two_steps_act_one_after_the_other(controls):
    changes = [{"lr_d": 0.01}, {"lr_g": 0.02}, {"lr_d": 0.03}]
    for values in changes:
        controls.send(ChangeSettings(values))
    acting = [controls.wait() for _ in changes]
    assert acting == [
        ChangeSettings(addressed(controls.config, values), number=n)
        for n, values in enumerate(changes, 1)
    ]
    assert controls.wait() == "both"
    assert value_of(controls.config, "lr_d") == 0.03


def test_a_loss_is_told_with_what_it_has_beside_it_that_is_not_the_usual(toy2d_config):
    controls = Controls(changed(toy2d_config, {"gp_lambda": 0.5}))
    controls.send(ChangeSettings({"loss": "wgan-gp", "gp_lambda": 0.5}))
    assert pending_changes(controls) == [{"objective.loss": "wgan-gp", "objective.gp_lambda": 0.5}]
    again = Controls(changed(toy2d_config, {"gp_lambda": 0.5}))
    again.send(controls.pending[0])
    assert again.config == controls.config


@pytest.mark.parametrize(
    "command",
    [
        Resume(),
        LimitSpeed(None),
        ChangeSettings({}),
        ChangeSettings({"lr_d": 1e-3}),
    ],
    ids=repr,
)
def test_what_changes_nothing_does_not_act(controls, command):
    controls.send(command)
    assert controls.pending == ()


def test_what_is_so_already_does_not_act_again(controls):
    for command in (Pause(), Pause(), LimitSpeed(5.0), LimitSpeed(5.0), Stop(), Stop(), Resume()):
        controls.send(command)
    assert controls.pending == (Pause(number=1), LimitSpeed(5.0, number=2), Stop(number=3))


def test_commands_are_numbered_on_from_those_before(toy2d_config):
    controls = Controls(toy2d_config, number=7)
    controls.send(TakeStep("d"))
    controls.send(TakeStep("g", number=12))
    controls.send(TakeStep("both"))
    assert [(one.target, one.number) for one in controls.pending] == [
        ("d", 8),
        ("g", 12),
        ("both", 13),
    ]


def test_a_command_that_comes_twice_acts_once(controls):
    for _ in range(3):
        controls.send(TakeStep("d", 2, number=1))
    assert [next_turn(controls), next_turn(controls), controls.at_rest] == ["d", "d", True]
    controls.send(TakeStep("d", 2, number=1))
    assert controls.at_rest


def test_a_command_is_pending_until_the_next_is_waited_for(controls):
    controls.send(TakeStep())
    assert controls.wait() == TakeStep(number=1)
    assert controls.pending == (TakeStep(number=1),)
    assert controls.wait() == "both"
    assert controls.pending == ()


def test_more_than_so_many_commands_for_steps_are_passed_over(controls):
    for _ in range(MOST_WAITING + 5):
        controls.send(TakeStep("g"))
    assert len(controls.pending) == MOST_WAITING


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"lr_d": 5}, "Learning rate of D (η_D) is 5, but must be at most 0.1"),
        ({"lr_d": math.nan}, "Learning rate of D (η_D) must be a finite number"),
        ({"lr_d": 0.01, "d_steps": 0}, "Updates of D in a step (k) is 0"),
        ({"lr_d": 0.01, "batch_size": 16}, "Batch size (N) cannot change while a run goes on"),
        ({"loss": "wgan", "weight_clip": 0}, "without Weight clipping (c): set it to 0.01"),
        ({"loss": "nothing"}, "Loss is 'nothing'"),
        ({"nothing": 1}, "nothing cannot change"),
    ],
)
def test_a_refused_change_changes_nothing(controls, values, words):
    before = controls.config
    with pytest.raises(ConfigError, match=re.escape(words)):
        controls.send(ChangeSettings(values))
    assert controls.config is before
    assert controls.pending == ()


def test_what_needs_a_new_run_is_refused_even_at_its_present_value(controls):
    fixed = [one for one in all_settings(controls.config) if not one.live]
    assert len(fixed) > 15
    for one in fixed:
        words = re.escape(one.title) + " cannot change .* start a new run"
        with pytest.raises(ConfigError, match=words):
            controls.send(ChangeSettings({one.name: one.value}))


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ([], "draw at least one point"),
        ([[0, 0]] * 2001, "There are 2,001 points"),
        ([[0, 2]], "must be at most 1.3"),
    ],
)
def test_refused_points_leave_the_sketch_as_it_was(toy2d_config, points, words):
    controls = Controls(changed(toy2d_config, NEEDED["points"]))
    with pytest.raises(ConfigError, match=words):
        controls.send(ChangeSettings({"points": points}))
    assert controls.config.data.points == ((0.0, 0.0),)
    assert controls.pending == ()


def test_points_change_nothing_where_nothing_is_sketched(controls):
    controls.send(ChangeSettings({"points": [[0, 0]]}))
    assert controls.config.data.points == ()
    assert controls.pending == ()


def test_changes_of_many_threads_all_act_in_the_order_of_their_numbers(controls):
    names, start = ["lr_d", "lr_g", "r1_gamma", "r2_gamma"], threading.Barrier(4)

    def change(name):
        start.wait()
        for value in range(1, 31):
            controls.send(ChangeSettings({name: (value + 20) / 1e4}))

    controls.send(Pause())  # The reader is to wait for commands, and take no step.
    threads = [threading.Thread(target=change, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    acted = [controls.wait() for _ in range(1 + 4 * 30)]
    for thread in threads:
        thread.join()
    assert [one.number for one in acted] == [*range(1, 122)]
    assert {name: value_of(controls.config, name) for name in names} == dict.fromkeys(names, 0.005)


def test_a_run_that_nobody_steers_never_waits(controls):
    assert [next_turn(controls) for _ in range(1000)] == ["both"] * 1000
    assert controls.paused_seconds == 0
    assert not controls.at_rest
    assert not controls.stopping


def test_a_paused_run_waits_until_it_goes_on(controls, turns):
    controls.send(Pause())
    assert controls.at_rest
    turns.thread.start()
    wait_until_it_waits(controls)
    assert turns == []
    controls.send(TakeStep())
    wait_until(lambda: len(turns) == 1, seconds=1)
    controls.send(Resume())
    assert not controls.at_rest
    wait_until(lambda: len(turns) > 10)


def test_single_steps_move_who_is_asked_for_and_leave_the_run_paused(controls, turns):
    for target in ("d", "g", "both"):
        controls.send(TakeStep(target))
    controls.send(TakeStep())
    turns.thread.start()
    wait_until(lambda: len(turns) == 4)
    wait_until_it_waits(controls)
    assert [target for target, _ in turns] == ["d", "g", "both", "both"]


def test_counted_steps_are_taken_to_the_last_one_and_then_the_run_rests(controls, turns):
    controls.send(TakeStep("d", 5))
    controls.send(TakeStep("g", 2))
    assert not controls.at_rest
    turns.thread.start()
    wait_until(lambda: len(turns) == 7)
    wait_until_it_waits(controls)
    assert [target for target, _ in turns] == ["d"] * 5 + ["g"] * 2
    assert controls.at_rest


def test_a_run_rests_once_the_last_step_that_was_asked_for_is_given_out(controls):
    assert not controls.at_rest
    controls.send(Pause())
    assert controls.at_rest
    controls.send(TakeStep("d", 3))
    rests = []
    for _ in range(3):
        assert next_turn(controls) == "d"
        rests.append(controls.at_rest)
    assert rests == [False, False, True]


def test_resuming_drops_the_steps_that_were_still_to_come(controls):
    controls.send(TakeStep("d", 5))
    controls.send(TakeStep("g", 5))
    assert [next_turn(controls) for _ in range(2)] == ["d", "d"]
    controls.send(Resume())
    assert not controls.at_rest
    assert [next_turn(controls) for _ in range(20)] == ["both"] * 20
    controls.send(Pause())
    assert controls.at_rest


def test_a_single_step_pauses_a_run_that_goes_on(controls, turns):
    turns.thread.start()
    wait_until(lambda: len(turns) > 10)
    controls.send(TakeStep("g"))
    wait_until(lambda: "g" in [target for target, _ in turns[-3:]])
    wait_until_it_waits(controls)
    assert turns[-1][0] == "g"


def test_after_stop_there_is_no_turn_not_even_one_that_was_asked_for(controls):
    controls.send(TakeStep())
    controls.send(Stop())
    assert controls.stopping
    assert next_turn(controls) is None
    controls.send(Resume())
    assert next_turn(controls) is None


@pytest.mark.parametrize("wait", ["paused", "slow"])
def test_a_run_that_waits_stops_at_once(controls, turns, wait):
    if wait == "paused":
        controls.send(Pause())
    else:
        controls.send(LimitSpeed(0.01))
    turns.thread.start()
    wait_until_it_waits(controls)
    controls.send(Stop())
    turns.thread.join(20)  # A slow turn would last 100 s, and a pause for ever.
    assert not turns.thread.is_alive()


def test_speed_is_limited(controls, turns):
    controls.send(LimitSpeed(20))
    turns.thread.start()
    wait_until(lambda: len(turns) >= 10, seconds=60)
    controls.send(Pause())
    taken = len(turns)
    seconds = turns[-1][1] - turns[0][1]
    # A busy machine may take longer, never less.
    assert taken <= 20 * seconds + 2


def test_time_lost_is_not_caught_up_with_a_burst(controls):
    controls.send(LimitSpeed(10))
    assert next_turn(controls) == "both"
    time.sleep(0.5)
    start = time.monotonic()
    for _ in range(4):
        next_turn(controls)
    # The first is due at once, the three others a tenth of a second each, or more if all is busy.
    assert time.monotonic() - start > 0.28


def test_a_limit_can_be_lifted_while_the_run_waits_for_it(controls, turns):
    controls.send(LimitSpeed(0.01))
    turns.thread.start()
    wait_until(lambda: len(turns) == 1)
    wait_until_it_waits(controls)
    assert len(turns) == 1
    controls.send(LimitSpeed(None))
    wait_until(lambda: len(turns) > 100, seconds=1)


@pytest.mark.parametrize("slow", [False, True])
def test_pauses_are_timed_even_those_that_interrupt_a_slow_turn(controls, turns, slow):
    if slow:
        controls.send(LimitSpeed(0.01))
    turns.thread.start()
    wait_until(lambda: len(turns) >= 1)
    if slow:
        wait_until_it_waits(controls)
    begin = time.monotonic()
    controls.send(Pause())
    wait_until_it_waits(controls)
    controls.send(Resume())
    wait_until(lambda: controls.paused_seconds > 0)
    assert 0 < controls.paused_seconds <= time.monotonic() - begin
