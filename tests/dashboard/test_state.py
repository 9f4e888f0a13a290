from types import SimpleNamespace

import pytest

from dashboard import clicks, state


@pytest.fixture
def session(monkeypatch):
    """A visitor's session state and query parameters."""
    one = SimpleNamespace(session_state={}, query_params={})
    monkeypatch.setattr(state, "st", one)
    monkeypatch.setattr(clicks, "st", one)
    return one


def test_the_run_in_the_url_is_watched(session):
    session.query_params["run"] = "shared"
    state.keep_run_in_url()
    assert session.session_state["run"] == "shared"


def test_the_url_wins_over_the_session(session):
    session.query_params["run"] = "shared"
    session.session_state["run"] = "mine"
    state.keep_run_in_url()
    assert session.session_state["run"] == session.query_params["run"] == "shared"


def test_a_page_that_loses_the_run_from_its_url_gets_it_back(session):
    session.session_state["run"] = "mine"
    state.keep_run_in_url()
    assert session.query_params == {"run": "mine"}


def test_a_new_visitor_has_a_plain_url(session):
    state.keep_run_in_url()
    assert session.query_params == {}


def test_watching_a_run_puts_it_in_the_url_and_watching_none_takes_it_out(session):
    state.watch("abc")
    assert session.query_params == {"run": "abc"}
    state.watch(None)
    assert session.query_params == {}
    state.keep_run_in_url()
    assert session.query_params == {}


def test_watching_none_twice_is_no_fault(session):
    state.watch(None)
    state.watch(None)
    assert session.query_params == {}


def test_the_watched_run_is_the_one_of_that_id(session, hold_run):
    hold_run()
    run = hold_run()
    state.watch(run.run_id)
    assert state.watched_run() is run


@pytest.mark.usefixtures("session")
def test_who_watches_nothing_has_no_run():
    assert state.watched_run() is None
    assert clicks.take_problem() == ""


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize("run_id", ["gone", "", "x" * 5000, "../../etc", "<b>"])
def test_an_unknown_run_is_let_go_with_a_sentence(session, run_id):
    state.watch(run_id)
    assert state.watched_run() is None
    assert session.query_params == {}
    problem = clicks.take_problem()
    assert problem.startswith("There is no run ")
    assert len(problem) < 200
    assert state.watched_run() is None
    assert clicks.take_problem() == ""


def test_the_default_preset_is_chosen_until_another_is(session):
    assert state.chosen_preset() == "digits"
    state.choose_preset("ring")
    assert state.chosen_preset() == "ring"
    session.session_state["preset"] = "no such preset"
    assert state.chosen_preset() == "digits"


@pytest.mark.usefixtures("session")
def test_a_session_has_the_sketch_of_the_preset_until_it_draws_its_own():
    assert state.sketch(((0.5, 0.5),)) == ((0.5, 0.5),)
    state.keep_sketch([[1.0, 0.0]])
    assert state.sketch(((0.5, 0.5),)) == [[1.0, 0.0]]
    state.keep_sketch([])
    assert state.sketch(((0.5, 0.5),)) == []


@pytest.mark.usefixtures("session")
def test_what_was_read_is_kept_for_the_question_it_answers():
    pictures = object()
    assert state.reading("first") is None
    state.keep_reading("first", pictures)
    assert state.reading("first") is pictures
    assert state.reading("second") is None


def test_forgetting_an_upload_empties_its_widget_and_lets_go_of_what_was_read(session):
    before = state.upload_number()
    state.keep_reading("first", object())
    state.forget_upload()
    assert state.upload_number() != before
    assert state.reading("first") is None
    assert state.READING not in session.session_state


def test_the_open_tab_is_of_one_run(session, hold_run):
    one, other = hold_run(), hold_run()
    state.open_tab(one, "JSON")
    assert state.tabs_key(one) != state.tabs_key(other)
    assert session.session_state == {state.tabs_key(one): "JSON"}


def test_strokes_are_counted_for_each_run(session, hold_run):
    one, other = hold_run(), hold_run()
    state.take_strokes(one, 3)
    assert (state.strokes_taken(one), state.strokes_taken(other)) == (3, 0)


def test_an_old_url_does_not_bring_back_a_run_that_was_left(hold_run, visit):
    first, second = hold_run(), hold_run()
    app = visit(first.run_id)
    app.button(key="new-run").click().run()
    assert app.button(key="start")
    app.query_params["run"] = first.run_id  # a rerun asked for before the browser knew
    app.run()
    assert app.button(key="start")
    assert "run" not in app.query_params
    app.query_params["run"] = second.run_id  # a link that someone sent
    app.run()
    assert app.button(key="stop")


def compared():
    return [run.run_id for run in state.compared_runs()]


def test_the_runs_in_the_url_are_compared_each_once(session, hold_run):
    one, other = hold_run().run_id, hold_run().run_id
    session.query_params["runs"] = f"{one},{other},,{one}"
    assert compared() == [one, other]
    assert session.query_params == {"runs": f"{one},{other}"}


def test_a_session_goes_on_with_the_runs_that_it_compared(session, hold_run):
    one = hold_run().run_id
    state.compare([one])
    session.query_params.clear()
    assert compared() == [one]
    assert session.query_params == {"runs": one}


def test_a_session_that_never_chose_compares_the_run_that_it_watches(session, hold_run):
    run_id = hold_run().run_id
    session.session_state["run"] = run_id
    assert compared() == [run_id]
    state.compare([])
    assert compared() == []
    assert session.query_params == {}


@pytest.mark.usefixtures("manager")
def test_compared_runs_that_are_gone_are_let_go_with_a_sentence(session, hold_run):
    one = hold_run().run_id
    session.query_params["runs"] = f"gone,{one}"
    assert compared() == [one]
    assert "There is no run 'gone' here." in clicks.take_problem()
    assert session.query_params == {"runs": one}


def test_at_most_twenty_runs_are_compared(session, hold_run):
    runs = [hold_run().run_id for _ in range(21)]
    session.query_params["runs"] = ",".join(runs)
    assert compared() == runs[:20]


def test_a_round_of_the_quiz_is_told_once(session):
    for _ in range(2):  # The second half of a double click comes before the button is grey.
        state.tell_quiz(2, 3)
    assert state.quiz() == (0, 2, 3)
    state.next_quiz()
    state.tell_quiz(1, 3)
    assert state.quiz() == (1, 3, 6)
