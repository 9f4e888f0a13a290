"""Runs: everything that was trained, to find, compare, keep and give away."""

import streamlit as st

from dashboard import clicks
from dashboard import widgets as ui
from dashboard.components import everybody, runs_actions, runs_table
from dashboard.components.plain import plain
from dashboard.services import run_manager

LOOK_AGAIN = 5.0
"""Seconds between two looks at the table while a run goes on."""


def table() -> None:
    """The runs that match, what can be done with the chosen, and what came of it."""
    if problem := clicks.take_problem():
        st.error(plain(problem), icon=":material/error:")
    runs_actions.undo()
    rows = runs_table.find(in_bin)
    if rows:
        runs_table.choose(rows)
        runs_actions.show(rows, in_bin)
    else:
        runs_actions.nothing(in_bin)


title, place = st.columns([6, 1], vertical_alignment="bottom")
title.title("Runs", anchor=False)
everybody.tell_if_others_come()
in_bin = ui.toggle(
    "runs.bin",
    "Bin",
    place=place,
    key="runs-bin",
    help="Deleted runs; they can be brought back.",
)
if notice := run_manager().store.notice:
    st.warning(plain(notice), icon=":material/build:")
any_live = any(not row.is_over for row in run_manager().store.rows())
st.fragment(table, run_every=LOOK_AGAIN if any_live else None)()
runs_actions.import_zip()
