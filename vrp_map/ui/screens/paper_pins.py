"""Paper pins: one sheet after the other, typed in by keyboard."""

import streamlit as st

from vrp_map.permissions import Action
from vrp_map.ui.paper_pins import page as paper_pins
from vrp_map.ui.shared import session

session.principal().must(Action.TYPE_PINS)
summit = session.summit()
st.title("Type in the paper forms", anchor=False)
event = paper_pins.event(summit)
if event is not None:
    paper_pins.cursor()
    paper_pins.last(summit)
    paper_pins.form(summit, event)
# Codes come back when the event is over, too.
paper_pins.delete(summit)
