from types import SimpleNamespace

import pytest

from dashboard import clicks


@pytest.fixture
def session(monkeypatch):
    """A visitor's session state, and a clock that stands still."""
    one = SimpleNamespace(session_state={}, now=100.0)
    monkeypatch.setattr(clicks, "st", one)
    monkeypatch.setattr(clicks, "time", SimpleNamespace(monotonic=lambda: one.now))
    return one


@pytest.mark.usefixtures("session")
def test_a_problem_is_told_once():
    clicks.report("The queue is full.")
    assert clicks.take_problem() == "The queue is full."
    assert clicks.take_problem() == ""


@pytest.mark.parametrize(("wait", "double"), [(0.0, True), (0.7, True), (0.9, False)])
def test_two_presses_within_a_moment_are_one(session, wait, double):
    assert not clicks.is_double_click("start")
    session.now += wait
    assert not clicks.is_double_click("fork")
    assert clicks.is_double_click("start") is double


def test_a_press_right_after_a_slow_answer_is_still_the_same_one(session):
    assert not clicks.is_double_click("start")
    session.now += 10
    clicks.note_answer()
    session.now += 0.7
    assert clicks.is_double_click("start")
    session.now += 0.9
    clicks.note_answer()
    session.now += 0.9
    assert not clicks.is_double_click("start")


def test_a_page_that_answers_no_press_leaves_the_last_one_as_it_was(session):
    clicks.is_double_click("start")
    clicks.note_answer()
    session.now += 0.9
    clicks.note_answer()
    assert not clicks.is_double_click("start")


def test_the_first_press_of_a_session_counts_even_on_a_young_machine(session):
    session.now = 0.1
    assert not clicks.is_double_click("start")
