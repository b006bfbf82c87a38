"""Moderation: the free texts of an event, one after the other, by keys or by buttons."""

import streamlit as st

from vrp_map.ui.moderation import page as moderation
from vrp_map.ui.moderation import parts as moderation_parts
from vrp_map.ui.shared import session

who, here = session.principal(), session.summit()
st.title("Moderation", anchor=False)
event = moderation_parts.event(who, here.records, key="mod_event")
if event is not None:
    moderation.desk(here.records, event)
