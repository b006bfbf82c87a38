"""Data quality: what was read, what was refused and why, what has no place, which months
are there.
"""

import streamlit as st

from vrp_map.ui.quality import missing
from vrp_map.ui.quality import parts as quality
from vrp_map.ui.shared import session
from vrp_map.ui.shared.markdown import plain
from vrp_map.views import hotspots as views

ws = session.workspace()
found = ws.quality()
st.title(plain(quality.sentence(found)), anchor=False)
quality.ledger(found)
quality.odd(found)
missing.show(ws)
quality.small_areas(found)
quality.reasons(found)
quality.refused_rows(found)
quality.default_locations(
    views.remember(
        ws,
        ("default locations", views.AUDIENCE),
        lambda: ws.default_locations(audience=views.AUDIENCE),
    )
)
quality.months(found)
quality.files(found)
