"""Data quality: what was read, what was refused and why, what has no place, which months are there."""

import streamlit as st

from vrp_map.ui import quality, session

found = session.workspace().quality()
st.title(quality.sentence(found), anchor=False)
quality.ledger(found)
quality.reasons(found)
quality.refused_rows(found)
quality.unlocated(found)
quality.months(found)
quality.files(found)
