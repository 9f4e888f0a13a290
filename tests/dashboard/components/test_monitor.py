from dataclasses import replace

import numpy as np
import pytest

from dashboard.charts import train_charts
from dashboard.components.monitor import SPEEDS
from dashboard.components.plain import plain
from dashboard.components.steer import ELSEWHERE
from ganlib import (
    FINAL_STATES,
    ChangeSettings,
    CommandActed,
    LimitSpeed,
    Pause,
    Resume,
    RunConfig,
    RunEnded,
    RunPrepared,
    TakeStep,
    live_settings,
)
from tests.dashboard.wire import mounted, open_tab

STEERING = ("play", "step", "step-d", "step-g", "stop")
PREPARED = RunPrepared(np.zeros((4, 2), np.float32), "cpu", ("d_loss",))
FULL_SPEED = "full speed"
PLANE_VIEW = {"hud", "plane", "measures", "curves"}


@pytest.fixture
def watch(manager, tiny, visit, wait_for):
    """A visitor who watches a run that trains, and that run."""

    def watch(config=tiny):
        run = manager.get(manager.start(config))
        run.send(LimitSpeed(200))  # At full speed it would leave the page little time.
        wait_for(lambda: run.snapshot.step > 0)
        app = visit(run.run_id)
        assert not app.exception
        return app, run

    return watch


def press(app, key):
    app.button(key=key).click().run()
    assert not app.exception
    return app


def steering(app):
    return {button.key for button in app.button} & set(STEERING)


def labels(app):
    return [button.label for button in app.button]


def live(app, run, name):
    """The widget of a live setting, whatever else its key carries."""
    elements = [*app.number_input, *app.selectbox]
    start, end = f"live-{run.run_id}", f"-{name}"
    (widget,) = (one for one in elements if one.key.startswith(start) and one.key.endswith(end))
    return widget


def apply(app):
    (button,) = (one for one in app.button if one.label == "Apply to the run")
    button.click().run()
    assert not app.exception


def test_a_watched_run_has_its_title_and_its_live_parts(app_with_run):
    app = app_with_run(PREPARED)
    assert not app.exception
    assert app.markdown[0].value == "#### Tiny ring"
    assert set(mounted(app)) == PLANE_VIEW


def test_pictures_are_shown_in_a_grid(visit, hold_run):
    config = RunConfig.parse({"algorithm": {"network": {"architecture": "mlp"}}})
    app = visit(hold_run(config=config).run_id)
    assert not app.exception
    assert set(mounted(app)) == {"hud", "grid", "curves", "quality"}
    assert "optimum" not in {button.key for button in app.button}


def test_everything_else_about_a_run_stands_under_tabs(app_with_run):
    app = app_with_run(PREPARED)
    assert [tab.label.split(": ")[1] for tab in app.tabs] == [
        "Change while it runs",
        "Start again with other settings",
        "Race against one change",
        "This run as JSON",
        "Save or share",
        "Go on from a checkpoint",
    ]


@pytest.mark.parametrize("word", ["Change", "Start again", "Race", "JSON", "Save", "Go on"])
def test_only_the_open_tab_is_laid_out(app_with_run, word):
    app = app_with_run(PREPARED)
    open_tab(app, word)
    assert not app.exception
    assert [bool(tab.children) for tab in app.tabs] == [word in tab.label for tab in app.tabs]


def test_pause_and_resume(watch, wait_for):
    app, run = watch()
    press(app, "play")
    assert run.snapshot.is_paused
    wait_for(lambda: run.snapshot.state == "paused")
    assert "Resume" in labels(app)
    assert "Pause" not in labels(app)
    press(app, "play")
    assert not run.snapshot.is_paused
    assert "Pause" in labels(app)


@pytest.mark.parametrize(
    ("key", "d_moves", "g_moves"),
    [("step", True, True), ("step-d", True, False), ("step-g", False, True)],
)
def test_a_single_step_moves_who_is_asked(hold_run, visit, wait_for, key, d_moves, g_moves):
    run = hold_run()
    run.send(Pause())
    run.start()
    wait_for(lambda: run.snapshot.published)
    press(visit(run.run_id), key)
    wait_for(lambda: run.snapshot.step == 1)
    names = run.snapshot.metric_names
    d_loss, g_loss = (run.snapshot.metrics[0, names.index(one)] for one in ("d_loss", "g_loss"))
    assert (np.isfinite(d_loss), np.isfinite(g_loss)) == (d_moves, g_moves)
    assert run.snapshot.state == "paused"


