import pytest

from dashboard.clicks import NEWS
from tests.dashboard.wire import mounted


def test_the_home_page_is_train(app):
    assert not app.exception
    assert app.title[0].value == "Two networks, one game"


@pytest.mark.parametrize("pages", [("latent", "train"), ("latent", "latent", "train", "train")])
def test_the_run_stays_in_the_url_of_every_page(visit, hold_run, pages):
    run = hold_run()
    app = visit(run.run_id)
    for page in pages:
        # Streamlit's navigation drops the query of the page that is left.
        app.query_params.clear()
        app.switch_page(f"app_pages/{page}.py").run()
        assert not app.exception
        assert app.query_params == {"run": run.run_id}
    assert mounted(app)["hud"]["run_id"] == run.run_id


def test_visitors_do_not_see_the_run_of_another_session(visit, hold_run):
    run = hold_run()
    assert visit(run.run_id).query_params == {"run": run.run_id}
    assert visit().query_params == {}


def test_news_of_a_page_that_was_left_do_not_lead_back_to_it(visit, hold_run):
    app = visit(hold_run().run_id)
    app.switch_page("app_pages/runs.py").run()
    app.session_state[NEWS] = ""  # The status line of Train told what the browser heard before.
    app.switch_page("app_pages/train.py").run()
    assert [one.value for one in app.title] == ["Runs"]
    app.switch_page("app_pages/train.py").run()
    assert "hud" in mounted(app)


def test_news_of_a_page_hold_nobody_on_it(visit, hold_run):
    app = visit(hold_run().run_id)
    app.session_state[NEWS] = ""
    app.switch_page("app_pages/runs.py").run()
    assert [one.value for one in app.title] == ["Runs"]
