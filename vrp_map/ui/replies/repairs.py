"""The section "Repairs to pass on" of the page "You said, we did": a table and its file."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from vrp_map.errors import UserError
from vrp_map.permissions import Action
from vrp_map.principal import Principal
from vrp_map.summit.event_store import Event, State, all_events
from vrp_map.summit.follow_up import repairs
from vrp_map.summit.service import Summit
from vrp_map.ui.changes import parts
from vrp_map.ui.shared import session
from vrp_map.ui.shared.file_button import file_button

_SAYS = (
    "Things people said are broken, for the organisations that can fix them. “Around” means that"
    " nobody named an exact place. One report is enough to be listed, so this list is not public."
    " Pass on what is broken, never who may have said so."
)


def section(summit: Summit, principal: Principal, answered: Event | None) -> None:
    """The list of one event, or why there is none and what to do.

    Args:
        answered: the event that the page shows above, to begin with.
    """
    parts.heading("Repairs to pass on", _SAYS)
    try:
        principal.must(Action.SEE_BROKEN_THINGS)
        event = _event(summit, answered)
        found = repairs.list_repairs(summit, principal, event)
    except UserError as refusal:
        parts.reason(refusal)
        return
    rows = [
        {"What is broken": one.thing, "Where": parts.place(one.place), "People": one.people}
        for one in found
    ]
    parts.table(pd.DataFrame(rows), numbers=["People"], stack=True)
    file_button(
        "Download the list as CSV",
        lambda: repairs.handed_out(summit, principal, event, found, now=session.now()),
        f"broken-things-{event.code}.csv",
        key="csv-things",
    )


def _event(summit: Summit, answered: Event | None) -> Event:
    """The event chosen: at first the one above, or else the latest that is over."""
    found = {event.code: event for event in all_events(summit.records)}
    if not found:
        raise UserError(
            "When an event is over, this list shows the lights, shelters and paths that people said"
            " are broken.",
            hint="Make an event on the page Events so that people can pin.",
        )
    codes = list(found)
    if len(codes) == 1:
        return found[codes[0]]
    over = [code for code in codes if found[code].state is not State.OPEN]
    first = answered.code if answered else next(iter(over), codes[0])
    chosen = st.selectbox(
        "Event of the list",
        codes,
        index=codes.index(first),
        key=f"things_event_{first}",
        format_func=lambda code: f"{found[code].name} ({code})",
    )
    return found[chosen]
