"""The form of a pilot, new or changed.

Its hexagons are one list: typed, added by area or file, or painted on the map, where a click adds
or takes out a hexagon.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import streamlit as st

from vrp_map import maps
from vrp_map.errors import UserError
from vrp_map.permissions import Action
from vrp_map.pilots.drawing import area_cells, area_choices
from vrp_map.pilots.pilot import Pilot, PilotKind, PilotPlaces, PilotPurpose, PilotState
from vrp_map.pilots.places import (
    candidates,
    cells_of_geojson,
    cells_of_text,
    grown,
    shrunk,
    toggled,
    with_area,
)
from vrp_map.pilots.service import Pilots
from vrp_map.pilots.store import PilotRecord
from vrp_map.principal import Principal
from vrp_map.ui.pilots import picture
from vrp_map.ui.shared import session
from vrp_map.ui.shared.markdown import of_mistake, plain

NEW = "new"
_CELLS, _TROUBLE, _DECK = "pilot_cells", "pilot_form_trouble", "pilot_paint"
_SEEN, _ROWS, _LAST = "pilot_cells_seen", "pilot_cells_rows", "pilot_cell_last"
_KINDS = {
    PilotKind.PLACE: "A place",
    PilotKind.ROUTE: "A school route",
    PilotKind.HEX: "A Home Office hexagon",
}
_PURPOSES = {
    PilotPurpose.OUR_DOING: "Did we cause the change?",
    PilotPurpose.STILL_THERE: "Is the problem still there?",
}
_LEAST_DAYS = 364


def show(pilots: Pilots, who: Principal, reference: str = "") -> None:
    """The form; what is wrong with it is said above it.

    Args:
        reference: of the pilot that changes; "" = a new one.
    """
    record = pilots.record(who, reference) if reference else None
    _fill(record)
    name = plain(record.pilot.name) if record else ""
    st.title(f"Change {name}" if record else "Record a pilot", anchor=False)
    st.html("<p class='event-links'><a href='/pilots'>All pilots</a></p>")
    who.must(Action.WRITE_PILOTS)
    if saved := st.session_state.pop("pilot_saved", None):
        st.html(f"<p class='verdict'>Saved: <a href='/pilots?pilot={saved}'>{saved}</a></p>")
    if trouble := st.session_state.pop(_TROUBLE, None):
        st.error(plain(trouble))
    st.text_input("Name of the pilot. No names of people.", key="pilot_name", max_chars=120)
    _area()
    left, right = st.columns(2)
    left.date_input("First day", key="pilot_start", format="DD/MM/YYYY")
    right.date_input("Last day", key="pilot_end", format="DD/MM/YYYY")
    left.selectbox("Kind", list(_KINDS), format_func=_KINDS.__getitem__, key="pilot_kind")
    right.selectbox(
        "What do you want to know?",
        list(_PURPOSES),
        format_func=_PURPOSES.__getitem__,
        key="pilot_purpose",
    )
    left.text_input("Lead (an agency or a role)", key="pilot_lead", max_chars=120)
    approaches = {"": "Not chosen"} | {c: a.words for c, a in pilots.catalogue.approaches.items()}
    right.selectbox(
        "Approach", list(approaches), format_func=approaches.__getitem__, key="pilot_approach"
    )
    st.text_area("Why should it work?", key="pilot_theory", max_chars=2000)
    if record:
        st.text_area("What was learnt. No names of people.", key="pilot_learning", max_chars=2000)
    left, middle, right = st.columns(3)
    left.number_input("Planned visits (days × places)", 0, key="pilot_place_days")
    middle.number_input("Minutes of a visit", 0, 1440, key="pilot_minutes")
    right.number_input("Budget in pounds", 0, key="pilot_budget")
    if record and record.pilot.state != PilotState.DRAFT:
        st.text_input("Why does the approved plan change?", key="pilot_form_why", max_chars=120)
    st.caption(
        "After saving, an analyst finds places to compare with, and a lead approves. After that a"
        " change of the area, the days, the purpose or the visits needs a reason."
    )
    label = "Save the change" if record else "Save the draft"
    st.button(label, type="primary", on_click=_save, args=(reference,))


def _fill(record: PilotRecord | None) -> None:
    """Put what is kept into the fields, once for each version of a pilot."""
    wanted = f"{record.reference}.{record.version}" if record else NEW
    if st.session_state.get("pilot_form_of") == wanted:
        return
    today = session.pilots().today(session.now())
    nothing = Pilot("", PilotPlaces(()), today, today + timedelta(days=_LEAST_DAYS))
    pilot = record.pilot if record else nothing
    values = {
        "pilot_form_of": wanted,
        "pilot_name": pilot.name,
        _CELLS: " ".join(pilot.places.area) if record else _asked_for(),
        "pilot_start": pilot.start,
        "pilot_end": pilot.end,
        "pilot_kind": PilotKind(pilot.kind),
        "pilot_purpose": PilotPurpose(pilot.purpose),
        "pilot_lead": pilot.lead,
        "pilot_approach": pilot.approach,
        "pilot_theory": pilot.theory_of_change,
        "pilot_learning": pilot.learning,
        "pilot_place_days": pilot.dose.place_days or 0,
        "pilot_minutes": int(pilot.dose.minutes or 0),
        "pilot_budget": int(pilot.budget or 0),
    }
    st.session_state.update(values)
    _look_again()


def _asked_for() -> str:
    """The hexagons that the address brings with it, of a hotspot say; "" where they are none."""
    try:
        return " ".join(cells_of_text(st.query_params.get("area", "")))
    except UserError:
        return ""


def _area() -> None:
    """The list of hexagons, what adds to it, and the map that paints it."""
    st.text_area(
        "Hexagons of the pilot (type or paste them, or use what follows)",
        key=_CELLS,
        height=90,
        on_change=_look_again,
    )
    words = area_choices(session.workspace())
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    left.selectbox(
        "Add a hotspot, a ward or another area",
        words,
        index=None,
        key="pilot_area",
        placeholder="Choose",
    )
    right.button("Add its hexagons", on_click=_add_area)
    st.file_uploader(
        "Or a polygon or a route (GeoJSON in degrees; 100 metres on each side of a line)",
        type=["geojson", "json"],
        key="pilot_shape",
        on_change=_add_file,
    )
    try:
        cells = _cells()
    except UserError as mistake:
        st.error(of_mistake(mistake))
        return
    # What was last typed or added: painting neither moves the map nor takes it away.
    seen = st.session_state.setdefault(_SEEN, cells) or cells
    if not seen:
        st.caption("Add an area first: its hexagons and those around appear on a map to paint on.")
        return
    st.markdown(f"Hexagons chosen: {len(cells):,}. Click one on the map to add it or take it out.")
    with st.container(horizontal=True):
        st.button("Add all that touch them", on_click=_set, args=(grown(cells),))
        st.button("Take out the outermost", on_click=_set, args=(shrunk(cells),))
    around = sorted({*seen, *candidates((*seen, *cells))})
    groups = (
        maps.CellGroup("around", "", tuple({*around} - {*cells}), "#b1b4b6"),
        maps.CellGroup("area", "", cells, picture.AREA, is_outlined=True),
    )
    view = picture.view_of(PilotPlaces((*seen, *candidates(seen, rings=1))))
    deck = maps.group_deck(
        groups,
        picture.sources(),
        view,
        appearance=session.appearance(),
        picked_from=_in_one_order([*around, *cells]),
    )
    st.pydeck_chart(
        deck,
        height=picture.HEIGHT_PX,
        on_select=_paint,
        key=_DECK,
        alt="Map to paint hexagons on. The list above it does the same by keyboard.",
    )


def _cells() -> tuple[str, ...]:
    return cells_of_text(st.session_state.get(_CELLS, ""))


def _set(cells: tuple[str, ...]) -> None:
    st.session_state[_CELLS] = " ".join(cells)


def _look_again() -> None:
    """Let the map look at what is chosen now."""
    st.session_state.pop(_SEEN, None)


def _in_one_order(cells: Sequence[str]) -> list[str]:
    """The hexagons that can be clicked. A browser tells them apart by their number in the list: it
    grows at its end and never changes, or a click would be of another hexagon.
    """
    rows: dict[str, None] = st.session_state.setdefault(_ROWS, {})
    rows.update(dict.fromkeys(cells))
    return list(rows)


def _add_area() -> None:
    words = st.session_state.get("pilot_area")
    if words:
        _try_adding(lambda: area_cells(session.workspace(), words))


def _add_file() -> None:
    file = st.session_state.get("pilot_shape")
    if file is not None:
        _try_adding(lambda: cells_of_geojson(file.getvalue().decode("utf-8-sig", "replace")))


def _try_adding(found: Callable[[], tuple[str, ...]]) -> None:
    try:
        _set(tuple(sorted({*_cells(), *found()})))
        _look_again()
    except UserError as mistake:
        st.session_state[_TROUBLE] = str(mistake)


def _paint() -> None:
    """Toggle what was clicked. The second click on one hexagon comes as nothing picked at all."""
    state = st.session_state
    rows = [row for layer in state[_DECK]["selection"]["objects"].values() for row in layer]
    if rows:
        state[_LAST] = rows[0].get("h")
    if cell := state.get(_LAST):
        _set(toggled(_cells(), cell))


def _save(reference: str) -> None:
    state = st.session_state
    try:
        pilots, who = session.pilots(), session.principal()
        if reference:
            record = pilots.record(who, reference)
            why = state.get("pilot_form_why", "")
            pilots.change(who, record, _typed(record.pilot), why=why, now=session.now())
        else:
            nothing = Pilot("", PilotPlaces(()), state["pilot_start"], state["pilot_end"])
            reference = pilots.add_one(who, _typed(nothing), now=session.now())
        state["pilot_saved"] = reference
        # The fields are filled anew: with the new version, or with nothing.
        state["pilot_form_of"] = ""
    except UserError as mistake:
        state[_TROUBLE] = str(mistake)


def _typed(pilot: Pilot) -> Pilot:
    """A pilot with what the fields say."""
    state = st.session_state
    plan = replace(
        pilot.dose,
        place_days=state["pilot_place_days"] or None,
        minutes=float(state["pilot_minutes"]) or None,
    )
    return replace(
        pilot,
        name=state["pilot_name"],
        places=with_area(pilot.places, _cells()),
        start=state["pilot_start"],
        end=state["pilot_end"],
        kind=state["pilot_kind"],
        purpose=state["pilot_purpose"],
        lead=state["pilot_lead"],
        approach=state["pilot_approach"],
        theory_of_change=state["pilot_theory"],
        learning=state.get("pilot_learning", pilot.learning),
        dose=plan,
        budget=float(state["pilot_budget"]) or None,
    )
