import io
import math
from itertools import product

import pytest

from dashboard.components.plain import plain
from ganlib import (
    PRESETS,
    PictureForm,
    all_settings,
    delete_pictures,
    keep_pictures,
    own_run,
    read_pictures,
    variants,
)
from ganlib.config import OwnData
from tests.dashboard.wire import open_tab
from tests.ganlib.data.bringing import png

DCGAN_CANNOT_LEARN_POINTS = (
    "The dcgan network cannot learn ring: choose the architecture mlp-2d, or another data set."
)
FORMS = ("digits", "shapes", "mlp", "dense-spatial", "ring", "moons", "sketch")
"""Presets with every kind of data and of network."""
GREY_ONLY = (
    "The dense-spatial network draws grey 28x28 pictures only: "
    "choose grey data at size 28, or the architecture dcgan."
)


@pytest.fixture
def form(visit):
    """The settings form of a preset on the page of a new visitor."""

    def show(preset):
        app = visit()
        if preset != "digits":
            app.button(key=f"choose-{preset}").click().run()
        assert not app.exception
        return app

    return show


def key_of(preset, one):
    """The key of a setting's widget; what depends on the kind of a part carries that kind."""
    config = PRESETS[preset].config
    kinds = {"data": config.data.kind, "network": config.algorithm.network.architecture}
    kind = next((kinds[step] for step in one.path[:-1] if step in kinds), None)
    return "-".join(filter(None, (preset, kind, one.name)))


def widgeted(preset):
    """The settings that stand in the form; points are drawn instead."""
    settings = all_settings(PRESETS[preset].config)
    return [one for one in settings if one.kind != "points" and one.applies]


def shown(app):
    """The keys of all widgets."""
    return {one.key for one in (*app.number_input, *app.selectbox, *app.toggle, *app.text_input)}


def sentences(app):
    assert not app.exception
    return [error.value for error in app.error]


def keep(name, size=28, colour="grey"):
    picture = io.BytesIO(png())
    return keep_pictures(name, read_pictures([("1.png", picture)], PictureForm(size, colour)))


def fill(app, values):
    """Set widgets by their keys."""
    for key, value in values.items():
        app.get_by_key(key).set_value(value)
    return app.run()


@pytest.mark.parametrize("preset", FORMS)
def test_every_setting_has_a_widget_with_its_bounds_and_its_value(form, preset):
    app = form(preset)
    for one in widgeted(preset):
        widget = app.get_by_key(key_of(preset, one))
        assert widget.label == f"{plain(one.title)} `{one.name}`"
        assert widget.value == one.value
        assert widget.help.startswith(plain(one.description))
        match one.kind:
            case "choice":
                assert widget.type == "selectbox"
                titles = [entry.title for entry in one.entries.values()]
                assert widget.options == (titles or [str(choice) for choice in one.choices])
            case "bool":
                assert widget.type == "toggle"
            case "text":
                assert widget.type == "text_input"
            case _:
                assert widget.type == "number_input"
                assert one.bounds in widget.help
                assert_press_of_plus_is_a_tenth_of_the_magnitude(widget, one)


def assert_press_of_plus_is_a_tenth_of_the_magnitude(widget, one):
    if one.kind == "int":
        assert widget.step == 1
    else:
        zeros = round(math.log10(widget.step))
        assert widget.step == pytest.approx(10.0**zeros)
        assert one.value == 0 or 10 <= one.value / widget.step < 100


@pytest.mark.parametrize("preset", FORMS)
def test_every_widget_can_be_touched(form, preset):
    app = form(preset)
    for one in widgeted(preset):
        widget = app.get_by_key(key_of(preset, one))
        match one.kind:
            case "choice":
                widget.set_value(one.choices[-1])
            case "bool":
                widget.set_value(not one.value)
            case "text":
                widget.set_value("Another")
            case _:
                widget.set_value(type(one.value)(one.highest))
    app.run()
    # Everything at its utmost contradicts itself; that is told, and nothing breaks.
    assert sentences(app)
    assert app.button(key="start").disabled


