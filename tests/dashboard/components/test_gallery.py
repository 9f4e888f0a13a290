import math
import re

import pytest
from PIL import Image

from dashboard import course
from dashboard.previews import recorded
from ganlib import COLOURS, PRESET_GROUPS, PRESETS, RunEnded
from tests.dashboard.wire import mounted, tell

RECORDED = [preset for preset in PRESETS if preset != "sketch"]
POINTS = PRESETS["sketch"].config.data.points
PICTURE = r'<img src="(minimax/previews/[^"]*)" width="330" alt="([^"]*)">'
STROKES = [[0.5, 0.25], [-1.3, 1.3]]


@pytest.fixture
def sketching(app):
    """A visitor who has chosen to draw the data."""
    app.button(key="choose-sketch").click().run()
    assert not app.exception
    return app


def draw(app, points):
    """Leave these points on the canvas."""
    tell(app, "sketch", "points", points)
    assert not app.exception


def drawn(app):
    return mounted(app)["sketch"]["points"]


def recordings(app):
    """The addresses and words of the moving pictures."""
    texts = [one.proto.body for one in app.get("html")]
    return [found for text in texts for found in re.findall(PICTURE, text)]


def texts(app):
    return [text.value for text in (*app.markdown, *app.caption)]


def test_a_new_visitor_sees_what_it_is_about_and_one_way_to_begin(app):
    assert not app.exception
    assert app.title[0].value == "Two networks, one game"
    assert app.button(key="start").label == "Start training"
    assert not app.button(key="start").disabled
    assert not app.error


def test_each_preset_has_a_card(app):
    for name, preset in PRESETS.items():
        card = app.container(key=f"card-{name}")
        assert card.markdown[0].value == f"**{preset.title}**"
        assert preset.sees in card.caption[0].value
        assert preset.takes in card.caption[0].value


def test_presets_can_be_chosen_one_after_another_and_back(app):
    of_each_group = [list(group)[-1] for group in PRESET_GROUPS.values()]
    for name in (*of_each_group, *of_each_group[-2::-1]):
        app.button(key=f"choose-{name}").click().run()
        assert not app.exception
        preset = PRESETS[name]
        assert app.text_input(key=f"{name}-title").value == preset.config.title
        assert [key for key in PRESETS if app.button(key=f"choose-{key}").disabled] == [name]
        assert app.button(key=f"choose-{name}").label == "Chosen"
        assert f"**{preset.title}.** {preset.sees}" in texts(app)
        assert any(preset.measured in text for text in texts(app))


def test_each_group_is_a_tab_with_the_cards_of_its_presets(app):
    cards = {
        tab.label: sorted(button.key.removeprefix("choose-") for button in tab.button)
        for tab in app.tabs
    }
    assert cards == {group: sorted(presets) for group, presets in PRESET_GROUPS.items()}
    assert list(cards) == list(PRESET_GROUPS)


def test_no_preset_stands_on_two_shelves_or_on_none():
    in_groups = [preset for group in PRESET_GROUPS.values() for preset in group]
    assert sorted(in_groups) == sorted(PRESETS)


@pytest.mark.parametrize("preset", RECORDED)
def test_each_preset_has_a_recorded_training_that_moves(preset):
    with Image.open(recorded(preset)) as preview:
        assert preview.format == "WEBP"
        assert preview.n_frames > 1


def test_the_recorded_training_is_that_of_the_chosen_preset(app):
    app.button(key="choose-ring").click().run()
    words = f"Recorded: {PRESETS['ring'].title.lower()}"
    assert recordings(app) == [("minimax/previews/ring.webp", words)]


def test_a_card_shows_how_good_its_pictures_become_where_that_was_measured(app):
    calls = [caption for image in app.image for caption in image.captions]
    measured = [one.course for one in PRESETS.values() if one.course]
    assert [course.sentence(one) for one in measured] == calls[-len(measured) :]


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
    assert app.button(key="play")


def test_the_six_newest_runs_are_offered(visit, hold_run):
    runs = [hold_run(title=f"Run {number}") for number in range(8)]
    app = visit()
    offered = [button.key for button in app.button if button.key.startswith("watch-")]
    assert offered == [f"watch-{run.run_id}" for run in runs[2:]]


