"""The way between two latent vectors: along the arc and along the straight line."""

import numpy as np
import streamlit as st

from dashboard.components import live
from dashboard.components.latent_parts import choose_class, encoded
from ganlib import Decoder, Run, lerp, seeded_z, slerp

PICTURES = 9
"""Pictures on the way from A to B."""
FILM = 48
"""Pictures of its film, there; it goes back the same way."""
PATHS = {"slerp": slerp, "lerp": lerp}


def show(run: Run, decoder: Decoder) -> None:
    """Both ways with what D makes of them."""
    with st.container(horizontal=True):
        start = st.number_input(
            "Seed of A", 0, 2**32 - 1, 1, key="seed-a", bind="query-params", width=160
        )
        end = st.number_input(
            "Seed of B", 0, 2**32 - 1, 2, key="seed-b", bind="query-params", width=160
        )
        label = choose_class(run, "way-class")
    a, b = (seeded_z(seed, decoder.latent_dim)[0] for seed in (start, end))
    ways = []
    for name, path in PATHS.items():
        z = path(a, b, PICTURES)
        lengths = np.linalg.norm(z, axis=1) / np.sqrt(decoder.latent_dim)
        film = encoded(path(a, b, FILM))
        ways.append({"name": name, "z": encoded(z), "film": film, "lengths": lengths.tolist()})
    live.ways(run, ways, label)
    st.caption(
        "|z|/√d is the length of z over the square root of its dimension. Vectors of the prior "
        "have a length near 1: the arc (slerp) keeps it, the straight line (lerp) cuts through "
        "the middle, where training hardly ever was. Even steps between pictures speak for a "
        "generator that has learnt a smooth space; jumps for one that remembers."
    )
