"""The glossary as a page: all terms, or those in which a word is found."""

import streamlit as st

from dashboard import widgets as ui
from dashboard.components.plain import plain
from dashboard.glossary import Term, glossary


def show() -> None:
    """A search, and the terms below it."""
    wanted = ui.text_input(
        "glossary.find",
        "Find a term",
        key="term",
        placeholder="such as truncation",
        icon=":material/search:",
    )
    matching = [term for term in glossary().values() if term.holds(wanted)]
    if not matching:
        st.caption(plain(f"No term holds “{wanted}”: look for another word, or a part of one."))
    for term in matching:
        _show(term)


def _show(term: Term) -> None:
    formula = f"`{term.formula}`" if term.formula else ""
    source = f":small[:gray[{plain(term.source)}]]" if term.source else ""
    about = "\u2003".join(filter(None, (formula, source)))
    st.markdown("  \n".join(filter(None, (f"**{plain(term.name)}**", plain(term.sentence), about))))
