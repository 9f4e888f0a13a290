from dataclasses import replace

import pytest

from dashboard.quality import MOST_POINTS, courses, quality
from ganlib import FRECHET, NLL, Measured, Metric, MetricReport, RunConfig, RunSnapshot

IN = "digit features 0a1b"


def measured(step, value=3.456, seconds=2.0, floor=0.125, **more):
    metrics = (
        Metric(FRECHET, value, 0.25, floor, 2000, IN),
        Metric("kernel distance", -0.0001, 0.002, -0.0301, 2000, IN, "In subsets of 60."),
        Metric("precision", 0.5, 0.01, 0.9, 2000, IN),
        Metric("memorisation ratio", 12.345, 0.01, None, 250, "pixels"),
    )
    return Measured(step, seconds, MetricReport(metrics, **more))


def report_of(*measurements, elapsed=40.0, **known):
    return quality(RunConfig(), RunSnapshot(measurements=measurements, elapsed=elapsed, **known))


def test_the_newest_metrics_stand_in_the_table():
    rows = report_of(measured(3), measured(9, value=2.0))["table"]
    assert [(row["name"], row["features"], row["n"]) for row in rows] == [
        (FRECHET, IN, "2,000"),
        ("kernel distance", IN, "2,000"),
        ("precision", IN, "2,000"),
        ("memorisation ratio", "pixels", "250"),
    ]
    assert rows[0]["value"] == "2.000 ± 0.250"
    assert rows[0]["floor"] == "0.125"


def test_numbers_have_decimals_that_mean_something_and_true_minus_signs():
    rows = report_of(measured(3))["table"]
    assert rows[1]["value"] == "0.000 ± 0.002"
    assert rows[1]["floor"] == "\N{MINUS SIGN}0.030"
    assert rows[3]["value"] == "12.35 ± 0.010"
    assert rows[3]["floor"] == ""


def test_what_holds_of_one_figure_alone_is_its_note():
    rows = report_of(measured(3))["table"]
    assert [row["note"] for row in rows[:2]] == ["", "In subsets of 60."]


def test_words_tell_the_step_and_what_measuring_cost():
    assert report_of(measured(1200, seconds=1.0), measured(2400))["words"] == (
        "Pictures of step 2,400. Measuring them took a core 2.0 s, and all measurements so far "
        "8% of the time."
    )


def test_of_a_run_shorter_than_its_measurement_no_share_is_told():
    words = report_of(measured(1200), elapsed=1.0)["words"]
    assert words == "Pictures of step 1,200. Measuring them took a core 2.0 s."


def test_the_chart_of_the_distance_is_named_for_its_features_and_shows_the_floor():
    distance, shares = report_of(measured(3))["charts"]
    assert distance["title"] == "Fréchet distance, digit features 0a1b"
    assert [line["value"] for line in distance["lines"]] == [0.125]
    assert shares["title"] == "Quality and variety, digit features 0a1b"


@pytest.mark.parametrize("floor", [None, -0.1])
def test_a_floor_that_a_logarithm_cannot_show_is_left_out(floor):
    assert report_of(measured(3, floor=floor))["charts"][0]["lines"] == []


def test_curves_have_a_point_for_each_measurement():
    found = courses(RunSnapshot(measurements=(measured(3), measured(9, value=2.0))))
    assert found[f"{FRECHET}/steps"].tolist() == [3, 9]
    assert found[f"{FRECHET}/values"] == pytest.approx([3.456, 2.0])
    assert len(found["recall/steps"]) == len(found["recall/values"]) == 0


def test_very_many_measurements_are_thinned():
    found = courses(RunSnapshot(measurements=tuple(measured(step) for step in range(1, 900))))
    assert len(found[f"{FRECHET}/steps"]) == MOST_POINTS


def test_where_nothing_could_be_measured_the_sentence_says_why():
    nothing = replace(measured(3), report=MetricReport((), refused=("Too few pictures.",)))
    answer = report_of(nothing)
    assert (answer["table"], answer["charts"]) == ([], [])
    assert answer["refused"] == ["Too few pictures."]


def test_classes_come_with_both_shares():
    assert report_of(measured(3, classes=(("one", 0.75, 0.5),)))["classes"] == [["one", 0.75, 0.5]]


def test_what_is_wrong_is_told_with_what_to_try():
    diagnosis = report_of(measured(3), state="diverged")["diagnosis"]
    assert diagnosis["state"] == "diverging"
    assert "Gradient penalty R1 (γ)" in diagnosis["advice"]


def test_where_too_little_was_measured_nothing_is_said_of_the_run():
    nothing = replace(measured(3), report=MetricReport(()))
    assert report_of(nothing)["diagnosis"] is None


def test_the_price_of_held_out_pictures_has_a_chart_and_a_course():
    priced = [
        Measured(step, 1.0, MetricReport((Metric(NLL, 90.0 + step, 1.5, None, 500, "exact"),)))
        for step in (3, 9)
    ]
    found = report_of(*priced)
    assert [chart["id"] for chart in found["charts"]] == ["nll"]
    assert found["table"][0]["value"] == "99.00 ± 1.500"
    course = courses(RunSnapshot(measurements=tuple(priced)))
    assert course[f"{NLL}/steps"].tolist() == [3, 9]
    assert course[f"{NLL}/values"].tolist() == [93.0, 99.0]
