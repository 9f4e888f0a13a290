"""The way back: a picture that a person draws, brings or takes from the data, and its z."""

import streamlit as st

from dashboard.components import live
from dashboard.components.latent_parts import choose_class
from ganlib import Decoder, Run


def show(run: Run, decoder: Decoder) -> None:
    """The search for a picture, with parts of it hidden or not."""
    label = choose_class(run, "find-class")
    live.finder(run, label)
    st.caption(
        "A generator only goes from z to a picture. The way back is a search: from likely places, "
        "z moves so that the picture comes nearer. Hide a part, and the generator fills it in "
        "with what it has learnt. What it cannot draw is strange to it: draw something else than "
        "the data, and more is left over."
    )
