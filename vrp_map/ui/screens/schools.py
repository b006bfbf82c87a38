"""Schools and routes: where more happens on the way to school than chance would make, and who
stands there; for analysts alone.
"""

import streamlit as st

from vrp_map.permissions import Action
from vrp_map.ui.schools import page, routes
from vrp_map.ui.shared import session

_SCHOOLS, _ROUTES = "Schools", "Routes"

who = session.principal()
who.must(Action.READ_SCHOOLS)
views = [_SCHOOLS, _ROUTES]
if st.radio("Show", views, key="schools_view", horizontal=True) == _ROUTES:
    routes.show(session.routes(), who)
else:
    page.show(session.schools(), who)
