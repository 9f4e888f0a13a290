import pytest

from tests.dashboard.wire import mounted


@pytest.fixture
def open_compare(visit):
    """Open the Compare page, perhaps with a query."""

    def open_page(run_id=None, **query):
        app = visit(run_id)
        for name, value in query.items():
            app.query_params[name] = value
        app.switch_page("app_pages/compare.py").run()
        return app

    return open_page


@pytest.mark.usefixtures("manager")
def test_without_runs_there_is_a_hint_and_an_open_race(open_compare):
    app = open_compare()
    assert not app.exception
    assert "let two race below" in app.info[0].value
    assert app.expander[0].proto.expanded
    assert mounted(app) == {}
    assert app.query_params == {}


def test_the_watched_run_is_where_one_begins(open_compare, hold_run):
    run = hold_run()
    app = open_compare(run.run_id)
    assert not app.exception
    assert [one["run_id"] for one in mounted(app)["overlay"]["runs"]] == [run.run_id]
    assert app.query_params == {"run": run.run_id, "runs": run.run_id}


def test_an_unknown_run_gets_a_sentence_and_the_others_are_shown(open_compare, hold_run):
    run = hold_run()
    app = open_compare(runs=f"{run.run_id},gone")
    assert not app.exception
    assert "There is no run 'gone' here." in app.error[0].value
    assert len(mounted(app)["overlay"]["runs"]) == 1
    assert app.query_params == {"runs": run.run_id}


def test_the_runs_are_still_compared_after_a_visit_elsewhere(open_compare, hold_run):
    run = hold_run()
    app = open_compare(runs=run.run_id)
    app.query_params.clear()
    app.switch_page("app_pages/train.py").run()
    assert app.query_params == {}
    app.switch_page("app_pages/compare.py").run()
    assert app.query_params == {"runs": run.run_id}
    assert not app.exception
