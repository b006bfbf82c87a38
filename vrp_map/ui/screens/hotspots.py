"""Hotspots: the sentence, the map with its panel, the equal list, the method."""

import streamlit as st

from vrp_map.ui.hotspots import find, panel, picture, table
from vrp_map.ui.shared import downloads, filters, method, session
from vrp_map.ui.shared.headline import headline_place
from vrp_map.ui.shared.markdown import plain

ws = session.workspace()
headline = headline_place()
choice = filters.row(ws)
with session.no_map(headline):
    view = session.hotspots(ws, choice)

headline.title(plain(view.hotspots.sentence), anchor=False)
if session.nothing(view, choice):
    st.stop()
left, right = st.columns([2, 1], gap="medium")
with left:
    find.show(ws, choice)
    picture.show(ws, view, choice)
with right:
    panel.show(ws, view, choice)
table.show(ws, view, choice)
downloads.row(ws, view, choice)
method.card(view)
