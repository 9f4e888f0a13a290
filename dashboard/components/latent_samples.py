"""Samples to reckon with, and to find directions from."""

from typing import Any

import numpy as np
import streamlit as st

from dashboard import clicks
from dashboard import widgets as ui
from dashboard.components import live
from dashboard.components.latent_parts import choose_class, choose_seed, saved_directions
from dashboard.components.plain import plain
from ganlib import Decoder, Run, StoreError, seeded_z

COUNT = 32


def show(run: Run, decoder: Decoder) -> None:
    """A sheet of samples, what comes of those that are picked, and the directions kept so far."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = choose_seed("latent.seed_sheet", "Seed of the sheet", 0, "seed-sheet")
        label = choose_class(run, "sheet-class")
    z = seeded_z(seed, decoder.latent_dim, COUNT)
    live.samples(run, z, decoder.latent_dim, label, lambda problem: _keep(run, problem))
    _kept(run)


def _keep(run: Run, problem: Any) -> None:
    """Keep what the browser sent, which may be anything."""
    try:
        name, vector = str(problem["name"]), np.array(problem["vector"], np.float32)
    except (TypeError, KeyError, ValueError, OverflowError):
        return
    length = np.linalg.norm(vector)
    if vector.shape != (run.config.latent_dim,) or not 0 < length < np.inf:
        return
    try:
        saved_directions(run).keep(name, vector / length)
    except StoreError as error:
        clicks.report(str(error))


def _kept(run: Run) -> None:
    try:
        names = list(saved_directions(run).all())
    except StoreError as error:
        st.warning(plain(error), icon=":material/warning:")
        return
    if not names:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = ui.selectbox(
            "latent.saved_direction", "Saved directions of this run", names, key="kept", width=360
        )
        ui.button(
            "latent.remove_direction", "Remove", icon=":material/delete:", key="remove-direction",
            on_click=lambda: _remove(run, name),
        )  # fmt: skip
    st.caption("They lead away from any seed: open Explore and choose My own.")


def _remove(run: Run, name: str) -> None:
    try:
        saved_directions(run).remove(name)
    except StoreError as error:
        clicks.report(str(error))