def test_a_single_step_pauses_a_run_that_goes_on(watch, wait_for):
    app, run = watch()
    press(app, "step")
    wait_for(lambda: run.snapshot.state == "paused")
    assert "Resume" in labels(app)


def test_stop_ends_the_run_and_leaves_its_page(watch, wait_for):
    app, run = watch()
    press(app, "stop")
    wait_for(lambda: run.snapshot.is_over)
    app.run()
    assert run.snapshot.state == "stopped"
    assert not steering(app)
    assert not app.button(key="new-run").disabled
    assert set(mounted(app)) == PLANE_VIEW


def test_stop_ends_a_paused_run(watch, wait_for):
    app, run = watch()
    press(app, "play")
    press(app, "stop")
    wait_for(lambda: run.snapshot.state == "stopped")


@pytest.mark.usefixtures("idle")
@pytest.mark.parametrize("manager", [{"max_running": 1}], indirect=True)
def test_stop_takes_a_waiting_run_out_of_the_queue(manager, tiny, visit):
    manager.start(tiny)
    waiting = manager.get(manager.start(tiny))
    app = press(visit(waiting.run_id), "stop")
    assert waiting.snapshot.state == "stopped"
    assert manager.waiting(waiting.run_id) is None
    assert not steering(app)


def test_new_run_leads_back_to_the_gallery_and_leaves_the_run(watch):
    app, run = watch()
    press(app, "new-run")
    assert "Start training" in labels(app)
    assert app.query_params == {}
    assert not run.snapshot.is_over
    press(app, f"watch-{run.run_id}")
    assert app.query_params == {"run": run.run_id}
    assert "Pause" in labels(app)


def test_a_run_that_was_removed_meanwhile_can_still_be_stopped(hold_run, visit, remove_run):
    run = hold_run(PREPARED)
    app = visit(run.run_id)
    remove_run(run.run_id)
    press(app, "stop")
    assert "There is no run " in app.error[0].value


@pytest.mark.parametrize("outcome", sorted(FINAL_STATES))
def test_a_run_that_is_over_can_be_seen_and_started_again(app_with_run, outcome):
    app = app_with_run(PREPARED, RunEnded(0, outcome, "The loss of D is not a number."))
    assert not app.exception
    assert not steering(app)
    assert "Train on to step" in app.button(key="resume").label
    assert "Apply to the run" not in labels(app)
    assert set(mounted(app)) == PLANE_VIEW
    open_tab(app, "Start again")
    assert not app.button(key="same-start").disabled


def test_a_run_that_failed_before_it_began_has_a_page(app_with_run):
    app = app_with_run(RunEnded(0, "failed", "There is not enough memory."))
    assert not app.exception
    assert not steering(app)
    assert "Train on to step" in app.button(key="resume").label


@pytest.mark.parametrize("paused", [False, True])
def test_a_run_that_has_not_begun_has_a_page(app_with_run, manager, paused):
    app = app_with_run()
    assert not app.exception
    if paused:
        press(app, "play")
        assert manager.runs()[0].snapshot.is_paused


def test_a_run_that_crashes_shows_no_traceback(manager, tiny, visit, wait_for, monkeypatch):
    def crash(*_):
        raise ZeroDivisionError("division by zero")
        yield

    monkeypatch.setattr("ganlib.execution.thread.train", crash)
    run = manager.get(manager.start(tiny))
    wait_for(lambda: run.snapshot.is_over)
    app = visit(run.run_id)
    assert not app.exception
    assert run.snapshot.state == "failed"
    assert "ZeroDivisionError" in run.snapshot.message


def test_every_live_setting_has_a_widget_with_its_bounds(app_with_run, manager):
    app = app_with_run(PREPARED)
    (run,) = manager.runs()
    names = {one.name: one for one in live_settings(run.config) if one.applies}
    # The manager shares the cores out, a visitor does not; and points are drawn.
    del names["cpu_threads"], names["points"]
    assert "weight_clip" not in names
    shown = [*app.number_input, *app.selectbox]
    live_ones = [one for one in shown if one.key.startswith(f"live-{run.run_id}-")]
    assert {one.key.rpartition("-")[2] for one in live_ones} == set(names)
    for one in names.values():
        widget = live(app, run, one.name)
        assert widget.value == one.value
        assert one.kind == "choice" or one.bounds in widget.help


