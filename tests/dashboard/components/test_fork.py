from dataclasses import replace

import numpy as np
import pytest

from ganlib import FINAL_STATES, RunEnded, all_settings, changed
from tests.dashboard.wire import mounted, open_tab, tell

DECIDED = {"title", "seed", "device", "cpu_threads", "name", "points", "optimiser"}


@pytest.fixture(autouse=True)
def slow_hand(monkeypatch):
    """Two presses of a test are those of a person who waits in between."""
    monkeypatch.setattr("dashboard.clicks.DOUBLE_CLICK", 0.0)


@pytest.fixture
def forking(trained, visit):
    """A visitor who has opened the tab of a run after eight steps, and that run."""

    def open_page(last=8, **changes):
        run = trained(last, **changes)
        app = visit(run.run_id)
        open_tab(app, "Go on")
        assert not app.exception
        return app, run

    return open_page


def press(app, key):
    app.button(key=key).click().run()
    assert not app.exception


def checkpoints(app):
    (slider,) = (one for one in app.select_slider if one.key.startswith("checkpoint-"))
    return slider


def settings(app):
    """The widgets of the settings by name."""
    shown = [*app.number_input, *app.selectbox, *app.toggle, *app.text_input]
    return {one.key.split("-")[-1]: one for one in shown if one.key.startswith("fork-")}


def go_on(app, manager):
    """Press the button; the new run."""
    before = manager.runs()
    press(app, "fork")
    (new,) = set(manager.runs()) - set(before)
    return new


def sentences(app):
    return [error.value for error in app.error]


def captions(app):
    return [caption.value for caption in app.caption]


def test_the_saved_steps_are_offered_and_the_newest_is_chosen(forking):
    app, _ = forking()
    assert checkpoints(app).options == ["0", "1", "2", "4", "8"]
    assert checkpoints(app).value == 8
    assert app.button(key="fork").label == "Run on from step 8 as a new run"


def test_a_moment_that_is_saved_meanwhile_is_offered_and_the_choice_stays(forking):
    app, run = forking()
    checkpoints(app).set_value(4).run()
    run._record.add(replace(run.snapshot.checkpoints[-1], step=12_000))
    app.run()
    assert checkpoints(app).options == ["0", "1", "2", "4", "8", "12,000"]
    assert checkpoints(app).value == 4
    assert app.button(key="fork").label == "Run on from step 4 as a new run"


def test_a_chosen_moment_that_was_let_go_gives_way_to_the_newest(forking):
    app, run = forking()
    checkpoints(app).set_value(4).run()
    rest = run._record._rest
    run._record._rest = replace(rest, checkpoints=rest.checkpoints[:3])
    app.run()
    assert not app.exception
    assert (checkpoints(app).options, checkpoints(app).value) == (["0", "1", "2"], 2)


def test_every_setting_that_a_moment_leaves_open_has_a_widget_with_its_value(forking):
    app, run = forking()
    left_open = {
        one.name: one.value
        for one in all_settings(run.config)
        if one.path[:2] != ("algorithm", "network") and one.name not in DECIDED and one.applies
    }
    assert {name: widget.value for name, widget in settings(app).items()} == left_open
    assert {"total_steps", "batch_size", "loss", "lr_d", "d_steps"} < set(left_open)


def test_the_settings_are_those_that_held_at_the_moment(forking):
    app, run = forking()
    later = changed(run.config, {"lr_d": 0.05})
    run._record.add(replace(run.snapshot.checkpoints[-1], step=9, config=later))
    app.run()
    checkpoints(app).set_value(9).run()
    assert settings(app)["lr_d"].value == 0.05
    checkpoints(app).set_value(8).run()
    assert settings(app)["lr_d"].value == 2e-4


@pytest.mark.usefixtures("idle")
@pytest.mark.parametrize("step", [0, 4, 8])
def test_without_a_change_the_new_run_has_the_settings_of_the_moment(forking, manager, step):
    app, run = forking()
    checkpoints(app).set_value(step).run()
    new = go_on(app, manager)
    assert new.config == run.config
    assert (new.origin.run_id, new.origin.step) == (run.run_id, step)
    assert new.snapshot.step == step


@pytest.mark.usefixtures("idle")
def test_the_new_run_is_watched_and_in_the_url(forking, manager):
    app, run = forking()
    new = go_on(app, manager)
    assert app.query_params == {"run": new.run_id}
    assert {data["run_id"] for data in mounted(app).values()} == {new.run_id}
    assert not run.snapshot.is_paused
    assert not run.snapshot.is_over


