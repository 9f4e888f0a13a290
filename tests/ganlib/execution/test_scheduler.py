"""Cases worked out by hand: two slots, runs by letters, owners by names."""

import math

import pytest

from ganlib.errors import QueueFullError, RunError
from ganlib.execution.scheduler import Scheduler


@pytest.fixture
def two():
    """Two slots, and room for four."""
    return Scheduler(slots=2, room=4)


def come(scheduler, *runs, owner="", **how):
    """Runs come one by one, or together as one word of several letters; who goes on at last."""
    begun = []
    for word in runs:
        scheduler.reserve(list(word), owner, **how)
        begun += scheduler.arrive(list(word))
    return begun


def test_slots_are_given_in_the_order_in_which_runs_come(two):
    assert come(two, "a", "b", "c", "d") == ["a", "b"]
    assert (two.running, two.waiting) == (("a", "b"), ("c", "d"))
    assert [two.place(one) for one in "abcdx"] == [0, 0, 1, 2, 0]
    assert two.leave("b") == ["c"]
    assert two.leave("d") == []
    assert (two.running, two.waiting) == (("a", "c"), ())


def test_a_paused_run_holds_no_slot(two):
    come(two, "a", "b", "c")
    assert two.pause("a") == ["c"]
    assert (two.running, two.paused) == (("b", "c"), ("a",))
    assert two.pause("a") == []
    assert two.place("a") == 0


def test_who_resumes_stands_first_and_takes_no_slot_from_anyone(two):
    come(two, "a", "b", "c", "d")
    two.pause("a")
    assert two.resume("a") == []
    assert two.waiting == ("a", "d")
    assert two.leave("b") == ["a"]
    assert two.running == ("c", "a")


def test_who_resumes_where_a_slot_is_free_goes_on_at_once(two):
    come(two, "a")
    two.pause("a")
    assert two.resume("a") == ["a"]
    assert two.resume("a") == []
    assert two.resume("b") == []


def test_a_run_that_waits_and_is_paused_leaves_the_queue(two):
    come(two, "a", "b", "c", "d")
    assert two.pause("c") == []
    assert two.waiting == ("d",)
    assert two.leave("a") == ["d"]
    assert two.resume("c") == []
    assert two.leave("b") == ["c"]


def test_who_resumes_and_pauses_again_waits_no_longer(two):
    come(two, "a", "b", "c")
    two.pause("a")
    two.resume("a")
    assert two.pause("a") == []
    assert two.leave("b") == []
    assert (two.running, two.paused) == (("c",), ("a",))


def test_each_owner_has_a_queue_and_who_has_the_fewest_slots_is_next(two):
    come(two, "a", "b", "c", owner="Ada")
    come(two, "d", "e", owner="Bo")
    # Ada holds both slots, then Bo holds one as she does, and she came first.
    assert two.waiting == ("d", "e", "c")
    assert two.leave("a") == ["d"]
    assert two.waiting == ("c", "e")
    assert two.leave("d") == ["e"]
    assert two.leave("b") == ["c"]


def test_who_resumes_is_the_first_of_its_owner_alone(two):
    come(two, "a", "b", owner="Ada")
    come(two, "c", owner="Bo")
    come(two, "d", owner="Ada")
    two.pause("a")  # c begins.
    two.resume("a")
    assert two.waiting == ("a", "d")
    assert two.leave("c") == ["a"]


def test_a_run_that_is_trained_on_stands_first_too(two):
    come(two, "a", "b", "c")
    assert come(two, "d", resumes=True) == []
    assert two.waiting == ("d", "c")


def test_one_slot_is_enough_for_all_that_begin_together(two):
    come(two, "a")
    assert come(two, "bc") == ["b", "c"]
    assert two.running == ("a", "b", "c")
    come(two, "de", "f")
    assert two.waiting == ("d", "e", "f")
    assert two.leave("a") == []
    assert two.leave("b") == ["d", "e"]


