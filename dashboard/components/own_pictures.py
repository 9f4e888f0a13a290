"""The pictures that are kept on this server: look, train, delete."""

from functools import lru_cache

import streamlit as st

from dashboard import clicks
from dashboard import widgets as ui
from dashboard.components.plain import plain
from dashboard.components.start import start
from dashboard.components.thumbnails import thumbnails
from ganlib import DataError, OwnSet, delete_pictures, own_run, own_sets

COLUMNS = 3
EXAMPLES = 12
NAMED = 6
"""Classes that are named on a card."""


def show() -> None:
    """A card for each set."""
    st.subheader("Kept on this server", anchor=False)
    own_set = own_sets()
    if not own_set:
        st.caption("Nothing yet. What you keep stays here, for everyone who opens this page.")
    for first in range(0, len(own_set), COLUMNS):
        row = zip(st.columns(COLUMNS), own_set[first : first + COLUMNS], strict=False)
        for place, one in row:
            with place.container(border=True, height="stretch", key=f"own-{one.name}"):
                _card(one)


def _card(one: OwnSet) -> None:
    try:
        st.image(_thumbnail(one), alt=f"Some of the pictures called {one.name}.")
    except DataError as error:  # Somebody has just deleted them.
        st.error(plain(error), icon=":material/error:")
    pictures = "1 picture" if one.count == 1 else f"{one.count:,} pictures"
    st.markdown(f"**{plain(one.name)}** · {pictures}, {one.size} x {one.size}, in {one.colour}")
    if one.classes:
        st.caption(_classes(one))
    with st.container(horizontal=True):
        ui.button(
            "data.train",
            "Train on these pictures",
            icon=":material/play_arrow:",
            key=f"train-{one.name}",
            on_click=_train,
            args=(one,),
        )
        ask = f"ask-{one.name}"
        with ui.popover("data.ask_delete", "Delete", icon=":material/delete:", key=ask):
            st.markdown(f"Delete **{plain(one.name)}** for everyone? Runs that use it go on.")
            ui.button(
                "data.delete",
                "Delete for good",
                key=f"delete-{one.name}",
                on_click=_delete,
                args=(one.name,),
            )


def _train(one: OwnSet) -> None:
    if one.name not in {own_set.name for own_set in own_sets()}:
        clicks.report(f"The pictures called {one.name} have just been deleted.")
        return
    start(own_run(one))
    clicks.go_to("app_pages/train.py")


def _classes(one: OwnSet) -> str:
    named = ", ".join(f"{plain(name)} {count:,}" for name, count in one.classes[:NAMED])
    left = len(one.classes) - NAMED
    return f"{named} and {left:,} more" if left > 0 else named


@lru_cache(maxsize=64)
def _thumbnail(one: OwnSet) -> bytes:
    """Encoded once for all who look; another set of that name was kept at another time."""
    return thumbnails(one.examples(EXAMPLES), columns=6)


def _delete(name: str) -> None:
    try:
        delete_pictures(name)
    except DataError as error:
        clicks.report(str(error))