def test_a_live_change_reaches_the_run_and_is_recorded(watch, wait_for):
    app, run = watch()
    live(app, run, "lr_d").set_value(0.05)
    apply(app)
    assert run.snapshot.config_after(run.config).algorithm.optimisation.lr_d == 0.05
    assert run.config.algorithm.optimisation.lr_d == 2e-4
    wait_for(lambda: any("optimisation.lr_d" in values for _, values in run.snapshot.changes))
    assert live(app, run, "lr_d").value == 0.05


def test_a_live_change_alters_nothing_before_it_is_applied(watch):
    app, run = watch()
    live(app, run, "lr_d").set_value(0.05)
    app.run()
    assert not app.exception
    assert run.snapshot.config_after(run.config).algorithm.optimisation.lr_d == 2e-4


def test_a_refused_change_is_told_and_changes_nothing(watch):
    app, run = watch()
    before = run.snapshot.config_after(run.config)
    live(app, run, "lecam_lambda").set_value(0.1)
    live(app, run, "loss").set_value("rpgan")
    live(app, run, "lr_d").set_value(0.05)
    apply(app)
    (error,) = app.error
    assert error.value.startswith("LeCam anchors D's logits")
    assert run.snapshot.config_after(run.config) == before


def test_every_loss_can_be_chosen_live_and_the_charts_follow(app_with_run, manager):
    app = app_with_run(PREPARED)
    (run,) = manager.runs()
    (loss,) = (one for one in live_settings(run.config) if one.name == "loss")
    for choice in loss.choices[::-1]:
        live(app, run, "loss").set_value(choice)
        apply(app)
        assert not app.error
        assert run.snapshot.config_after(run.config).algorithm.objective.loss == choice
        assert mounted(app)["curves"]["charts"] == train_charts(
            run.snapshot.config_after(run.config)
        )


def test_what_a_loss_brings_is_shown_and_stays(app_with_run, manager):
    app = app_with_run(PREPARED)
    (run,) = manager.runs()
    live(app, run, "loss").set_value("wgan")
    apply(app)
    assert live(app, run, "weight_clip").value == 0.01
    live(app, run, "lr_d").set_value(0.05)
    apply(app)
    assert not app.error
    algorithm = run.snapshot.config_after(run.config).algorithm
    assert (algorithm.objective.weight_clip, algorithm.optimisation.lr_d) == (0.01, 0.05)


@pytest.fixture
def changed_by_another(app_with_run, manager, visit):
    """A visitor on whose page another one has changed lr_d meanwhile, and the run."""
    mine = app_with_run(PREPARED)
    (run,) = manager.runs()
    theirs = visit(run.run_id)
    live(theirs, run, "lr_d").set_value(0.05)
    apply(theirs)
    return mine, run


def test_what_another_visitor_changed_is_not_changed_back(changed_by_another):
    mine, run = changed_by_another
    live(mine, run, "lr_g").set_value(0.03)
    apply(mine)
    optimisation = run.snapshot.config_after(run.config).algorithm.optimisation
    assert (optimisation.lr_d, optimisation.lr_g) == (0.05, 0.03)


def test_what_another_visitor_changed_is_shown_and_no_other_widget_is_made_anew(changed_by_another):
    mine, run = changed_by_another
    before = {name: live(mine, run, name).id for name in ("lr_d", "lr_g")}
    mine.run()
    assert live(mine, run, "lr_d").value == 0.05
    # What is typed stays in a widget of the same id.
    assert live(mine, run, "lr_g").id == before["lr_g"]
    assert live(mine, run, "lr_d").id != before["lr_d"]


def test_a_value_that_was_set_back_is_shown(app_with_run, manager):
    app = app_with_run(PREPARED)
    (run,) = manager.runs()
    for value in (0.05, 2e-4):
        live(app, run, "lr_d").set_value(value)
        apply(app)
        assert live(app, run, "lr_d").value == value


def test_every_speed_can_be_chosen_and_taken_back(app_with_run, manager):
    app = app_with_run(PREPARED)
    (run,) = manager.runs()
    assert app.select_slider[0].value == FULL_SPEED
    for speed in ("1 step in 2 s", "1 step/s", "5 steps/s", "20 steps/s", "100 steps/s"):
        app.select_slider[0].set_value(speed).run()
        assert not app.exception
        assert run.snapshot.speed_limit == SPEEDS[speed]
        app.select_slider[0].set_value(FULL_SPEED).run()
        assert run.snapshot.speed_limit is None


