"""Money: the grants, how far they can be relied on, what to watch, sums that do not agree; and a
sum to share out.
"""

import streamlit as st

from vrp_map.permissions import Action
from vrp_map.ui.money import allocation, form, need, page, places, scenarios, sheet
from vrp_map.ui.shared import session

_GRANTS, _NEED, _ALLOCATION = "Grants", "Money against need", "Share a sum out"
_SCENARIOS, _PLACES = "Scenarios", "Places"

who, funding = session.principal(), session.funding()
who.must(Action.READ_FUNDING)
views = [_GRANTS, _NEED, _PLACES, _ALLOCATION, _SCENARIOS]
view = st.radio("Show", views, key="money_view", horizontal=True)
if view == _ALLOCATION:
    allocation.show(funding, who)
elif view == _NEED:
    need.show(funding, who)
elif view == _PLACES:
    places.show(who)
elif view == _SCENARIOS:
    scenarios.show(session.scenarios(), who)
else:
    page.show(funding, who, today=session.pilots().today(session.now()))
    if who.may(Action.WRITE_FUNDING):
        form.show(funding, who)
        sheet.show(funding, who)
