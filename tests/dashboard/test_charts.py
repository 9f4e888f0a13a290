import pytest

from dashboard.charts import metric_chart, run_look, train_charts
from ganlib import COLOURS, FAMILIES, RunConfig
from tests.conftest import METRICS

GAN = FAMILIES["gan"]


def test_a_chart_of_a_family_has_the_colours_of_its_roles_and_levels_with_their_values():
    charts = {one["id"]: one for one in train_charts(RunConfig())}
    scores = charts["scores"]
    assert {one["name"]: one["colour"] for one in scores["series"]} == {
        "d_real": COLOURS["real"],
        "d_fake": COLOURS["fake"],
    }
    grey = {"value": 0.5, "label": "cannot tell (0.5)", "colour": "#808080"}
    assert scores["lines"] == [grey]
    d, g = charts["loss"]["lines"]
    assert (d["colour"], g["colour"]) == (COLOURS["discriminator"], COLOURS["generator"])
    assert d["label"] == "D cannot tell (1.39)"


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
    titles = {metric_chart(name, GAN)["title"] for name in METRICS}
    assert len(titles) == len(METRICS)
    assert not titles & set(METRICS)


def test_a_chart_of_one_metric_is_named_after_it():
    assert metric_chart("d_r1", GAN)["title"] == "Penalty: R1, at reals"
    assert metric_chart("d_gp", GAN)["y_title"] == "mean of (|∇l| − 1)²"
    assert metric_chart("d_loss", GAN)["note"] == GAN.metrics["d_loss"].note
    unknown = {"id": "news", "title": "news", "y_title": "news", "note": ""}
    assert metric_chart("news", GAN) == unknown


def test_a_metric_that_two_families_have_is_named_by_the_one_that_is_compared():
    titles = {key: metric_chart("loss", one)["title"] for key, one in FAMILIES.items()}
    assert titles["vae"] == "What is minimised"
    assert titles["gan"] == "loss"
