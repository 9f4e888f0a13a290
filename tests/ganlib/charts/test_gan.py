from math import log

import pytest

from ganlib.config import RunConfig
from ganlib.presets import PRESETS

D, G = "discriminator", "generator"


def shown(config):
    return config.algorithm.spec.charts(config)


def config(**objective):
    return RunConfig.parse({"algorithm": {"objective": objective}})


ADA = {"ada_target": 0.6}


MEASURED = RunConfig.parse({"algorithm": {"optimisation": {"norms_every": 10}}})


def chart(name, **objective):
    return {one.key: one for one in shown(config(**objective))}[name]


GAMES = [name for name, one in PRESETS.items() if one.config.algorithm.family == "gan"]


@pytest.mark.parametrize("preset", GAMES)
def test_a_curve_has_the_same_role_in_every_game(preset):
    roles = {
        curve.metric: curve.role for one in shown(PRESETS[preset].config) for curve in one.curves
    }
    of_roles = {"d_loss": D, "g_loss": G, "d_real": "real", "d_fake": "fake"}
    of_penalties = {"d_r1": "real", "d_r2": "fake", "d_gp": D, "d_dragan": G}
    of_classes = {"d_class_real": "real", "d_class_fake": "fake", "g_class": G}
    of_codes = {"d_information": D, "g_information": G}
    of_changes = {"ada_p": D, "ada_r": "real"}
    known = of_roles | of_penalties | of_classes | of_codes | of_changes
    assert roles.items() <= known.items()
    assert roles.items() >= of_roles.items()


@pytest.mark.parametrize(
    ("objective", "d_loss", "g_loss"),
    [
        ({"loss": "minimax"}, 2 * log(2), -log(2)),
        ({"loss": "ns"}, 2 * log(2), log(2)),
        ({"loss": "lsgan"}, 0.25, 0.125),
        ({"loss": "rpgan"}, log(2), log(2)),
        ({"loss": "ragan"}, 2 * log(2), 2 * log(2)),
        # The best D answers 0.45: -0.9 ln 0.45 - 0.1 ln 0.55 - ln 0.55, and -ln 0.45.
        (
            {"loss": "ns", "label_smoothing": 0.1},
            -0.9 * log(0.45) - 1.1 * log(0.55),
            -log(0.45),
        ),
    ],
)
def test_lines_stand_where_d_cannot_tell(objective, d_loss, g_loss):
    d, g = chart("loss", **objective).lines
    assert (d.value, g.value) == (pytest.approx(d_loss), pytest.approx(g_loss))
    assert (d.role, g.role) == (D, G)


@pytest.mark.parametrize(
    ("loss", "d_loss", "constant"),
    [
        ("wgan", 0.0, "any constant"),
        ("wgan-gp", 0.0, "any constant"),
        ("hinge", 2.0, "any constant from −1 to 1"),
    ],
)
def test_g_has_no_line_where_its_loss_may_be_anything_and_the_chart_says_why(
    loss, d_loss, constant
):
    drawn = chart("loss", loss=loss)
    (d,) = drawn.lines
    assert (d.value, d.role) == (pytest.approx(d_loss), D)
    assert "No line for G" in drawn.note
    assert constant in drawn.note


@pytest.mark.parametrize("loss", ["minimax", "ns", "lsgan", "wgan", "hinge", "rpgan", "ragan"])
def test_losses_are_not_offered_as_progress(loss):
    drawn = chart("loss", loss=loss)
    assert "lower is better" not in drawn.y_title
    assert "opponent" in drawn.y_title
    assert "need not mean better samples" in drawn.note


@pytest.mark.parametrize(
    ("objective", "value"),
    [
        ({"loss": "minimax"}, 0.5),
        ({"loss": "ns"}, 0.5),
        # Of equally many reals and fakes, a share of 0.8 / 2 bears the label 1.
        ({"loss": "ns", "label_smoothing": 0.2}, 0.4),
    ],
)
def test_a_probability_has_a_line_where_d_cannot_tell(objective, value):
    scores = chart("scores", **objective)
    (line,) = scores.lines
    is_smoothed = "label_smoothing" in objective
    assert (scores.y_title == "probability of being real") == (not is_smoothed)
    assert line.value == pytest.approx(value)


