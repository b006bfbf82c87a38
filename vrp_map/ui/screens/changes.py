"""What changed: the sentence, the map of what is up or down, the steps through time, the shares,
the ranks.
"""

import streamlit as st

from vrp_map.ui import changes, changes_shares, filters, session

ws = session.workspace()
headline = st.container(key="headline")
choice = filters.row(ws)
changes.compared(ws, choice, headline)
changes.through_time(ws, choice)
changes_shares.gathered(ws, choice)
changes_shares.side_by_side(ws, choice)
