import pytest

from ganlib import changed
from tests.dashboard.wire import mounted


def test_without_a_run_in_the_url_there_is_the_gallery(app):
    assert not app.exception
    assert app.button(key="start")
    assert mounted(app) == {}
    assert app.query_params == {}


def test_the_run_in_the_url_is_watched(visit, hold_run):
    run = hold_run()
    app = visit(run.run_id)
    assert not app.exception
    assert {data["run_id"] for data in mounted(app).values()} == {run.run_id}
    assert app.query_params == {"run": run.run_id}


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize("run_id", ["gone", "", "x" * 300, "../../etc", "<script>", "é☃"])
def test_an_unknown_run_gets_a_sentence_and_the_gallery(visit, run_id):
    app = visit(run_id)
    assert not app.exception
    (error,) = app.error
    assert f"There is no run {run_id[:20]!r} here." in error.value.replace("\\", "")
    assert "choose another run, or start a new one" in error.value
    assert app.button(key="start")
    assert app.query_params == {}
    app.run()
    assert not app.error


def test_two_runs_in_the_url_are_no_fault(visit, hold_run):
    first, second = hold_run(), hold_run()
    app = visit()
    app.query_params["run"] = [first.run_id, second.run_id]
    app.run()
    assert not app.exception
    assert mounted(app)["hud"]["run_id"] == second.run_id


def test_a_run_goes_on_while_its_page_is_left_and_opened_again(visit, manager, tiny, wait_for):
    run = manager.get(manager.start(tiny))
    app = visit(run.run_id)
    app.switch_page("app_pages/latent.py").run()
    assert not app.exception
    assert app.query_params == {"run": run.run_id}
    before = run.snapshot.step
    wait_for(lambda: run.snapshot.step > before)
    app.switch_page("app_pages/train.py").run()
    assert not app.exception
    assert mounted(app)["hud"]["run_id"] == run.run_id
    assert app.query_params == {"run": run.run_id}


def test_a_reloaded_page_watches_the_same_run(visit, hold_run):
    run = hold_run()
    app = visit(run.run_id)
    # A reload keeps the URL and loses the session.
    reloaded = visit(app.query_params["run"])
    assert not reloaded.exception
    assert mounted(reloaded)["hud"]["run_id"] == run.run_id


def test_a_run_plays_from_start_to_end_under_the_eyes_of_a_visitor(manager, tiny, visit, wait_for):
    run = manager.get(manager.start(changed(tiny, {"total_steps": 20})))
    app = visit(run.run_id)
    assert not app.exception
    wait_for(lambda: run.snapshot.is_over)
    app.run()
    assert not app.exception
    assert run.snapshot.state == "completed"
    assert mounted(app)["hud"]["state"] == "completed"
    assert "play" not in {button.key for button in app.button}
