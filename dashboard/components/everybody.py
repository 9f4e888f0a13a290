"""What everybody may do on a server without roles, said where it matters."""

import streamlit as st

from dashboard.services import is_open_to_others


def tell() -> None:
    """Say it where people share an address."""
    st.caption(
        ":material/group: Whoever opens the address of this server may do everything here: start, "
        "steer, stop and delete runs and pictures, for all. It knows no roles and no passwords."
    )


def tell_if_others_come() -> None:
    """Say it on a server that other machines reach."""
    if is_open_to_others():
        tell()
