"""You said, we did: every place that the public can see and a form to answer; and what is broken,
to pass it on.
"""

import streamlit as st

from vrp_map.ui import replies, session, things

headline = st.container(key="headline")
summit = session.summit()
answered = replies.desk(summit, session.principal(), headline)
things.section(summit, session.principal(), answered)