def test_who_is_left_of_those_that_wait_together_waits_as_one(two):
    come(two, "a", "b", "cd", "e")
    assert two.leave("c") == []
    assert (two.place("d"), two.place("e")) == (1, 2)
    assert two.leave("a") == ["d"]


def test_more_than_there_is_room_for_are_refused_and_none_of_them_waits(two):
    come(two, "a", "b", "c", "d", "e")
    with pytest.raises(QueueFullError, match="2 going on, 3 waiting"):
        come(two, "fg")
    assert come(two, "f") == []
    with pytest.raises(QueueFullError, match="2 going on, 4 waiting"):
        come(two, "g")
    assert two.waiting == ("c", "d", "e", "f")
    assert two.leave("a") == ["c"]
    come(two, "g")


def test_paused_runs_take_room_as_well_for_their_networks_are_kept(two):
    come(two, "a", "b", "c", "d", "e")
    two.pause("a")
    two.pause("b")
    assert two.running == ("c", "d")
    come(two, "f")
    with pytest.raises(QueueFullError, match="2 going on, 2 waiting, 2 paused"):
        come(two, "g")


def test_without_room_runs_come_as_long_as_a_slot_is_free():
    one = Scheduler(slots=1, room=0)
    assert come(one, "a") == ["a"]
    with pytest.raises(QueueFullError):
        come(one, "b")
    one.leave("a")
    assert come(one, "b") == ["b"]


def test_a_run_that_is_being_written_down_has_its_place_and_holds_up_nobody(two):
    for one in "abc":
        two.reserve([one])
    assert two.waiting == ("a", "b", "c")
    assert two.arrive(["c"]) == ["c"]
    assert two.arrive(["b"]) == ["b"]
    assert two.arrive(["a"]) == []
    assert two.waiting == ("a",)
    assert two.leave("c") == ["a"]


def test_a_place_that_was_given_is_counted():
    one = Scheduler(slots=1, room=1)
    one.reserve(["a"])
    one.reserve(["b"])
    with pytest.raises(QueueFullError):
        one.reserve(["c"])
    assert one.leave("a") == []
    one.reserve(["c"])


def test_of_those_that_come_together_one_may_leave_before_they_are_written_down(two):
    two.reserve(["a", "b"])
    two.leave("a")
    assert two.arrive(["a", "b"]) == ["b"]


def test_nobody_comes_twice(two):
    come(two, "a")
    with pytest.raises(RunError, match="goes on already"):
        two.reserve(["b", "a"])
    two.pause("a")
    with pytest.raises(RunError, match="goes on already"):
        two.reserve(["a"])
    two.leave("a")
    assert come(two, "b", "a") == ["b", "a"]


def test_when_a_run_begins_follows_from_what_is_left_of_the_others(two):
    come(two, "a", "b", "c", "d", "e")
    left = {"a": 60.0, "b": 100.0, "c": 30.0}
    # c begins when a ends, and ends before b does; d begins then, and e when b ends.
    assert [two.seconds_until(one, left) for one in "cde"] == [60, 90, 100]
    assert two.seconds_until("a", left) == math.inf


def test_nobody_knows_when_a_run_begins_behind_one_whose_end_is_unknown(two):
    come(two, "a", "b", "c", "d", "e")
    assert [two.seconds_until(one, {"a": 60.0}) for one in "cde"] == [60, math.inf, math.inf]


def test_a_slot_is_free_again_only_when_enough_of_those_that_began_together_have_ended(two):
    come(two, "a", "bc", "d")
    left = {"a": 10.0, "b": 20.0, "c": 30.0}
    assert two.seconds_until("d", left) == 20


def test_paused_runs_that_nobody_has_visited_for_long_are_named(two):
    come(two, "a", "b", "c")
    for one in "abc":
        two.pause(one)
    two.resume("c")
    visited = {"a": 100.0, "b": 700.0, "c": 0.0}
    assert two.unwatched(visited, before=500.0) == ["a"]
    assert two.unwatched({}, before=500.0) == ["a", "b"]
