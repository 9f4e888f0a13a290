import time

import pytest

from dashboard import state
from ganlib import PRESETS
from tests.dashboard.wire import open_tab

pytestmark = pytest.mark.usefixtures("idle")


def press_start(app):
    app.button(key="start").click().run()
    assert not app.exception


@pytest.fixture
def later(monkeypatch):
    """Let time pass for visitors who press again."""

    def wait(seconds):
        now = time.monotonic()
        monkeypatch.setattr("dashboard.clicks.time.monotonic", lambda: now + seconds)

    return wait


def test_choosing_nothing_starts_the_default_preset(app, manager):
    press_start(app)
    (run,) = manager.runs()
    assert run.config == PRESETS["digits"].config
    assert app.query_params == {"run": run.run_id}
    assert app.session_state["run"] == run.run_id
    assert app.markdown[0].value == "#### Handwritten digits"


@pytest.mark.parametrize("preset", ["ring", "shapes-conditional", "vae-digits", "pixelcnn-digits"])
def test_a_chosen_preset_is_what_runs(app, manager, preset):
    app.button(key=f"choose-{preset}").click().run()
    press_start(app)
    (run,) = manager.runs()
    assert run.config == PRESETS[preset].config


def test_a_press_before_the_page_shows_what_was_chosen_starts_that(app, manager):
    app.session_state["preset"] = "ring"  # The button on the page is still that of the digits.
    press_start(app)
    (run,) = manager.runs()
    assert run.config == PRESETS["ring"].config


def test_a_press_before_the_page_shows_what_was_typed_starts_that(app, manager):
    app.number_input(key="digits-seed").set_value(5)
    app.selectbox(key="digits-loss").set_value("hinge")
    press_start(app)
    (run,) = manager.runs()
    assert run.config.seed == 5
    assert run.config.algorithm.objective.loss == "hinge"


def test_a_press_before_the_page_shows_another_kind_of_network_starts_that(app, manager):
    app.selectbox(key="digits-network-kind").set_value("mlp")
    press_start(app)
    (run,) = manager.runs()
    assert run.config.algorithm.network.architecture == "mlp"


def test_what_was_typed_and_is_refused_starts_nothing_and_is_told_why(app, manager):
    app.toggle(key="digits-dcgan-d_batch_norm").set_value(True)
    press_start(app)
    assert not manager.runs()
    assert "Batch normalisation in D mixes the batch" in app.error[0].value


@pytest.mark.parametrize(("key", "seed"), [("same-start", 7), ("new-start", 8)])
def test_starting_again_heeds_what_was_typed_just_before(app_with_run, manager, key, seed):
    app = app_with_run()
    (watched,) = manager.runs()
    open_tab(app, "Start again")
    app.number_input(key=f"again-{watched.run_id}-total_steps").set_value(77)
    app.button(key=key).click().run()
    assert not app.exception
    config = manager.runs()[-1].config
    assert (config.total_steps, config.seed) == (77, seed)


def press_twice(app, key):
    """The second press is sent before the page has changed: the very same message again."""
    app.button(key=key).click()
    message = app._tree.get_widget_states()
    for _ in range(2):
        app._run(message)
        assert not app.exception


def test_a_double_click_starts_one_run(app, manager):
    press_twice(app, "start")
    (run,) = manager.runs()
    assert app.query_params == {"run": run.run_id}


def test_a_double_click_on_starting_again_starts_one_run(app_with_run, manager):
    app = app_with_run()
    open_tab(app, "Start again")
    press_twice(app, "same-start")
    assert len(manager.runs()) == 2
    assert app.query_params == {"run": manager.runs()[-1].run_id}


def test_a_double_click_on_a_slow_server_starts_one_run(app, manager, monkeypatch):
    now = time.monotonic()

    def slow_page():
        nonlocal now
        now += 5
        keep_run_in_url()

    keep_run_in_url = state.keep_run_in_url
    monkeypatch.setattr(state, "keep_run_in_url", slow_page)
    monkeypatch.setattr("dashboard.clicks.time.monotonic", lambda: now)
    press_twice(app, "start")
    assert len(manager.runs()) == 1


def press_new_run_and_start(app):
    app.button(key="new-run").click().run()
    press_start(app)


def test_a_second_press_within_a_moment_starts_nothing(app, manager, monkeypatch):
    monkeypatch.setattr("dashboard.clicks.DOUBLE_CLICK", 60.0)
    press_start(app)
    press_new_run_and_start(app)
    assert len(manager.runs()) == 1


def test_a_moment_later_the_same_visitor_may_start_another(app, manager, later):
    press_start(app)
    later(1.0)
    press_new_run_and_start(app)
    first, second = manager.runs()
    assert app.query_params == {"run": second.run_id}
    assert not first.snapshot.is_over


def test_two_visitors_who_press_at_once_start_two_runs(visit, manager):
    one, other = visit(), visit()
    press_start(one)
    press_start(other)
    first, second = manager.runs()
    assert one.query_params == {"run": first.run_id}
    assert other.query_params == {"run": second.run_id}
    one.run()
    assert one.query_params == {"run": first.run_id}


@pytest.mark.parametrize("manager", [{"max_running": 1, "max_waiting": 1}], indirect=True)
def test_a_full_queue_is_told_and_leaves_the_gallery(visit, manager):
    apps = [visit() for _ in range(3)]
    for app in apps:
        press_start(app)
    assert len(manager.runs()) == 2
    assert [error.value for error in apps[2].error] == [
        "Too many runs: 1 going on, 1 waiting. Stop one, or try again when one has ended."
    ]
    assert apps[2].query_params == {}
    assert apps[2].button(key="start")
    apps[2].run()
    assert not apps[2].error


@pytest.mark.parametrize("manager", [{"max_running": 1, "max_waiting": 1}], indirect=True)
def test_a_waiting_run_is_watched_like_any_other(visit, manager):
    for app in (visit(), visit()):
        press_start(app)
    _, waiting = manager.runs()
    assert waiting.snapshot.state == "queued"
    assert app.query_params == {"run": waiting.run_id}


def test_a_server_that_shuts_down_says_so(app, manager):
    manager.close()
    press_start(app)
    assert "shutting down" in app.error[0].value
    assert manager.runs() == ()
