"""The frame round every page: look, who is asking, the line that says what is shown, the
navigation.
"""

import streamlit as st

from vrp_map.permissions import Action
from vrp_map.ui.quality import parts as quality
from vrp_map.ui.shared import address, session

st.set_page_config(page_title="Violence hotspots", layout="wide", initial_sidebar_state="collapsed")
session.look()
runs_events, types_pins = session.shown_to(Action.RUN_EVENTS), session.shown_to(Action.TYPE_PINS)
moderates, safeguards = (
    session.shown_to(Action.READ_WAITING_TEXTS),
    session.shown_to(Action.SEE_CASES),
)
maps = [
    st.Page("screens/hotspots.py", title="Hotspots", default=True),
    st.Page("screens/youth_voice.py", title="Youth voice", url_path="youth-voice"),
    st.Page("screens/changes.py", title="What changed", url_path="what-changed"),
    st.Page("screens/methods.py", title="Methods", url_path="all-methods"),
    st.Page("screens/track_record.py", title="Track record", url_path="track-record"),
    st.Page("screens/data_quality.py", title="Data quality", url_path="data-quality"),
]
summit = [
    st.Page("screens/events.py", title="Events", url_path="events", visibility=runs_events),
    st.Page(
        "screens/paper_pins.py", title="Paper pins", url_path="paper-pins", visibility=types_pins
    ),
    st.Page(
        "screens/moderation.py", title="Moderation", url_path="moderation", visibility=moderates
    ),
    st.Page(
        "screens/safeguarding.py",
        title="Safeguarding",
        url_path="safeguarding",
        visibility=safeguards,
    ),
    st.Page("screens/replies.py", title="You said, we did", url_path="you-said-we-did"),
]
reads = session.shown_to(Action.READ_RESPONSES)
work = [
    st.Page("screens/today.py", title="Today", url_path="today", visibility=reads),
    st.Page("screens/responses.py", title="Responses", url_path="responses"),
    st.Page("screens/pilots.py", title="Pilots", url_path="pilots"),
    st.Page("screens/needs.py", title="Needs assessment", url_path="needs"),
    st.Page(
        "screens/money.py",
        title="Money",
        url_path="money",
        visibility=session.shown_to(Action.READ_FUNDING),
    ),
    st.Page(
        "screens/schools.py",
        title="Schools",
        url_path="schools",
        visibility=session.shown_to(Action.READ_SCHOOLS),
    ),
]
# All of them do not fit a wide screen's one line. A phone lists them all, and sections would break
# its list up for a screen reader.
pages = [*maps, *work, *summit] if session.is_phone() else {"": maps, "Work": [*work, *summit]}
page = st.navigation(pages, position="top")
address.begin(page.url_path)
ws = session.open_or_say_why()
quality.instead_of_a_map(ws)
session.frame(ws, is_partner_view=page in maps)
with session.plain_errors():
    page.run()
    session.sources(ws)
address.end()
