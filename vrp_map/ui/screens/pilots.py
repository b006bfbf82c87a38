"""Pilots: which there are, the chosen one, a form, what decisions rest on, and plans."""

import streamlit as st

from vrp_map.permissions import Action
from vrp_map.ui.pilots import decisions, form, osara, record
from vrp_map.ui.pilots import page as listing
from vrp_map.ui.shared import session

who, pilots = session.principal(), session.pilots()
if who.may(Action.READ_PILOTS):
    chosen = st.query_params.get("pilot", "")
    if plan := st.query_params.get("plan", ""):
        osara.show(who, plan)
    elif chosen == form.NEW or st.query_params.get("change"):
        form.show(pilots, who, "" if chosen == form.NEW else chosen)
    elif chosen == decisions.ALL:
        decisions.show(pilots, who)
    elif chosen:
        record.show(pilots, who, chosen)
    else:
        listing.show(pilots, who)
else:
    listing.for_partners(pilots, who)
