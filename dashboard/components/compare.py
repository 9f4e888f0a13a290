"""Several runs at a time: their curves laid over one another, their pictures side by side."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import overlay, state
from dashboard import widgets as ui
from dashboard.charts import run_look
from dashboard.components import live
from dashboard.services import run_manager
from ganlib import Run

PAGE = "app_pages/compare.py"
CHOICE = "compare-choice"
MOST_PICTURES = 6
"""Columns of pictures: more would be too small to see anything in."""
BESIDE = 3
"""Runs whose pictures have room beside the curves."""
IN_A_LABEL = 2
"""Differences that a name in the legend tells."""


def choose(runs: Sequence[Run]) -> None:
    """The list of the runs that are compared, to add to and take from."""
    rows = run_manager().store.rows()
    titles = {row.run_id: f"{row.title} ({row.run_id})" for row in rows if row.config}
    st.session_state[CHOICE] = [run.run_id for run in runs]
    ui.multiselect(
        "compare.runs",
        "Runs",
        list(titles),
        key=CHOICE,
        format_func=lambda run_id: titles.get(run_id, run_id),
        max_selections=state.MOST_COMPARED,
        placeholder="Choose the runs to compare",
        on_change=lambda: state.compare(st.session_state[CHOICE]),
    )


def show(run_ids: Sequence[str]) -> None:
    """The curves of these runs, and the pictures of the first of them.

    Raises:
        UnknownRunError: one of them is gone.
    """
    looks = looks_of([run_manager().get(run_id) for run_id in run_ids])
    if len(looks) <= BESIDE:
        curves, pictures = st.columns([1, 1], gap="medium")
    else:
        curves, pictures = st.container(), st.container()
    with curves:
        live.overlay(looks)
    with pictures:
        live.side_by_side(looks[:MOST_PICTURES])
        if len(looks) > MOST_PICTURES:
            st.caption(f"Pictures of the first {MOST_PICTURES} runs.")


def looks_of(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """How each run is named and drawn, and the settings that set it apart from the others."""
    differing = overlay.differences([run.config for run in runs])
    return [
        {
            "run_id": run.run_id,
            "title": run.config.title,
            "label": _label(run, runs),
            "differs": [(one.title, one.name, words[place]) for one, words in differing],
            **run_look(place),
        }
        for place, run in enumerate(runs)
    ]


def _label(run: Run, runs: Sequence[Run]) -> str:
    """The title, and what sets a run apart from those with the same one."""
    namesakes = [one for one in runs if one.config.title == run.config.title]
    if len(namesakes) == 1:
        return run.config.title
    differing = overlay.differences([one.config for one in namesakes])
    place = namesakes.index(run)
    apart = [f"{one.facets.label} {words[place]}" for one, words in differing]
    words = ", ".join(apart[:IN_A_LABEL])
    return f"{run.config.title} · {words}" if words else f"{run.config.title} ({run.run_id})"
