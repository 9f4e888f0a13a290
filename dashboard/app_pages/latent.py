"""Latent space: what the generator makes of any latent vector, also while it learns."""

import streamlit as st

from dashboard import clicks, state
from dashboard import widgets as ui
from dashboard.components import latent_panel
from dashboard.components.plain import plain
from dashboard.services import run_manager

heading, choice = st.columns([2, 3], vertical_alignment="center")
heading.title("Latent space", anchor=False)
watched = state.watched_run()
titles = run_manager().explorable()
if problem := clicks.take_problem():
    st.error(plain(problem), icon=":material/error:")
if watched and "latent" not in watched.config.algorithm.capabilities:
    st.info(
        f"{plain(watched.config.title)} has no latent space: here are the runs that have one.",
        icon=":material/info:",
    )
if not titles:
    st.info(
        "No generator to explore yet: start a run on the Train page. You can come back here "
        "while it learns.",
        icon=":material/info:",
    )
    icon = ":material/play_circle:"
    ui.page_link("latent.go_to_train", "app_pages/train.py", label="Go to Train", icon=icon)
    st.stop()
with choice:
    run = latent_panel.choose_run(titles, watched)
latent_panel.show(run)
