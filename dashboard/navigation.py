"""The page script: which pages there are, and the run in the URL of each."""

from pathlib import Path

import streamlit as st

from dashboard import clicks, services, state
from dashboard.components.plain import plain
from ganlib import GanlibError

# A file of our own: icons by name would be fetched from the internet.
ICON = Path(__file__).parent / "icon.png"

st.set_page_config(page_title="Minimax", page_icon=ICON, layout="wide")
# Streamlit leaves 6 rem free above a page: a fifth of what the plane needs on a projector.
st.html("<style>.stMainBlockContainer { padding-top: 4.25rem; }</style>")
pages = [
    st.Page(
        "app_pages/train.py",
        title="Train",
        icon=":material/play_circle:",
        help="Start a run and watch it learn: samples, losses, what the discriminator says.",
        default=True,
    ),
    st.Page(
        "app_pages/latent.py",
        title="Latent space",
        icon=":material/tune:",
        help="Move through what a generator has learnt, also while it still learns.",
    ),
    st.Page(
        "app_pages/runs.py",
        title="Runs",
        icon=":material/table_rows:",
        help="Every run that is kept: find, compare, describe, train on, give away.",
    ),
    st.Page(
        "app_pages/compare.py",
        title="Compare",
        icon=":material/compare_arrows:",
        help="Lay runs over one another, or race two that differ in one setting.",
    ),
    st.Page(
        "app_pages/families.py",
        title="Families",
        icon=":material/family_history:",
        help="A GAN, a VAE and an autoregressive model on the same data, and a quiz.",
    ),
    st.Page(
        "app_pages/data.py",
        title="Data",
        icon=":material/photo_library:",
        help="Bring pictures of your own, and train on them.",
    ),
    st.Page(
        "app_pages/glossary.py",
        title="Glossary",
        icon=":material/menu_book:",
        help="The terms of the pages: a sentence, the formula, the paper.",
    ),
]
page = st.navigation(pages, position="top")
if destination := clicks.take_destination():
    st.switch_page(destination[0], query_params=destination[1])
if (shown := clicks.page_to_show(page.url_path)) != page.url_path:
    st.switch_page(next(one for one in pages if one.url_path == shown))
for caution in services.cautions():
    st.warning(plain(caution))
state.keep_run_in_url()
try:
    page.run()
except GanlibError as error:  # Such as of a run that another program has just removed.
    st.error(plain(error), icon=":material/error:")
finally:  # A page with nothing to show ends by an exception of Streamlit's.
    clicks.note_answer()
