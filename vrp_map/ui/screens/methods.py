"""Methods: choose one, see its answer; or the reason why this data cannot carry it."""

import streamlit as st

from vrp_map.ui.methods import page as methods
from vrp_map.ui.shared import session

ws = session.workspace()
headline = st.container(key="headline")
asked = methods.chosen(ws)
methods.show(ws, asked, headline)
methods.grades(ws)
