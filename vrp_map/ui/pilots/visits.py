"""Adding visits to a pilot: one by a form, many from a sheet or a GPS track."""

from __future__ import annotations

from uuid import UUID

import streamlit as st

from vrp_map.errors import UserError
from vrp_map.pilots.dose import DoseVisit
from vrp_map.pilots.service import Pilots
from vrp_map.pilots.sheets.visits import read_log
from vrp_map.pilots.store import PilotRecord
from vrp_map.ui.shared import session
from vrp_map.ui.shared.markdown import of_mistake, plain

_SAID, _TROUBLE = "visit_said", "visit_trouble"


def show(pilots: Pilots, record: PilotRecord) -> None:
    """The two forms; what was saved or is wrong stands above them."""
    if said := st.session_state.pop(_SAID, None):
        st.success(plain(said))
    if trouble := st.session_state.pop(_TROUBLE, None):
        st.error(plain(trouble))
    with st.expander("Log a visit"), st.form("pilot_visit"):
        _one(pilots, record)
    with st.expander("Add visits from a sheet or a GPS track"):
        _many(pilots, record)


def _one(pilots: Pilots, record: PilotRecord) -> None:
    pilot = record.pilot
    today = pilots.today(session.now())
    last = max(pilot.start, min(pilot.end, today))
    points = pilot.route.standing_points if pilot.route else ()
    name_of = session.responses().places.name_of
    st.selectbox("Place", points or pilot.places.area, format_func=name_of, key="visit_place")
    st.date_input("Day", last, pilot.start, last, key="visit_day", format="DD/MM/YYYY")
    kinds = {"": "Not said"} | dict(pilots.catalogue.dose_kinds)
    st.selectbox("Who was there", list(kinds), format_func=kinds.__getitem__, key="visit_kind")
    left, right = st.columns(2)
    left.number_input("People", 1, 500, key="visit_people")
    right.number_input(
        "Minutes (0: planned, and did not happen; empty: not recorded)",
        0,
        1440,
        None,
        key="visit_minutes",
    )
    st.form_submit_button("Log it", on_click=_log_one, args=(record.id,))


def _log_one(id: UUID) -> None:
    state = st.session_state
    minutes = state["visit_minutes"]
    visit = DoseVisit(
        state["visit_place"],
        state["visit_day"],
        None if minutes is None else float(minutes),
        int(state["visit_people"]),
        kind=state["visit_kind"],
        source="sheet",
    )
    _log(id, [visit])


def _many(pilots: Pilots, record: PilotRecord) -> None:
    people = st.number_input("People who carried the device", 1, 500, key="visit_track_people")
    file = st.file_uploader(
        "A CSV file or XLSX sheet with place and date, or a GPX track (it is not kept)",
        type=["csv", "xlsx", "gpx"],
        key="visit_file",
    )
    if file is None:
        return
    try:
        area = record.pilot.places.area
        found, said = read_log(file.name, file.getvalue(), pilots, area, people=int(people))
    except UserError as mistake:
        st.error(of_mistake(mistake))
        return
    for remark in said:
        st.markdown(plain(remark))
    label = f"Save {len(found):,} visits"
    st.button(label, type="primary", on_click=_log, args=(record.id, found))


def _log(id: UUID, visits: list[DoseVisit]) -> None:
    try:
        pilots, who = session.pilots(), session.principal()
        added = pilots.log(who, pilots.record(who, id), visits, now=session.now())
        known = len(visits) - added
        st.session_state[_SAID] = f"Visits saved: {added:,}." + (
            f" Already there: {known:,}." if known else ""
        )
    except UserError as mistake:
        st.session_state[_TROUBLE] = str(mistake)
