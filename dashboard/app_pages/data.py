"""Data: bring pictures of your own, keep them under a name, and train on them."""

import streamlit as st

from dashboard import clicks
from dashboard.components import bring, own_pictures
from dashboard.components.plain import plain

st.title("Your own pictures", anchor=False)
if problem := clicks.take_problem():
    st.error(plain(problem), icon=":material/error:")
bring.show()
own_pictures.show()
