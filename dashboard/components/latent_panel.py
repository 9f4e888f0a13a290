"""The views of one generator's latent space."""

from collections.abc import Mapping

import streamlit as st

from dashboard import state
from dashboard import widgets as ui
from dashboard.components import (
    explorer,
    latent_find,
    latent_mix,
    latent_samples,
    latent_time,
    latent_way,
)
from dashboard.services import run_manager
from ganlib import Run

CHOICE = "latent-run"
TAB = "tab"


def show(run: Run) -> None:
    """All views of a run, once it has a generator."""
    published = run.snapshot.published
    if published is None:
        st.info(
            "No checkpoint of this run is kept: it has no generator."
            if run.snapshot.is_over
            else "The generator of this run is not made yet: come back in a moment.",
            icon=":material/info:",
        )
        return
    views = {
        "explore": ("Explore", explorer.show),
        "way": ("From A to B", latent_way.show),
        "samples": ("Samples", latent_samples.show),
        "time": ("Time machine", latent_time.show),
    }
    if run.config.algorithm.network.has_styles:
        views["mix"] = ("Mix styles", latent_mix.show)
    if not run.config.data.is_2d:
        views["find"] = ("Find a picture", latent_find.show)
    # Only the open tab is laid out: what is drawn on the others would be asked for all the while.
    labels = {name: label for name, (label, _) in views.items()}
    tabs = ui.tabs("latent.tab", labels, key=TAB, on_change="rerun", bind="query-params")
    for name, tab in tabs.items():
        _, view = views[name]
        with tab:
            view(run, published.decoder)


def choose_run(titles: Mapping[str, str], watched: Run | None) -> Run:
    """One of the runs with these ids: the watched one, unless it is not among them."""
    if watched is not None and watched.run_id in titles:
        st.session_state[CHOICE] = watched.run_id
    run_id = ui.selectbox(
        "latent.run",
        "Run",
        list(titles),
        format_func=lambda one: f"{titles[one]} ({one})",
        key=CHOICE,
        on_change=lambda: state.watch(st.session_state[CHOICE]),
        label_visibility="collapsed",
    )
    if watched is None:
        state.watch(run_id)
    return run_manager().get(run_id)
