"""Safeguarding: texts that may disclose harm, how long they have waited, and what was done."""

import streamlit as st

from vrp_map.ui.moderation import parts as moderation_parts
from vrp_map.ui.moderation import safeguarding
from vrp_map.ui.shared import session

who, here = session.principal(), session.summit()
st.title("Safeguarding", anchor=False)
safeguarding.what_to_do()
event = moderation_parts.event(who, here.records, key="safe_event")
if event is not None:
    safeguarding.case(who, here.records, event)
    safeguarding.lane(here.records, event)
    safeguarding.two_people(who, here.records, event)
