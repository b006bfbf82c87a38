"""Events: which there are, the code of the chosen one, what it does with pins; and a new one."""

import streamlit as st

from vrp_map.permissions import Action
from vrp_map.summit.event_store import all_events
from vrp_map.ui.events import form as event_form
from vrp_map.ui.events import page as events
from vrp_map.ui.shared import session
from vrp_map.ui.shared.markdown import plain

session.principal().must(Action.RUN_EVENTS)
summit = session.summit()
known = all_events(summit.records)
st.title(plain(events.sentence(known)), anchor=False)
if known:
    events.chosen(summit, known)
    events.listing(summit, known)
else:
    events.first_step()
event_form.show(summit, opened=not known)
