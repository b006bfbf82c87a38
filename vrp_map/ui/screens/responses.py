"""Responses: which there are, the chosen one with its history, and the account of a quarter."""

import streamlit as st

from vrp_map.permissions import Action
from vrp_map.ui.responses import page as responses
from vrp_map.ui.responses import quarter, record, sheet, unanswered
from vrp_map.ui.shared import session

who, desk = session.principal(), session.responses()
if who.may(Action.READ_RESPONSES):
    if chosen := st.query_params.get("response", ""):
        record.show(desk, who, chosen)
    else:
        known = desk.all(who)
        responses.headline(desk, known)
        if who.may(Action.WRITE_RESPONSES):
            sheet.show(desk, who)
        responses.listing(desk, known)
        unanswered.show(desk, who)
        quarter.show(desk, who)
else:
    responses.for_partners(desk, who)
