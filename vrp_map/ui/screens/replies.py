"""You said, we did: every place that the public can see, those without an answer first, and a form to answer."""

import streamlit as st

from vrp_map.ui import replies, session

headline = st.container(key="headline")
summit = session.summit()
replies.check(session.principal())
chosen = replies.chosen(summit, headline)
replies.places(chosen, headline)
replies.form(summit, session.principal(), chosen)
