"""Compare: runs laid over one another, and races of two with one difference."""

import streamlit as st

from dashboard import clicks, state
from dashboard import widgets as ui
from dashboard.components import compare, race
from dashboard.components.plain import plain

runs = state.compared_runs()
if problem := clicks.take_problem():
    st.error(plain(problem), icon=":material/error:")
compare.choose(runs)
if runs:
    compare.show([run.run_id for run in runs])
else:
    st.info(
        "Choose runs above to see their curves in one picture, or let two race below.",
        icon=":material/info:",
    )
label = "Race: two runs with one difference"
with ui.expander("compare.race", label, icon=":material/flag:", expanded=not runs):
    race.choose(runs, state.chosen_preset())
