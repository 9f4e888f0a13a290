import pytest
from PIL import Image

from dashboard.components import gallery
from ganlib import PRESETS, RunEnded


def texts(app):
    return [text.value for text in (*app.markdown, *app.caption)]


def test_a_new_visitor_sees_what_it_is_about_and_one_way_to_begin(app):
    assert not app.exception
    assert app.title[0].value == "Two networks, one game"
    assert app.button(key="start").label == "Start training"
    assert not app.button(key="start").disabled
    assert not app.error


@pytest.mark.parametrize("preset", PRESETS)
def test_each_preset_has_a_card_and_can_be_chosen(app, preset):
    card = app.container(key=f"card-{preset}")
    assert card.markdown[0].value == f"**{PRESETS[preset].title}**"
    assert PRESETS[preset].sees in card.caption[0].value
    assert PRESETS[preset].takes in card.caption[0].value
    if preset != "digits":
        app.button(key=f"choose-{preset}").click().run()
    assert not app.exception
    chosen = [key for key in PRESETS if app.button(key=f"choose-{key}").disabled]
    assert chosen == [preset]
    assert app.button(key=f"choose-{preset}").label == "Chosen"
    assert f"**{PRESETS[preset].title}.** {PRESETS[preset].sees}" in texts(app)
    assert any(PRESETS[preset].measured in text for text in texts(app))


def test_presets_can_be_chosen_one_after_another_and_back(app):
    for preset in (*list(PRESETS)[1:], *list(PRESETS)[::-1][1:]):
        app.button(key=f"choose-{preset}").click().run()
        assert not app.exception
        assert app.text_input(key=f"{preset}-title").value == PRESETS[preset].config.title


@pytest.mark.parametrize("preset", PRESETS)
def test_each_preset_has_a_recorded_training_that_moves(preset):
    with Image.open(gallery.PREVIEWS / f"{preset}.webp") as preview:
        assert preview.format == "WEBP"
        assert preview.n_frames > 1


def test_the_recorded_training_is_that_of_the_chosen_preset(app):
    app.button(key="choose-ring").click().run()
    (image,) = app.image
    assert image.captions == [f"Recorded: {PRESETS['ring'].title.lower()}"]


def test_an_idle_server_has_nothing_to_watch(app):
    assert not any(button.key.startswith("watch-") for button in app.button)


def test_a_visitor_can_watch_a_run_of_someone_else(visit, hold_run):
    hold_run(RunEnded(0, "completed"))
    run = hold_run()
    app = visit()
    (watch,) = (button for button in app.button if button.key.startswith("watch-"))
    assert watch.label == "Tiny ring"
    watch.click().run()
    assert not app.exception
    assert app.query_params == {"run": run.run_id}
    assert app.button(key="pause")


def test_the_six_newest_runs_are_offered(visit, hold_run):
    runs = [hold_run(title=f"Run {number}") for number in range(8)]
    app = visit()
    offered = [button.key for button in app.button if button.key.startswith("watch-")]
    assert offered == [f"watch-{run.run_id}" for run in runs[2:]]


def test_a_run_that_is_gone_when_it_is_to_be_watched_is_told_of(visit, hold_run, manager):
    run = hold_run()
    app = visit()
    manager._runs.clear()
    app.button(key=f"watch-{run.run_id}").click().run()
    assert not app.exception
    assert "There is no run " in app.error[0].value
    assert app.button(key="start")
