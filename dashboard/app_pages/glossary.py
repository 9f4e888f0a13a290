"""Glossary: every term that the pages use, with its formula and where it is from."""

import streamlit as st

from dashboard.components import terms

st.title("Glossary", anchor=False)
terms.show()
