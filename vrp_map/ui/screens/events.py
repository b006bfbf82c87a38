"""Events: which there are, the code of the chosen one, what it does with pins; and a new one."""

import streamlit as st

from vrp_map.records.events import all_events
from vrp_map.ui import event_form, events, session
from vrp_map.vocabulary import Role

asking = session.principal()
asking.must_be(Role.YOUTH_WORKER, to="look after events")
summit = session.summit()
known = all_events(summit.records)
st.title(events.sentence(known), anchor=False)
if known:
    events.chosen(summit, asking, known)
    events.listing(summit, known)
else:
    events.first_step()
event_form.show(summit, asking, opened=not known)