@pytest.mark.parametrize("word", ["Change", "Start again", "Race", "JSON", "Save", "Go on"])
def test_the_speed_is_at_hand_under_every_tab(app_with_run, manager, word):
    app = app_with_run(PREPARED)
    (run,) = manager.runs()
    open_tab(app, word)
    toolbar = app.container(key="toolbar")
    toolbar.select_slider(key=f"speed-{run.run_id}").set_value("5 steps/s").run()
    assert run.snapshot.speed_limit == 5


def test_the_speed_of_a_run_that_is_over_cannot_be_set(app_with_run):
    assert len(app_with_run(PREPARED, RunEnded(0, "completed")).select_slider) == 0


@pytest.fixture
def elsewhere(hold_run, manager):
    """A run that another program trains, as this server sees it; and the run there."""

    def give(*commands):
        there = hold_run(PREPARED, *(CommandActed(0, one) for one in commands))
        there._writer._keep()
        del manager._runs[there.run_id]
        return manager.get(there.run_id), there

    return give


def test_a_run_of_another_program_is_watched_as_it_is_and_its_controls_are_locked(elsewhere, visit):
    run, _ = elsewhere(
        Pause(number=1), LimitSpeed(5.0, number=2), ChangeSettings({"lr_d": 0.05}, number=3)
    )
    app = visit(run.run_id)
    assert not app.exception
    assert steering(app) == set(STEERING)
    assert app.button(key="play").label == "Resume"
    speed = app.select_slider(key=f"speed-{run.run_id}")
    assert speed.value == "5 steps/s"
    rate = live(app, run, "lr_d")
    assert rate.value == 0.05
    locked = [*(app.button(key=key) for key in (*STEERING, "optimum")), speed]
    assert all(one.disabled and one.help.startswith(ELSEWHERE) for one in locked)
    (apply_button,) = (one for one in app.button if one.label == "Apply to the run")
    assert apply_button.disabled
    assert rate.disabled
    assert [one.value for one in app.caption].count(ELSEWHERE) == 2
    assert mounted(app)["plane"]["lock"] == ELSEWHERE
    assert not mounted(app)["plane"]["drawable"]


def test_what_is_done_elsewhere_is_followed(elsewhere, visit, monkeypatch):
    monkeypatch.setattr("ganlib.store.stored.LOOK_AGAIN", 0.0)
    run, there = elsewhere()
    app = visit(run.run_id)
    assert app.button(key="play").label == "Pause"
    for number, command in enumerate((Pause(), LimitSpeed(1.0)), 1):
        there._record.add(CommandActed(0, replace(command, number=number)))
    there._writer._keep()
    app.run()
    assert app.button(key="play").label == "Resume"
    assert app.select_slider(key=f"speed-{run.run_id}").value == "1 step/s"


def test_a_command_to_a_run_of_another_program_is_refused_with_the_reason(
    elsewhere, visit, monkeypatch
):
    run, _ = elsewhere()
    monkeypatch.setattr("dashboard.components.steer.lock", lambda run: "")  # It was here before.
    app = press(visit(run.run_id), "step")
    assert [one.value for one in app.error] == [
        "This server does not train that run: steer it in the program that does."
    ]


def test_a_speed_that_no_label_names_is_shown(hold_run, visit):
    run = hold_run()
    run.send(LimitSpeed(200))
    assert visit(run.run_id).select_slider(key=f"speed-{run.run_id}").value == "200 steps/s"


def test_another_visitor_s_speed_is_followed(hold_run, visit):
    run = hold_run()
    app = visit(run.run_id)
    run.send(LimitSpeed(5.0))
    assert app.run().select_slider(key=f"speed-{run.run_id}").value == "5 steps/s"


def test_what_was_done_is_told_below_the_live_settings(app_with_run):
    commands = [
        Pause(number=1),
        TakeStep("d", 500, number=2),
        TakeStep(number=3),
        LimitSpeed(0.5, number=4),
        LimitSpeed(number=5),
        ChangeSettings({"cpu_threads": 2}, number=6),
        ChangeSettings({"lr_d": 0.05, "cpu_threads": 2}, number=7),
        Resume(number=8),
    ]
    acted = [CommandActed(step, command) for step, command in enumerate(commands)]
    (table,) = app_with_run(PREPARED, *acted).dataframe
    assert table.value.values.tolist() == [
        [7, "went on"],
        [6, "Learning rate of D 0.05"],
        [4, "full speed"],
        [3, "at most 0.5 steps a second"],
        [2, "1 step"],
        [1, "500 steps of D alone"],
        [0, "paused"],
    ]


