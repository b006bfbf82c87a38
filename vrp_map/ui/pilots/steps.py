"""One step of a pilot, done from its page."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from vrp_map.errors import UserError
from vrp_map.pilots.service import Pilots
from vrp_map.pilots.store import PilotRecord
from vrp_map.principal import Principal
from vrp_map.ui.shared import session

Step = Callable[[Pilots, Principal, PilotRecord], object]


def act(step: Step, record: PilotRecord) -> None:
    """Do a step; what is wrong is said on the page."""
    try:
        step(session.pilots(), session.principal(), record)
    except UserError as mistake:
        st.session_state["pilot_trouble"] = str(mistake)
