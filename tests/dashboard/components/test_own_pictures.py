import io

import pytest

from ganlib import PictureForm, delete_pictures, keep_pictures, own_run, own_sets, read_pictures
from tests.dashboard.wire import mounted
from tests.ganlib.data.bringing import png, zipped

pytestmark = pytest.mark.usefixtures("idle")


def keep(name, *members, size=28, colour="grey", replace=False):
    source = zipped(members) if members else io.BytesIO(png())
    pictures = read_pictures([("x.zip", source)], PictureForm(size, colour))
    return keep_pictures(name, pictures, replace)


@pytest.fixture
def page(visit):
    """Opens the Data page as a new visitor."""

    def open_page():
        app = visit().switch_page("app_pages/data.py").run()
        assert not app.exception
        return app

    return open_page


def words(app):
    return [one.value for one in app.markdown]


def notes(app):
    return [one.value for one in app.caption]


def test_no_pictures_says_so(page):
    assert notes(page())[-1].startswith("Nothing yet.")


def test_a_set_shows_its_name_its_form_and_how_many_there_are(page):
    keep("one")
    keep("pets", ("cats/1.png", png()), ("_d*/2.png", png()), size=64, colour="colour")
    app = page()
    assert "**one** · 1 picture, 28 x 28, in grey" in words(app)
    assert "**pets** · 2 pictures, 64 x 64, in colour" in words(app)
    assert "\\_d\\* 1, cats 1" in notes(app)
    assert len(app.image) == 2


def test_very_many_classes_are_counted(page):
    keep("many", *((f"{name}/1.png", png()) for name in "abcdefgh"))
    assert "a 1, b 1, c 1, d 1, e 1, f 1 and 2 more" in notes(page())


def test_training_starts_a_run_on_them_and_shows_it(page, manager):
    kept = keep("pets")
    app = page()
    app.button(key="train-pets").click().run()
    assert not app.exception
    (run,) = manager.runs()
    assert run.config == own_run(kept)
    assert app.query_params == {"run": run.run_id}
    assert mounted(app)["hud"]["run_id"] == run.run_id


@pytest.mark.parametrize("manager", [{"max_running": 1, "max_waiting": 0}], indirect=True)
def test_a_full_queue_is_told(page, manager, tiny):
    manager.start(tiny)
    keep("pets")
    app = page()
    app.button(key="train-pets").click().run()
    assert "Too many runs" in app.error[0].value


def test_deleting_takes_the_set_away_for_everyone(page):
    keep("pets")
    app = page()
    assert "Delete **pets** for everyone? Runs that use it go on." in words(app)
    app.button(key="delete-pets").click().run()
    assert not app.exception
    assert own_sets() == ()
    assert notes(app)[-1].startswith("Nothing yet.")


def test_deleting_what_somebody_else_has_deleted_is_told(page):
    keep("pets")
    app = page()
    delete_pictures("pets")
    app.button(key="delete-pets").click().run()
    assert not app.exception
    assert app.error[0].value.startswith("There are no pictures called 'pets'")


def test_training_on_what_somebody_else_has_deleted_is_told(page, manager):
    keep("pets")
    app = page()
    delete_pictures("pets")
    app.button(key="train-pets").click().run()
    assert not app.exception
    assert "have just been deleted" in app.error[0].value
    assert manager.runs() == ()


def test_replaced_pictures_are_shown_anew(page):
    keep("pets", ("1.png", png(0, mode="L")))
    (before,) = page().image
    keep("pets", ("1.png", png(255, mode="L")), replace=True)
    (after,) = page().image
    assert before.value != after.value
