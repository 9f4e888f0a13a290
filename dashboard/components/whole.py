"""A field for a whole number, which says what is wrong instead of keeping it back."""

from typing import Any

import streamlit as st

from dashboard import widgets as ui


def whole(
    control: str, label: str, value: int, lowest: int, highest: int, key: str, **options: Any
) -> int | None:
    """The number that is typed; None, and a sentence, where it may not be.

    Streamlit's own bounds keep a number back without a word, and its whole numbers end at the first
    sign that is no digit: 1e3 would be 1.
    """
    typed: float = ui.number_input(
        control, label, value=float(value), step=1.0, format="%.12g", key=key, **options
    )
    if typed.is_integer() and lowest <= typed <= highest:
        return int(typed)
    st.error(
        f"{label} is {typed:.12g}, and may be a whole number from {lowest:,} to {highest:,}.",
        icon=":material/error:",
    )
    return None