def test_points_are_no_number_to_type(form):
    app = form("ring")
    assert not [one for one in (*app.text_input, *app.number_input) if "points" in one.key]


def test_a_sketch_without_points_is_refused_and_cannot_start(form):
    app = fill(form("ring"), {"ring-toy2d-name": "sketch"})
    assert sentences(app) == ["There is nothing to learn from yet: draw at least one point."]
    assert app.button(key="start").disabled


@pytest.mark.usefixtures("idle")
def test_what_is_set_is_what_runs(form, manager):
    app = form("ring")
    fill(app, {"ring-title": "Mine", "ring-lr_d": 0.004, "ring-mlp-2d-width": 16, "ring-seed": 5})
    fill(app, {"ring-toy2d-name": "spiral", "ring-mlp-2d-spectral_norm": True})
    app.button(key="start").click().run()
    assert not app.exception
    (run,) = manager.runs()
    config = run.config
    assert (config.title, config.seed, config.data.name) == ("Mine", 5, "spiral")
    assert config.algorithm.optimisation.lr_d == 0.004
    assert (config.algorithm.network.width, config.algorithm.network.spectral_norm) == (16, True)


@pytest.mark.parametrize(
    ("preset", "values", "sentence"),
    [
        (
            "digits",
            {"digits-r1_gamma": 1.0, "digits-dcgan-d_batch_norm": True},
            "A gradient penalty needs D's answer to one sample to depend on that sample alone, "
            "and Batch normalisation in D mixes the batch: switch it off, or set Gradient penalty "
            "R1 (γ) to 0.",
        ),
        (
            "ring",
            {"ring-loss": "wgan", "ring-mlp-2d-spectral_norm": True},
            "Spectral norm already bounds D's weights: "
            "set Spectral norm in D to off, or choose a loss other than wgan.",
        ),
        (
            "moons",
            {"moons-gp_lambda": 0.0},
            "The loss wgan-gp cannot do without Gradient penalty WGAN-GP (λ): set it to 10.",
        ),
        (
            "ring",
            {"ring-label_smoothing": 0.1, "ring-loss": "hinge"},
            "Label smoothing needs a loss with labels, and hinge has none to smooth: "
            "set One-sided label smoothing to 0, or the loss to minimax or ns.",
        ),
        (
            "mlp",
            {"mlp-d_steps": 2},
            "Simultaneous updates move each network once in a step: "
            "set Updates of D in a step (k) and Updates of G in a step to 1, or Order of updates "
            "to alternating.",
        ),
        ("dense-spatial", {"dense-spatial-images-name": "cifar10"}, GREY_ONLY),
        ("dense-spatial", {"dense-spatial-images-size": 32}, GREY_ONLY),
        (
            "ring",
            {"ring-lr_d": 0.0},
            "Learning rate of D (η_D) is 0.0, but must be greater than 0.",
        ),
        ("ring", {"ring-beta1": 1.0}, "Adam beta1 (β₁) is 1.0, but must be less than 1."),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_a_refused_combination_is_told_and_cannot_start(form, preset, values, sentence):
    app = fill(form(preset), values)
    assert sentences(app) == [sentence]
    assert app.button(key="start").disabled


@pytest.mark.parametrize("title", ["", "x" * 81])
def test_a_bad_title_is_told_and_cannot_start(form, title):
    app = fill(form("digits"), {"digits-title": title})
    (sentence,) = sentences(app)
    assert sentence.startswith("Title is ")
    assert app.button(key="start").disabled


@pytest.mark.usefixtures("idle")
def test_any_other_title_is_taken(form, manager):
    app = form("ring")
    for title in ("#", "**", "![x](y)", ":red[", "$\\frac$", "<b>", "ä" * 80):
        fill(app, {"ring-title": title})
        assert sentences(app) == []
    app.button(key="start").click().run()
    assert not app.exception
    assert manager.runs()[0].config.title == title


def test_following_the_advice_opens_the_start_again(form):
    app = fill(form("digits"), {"digits-r1_gamma": 1.0, "digits-dcgan-d_batch_norm": True})
    fill(app, {"digits-r1_gamma": 0.0})
    assert sentences(app) == []
    assert not app.button(key="start").disabled


@pytest.mark.parametrize(
    ("preset", "changes", "key"),
    [
        ("ring", {"ring-instance_noise": 0.1}, "ring-instance_noise_steps"),
        ("digits", {"digits-dcgan-condition": "codes"}, "digits-dcgan-code_values"),
        ("digits", {"digits-augment_p": 0.1}, "digits-cutout"),
        ("ring", {"ring-loss": "wgan"}, "ring-weight_clip-wgan"),
    ],
)
def test_what_does_nothing_is_not_shown(form, preset, changes, key):
    app = form(preset)
    assert key not in shown(app)
    fill(app, changes)
    assert key in shown(app)
    assert sentences(app) == []


def test_a_part_of_which_nothing_does_anything_has_no_heading(form):
    assert "**Augmentation**" in [one.value for one in form("digits").markdown]
    assert "**Augmentation**" not in [one.value for one in form("ring").markdown]


def test_what_is_refused_stays_to_be_set_otherwise(form):
    app = fill(form("digits"), {"digits-augment_p": 0.1})
    fill(app, {"digits-data-kind": "toy2d", "digits-network-kind": "mlp-2d"})
    (sentence,) = sentences(app)
    assert sentence.startswith("Augmentation changes pictures")
    fill(app, {"digits-augment_p": 0.0})
    assert sentences(app) == []
    assert "digits-augment_p" not in shown(app)


@pytest.mark.usefixtures("idle")
def test_choosing_a_loss_brings_what_it_needs(form, manager):
    app = fill(form("ring"), {"ring-loss": "wgan"})
    assert sentences(app) == []
    assert app.number_input(key="ring-weight_clip-wgan").value == 0.01
    fill(app, {"ring-weight_clip-wgan": 0.05, "ring-loss": "wgan-gp"})
    assert "ring-weight_clip-wgan-gp" not in shown(app)
    assert app.number_input(key="ring-gp_lambda-wgan-gp").value == 10
    fill(app, {"ring-loss": "ns"})
    assert sentences(app) == []
    assert app.number_input(key="ring-gp_lambda").value == 0
    fill(app, {"ring-loss": "wgan"})
    fill(app, {"ring-weight_clip-wgan": 0.01})
    app.button(key="start").click().run()
    objective = manager.runs()[0].config.algorithm.objective
    assert (objective.loss, objective.weight_clip, objective.gp_lambda) == ("wgan", 0.01, 0.0)


@pytest.mark.usefixtures("idle")
def test_another_network_brings_its_own_settings_and_keeps_the_rest(form, manager):
    app = fill(form("digits"), {"digits-lr_d": 0.004, "digits-images-size": 28})
    fill(app, {"digits-network-kind": "mlp"})
    assert sentences(app) == []
    assert app.number_input(key="digits-mlp-latent_dim").value == 100
    assert app.number_input(key="digits-lr_d").value == 0.004
    app.button(key="start").click().run()
    config = manager.runs()[0].config
    assert config.algorithm.network.architecture == "mlp"
    assert config.algorithm.optimisation.lr_d == 0.004


@pytest.mark.usefixtures("idle")
def test_another_kind_of_data_is_refused_until_the_network_fits(form, manager):
    app = fill(form("digits"), {"digits-data-kind": "toy2d"})
    assert sentences(app) == [DCGAN_CANNOT_LEARN_POINTS]
    assert app.button(key="start").disabled
    fill(app, {"digits-network-kind": "mlp-2d", "digits-toy2d-name": "spiral"})
    assert sentences(app) == []
    app.button(key="start").click().run()
    config = manager.runs()[0].config
    assert (config.data.name, config.algorithm.network.architecture) == ("spiral", "mlp-2d")


def test_a_refused_network_leaves_the_way_to_data_that_fit(form):
    app = fill(form("shapes"), {"shapes-network-kind": "dense-spatial"})
    assert sentences(app) == [GREY_ONLY]
    fill(app, {"shapes-images-name": "mnist-5k", "shapes-images-size": 28})
    assert sentences(app) == []
    assert not app.button(key="start").disabled


def test_every_kind_of_data_and_network_can_be_chosen(form):
    app = form("digits")
    keep("my-pictures")
    for data, network in product(variants()["data"], variants()["network"]):
        fill(app, {"digits-data-kind": data, "digits-network-kind": network})
        fits = (data == "toy2d") == (network == "mlp-2d")
        assert bool(sentences(app)) is not fits
        assert app.button(key="start").disabled is not fits


def test_without_pictures_of_ones_own_the_form_says_where_they_are_brought(form):
    app = fill(form("digits"), {"digits-data-kind": "own"})
    assert sentences(app) == [
        "No pictures of your own are kept yet: bring some on the Data page, or choose another "
        "kind of data."
    ]
    assert app.button(key="start").disabled


@pytest.mark.usefixtures("idle")
def test_own_pictures_are_chosen_by_name_and_bring_their_form(form, manager):
    keep("cats")
    dogs = keep("dogs", 64, "colour")
    app = fill(form("digits"), {"digits-data-kind": "own"})
    assert sentences(app) == ["Choose which of your own pictures to learn."]
    assert app.button(key="start").disabled
    box = app.selectbox(key="digits-own")
    assert box.options == ["cats (28 x 28, grey)", "dogs (64 x 64, colour)"]
    fill(app, {"digits-own": "dogs"})
    assert sentences(app) == []
    app.button(key="start").click().run()
    assert manager.runs()[0].config.data == OwnData.of(dogs)


def test_own_pictures_that_go_while_they_are_chosen_are_asked_for_again(form):
    keep("cats")
    keep("dogs")
    app = fill(form("digits"), {"digits-data-kind": "own"})
    fill(app, {"digits-own": "dogs"})
    delete_pictures("dogs")
    app.run()
    assert sentences(app) == ["Choose which of your own pictures to learn."]
    assert app.button(key="start").disabled


def test_a_run_on_own_pictures_starts_again_with_them_unless_they_are_gone(app_with_run):
    kept = keep("cats")
    keep("dogs")
    config = own_run(kept)
    app = app_with_run(config=config)
    open_tab(app, "Start again")
    assert sentences(app) == []
    (box,) = (one for one in app.selectbox if one.key.endswith("-own"))
    assert box.value == "cats"
    delete_pictures("cats")
    app = app_with_run(config=config)
    open_tab(app, "Start again")
    assert sentences(app) == ["Choose which of your own pictures to learn."]


def test_own_pictures_that_the_network_cannot_draw_are_refused(form):
    keep("cats", 64, "colour")
    app = fill(form("dense-spatial"), {"dense-spatial-data-kind": "own"})
    fill(app, {"dense-spatial-own": "cats"})
    assert sentences(app) == [GREY_ONLY]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (12.5, "Training steps is 12.5"),
        (-5.0, "Training steps is -5, but must be at least 1."),
        (1e11, "must be at most 10,000,000."),
        (1e300, "must be at most 10,000,000."),
    ],
)
def test_a_number_that_may_not_be_gets_a_sentence_and_does_not_start(app, typed, words):
    app.number_input(key="digits-total_steps").set_value(typed).run()
    assert any(words in error.value for error in app.error)
    assert app.button(key="start").disabled
    app.number_input(key="digits-total_steps").set_value(1000.0).run()
    assert not app.error
    assert not app.button(key="start").disabled
