"""What a click leads to: another page, a sentence where it failed, and nothing a second time."""

import math
import time

import streamlit as st

PRESSED = "pressed"
"""Session key: when each of the buttons that start something was pressed last."""
ANSWERING = "answering"
"""Session key: the button among these whose press the page script now answers."""
PROBLEM = "problem"
"""Session key: a sentence about the last click that could not be carried out; with a hyphen and the
part of the page where that is to be said, if it is not at the top."""
DESTINATION = "destination"
"""Session key: the page that a click leads to, and the query of its URL."""
SHOWN = "shown_page"
"""Session key: the page that was shown last, as its part of the URL."""
NEWS = "news"
"""Session key: the page on which news of a run ask for this run of the script."""

DOUBLE_CLICK = 0.8
"""Seconds after a press, or the page that answers it, in which another is taken for the same."""


def report(problem: str, place: str = "") -> None:
    """Keep a sentence for the next run of the script to show, at the top or in this part of it."""
    st.session_state[f"{PROBLEM}-{place}"] = problem


def take_problem(place: str = "") -> str:
    """The kept sentence, which is then forgotten; empty when there is none."""
    problem: str = st.session_state.pop(f"{PROBLEM}-{place}", "")
    return problem


def go_to(page: str, query: dict[str, str] | None = None) -> None:
    """Open another page, from the callback of a widget."""
    st.session_state[DESTINATION] = (page, query)
    st.rerun()


def take_destination() -> tuple[str, dict[str, str] | None] | None:
    """Where a click led, which is then forgotten; for the page script, which knows the pages."""
    destination: tuple[str, dict[str, str] | None] | None
    destination = st.session_state.pop(DESTINATION, None)
    return destination


def shown_page() -> str | None:
    """The page that is shown, as its part of the URL."""
    shown: str | None = st.session_state.get(SHOWN)
    return shown


def note_news(page: str | None) -> None:
    """Note that news of a run, on this page, ask for this run of the script."""
    st.session_state[NEWS] = page


def page_to_show(named: str) -> str:
    """Which page this run of the script is to show, and does from now on: the one that it names.

    But where news on that page ask for it, it is the page that was shown last: a person has gone on
    to it meanwhile, which the browser did not know yet.
    """
    is_overtaken = st.session_state.pop(NEWS, None) == named
    shown = st.session_state.get(SHOWN, named) if is_overtaken else named
    st.session_state[SHOWN] = shown
    return str(shown)


def is_double_click(button: str) -> bool:
    """Whether this session pressed this button a moment ago; notes the time of this press."""
    pressed: dict[str, float] = st.session_state.setdefault(PRESSED, {})
    before, now = pressed.get(button, -math.inf), time.monotonic()
    pressed[button] = now
    st.session_state[ANSWERING] = button
    return now - before < DOUBLE_CLICK


def note_answer() -> None:
    """Note that the page shows what a press did; for the end of the page script.

    On a busy server that takes longer than a double click, whose second half is only then dealt
    with: so the moment counts from here.
    """
    button: str | None = st.session_state.pop(ANSWERING, None)
    if button is not None:
        st.session_state[PRESSED][button] = time.monotonic()
