"""Youth voice: the sentence, the map of voices and record, the equal list, what was said and what
was not.
"""

import streamlit as st

from vrp_map.ui.shared import session
from vrp_map.ui.shared.headline import headline_place
from vrp_map.ui.youth_voice import blocks as youth_voice
from vrp_map.ui.youth_voice import list as youth_voice_list
from vrp_map.ui.youth_voice import map as youth_voice_map
from vrp_map.ui.youth_voice import texts as youth_voice_texts

ws = session.workspace()
headline = headline_place()
voices = youth_voice.events_or_say_why(session.summit(), headline)
asked = youth_voice.chosen(ws, voices)
with session.no_map(headline):
    found = youth_voice.found(ws, asked)

youth_voice.summary(ws, asked, found, headline)
left, right = st.columns([2, 1], gap="medium")
with left:
    youth_voice_map.show(ws, asked, found)
with right:
    youth_voice.panel(found, asked)
youth_voice_list.show(found, asked)
youth_voice_list.journeys(found)
youth_voice.answers(found)
youth_voice_texts.show(session.summit(), session.principal(), found.events)
youth_voice.who_spoke(found)
youth_voice.withheld(found)
youth_voice_list.downloads(ws, asked, found)
