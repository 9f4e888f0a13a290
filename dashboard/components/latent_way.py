"""The way between two latent vectors: along the arc and along the straight line."""

import streamlit as st

from dashboard.components import live
from dashboard.components.latent_parts import choose_class, choose_seed
from ganlib import Decoder, Run, lerp, seeded_z, share_below, slerp, usual_lengths

PICTURES = 9
"""Pictures on the way from A to B."""
FILM = 48
"""Pictures of its film, there; it goes back the same way."""
MIDDLE = 0.5**0.5
"""Length of the middle of the straight line between two vectors at right angles, in theirs."""
RARE = 0.01
"""Share of vectors of the prior below which training hardly ever saw any."""
PATHS = {"slerp": slerp, "lerp": lerp}


def show(run: Run, decoder: Decoder) -> None:
    """Both ways with what D makes of them."""
    with st.container(horizontal=True):
        start = choose_seed("latent.seed_a", "Seed of A", 1, "seed-a")
        end = choose_seed("latent.seed_b", "Seed of B", 2, "seed-b")
        label = choose_class(run, "way-class")
    a, b = (seeded_z(seed, decoder.latent_dim)[0] for seed in (start, end))
    live.ways(
        run, {name: (path(a, b, PICTURES), path(a, b, FILM)) for name, path in PATHS.items()}, label
    )
    st.caption(
        f"{lengths_words(decoder.latent_dim)} Even steps between pictures speak for a generator "
        "that has learnt a smooth space; jumps for one that remembers."
    )


def lengths_words(latent_dim: int) -> str:
    """How long vectors of the prior are, and so where the straight line leads."""
    low, high = usual_lengths(latent_dim)
    shorter = share_below(MIDDLE, latent_dim)
    numbers = "number" if latent_dim == 1 else "numbers"
    words = (
        f"|z|/√d is the length of z over the square root of its dimension d. Of vectors of "
        f"{latent_dim} {numbers}, 95 in 100 have it from {low:.2f} to {high:.2f}. The arc (slerp) "
        f"keeps it; the straight line (lerp) is shorter in between, {MIDDLE:.2f} in the middle of "
        "two that stand at right angles."
    )
    if shorter < RARE:
        return f"{words} That is where training hardly ever was."
    return f"{words} As few numbers as these leave {shorter:.0%} of all vectors as short as that."
