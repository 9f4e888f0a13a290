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
labels = {"side_by_side": "Side by side"}
if all(run.snapshot.published for run in chosen.values()) and len(chosen) > 1:
    labels["quiz"] = "Quiz: which is which?"  # Under a tab of its own, away from its answers.
open_tabs = ui.tabs("families.tab", labels, key="families-tab", on_change="rerun")
if "side_by_side" in open_tabs:
    with open_tabs["side_by_side"]:
        every = LOOK_AGAIN if any_live else None
        st.fragment(families.show, run_every=every)(chosen, families.stand(chosen))
if "quiz" in open_tabs:
    with open_tabs["quiz"]:
        quiz.show(chosen)
