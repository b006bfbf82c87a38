"""You said, we did: every place that the public can see and a form to answer; and what is broken,
to pass it on.
"""

import streamlit as st

from vrp_map.ui.replies import page as replies
from vrp_map.ui.replies import repairs
from vrp_map.ui.shared import session

headline = st.container(key="headline")
summit = session.summit()
answered = replies.desk(summit, session.principal(), headline)
repairs.section(summit, session.principal(), answered)
