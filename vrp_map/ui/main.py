"""The frame round every page: look, who is asking, the line that says what is shown, the navigation."""

import streamlit as st

from vrp_map.ui import session
from vrp_map.vocabulary import Role

st.set_page_config(page_title="Violence hotspots", layout="wide", initial_sidebar_state="collapsed")
session.look()
moderator, safeguarding = session.shown_to(Role.MODERATOR), session.shown_to(Role.SAFEGUARDING)
page = st.navigation(
    [
        st.Page("screens/hotspots.py", title="Hotspots", default=True),
        st.Page("screens/changes.py", title="What changed", url_path="what-changed"),
        st.Page("screens/methods.py", title="Methods", url_path="all-methods"),
        st.Page("screens/track_record.py", title="Track record", url_path="track-record"),
        st.Page("screens/data_quality.py", title="Data quality", url_path="data-quality"),
        st.Page("screens/moderation.py", title="Moderation", url_path="moderation", visibility=moderator),
        st.Page("screens/safeguarding.py", title="Safeguarding", url_path="safeguarding", visibility=safeguarding),
    ],
    position="top",
)
ws = session.open_or_say_why()
session.frame(ws)
with session.plain_errors():
    page.run()
    session.sources(ws)
