from math import log

import pytest

from dashboard.charts import metric_chart, run_look, train_charts
from ganlib import COLOURS, PRESETS, RunConfig
from tests.conftest import METRICS

GREEN, PURPLE, BLUE, ORANGE = "#0a9b72", "#b35cc4", "#2f86d6", "#e3720b"


def config(**objective):
    return RunConfig.parse({"algorithm": {"objective": objective}})


ADA = {"ada_target": 0.6}


MEASURED = RunConfig.parse({"algorithm": {"optimisation": {"norms_every": 10}}})


def chart(name, **objective):
    return {one["id"]: one for one in train_charts(config(**objective))}[name]


GAMES = [name for name, one in PRESETS.items() if one.config.algorithm.family == "gan"]


@pytest.mark.parametrize("preset", GAMES)
def test_a_series_has_the_colour_of_its_role_in_every_game(preset):
    colours = {
        series["name"]: series["colour"]
        for one in train_charts(PRESETS[preset].config)
        for series in one["series"]
    }
    of_roles = {"d_loss": BLUE, "g_loss": ORANGE, "d_real": GREEN, "d_fake": PURPLE}
    of_penalties = {"d_r1": GREEN, "d_r2": PURPLE, "d_gp": BLUE, "d_dragan": ORANGE}
    of_classes = {"d_class_real": GREEN, "d_class_fake": PURPLE, "g_class": ORANGE}
    of_codes = {"d_information": BLUE, "g_information": ORANGE}
    of_changes = {"ada_p": BLUE, "ada_r": GREEN}
    known = of_roles | of_penalties | of_classes | of_codes | of_changes
    assert colours.items() <= known.items()
    assert colours.items() >= of_roles.items()


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
    d, g = chart("loss", **objective)["lines"]
    assert (d["value"], g["value"]) == (pytest.approx(d_loss), pytest.approx(g_loss))
    assert (d["colour"], g["colour"]) == (BLUE, ORANGE)
    assert f"({d_loss:.3g})" in d["label"]


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
    (d,) = drawn["lines"]
    assert (d["value"], d["colour"]) == (pytest.approx(d_loss), BLUE)
    assert "No line for G" in drawn["note"]
    assert constant in drawn["note"]


@pytest.mark.parametrize("loss", ["minimax", "ns", "lsgan", "wgan", "hinge", "rpgan", "ragan"])
def test_losses_are_not_offered_as_progress(loss):
    drawn = chart("loss", loss=loss)
    assert "lower is better" not in drawn["y_title"]
    assert "opponent" in drawn["y_title"]
    assert "need not mean better samples" in drawn["note"]


def test_curves_of_games_do_not_rank_the_runs_that_are_compared():
    for name in ("d_loss", "g_loss", "d_real", "d_fake"):
        assert "does not rank the runs" in metric_chart(name)["note"]
    for name in ("loss", "elbo", "d_r1"):
        assert metric_chart(name)["note"] == ""


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
    (line,) = scores["lines"]
    is_smoothed = "label_smoothing" in objective
    assert (scores["y_title"] == "probability of being real") == (not is_smoothed)
    assert line["value"] == pytest.approx(value)
    assert f"({value:g})" in line["label"]


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
    assert scores["y_title"] == name
    assert [line["value"] for line in scores["lines"]] == lines


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
    assert [one["name"] for one in drawn["series"]] == ["d_r1", "d_r2", "d_gp", "d_dragan"]
    assert drawn["y_title"] == formula
    assert note in drawn["note"]
    assert bool(note) == bool(drawn["note"])
    formulas = [one["label"].split(": ")[1] for one in drawn["series"]]
    assert formulas == ["|∇l|²", "|∇l|²", "(|∇l| − 1)²", "(|∇l| − 1)²"]


def test_without_a_penalty_there_is_no_chart_of_them():
    assert [one["id"] for one in train_charts(config(loss="ns"))] == ["loss", "scores"]


def test_lecam_has_a_chart_of_its_own_when_it_is_on():
    (series,) = chart("lecam", lecam_lambda=0.3)["series"]
    assert (series["name"], series["colour"]) == ("d_lecam", BLUE)
    assert "penalties" not in {one["id"] for one in train_charts(config(lecam_lambda=0.3))}


def conditional(how, **network):
    network = {"architecture": "dcgan", "condition": how, **network}
    drawn = train_charts(RunConfig.parse({"algorithm": {"network": network}}))
    return {one["id"]: one for one in drawn}


def test_an_auxiliary_classifier_has_a_chart_with_what_ignorance_costs():
    drawn = conditional("auxiliary")["classes"]
    colours = {series["name"]: series["colour"] for series in drawn["series"]}
    assert colours == {"d_class_real": GREEN, "d_class_fake": PURPLE, "g_class": ORANGE}
    assert [line["value"] for line in drawn["lines"]] == [pytest.approx(log(10))]


