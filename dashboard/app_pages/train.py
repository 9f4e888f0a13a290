"""Train: the home page. Choose and start a run, or watch and steer the one in the URL."""

import streamlit as st

from dashboard import clicks, state
from dashboard.components import gallery, monitor
from dashboard.components.plain import plain

run = state.watched_run()
if problem := clicks.take_problem():
    st.error(plain(problem), icon=":material/error:")
if run is None:
    gallery.show()
else:
    monitor.show(run)
