from dashboard.clicks import PROBLEM


def test_the_page_brings_pictures_and_shows_what_is_kept(app):
    app.switch_page("app_pages/data.py").run()
    assert not app.exception
    assert app.title[0].value == "Your own pictures"
    assert [one.value for one in app.subheader] == ["Kept on this server"]
    assert len(app.file_uploader) == 1


def test_a_problem_is_told_once(app):
    app.session_state[f"{PROBLEM}-"] = "That did not work."
    app.switch_page("app_pages/data.py").run()
    assert [error.value for error in app.error] == ["That did not work."]
    app.run()
    assert not app.error


def test_the_watched_run_stays_in_the_url(visit, hold_run):
    run = hold_run()
    app = visit(run.run_id)
    app.query_params.clear()
    app.switch_page("app_pages/data.py").run()
    assert app.query_params == {"run": run.run_id}