def test_a_run_that_is_gone_when_it_is_to_be_watched_is_told_of(visit, hold_run, remove_run):
    run = hold_run()
    app = visit()
    remove_run(run.run_id)
    app.button(key=f"watch-{run.run_id}").click().run()
    assert not app.exception
    assert "There is no run " in app.error[0].value
    assert app.button(key="start")


def test_the_sketch_is_drawn_where_other_presets_have_their_recorded_training(sketching):
    assert list(mounted(sketching)) == ["sketch"]
    assert mounted(sketching)["sketch"] == {
        "points": [list(point) for point in POINTS],
        "colour": COLOURS["real"],
        "most": 2000,
    }
    assert not recordings(sketching)


def test_no_other_preset_has_a_canvas(app):
    assert mounted(app) == {}
    assert len(recordings(app)) == 1


@pytest.mark.usefixtures("idle")
def test_what_is_drawn_is_what_runs(sketching, manager):
    draw(sketching, STROKES)
    assert drawn(sketching) == STROKES
    sketching.button(key="start").click().run()
    assert not sketching.exception
    (run,) = manager.runs()
    assert run.config.data.points == ((0.5, 0.25), (-1.3, 1.3))
    assert mounted(sketching)["plane"]["drawable"]


@pytest.mark.usefixtures("idle")
def test_drawing_and_settings_do_not_disturb_each_other(sketching, manager):
    sketching.text_input(key="sketch-title").set_value("Mine")
    sketching.number_input(key="sketch-lr_d").set_value(0.003).run()
    draw(sketching, STROKES)
    sketching.number_input(key="sketch-seed").set_value(5).run()
    assert drawn(sketching) == STROKES
    sketching.button(key="start").click().run()
    config = manager.runs()[0].config
    assert (config.title, config.seed) == ("Mine", 5)
    assert config.algorithm.optimisation.lr_d == 0.003
    assert len(config.data.points) == 2


def test_a_sketch_survives_a_look_at_another_preset_and_page(sketching):
    draw(sketching, STROKES)
    sketching.button(key="choose-ring").click().run()
    assert mounted(sketching) == {}
    sketching.switch_page("app_pages/latent.py").run()
    sketching.switch_page("app_pages/train.py").run()
    sketching.button(key="choose-sketch").click().run()
    assert not sketching.exception
    assert drawn(sketching) == STROKES


@pytest.mark.usefixtures("idle")
def test_a_sketch_is_of_one_visitor_and_of_one_preset(sketching, visit, manager):
    draw(sketching, STROKES)
    other = visit()
    other.button(key="choose-sketch").click().run()
    assert len(drawn(other)) == len(POINTS)
    sketching.button(key="choose-ring").click().run()
    sketching.button(key="start").click().run()
    assert manager.runs()[0].config == PRESETS["ring"].config


def test_an_empty_canvas_cannot_be_learnt_until_something_is_drawn(sketching):
    draw(sketching, [])
    assert [error.value for error in sketching.error] == [
        "There is nothing to learn from yet: draw at least one point."
    ]
    assert sketching.button(key="start").disabled
    assert drawn(sketching) == []
    draw(sketching, STROKES)
    assert not sketching.error
    assert not sketching.button(key="start").disabled


REFUSED = [
    5,
    True,
    "ab",
    "",
    {},
    {"x": 1},
    [5],
    [None],
    ["ab"],
    [[1.31, 0]],
    [[math.nan, 0]],
    [[0, math.inf]],
    [[0]],
    [[0, 0, 0]],
    [["x", "y"]],
    [[[0, 0]]],
    [[0, 0]] * 2001,
]


def test_a_sketch_that_is_refused_is_told_and_cannot_start(sketching):
    for points in REFUSED:
        case = repr(points)[:30]
        draw(sketching, points)
        (error,) = sketching.error
        assert len(error.value) < 120, case
        assert sketching.button(key="start").disabled, case
        assert drawn(sketching) == [], case