def test_what_was_done_is_told_of_a_run_that_is_over_too(app_with_run):
    acted = CommandActed(3, TakeStep("g", number=1))
    (table,) = app_with_run(PREPARED, acted, RunEnded(4, "completed")).dataframe
    assert table.value.values.tolist() == [[3, "1 step of G alone"]]


def test_the_speed_is_what_it_says(watch, wait_for):
    app, run = watch()
    app.select_slider[0].set_value("20 steps/s").run()
    first, start = run.snapshot.step, run.snapshot.elapsed
    wait_for(lambda: run.snapshot.step >= first + 10)
    assert run.snapshot.elapsed - start >= 8 / 20


def test_who_opens_the_page_does_not_change_the_speed(app_with_run, manager, visit):
    app = app_with_run(PREPARED)
    (run,) = manager.runs()
    app.select_slider[0].set_value("1 step/s").run()
    assert not visit(run.run_id).exception
    assert run.snapshot.speed_limit == 1


def test_the_speed_survives_a_look_at_the_other_page(app_with_run, manager):
    app = app_with_run(PREPARED)
    (run,) = manager.runs()
    app.select_slider[0].set_value("1 step/s").run()
    app.switch_page("app_pages/latent.py").run()
    app.switch_page("app_pages/train.py").run()
    assert not app.exception
    assert run.snapshot.speed_limit == 1
    assert app.select_slider[0].value == "1 step/s"


@pytest.mark.usefixtures("idle")
@pytest.mark.parametrize(("key", "seed"), [("same-start", 7), ("new-start", 8)])
def test_starting_again_keeps_all_but_perhaps_the_seed(app_with_run, manager, key, seed):
    app = app_with_run(PREPARED)
    (old,) = manager.runs()
    open_tab(app, "Start again")
    press(app, key)
    _, new = manager.runs()
    assert app.query_params == {"run": new.run_id}
    assert new.config.seed == seed
    assert new.config.model_copy(update={"seed": 7}) == old.config


@pytest.mark.usefixtures("idle")
def test_after_the_last_seed_comes_the_first(app_with_run, manager):
    app = app_with_run(PREPARED, seed=2**32 - 1)
    open_tab(app, "Start again")
    press(app, "new-start")
    assert manager.runs()[-1].config.seed == 0


@pytest.mark.usefixtures("idle")
def test_starting_again_with_another_setting(app_with_run, manager):
    app = app_with_run(PREPARED)
    (old,) = manager.runs()
    open_tab(app, "Start again")
    app.number_input(key=f"again-{old.run_id}-batch_size").set_value(32)
    app.number_input(key=f"again-{old.run_id}-mlp-2d-width").set_value(8).run()
    press(app, "same-start")
    config = manager.runs()[-1].config
    assert (config.batch_size, config.algorithm.network.width) == (32, 8)


def test_starting_again_with_what_is_refused_cannot_be_pressed(app_with_run, manager):
    app = app_with_run(PREPARED, loss="wgan")
    (run,) = manager.runs()
    open_tab(app, "Start again")
    app.number_input(key=f"again-{run.run_id}-weight_clip").set_value(0.0).run()
    assert not app.exception
    assert [error.value for error in app.error] == [
        "The loss wgan cannot do without Weight clipping (c): set it to 0.01."
    ]
    assert not {"same-start", "new-start"} & {button.key for button in app.button}


def test_the_run_as_json_gives_the_same_run(app_with_run, manager):
    app = app_with_run(PREPARED)
    open_tab(app, "JSON")
    assert RunConfig.from_json(app.code[0].value) == manager.runs()[0].config


def test_a_title_is_shown_as_it_was_written(app_with_run):
    title = "**Bold** ![x](http://y)"
    app = app_with_run(title=title)
    assert app.markdown[0].value == f"#### {plain(title)}" != f"#### {title}"


def test_a_second_visitor_sees_the_speed_that_the_first_one_set(hold_run, visit):
    run = hold_run()
    run.send(LimitSpeed(5.0))
    assert visit(run.run_id).select_slider(key=f"speed-{run.run_id}").value == "5 steps/s"


@pytest.mark.usefixtures("idle")
def test_settings_for_a_new_start_survive_a_look_at_another_tab(app_with_run, manager):
    app = app_with_run(PREPARED)
    (old,) = manager.runs()
    open_tab(app, "Start again")
    app.number_input(key=f"again-{old.run_id}-batch_size").set_value(32).run()
    open_tab(app, "Change")
    assert not [one for one in app.number_input if one.key.startswith("again-")]
    open_tab(app, "Start again")
    assert app.number_input(key=f"again-{old.run_id}-batch_size").value == 32
