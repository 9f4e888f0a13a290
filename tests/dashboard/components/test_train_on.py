import pytest

from ganlib import RunEnded, changed


@pytest.fixture
def over(manager, tiny, visit, wait_for):
    """A visitor who watches a run that was trained for eight steps, and that run."""
    run = manager.get(manager.start(changed(tiny, {"total_steps": 8})))
    wait_for(lambda: run.snapshot.is_over)
    run.join()
    app = visit(run.run_id)
    assert not app.exception
    return app, run


def press(app):
    app.button(key="resume").click().run()
    assert not app.exception


def test_a_finished_run_is_trained_on_for_as_much_again(over, manager, wait_for):
    app, run = over
    assert app.number_input(key=f"until-{run.run_id}").value == 16
    press(app)
    wait_for(lambda: manager.get(run.run_id).snapshot.step == 16)
    assert app.query_params["run"] == run.run_id


def test_a_visitor_says_how_far_it_is_to_go(over, manager, wait_for):
    app, run = over
    app.number_input(key=f"until-{run.run_id}").set_value(11).run()
    press(app)
    wait_for(lambda: manager.get(run.run_id).snapshot.is_over)
    assert manager.get(run.run_id).snapshot.step == 11


def test_a_step_that_was_typed_just_before_the_press_holds(over, manager, wait_for):
    app, run = over
    app.number_input(key=f"until-{run.run_id}").set_value(11)
    press(app)
    wait_for(lambda: manager.get(run.run_id).snapshot.is_over)
    assert manager.get(run.run_id).snapshot.step == 11


def test_a_run_of_which_nothing_was_kept_begins_anew(hold_run, visit, manager, wait_for):
    run = hold_run(RunEnded(0, "stopped"), total_steps=5)
    run._writer.finish()
    app = visit(run.run_id)
    press(app)
    wait_for(lambda: manager.get(run.run_id).snapshot.step == 5)


def test_the_page_says_which_steps_are_done_again(trained, visit, step):
    run = trained(8)
    run._record.add(step(9))
    run._record.add(RunEnded(9, "failed", "Oh."))
    run._writer._keep()
    app = visit(run.run_id)
    assert any("from there to step 9 is done again." in one.value for one in app.caption)


def test_a_run_that_someone_trains_on_already_is_told(over, manager):
    app, run = over
    manager.resume(run.run_id, 10_000_000)
    press(app)
    assert "goes on already" in app.error[0].value


@pytest.mark.parametrize("typed", [5.0, 16.5, 1e12])
def test_a_step_that_cannot_be_reached_gets_a_sentence(typed, over):
    app, run = over
    key = f"until-{run.run_id}"
    app.number_input(key=key).set_value(typed).run()
    assert f"Until step is {typed:.12g}, and may be a whole number from 9 to " in app.error[0].value
    assert app.button(key="resume").disabled
    app.number_input(key=key).set_value(16).run()
    app.number_input(key=key).set_value(typed)
    press(app)  # Before the page has seen what was typed last.
    assert app.error
    assert run.snapshot.is_over
