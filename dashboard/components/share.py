"""Taking a run along: a button for each form that it can be saved as."""

import streamlit as st

from dashboard.components import everybody, live
from ganlib import Run

TAB = ":material/download: Save or share"


def show(run: Run) -> None:
    """What is made on the server comes by a plain route, without a rerun."""
    st.caption(
        "What is still going on is saved as it is now. Every chart has buttons of its own for a "
        "picture of it."
    )
    everybody.tell()
    live.share(run)
