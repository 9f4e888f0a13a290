import pytest

from ganlib import PRESETS, RunManager, all_settings
from tests.dashboard.wire import mounted, open_tab

pytestmark = pytest.mark.usefixtures("idle")


@pytest.fixture(autouse=True)
def slow_hand(monkeypatch):
    """Two presses of a test are those of a person who waits in between."""
    monkeypatch.setattr("dashboard.clicks.DOUBLE_CLICK", 0.0)


@pytest.fixture
def racing(visit, hold_run):
    """A visitor who has opened the tab of a race under a run that was held."""

    def open_page(**changes):
        run = hold_run(**changes)
        app = visit(run.run_id)
        open_tab(app, "Race")
        assert not app.exception
        return app, run

    return open_page


@pytest.fixture
def page(visit):
    """The Compare page without runs."""
    app = visit()
    app.switch_page("app_pages/compare.py").run()
    assert not app.exception
    return app


def settings(app):
    (box,) = (one for one in app.selectbox if one.key.startswith("race-setting-"))
    return box


def value(app):
    shown = [*app.number_input, *app.selectbox, *app.toggle, *app.text_input]
    (widget,) = (one for one in shown if one.key.startswith("race-value-"))
    return widget


def button(app):
    (found,) = (
        one for one in app.button if one.key.startswith("race-") and one.proto.label == "Race"
    )
    return found


def race(app, manager):
    """Press the button; the two new runs, in the order in which they began."""
    before = set(manager.runs())
    button(app).click().run()
    assert not app.exception
    return [run for run in manager.runs() if run not in before]


def differing(one, other):
    """The names of the settings in which two configurations differ."""
    values = {setting.name: setting.value for setting in all_settings(one)}
    return {
        setting.name for setting in all_settings(other) if setting.value != values[setting.name]
    }


def test_a_race_needs_a_difference(racing):
    app, _ = racing()
    assert button(app).disabled
    assert "Give it another value, and the race can begin." in [one.value for one in app.caption]
    value(app).set_value(0.05).run()
    assert not button(app).disabled
    value(app).set_value(2e-4).run()
    assert button(app).disabled


def test_both_runs_begin_with_one_difference_and_are_watched_together(racing, manager):
    app, run = racing()
    value(app).set_value(0.05).run()
    one, other = race(app, manager)
    assert one.config == run.config
    assert differing(one.config, other.config) == {"lr_d"}
    assert other.config.algorithm.optimisation.lr_d == 0.05
    assert app.query_params["runs"] == f"{one.run_id},{other.run_id}"
    parts = mounted(app)
    assert [look["label"] for look in parts["overlay"]["runs"]] == [
        "Tiny ring · Learning rate of D 0.0002",
        "Tiny ring · Learning rate of D 0.05",
    ]
    assert len(parts["sidebyside"]["runs"]) == 2


def test_a_value_that_was_typed_just_before_the_press_is_raced_against(racing, manager):
    app, _ = racing()
    value(app).set_value(0.05).run()
    value(app).set_value(0.03)
    _, other = race(app, manager)
    assert other.config.algorithm.optimisation.lr_d == 0.03


def test_nothing_is_raced_that_the_page_has_not_shown(racing, page, manager):
    app, _ = racing()
    value(app).set_value(0.05).run()
    settings(app).set_value("lr_g")
    assert race(app, manager) == []
    value(page).set_value(0.05).run()
    page.selectbox(key="race-base").set_value("ring")
    assert race(page, manager) == []
    assert button(page).disabled


def test_seed_data_and_length_are_no_difference_to_choose(racing):
    app, _ = racing()
    offered = settings(app).options
    assert "Learning rate of D (η_D) · lr_d" in offered
    assert "Batch size (N) · batch_size" in offered
    names = {words.split(" · ")[1] for words in offered}
    assert "width" in names
    assert not {"title", "seed", "device", "cpu_threads", "total_steps"} & names
    assert not {"name", "points", "frame_every", "keep_newest", "norms_every"} & names
    assert not {"weight_clip", "instance_noise_steps", "augment_p"} & names


@pytest.mark.parametrize(("name", "new"), [("d_steps", 3), ("loss", "hinge"), ("pack", 2)])
def test_a_setting_of_any_kind_can_be_the_difference(racing, manager, name, new):
    app, _ = racing()
    settings(app).set_value(name).run()
    value(app).set_value(new).run()
    one, other = race(app, manager)
    assert differing(one.config, other.config) == {name}


def test_a_refused_change_gets_a_sentence_and_no_race(racing):
    app, _ = racing()
    settings(app).set_value("pack").run()
    value(app).set_value(3).run()
    assert not app.exception
    assert "a batch of 2 cannot be split so" in app.error[0].value
    assert button(app).disabled


@pytest.mark.parametrize("manager", [{"max_running": 1, "max_waiting": 2}], indirect=True)
def test_where_only_one_could_wait_none_is_started(racing, manager, tiny):
    app, _ = racing()
    value(app).set_value(0.05).run()
    manager.start(tiny)
    manager.start(tiny)
    assert race(app, manager) == []
    assert "Too many runs" in app.error[0].value
    assert "runs" not in app.query_params


def test_a_double_click_begins_one_race(racing, manager, monkeypatch):
    monkeypatch.setattr("dashboard.clicks.DOUBLE_CLICK", 60.0)
    app, _ = racing()
    value(app).set_value(0.05).run()
    button(app).click()
    message = app._tree.get_widget_states()
    before = len(manager.runs())
    for _ in range(2):
        app._run(message)
        assert not app.exception
    assert len(manager.runs()) == before + 2


def test_on_the_compare_page_any_preset_can_race(page, manager: RunManager):
    page.selectbox(key="race-base").set_value("ring").run()
    value(page).set_value(0.01).run()
    one, other = race(page, manager)
    assert one.config == PRESETS["ring"].config
    assert differing(one.config, other.config) == {"lr_d"}
    assert page.query_params == {"runs": f"{one.run_id},{other.run_id}"}


def test_the_race_begins_with_the_preset_that_was_chosen(visit):
    app = visit()
    app.button(key="choose-ring").click().run()
    app.switch_page("app_pages/compare.py").run()
    assert app.selectbox(key="race-base").value == "ring"


def test_a_compared_run_can_race_against_one_change(visit, hold_run, manager):
    run = hold_run(batch_size=8)
    app = visit()
    app.query_params["runs"] = run.run_id
    app.switch_page("app_pages/compare.py").run()
    assert app.selectbox(key="race-base").value == run.run_id
    value(app).set_value(0.05).run()
    one, other = race(app, manager)
    assert one.config == run.config
    assert app.query_params["runs"] == f"{one.run_id},{other.run_id}"
