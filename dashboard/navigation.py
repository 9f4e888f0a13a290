"""The page script: which pages there are, and the run in the URL of each."""

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard import clicks, link, services, state
from dashboard.components.plain import plain
from ganlib import GanlibError

# A file of our own: icons by name would be fetched from the internet.
ICON = Path(__file__).parent / "icon.png"
HOME = "train"

st.set_page_config(page_title="Minimax", page_icon=ICON, layout="wide")
# Streamlit leaves 6 rem free above a page: a fifth of what the plane needs on a projector.
st.html("<style>.stMainBlockContainer { padding-top: 4.25rem; }</style>")


def _page(name: str, title: str, icon: str, about: str) -> StreamlitPage:
    """The page of that name, whose id is `page.` and the name."""
    return st.Page(
        f"app_pages/{name}.py",
        title=title,
        icon=f":material/{icon}:",
        help=about,
        default=name == HOME,
        visibility="hidden" if link.policy().rule(f"page.{name}").hidden else "visible",
    )


link.keep_rules_in_url()
pages = [
    _page(
        "train",
        "Train",
        "play_circle",
        "Start a run and watch it learn: samples, losses, what the discriminator says.",
    ),
    _page(
        "latent",
        "Latent space",
        "tune",
        "Move through what a generator has learnt, also while it still learns.",
    ),
    _page(
        "runs",
        "Runs",
        "table_rows",
        "Every run that is kept: find, compare, describe, train on, give away.",
    ),
    _page(
        "compare",
        "Compare",
        "compare_arrows",
        "Lay runs over one another, or race two that differ in one setting.",
    ),
    _page(
        "families",
        "Families",
        "family_history",
        "A GAN, a VAE and an autoregressive model on the same data, and a quiz.",
    ),
    _page(
        "data",
        "Data",
        "photo_library",
        "Bring pictures of your own, and train on them.",
    ),
    _page(
        "glossary",
        "Glossary",
        "menu_book",
        "The terms of the pages: a sentence, the formula, the paper.",
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
    if locked := link.policy().rule(f"page.{page.url_path or HOME}").locked:
        st.info(locked, icon=":material/lock:")
    else:
        page.run()
except GanlibError as error:  # Such as of a run that another program has just removed.
    st.error(plain(error), icon=":material/error:")
finally:  # A page with nothing to show ends by an exception of Streamlit's.
    clicks.note_answer()
