import pytest

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
