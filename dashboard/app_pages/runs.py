"""Runs: everything that was trained, to find, compare, keep and give away."""

import streamlit as st

from dashboard import state
from dashboard.components import runs_actions, runs_table
from dashboard.services import run_manager

st.title("Runs", anchor=False)
if notice := run_manager().store.notice:
    st.warning(notice, icon=":material/build:")
if problem := state.take_problem():
    st.error(problem, icon=":material/error:")
runs_actions.undo()
place, bin_place = st.columns([5, 1], vertical_alignment="bottom")
in_bin = bin_place.toggle("Bin", key="runs-bin", help="Deleted runs; they can be brought back.")
with place:
    rows = runs_table.find(in_bin)
if not rows:
    runs_actions.nothing(in_bin)
else:
    chosen = runs_table.choose(rows)
    runs_actions.show(chosen, in_bin)
runs_actions.take_in()