@pytest.mark.parametrize(
    ("loss", "name", "lines"),
    [
        ("lsgan", "score (aims at 1 real, 0 fake)", [0.5]),
        ("hinge", "score (aims at ≥ 1 real, ≤ −1 fake)", []),
        ("wgan", "critic value (only differences count)", []),
        ("wgan-gp", "critic value (only differences count)", []),
        ("rpgan", "relative score (only differences count)", []),
        ("ragan", "relative score (only differences count)", []),
    ],
)
def test_what_d_says_is_called_as_its_loss_has_it(loss, name, lines):
    scores = chart("scores", loss=loss)
    assert scores.y_title == name
    assert [line.value for line in scores.lines] == lines


@pytest.mark.parametrize(
    ("penalty", "formula", "note"),
    [
        ("r1_gamma", "mean of |∇l|²", ""),
        ("r2_gamma", "mean of |∇l|²", ""),
        ("gp_lambda", "mean of (|∇l| − 1)²", "to 1, not to 0"),
        ("dragan_lambda", "mean of (|∇l| − 1)²", "to 1, not to 0"),
    ],
)
def test_penalties_have_a_chart_with_their_formula_when_one_is_on(penalty, formula, note):
    drawn = chart("penalties", **{penalty: 1.0})
    assert [one.metric for one in drawn.curves] == ["d_r1", "d_r2", "d_gp", "d_dragan"]
    assert drawn.y_title == formula
    assert note in drawn.note
    assert bool(note) == bool(drawn.note)
    formulas = [one.label.split(": ")[1] for one in drawn.curves]
    assert formulas == ["|∇l|²", "|∇l|²", "(|∇l| − 1)²", "(|∇l| − 1)²"]


def test_without_a_penalty_there_is_no_chart_of_them():
    assert [one.key for one in shown(config(loss="ns"))] == ["loss", "scores"]


def test_lecam_has_a_chart_of_its_own_when_it_is_on():
    (curve,) = chart("lecam", lecam_lambda=0.3).curves
    assert (curve.metric, curve.role) == ("d_lecam", D)
    assert "penalties" not in {one.key for one in shown(config(lecam_lambda=0.3))}


def conditional(how, **network):
    network = {"architecture": "dcgan", "condition": how, **network}
    drawn = shown(RunConfig.parse({"algorithm": {"network": network}}))
    return {one.key: one for one in drawn}


def test_an_auxiliary_classifier_has_a_chart_with_what_ignorance_costs():
    drawn = conditional("auxiliary")["classes"]
    roles = {curve.metric: curve.role for curve in drawn.curves}
    assert roles == {"d_class_real": "real", "d_class_fake": "fake", "g_class": G}
    assert [line.value for line in drawn.lines] == [pytest.approx(log(10))]


def test_codes_have_a_chart_with_all_that_can_be_told():
    drawn = conditional("codes", code_values=4, code_numbers=3)["information"]
    roles = {curve.metric: curve.role for curve in drawn.curves}
    assert roles == {"d_information": D, "g_information": G}
    assert [line.value for line in drawn.lines] == [pytest.approx(log(4) + 1.5)]


@pytest.mark.parametrize("how", ["none", "projection", "concat"])
def test_where_d_tells_no_class_there_is_no_chart_of_it(how):
    assert not {"classes", "information"} & set(conditional(how))


def augmented(**augmentation):
    return RunConfig.parse({"algorithm": {"augmentation": augmentation}})


@pytest.mark.parametrize(("settings", "lines"), [({"augment_p": 0.5}, []), (ADA, [0.6])])
def test_augmentation_has_a_chart_with_its_target_when_it_is_on(settings, lines):
    drawn = next(one for one in shown(augmented(**settings)) if one.key == "augmentation")
    roles = {curve.metric: curve.role for curve in drawn.curves}
    assert roles == {"ada_p": D, "ada_r": "real"}
    assert [line.value for line in drawn.lines] == lines


def test_norms_have_two_charts_when_they_are_measured():
    drawn = {one.key: one for one in shown(MEASURED)}
    for name, metric in (("gradients", "grad_norm"), ("spectral-norms", "spectral_norm")):
        roles = {curve.metric: curve.role for curve in drawn[name].curves}
        assert roles == {f"d_{metric}": D, f"g_{metric}": G}
