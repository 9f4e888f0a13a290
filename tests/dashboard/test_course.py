import re
from xml.etree import ElementTree

import pytest

from dashboard import course
from ganlib import PRESETS, Course, Mark

TWO = Course("digit features", 1.0, 5, (Mark(1, 10, 100, 100), Mark(100, 1, 10, 100)))


def points(kind):
    (found,) = ElementTree.fromstring(course.sparkline(TWO)).iter(
        f"{{http://www.w3.org/2000/svg}}{kind}"
    )
    pairs = found.get("points").split()
    return [tuple(float(value) for value in pair.split(",")) for pair in pairs]


def test_the_median_falls_by_half_the_height_where_the_distance_falls_to_its_root():
    """From 100 to 10, where the floor is 1: one of two powers of ten."""
    assert points("polyline") == [(6, 6), (254, (6 + 50) / 2)]


def test_the_span_goes_along_the_highest_and_back_along_the_lowest():
    assert points("polygon") == [(6, 6), (254, 6), (254, 50), (6, 28)]


def test_the_sentence_says_what_is_drawn():
    assert course.sentence(TWO) == (
        "Distance to real pictures (digit features) after seconds of one core, 5 seeds: 10.0 (1.0 "
        "to 100.0) after 100 s; real pictures have 1.0."
    )


@pytest.mark.parametrize("name", [name for name, one in PRESETS.items() if one.course])
def test_what_was_measured_of_a_preset_is_in_order_and_can_be_drawn(name):
    found = PRESETS[name].course
    assert [mark.seconds for mark in found.marks] == sorted(mark.seconds for mark in found.marks)
    assert all(0 < found.floor <= one.lowest <= one.median <= one.highest for one in found.marks)
    assert re.fullmatch(r"<svg.*</svg>", course.sparkline(found))
