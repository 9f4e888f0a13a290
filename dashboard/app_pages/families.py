"""Families of models on the same data, side by side."""

import streamlit as st

from dashboard import clicks
from dashboard import widgets as ui
from dashboard.components import families, quiz
from dashboard.components.plain import plain

LOOK_AGAIN = 5.0
"""Seconds between two looks while a run goes on."""

st.title("Families on one task", anchor=False)
if problem := clicks.take_problem():
    st.error(plain(problem), icon=":material/error:")
families.offer()
chosen = families.choose()
if not chosen:
    st.info(
        "No run to compare yet: train the three on the same data with a button above.",
        icon=":material/info:",
    )
    st.stop()
any_live = any(not run.snapshot.is_over for run in chosen.values())
st.fragment(families.show, run_every=LOOK_AGAIN if any_live else None)(chosen)
if all(run.snapshot.published for run in chosen.values()) and len(chosen) > 1:
    icon = ":material/quiz:"
    with ui.expander("families.quiz", "Which is which?", icon=icon, expanded=True):
        quiz.show(chosen)