def test_codes_have_a_chart_with_all_that_can_be_told():
    drawn = conditional("codes", code_values=4, code_numbers=3)["information"]
    colours = {series["name"]: series["colour"] for series in drawn["series"]}
    assert colours == {"d_information": BLUE, "g_information": ORANGE}
    assert [line["value"] for line in drawn["lines"]] == [pytest.approx(log(4) + 1.5)]


@pytest.mark.parametrize("how", ["none", "projection", "concat"])
def test_where_d_tells_no_class_there_is_no_chart_of_it(how):
    assert not {"classes", "information"} & set(conditional(how))


def augmented(**augmentation):
    return RunConfig.parse({"algorithm": {"augmentation": augmentation}})


@pytest.mark.parametrize(("settings", "lines"), [({"augment_p": 0.5}, []), (ADA, [0.6])])
def test_augmentation_has_a_chart_with_its_target_when_it_is_on(settings, lines):
    drawn = next(one for one in train_charts(augmented(**settings)) if one["id"] == "augmentation")
    colours = {series["name"]: series["colour"] for series in drawn["series"]}
    assert colours == {"ada_p": BLUE, "ada_r": GREEN}
    assert [line["value"] for line in drawn["lines"]] == lines


def test_norms_have_two_charts_when_they_are_measured():
    drawn = {one["id"]: one for one in train_charts(MEASURED)}
    for name, metric in (("gradients", "grad_norm"), ("sigmas", "sigma")):
        colours = {series["name"]: series["colour"] for series in drawn[name]["series"]}
        assert colours == {f"d_{metric}": BLUE, f"g_{metric}": ORANGE}


EVERYTHING = config(r1_gamma=1.0, lecam_lambda=1.0)


@pytest.mark.parametrize(
    "config", [*(one.config for one in PRESETS.values()), EVERYTHING, augmented(**ADA), MEASURED]
)
def test_every_chart_can_be_read_aloud(config):
    for one in train_charts(config):
        assert one["title"]
        assert one["y_title"]
        assert one["alt"].endswith(".")
        assert all(series["label"] for series in one["series"])


def test_twenty_runs_have_twenty_looks_and_none_the_colour_of_a_role():
    looks = [run_look(place) for place in range(20)]
    assert len({(look["colour"], look["dash"]) for look in looks}) == 20
    assert not {look["colour"] for look in looks} & set(COLOURS.values())
    assert {look["dash"] for look in looks[:5]} == {"solid"}


def luminance(colour):
    """Relative luminance of a colour such as #102030, as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("place", range(5))
def test_the_colour_of_a_run_stands_out_on_both_grounds(place):
    colour = luminance(run_look(place)["colour"])
    assert 1.05 / (colour + 0.05) > 2.95
    assert (colour + 0.05) / (luminance("#12151c") + 0.05) > 2.95


def test_every_metric_of_training_has_a_title_of_its_own():
    titles = {metric_chart(name)["title"] for name in METRICS}
    assert len(titles) == len(METRICS)
    assert not titles & set(METRICS)


def test_a_chart_of_one_metric_is_named_after_it():
    assert metric_chart("d_r1")["title"] == "Penalty: R1, at reals"
    assert metric_chart("d_gp")["y_title"] == "mean of (|∇l| − 1)²"
    assert metric_chart("elbo")["title"] == "Evidence lower bound"
    unknown = {"id": "news", "title": "news", "y_title": "news", "note": ""}
    assert metric_chart("news") == unknown


def family(name, levels=2, **algorithm):
    data = {"kind": "images", "levels": levels}
    return RunConfig.parse({"data": data, "algorithm": {"family": name, **algorithm}})


def drawn(charts):
    return [one["name"] for chart in charts for one in chart["series"]]


def test_a_vae_shows_its_bound_both_prices_and_a_width_where_it_has_one():
    assert drawn(train_charts(family("vae"))) == ["elbo", "recon", "kl", "grad_norm"]
    gaussian = family("vae", levels=256, objective={"likelihood": "gaussian"})
    assert drawn(train_charts(gaussian)) == ["elbo", "recon", "kl", "grad_norm", "sigma"]


@pytest.mark.parametrize(("levels", "chance"), [(2, 543.4), (256, 4347.4)])
def test_a_chain_shows_what_mere_chance_costs(levels, chance):
    charts = train_charts(family("autoregressive", levels=levels))
    assert drawn(charts) == ["loss", "bits_per_dim", "grad_norm"]
    (line,) = charts[0]["lines"]
    assert line["value"] == pytest.approx(chance, abs=0.1)


def test_a_chain_of_points_has_neither_a_price_of_chance_nor_bits():
    plane = RunConfig.parse({"data": {"kind": "plane"}, "algorithm": {"family": "autoregressive"}})
    assert drawn(train_charts(plane)) == ["loss", "grad_norm"]
    assert train_charts(plane)[0]["lines"] == []
