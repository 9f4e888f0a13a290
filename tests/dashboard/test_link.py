import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import link
from dashboard.overlay import HEAVIEST

NAMES = ("layers", "step", "axis", "smoothing")


@pytest.fixture
def view(monkeypatch):
    """What a link is read as."""

    def view(**query):
        monkeypatch.setattr(st, "query_params", query)
        return link.view(*NAMES)

    return view


def test_a_link_that_says_nothing_sets_nothing(view):
    assert view(run="a") == {}


def test_a_link_sets_layers_scrubber_axis_and_smoothing(view):
    outcome = view(layers="best_d,samples", step="1200", axis="images", smoothing="0.9")
    assert outcome == {
        "layers": ["best_d", "samples"],
        "step": 1200,
        "axis": "images",
        "smoothing": 0.9,
    }


def test_only_what_is_asked_for_is_read(monkeypatch):
    monkeypatch.setattr(st, "query_params", {"step": "3", "axis": "step"})
    assert link.view("axis", "smoothing") == {"axis": "step"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("layers", ""),
        ("layers", "<b>"),
        ("layers", "a" * 201),
        ("step", "-1"),
        ("step", "1e3"),
        ("step", "1" * 11),
        ("axis", "epochs"),
        ("smoothing", "1"),
        ("smoothing", "nan"),
        ("smoothing", "0.5\n"),
    ],
)
def test_what_cannot_be_is_left_out(view, name, text):
    assert view(**{name: text}) == {}


def test_the_heaviest_smoothing_is_that_of_the_curves(view):
    assert view(smoothing="0.9999") == {"smoothing": HEAVIEST}
    assert view(smoothing="0") == {"smoothing": 0.0}


def test_without_a_link_there_are_no_rules():
    def page():
        from dashboard import link

        link.keep_rules_in_url()
        assert link.policy().rules == ()

    assert not AppTest.from_function(page).run().exception
