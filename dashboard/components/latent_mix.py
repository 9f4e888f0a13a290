"""Style mixing: the coarse layers of one sample with the fine layers of another."""

import streamlit as st

from dashboard import state
from dashboard.components import live
from dashboard.components.latent_parts import choose_seed, layer_names
from dashboard.components.plain import plain
from ganlib import Decoder, GanlibError, Run, seeded_z

ROWS, COLUMNS = 4, 6


def show(run: Run, decoder: Decoder) -> None:
    """Rows of samples A, columns of samples B, and every mixture of them."""
    with st.container(horizontal=True):
        coarse = choose_seed(
            "latent.seed_coarse", "Seed of A", 1, "seed-coarse",
            "Draws the samples on the left, whose coarse layers are kept.",
        )  # fmt: skip
        fine = choose_seed(
            "latent.seed_fine", "Seed of B", 2, "seed-fine",
            "Draws the samples above, whose fine layers are taken.",
        )  # fmt: skip
    try:
        layers = layer_names(run, decoder)
    except GanlibError as error:
        st.info(plain(error), icon=":material/info:")
        return
    live.mixing(
        run,
        coarse=seeded_z(coarse, decoder.latent_dim, ROWS),
        fine=seeded_z(fine, decoder.latent_dim, COLUMNS),
        layers=layers,
        crossover=state.crossover(),
        on_crossover=state.keep_crossover,
    )
    st.caption(
        "This generator turns z into a style w first, and w steers each layer. So two samples can "
        "share a picture: the coarse layers, which lay out what is drawn, follow A, and the fine "
        "ones, which finish it, follow B. Where one layer more or less changes little, it has "
        "little to say. In training each picture had one style in all layers: styles far apart "
        "may not go together."
    )