@pytest.mark.usefixtures("idle")
def test_a_changed_setting_reaches_the_new_run(forking, manager):
    app, run = forking()
    checkpoints(app).set_value(4).run()
    settings(app)["lr_d"].set_value(0.01)
    settings(app)["loss"].set_value("wgan").run()
    new = go_on(app, manager)
    # The loss brings its clipping along.
    changes = {"lr_d": 0.01, "loss": "wgan", "weight_clip": 0.01}
    assert new.config == changed(run.config, changes)
    step, values = new.snapshot.changes[0]
    assert step == 4
    addresses = ("optimisation.lr_d", "objective.loss", "objective.weight_clip")
    assert values.items() >= dict(zip(addresses, changes.values(), strict=True)).items()
    assert run.config.algorithm.optimisation.lr_d == 2e-4


@pytest.mark.usefixtures("idle")
def test_what_was_set_just_before_the_press_holds(forking, manager):
    app, _ = forking()
    checkpoints(app).set_value(4).run()
    settings(app)["lr_d"].set_value(0.01)
    assert go_on(app, manager).config.algorithm.optimisation.lr_d == 0.01


@pytest.mark.usefixtures("idle")
def test_the_step_that_was_chosen_just_before_the_press_holds(forking, manager):
    app, _ = forking()
    checkpoints(app).set_value(4)
    assert go_on(app, manager).origin.step == 4


def test_without_a_change_the_new_run_repeats_the_old_one(forking, manager, trained, wait_for):
    whole = trained(20)
    assert whole.snapshot.state == "completed"
    app, _ = forking()
    new = go_on(app, manager)
    wait_for(lambda: new.snapshot.is_over)
    assert new.snapshot.step == 20
    assert np.array_equal(new.snapshot.metrics, whole.snapshot.metrics, equal_nan=True)


@pytest.mark.usefixtures("idle")
@pytest.mark.parametrize(
    ("step", "wanted", "total"), [(8, None, 16), (8, 9, 9), (4, None, 8), (4, 30, 30)]
)
def test_a_completed_run_can_be_extended(forking, manager, step, wanted, total):
    app, run = forking(total_steps=8)
    assert run.snapshot.state == "completed"
    checkpoints(app).set_value(step).run()
    if wanted is not None:
        settings(app)["total_steps"].set_value(wanted).run()
    assert go_on(app, manager).config.total_steps == total


def test_an_extended_run_really_goes_on(forking, manager, wait_for):
    app, run = forking(total_steps=8)
    new = go_on(app, manager)
    wait_for(lambda: new.snapshot.is_over)
    assert (new.snapshot.state, new.snapshot.step) == ("completed", 16)
    assert np.array_equal(new.snapshot.metrics[:8], run.snapshot.metrics, equal_nan=True)


@pytest.mark.parametrize("outcome", sorted(FINAL_STATES))
def test_a_run_that_is_over_can_be_gone_on_from(forking, outcome):
    app, run = forking()
    run._record.add(RunEnded(8, outcome, "Oh."))
    app.run()
    assert not app.exception
    assert not app.button(key="fork").disabled


@pytest.mark.usefixtures("idle")
@pytest.mark.parametrize(
    ("name", "value", "sentence", "cure"),
    [
        ("beta1", 1.0, "Adam beta1 (β₁) is 1.0, but must be less than 1.", 0.9),
        (
            "total_steps",
            3,
            "Training steps: 3, but the run goes on from step 8: set a higher number.",
            30,
        ),
        ("lr_d", 0.0, "Learning rate of D (η_D) is 0.0, but must be greater than 0.", 0.01),
    ],
)
def test_a_refused_value_is_told_and_nothing_is_lost(forking, manager, name, value, sentence, cure):
    app, run = forking()
    settings(app)["lr_g"].set_value(0.03)
    settings(app)[name].set_value(value).run()
    press(app, "fork")
    assert sentences(app) == [sentence]
    assert manager.runs() == (run,)
    assert app.query_params == {"run": run.run_id}
    assert checkpoints(app).value == 8
    assert settings(app)[name].value == value
    settings(app)[name].set_value(cure).run()
    assert sentences(app) == []
    assert go_on(app, manager).config == changed(run.config, {"lr_g": 0.03, name: cure})


