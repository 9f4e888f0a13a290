"""Which of the folders that somebody brought name the classes, and in what signs they are named."""

import streamlit as st

from dashboard import widgets as ui
from dashboard.components.plain import plain
from ganlib import ENCODINGS, Pictures


def chosen_encoding(upload: str) -> str:
    """How the names of this upload are written, where a person has said it; else empty."""
    encoding: str = st.session_state.get(_encoding_key(upload), "")
    return encoding


def choose(pictures: Pictures, upload: str) -> Pictures:
    """The pictures with the classes that a person chooses; at first they are guessed.

    `upload` tells one upload from another.
    """
    if pictures.encoding:
        encodings = list(ENCODINGS)
        ui.selectbox(
            "data.encoding",
            "The names in the zip are written in",
            encodings,
            index=encodings.index(pictures.encoding),
            format_func=ENCODINGS.__getitem__,
            key=_encoding_key(upload),
            persist_state="session",
        )
    if not pictures.levels:
        return pictures
    words = {one.depth: plain(one.words) for one in pictures.levels} | {None: "No classes"}
    depths = list(words)
    chosen = ui.selectbox(
        "data.class_folder",
        "The folders that name the classes",
        depths,
        index=depths.index(pictures.depth),
        format_func=words.__getitem__,
        key=f"class-folder-{upload}",
        persist_state="session",
    )
    pictures = pictures.at(chosen)
    with ui.expander("data.tree", "The folders, and which of them are classes"):
        st.code(pictures.tree, language=None)
    return pictures


def _encoding_key(upload: str) -> str:
    return f"encoding-{upload}"
