"""What the link of a page says beside the run: rules for its controls, and where charts stand."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dashboard.clicks import report
from dashboard.overlay import AXES, HEAVIEST
from dashboard.policy import Policy, PolicyError
from ganlib import aliases

RULES = ("hide", "lock", "highlight")
"""Query parameters: ids of controls, with commas between."""
NAMED = "rules_of_link"
"""Session key: what these say, by parameter."""
POLICY = "policy"
"""Session key: the rules for the controls of this session."""


def keep_rules_in_url() -> None:
    """Bring the URL and the session to the same rules; the URL wins, an empty parameter ends them.

    So they hold on every page: Streamlit's navigation drops the query of the page that is left.
    """
    before: Mapping[str, str] = st.session_state.get(NAMED, {})
    in_url = {name: st.query_params[name] for name in RULES if name in st.query_params}
    named = {name: text for name, text in {**before, **in_url}.items() if text}
    try:
        st.session_state[POLICY] = Policy.from_link(
            **{name: aliases.controls(text) for name, text in named.items()}
        )
    except PolicyError as error:
        report(str(error))
        named = dict(before)
    st.session_state[NAMED] = named
    if in_url != named:
        for name in in_url:
            del st.query_params[name]
        st.query_params.update(named)


def policy() -> Policy:
    """The rules for the controls of this session."""
    rules: Policy = st.session_state.get(POLICY, Policy())
    return rules


def view(*names: str) -> dict[str, Any]:
    """What the link says of these parts of a view; what it does not say, or amiss, is left out."""
    texts = {name: st.query_params[name] for name in names if name in st.query_params}
    read = {name: _READ[name](text) for name, text in texts.items()}
    return {name: value for name, value in read.items() if value is not None}


def _layers(text: str) -> list[str] | None:
    if not re.fullmatch(r"[a-z0-9_,-]{1,200}", text):
        return None
    return [aliases.LAYERS.get(name, name) for name in text.split(",")]


def _step(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,10}", text) else None


def _axis(text: str) -> str | None:
    return text if text in AXES else None


def _smoothing(text: str) -> float | None:
    weight = float(text) if re.fullmatch(r"0(\.[0-9]{1,6})?", text) else None
    return None if weight is None else min(weight, HEAVIEST)


_READ: Mapping[str, Callable[[str], Any]] = {
    "layers": _layers,
    "step": _step,
    "axis": _axis,
    "smoothing": _smoothing,
}
"""Query parameters: the layers of the plane that are shown, with commas between; the saved step
that the scrubber shows; the horizontal axis of curves; the weight of their smoothing, 0 to 1."""