@pytest.mark.usefixtures("idle")
@pytest.mark.parametrize("manager", [{"max_running": 1, "max_waiting": 1}], indirect=True)
def test_a_full_queue_is_told_and_the_run_stays(forking, manager, tiny):
    app, run = forking()
    for _ in range(2):
        manager.start(tiny)
    press(app, "fork")
    assert "Too many runs: 1 going on, 1 waiting." in sentences(app)[0]
    assert app.query_params == {"run": run.run_id}


@pytest.mark.usefixtures("idle")
def test_a_double_click_goes_on_once(forking, manager, monkeypatch):
    monkeypatch.setattr("dashboard.clicks.DOUBLE_CLICK", 60.0)
    app, _ = forking()
    app.button(key="fork").click()
    message = app._tree.get_widget_states()
    for _ in range(2):
        app._run(message)
        assert not app.exception
    _, new = manager.runs()
    assert app.query_params == {"run": new.run_id}


def test_a_moment_that_is_let_go_before_the_press_is_told(forking, manager):
    app, run = forking()
    rest = run._record._rest
    run._record._rest = replace(rest, checkpoints=rest.checkpoints[:2])
    press(app, "fork")
    assert sentences(app) == ["No checkpoint was kept at step 8: the nearest is step 1."]
    assert manager.runs() == (run,)
    assert checkpoints(app).value == 1


def test_a_run_that_is_removed_before_the_press_is_told(forking, remove_run):
    app, run = forking()
    remove_run(run.run_id)
    press(app, "fork")
    assert "There is no run " in sentences(app)[0]
    assert app.button(key="start")


def test_a_run_without_checkpoints_says_so(app_with_run):
    app = app_with_run()
    open_tab(app, "Go on")
    assert not app.exception
    assert "Nothing of this run has been kept yet." in captions(app)
    assert "fork" not in {button.key for button in app.button}


def test_a_moment_of_the_timeline_opens_the_tab_for_it(trained, visit):
    run = trained()
    app = visit(run.run_id)
    tell(app, "plane", "checkpoint", 4)
    assert not app.exception
    assert checkpoints(app).value == 4
    assert app.button(key="fork").label == "Run on from step 4 as a new run"
    tell(app, "plane", "checkpoint", 2)
    assert checkpoints(app).value == 2
    open_tab(app, "JSON")
    tell(app, "plane", "checkpoint", 1)
    assert checkpoints(app).value == 1


@pytest.mark.parametrize(
    "step", [3, -1, 4.5, 10**30, "4", "", [4], [], {"step": 4}, {}, float("nan")], ids=repr
)
def test_a_moment_that_was_not_kept_opens_the_tab_at_the_newest(trained, visit, step):
    app = visit(trained().run_id)
    tell(app, "plane", "checkpoint", step)
    assert not app.exception
    assert checkpoints(app).value == 8


@pytest.mark.usefixtures("idle")
def test_a_run_that_goes_on_says_from_where_and_leads_back(forking, manager):
    app, run = forking()
    checkpoints(app).set_value(4).run()
    go_on(app, manager)
    assert ":material/fork_right: Goes on from step 4." in captions(app)
    press(app, "watch-origin")
    assert app.query_params == {"run": run.run_id}
    assert {data["run_id"] for data in mounted(app).values()} == {run.run_id}
    assert "watch-origin" not in {button.key for button in app.button}
    assert not [caption for caption in captions(app) if "Goes on from" in caption]


@pytest.mark.usefixtures("idle")
def test_a_run_whose_origin_is_removed_says_so_when_one_wants_to_go_there(
    forking, manager, remove_run
):
    app, run = forking()
    new = go_on(app, manager)
    remove_run(run.run_id)
    press(app, "watch-origin")
    assert "There is no run " in sentences(app)[0]
    press(app, f"watch-{new.run_id}")
    assert app.query_params == {"run": new.run_id}


@pytest.mark.usefixtures("idle")
def test_a_run_that_goes_on_can_be_gone_on_from_where_it_began_and_before(forking, manager):
    app, _ = forking()
    second = go_on(app, manager)
    open_tab(app, "Go on")
    assert checkpoints(app).options == ["0", "1", "2", "4", "8"]
    checkpoints(app).set_value(4).run()
    third = go_on(app, manager)
    assert (third.origin.run_id, third.origin.step) == (second.run_id, 4)


def test_a_run_that_goes_on_is_compared_with_the_one_it_comes_from(forking, manager):
    app, run = forking()
    new = go_on(app, manager)
    (link,) = (one.proto for one in app.get("page_link"))
    assert link.label == "Compare with the run that it comes from"
    assert link.query_string == f"runs={run.run_id}%2C{new.run_id}"
    assert link.page == "compare"
