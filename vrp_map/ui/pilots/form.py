"""The form of a pilot, new or changed: everything that its record holds before a decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import streamlit as st

from vrp_map.errors import UserError
from vrp_map.permissions import Action
from vrp_map.pilots.pilot import (
    LONGEST_MONTHS_BEFORE,
    DosePlan,
    Pilot,
    PilotKind,
    PilotPlaces,
    PilotPurpose,
    PilotState,
)
from vrp_map.pilots.places import cells_of_text, with_area
from vrp_map.pilots.service import Pilots
from vrp_map.pilots.store import PilotRecord
from vrp_map.principal import Principal
from vrp_map.ui.pilots import area
from vrp_map.ui.shared import session, words
from vrp_map.ui.shared.markdown import plain
from vrp_map.vocabulary import CATEGORIES

NEW = "new"
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
_TROUBLE = "pilot_save_trouble"
# Places beside the area, and what they are.
_BESIDE = {
    "comparison": "Hexagons to compare with (an analyst can find them after saving)",
    "ring": "Ring around the pilot (empty: the hexagons that touch it, at the approval)",
    "comparison_ring": "Ring around the comparison",
}


def show(pilots: Pilots, who: Principal, reference: str = "") -> None:
    """The form; what came of saving it is said beside the button, far from the top on a phone.

    Args:
        reference: of the pilot that changes; "" = a new one.
    """
    record = pilots.record(who, reference) if reference else None
    _fill(record)
    name = plain(record.pilot.name) if record else ""
    st.title(f"Change {name}" if record else "Record a pilot", anchor=False)
    st.html("<p class='event-links'><a href='/pilots'>All pilots</a></p>")
    who.must(Action.WRITE_PILOTS)
    if trouble := st.session_state.pop(area.TROUBLE, None):
        st.error(plain(trouble))
    st.text_input("Name of the pilot. No names of people.", key="pilot_name", max_chars=120)
    area.show()
    _what(pilots, is_kept=record is not None)
    _judged_by()
    _plan()
    if record and record.pilot.state != PilotState.DRAFT:
        st.text_input("Why does the approved plan change?", key="pilot_form_why", max_chars=120)
    st.caption(
        "After saving, an analyst finds places to compare with, and a lead approves. After that a"
        " change of the area, the days, the purpose, the outcomes or the visits needs a reason."
    )
    label = "Save the change" if record else "Save the draft"
    st.button(label, type="primary", on_click=_save, args=(reference,))
    if saved := st.session_state.pop("pilot_saved", None):
        link = f"<a href='/pilots?pilot={saved}'>{saved}</a>"
        st.html(f"<p class='verdict' role='status'>Saved: {link}</p>")
    if trouble := st.session_state.pop(_TROUBLE, None):
        st.error(plain(trouble))


def _what(pilots: Pilots, *, is_kept: bool) -> None:
    left, right = st.columns(2)
    left.date_input("First day", key="pilot_start", format="DD/MM/YYYY")
    right.date_input("Last day", key="pilot_end", format="DD/MM/YYYY")
    left, right = st.columns(2)
    left.selectbox("Kind", list(_KINDS), format_func=_KINDS.__getitem__, key="pilot_kind")
    right.selectbox(
        "What do you want to know?",
        list(_PURPOSES),
        format_func=_PURPOSES.__getitem__,
        key="pilot_purpose",
    )
    left, right = st.columns(2)
    left.text_input("Lead (an agency or a role)", key="pilot_lead", max_chars=120)
    right.text_input(
        "Designed with (agencies or groups, with ; between them)", key="pilot_designers"
    )
    approaches = {"": "Not chosen"} | {c: a.words for c, a in pilots.catalogue.approaches.items()}
    st.selectbox(
        "Approach", list(approaches), format_func=approaches.__getitem__, key="pilot_approach"
    )
    st.text_area("Why should it work?", key="pilot_theory", max_chars=2000)
    st.text_area("Side effects to look for", key="pilot_effects", max_chars=2000, height=68)
    if is_kept:
        st.text_area("What was learnt. No names of people.", key="pilot_learning", max_chars=2000)


def _judged_by() -> None:
    """The outcomes, and the places beside the area: fixed at the approval."""
    left, right = st.columns([3, 1])
    kinds = [*session.workspace().settings.presets, *CATEGORIES]
    held = st.session_state.get("pilot_outcomes", [])
    left.multiselect(
        "Judged by (the first one carries the verdict)",
        list(dict.fromkeys([*kinds, *held])),
        format_func=words.category,
        key="pilot_outcomes",
    )
    right.number_input(
        "Months before the start", 1, LONGEST_MONTHS_BEFORE, key="pilot_months_before"
    )
    with st.expander("Places to compare with, and rings"):
        for field, label in _BESIDE.items():
            st.text_area(label, key=f"pilot_{field}", height=68)


def _plan() -> None:
    left, middle, right = st.columns(3)
    left.number_input("Planned visits (days × places)", 0, key="pilot_place_days")
    middle.number_input("Minutes of a visit", 0, 1440, key="pilot_minutes")
    right.number_input("People on a visit (0: not planned)", 0, 100, key="pilot_headcount")
    left, right = st.columns(2)
    left.number_input("Budget in pounds", 0, key="pilot_budget")
    right.text_input("Fund", key="pilot_fund", max_chars=120)


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
        "pilot_start": pilot.start,
        "pilot_end": pilot.end,
        "pilot_kind": PilotKind(pilot.kind),
        "pilot_purpose": PilotPurpose(pilot.purpose),
        "pilot_lead": pilot.lead,
        "pilot_designers": "; ".join(pilot.co_designers),
        "pilot_approach": pilot.approach,
        "pilot_theory": pilot.theory_of_change,
        "pilot_effects": pilot.side_effects,
        "pilot_learning": pilot.learning,
        "pilot_outcomes": [*pilot.outcomes],
        "pilot_months_before": pilot.months_before,
        "pilot_place_days": pilot.dose.place_days or 0,
        "pilot_minutes": int(pilot.dose.minutes or 0),
        "pilot_headcount": pilot.dose.headcount or 0,
        "pilot_budget": int(pilot.budget or 0),
        "pilot_fund": pilot.fund,
    }
    beside = {f"pilot_{field}": " ".join(getattr(pilot.places, field)) for field in _BESIDE}
    st.session_state.update(values | beside)
    area.fill(pilot.places.area if record else area.asked_for())


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
    designers = (one.strip() for one in state["pilot_designers"].split(";"))
    return replace(
        pilot,
        name=state["pilot_name"],
        places=_typed_places(pilot.places),
        start=state["pilot_start"],
        end=state["pilot_end"],
        kind=state["pilot_kind"],
        purpose=state["pilot_purpose"],
        outcomes=tuple(state["pilot_outcomes"]),
        months_before=state["pilot_months_before"],
        lead=state["pilot_lead"],
        co_designers=tuple(one for one in designers if one),
        approach=state["pilot_approach"],
        theory_of_change=state["pilot_theory"],
        side_effects=state["pilot_effects"],
        learning=state.get("pilot_learning", pilot.learning),
        dose=DosePlan(
            state["pilot_place_days"] or None,
            float(state["pilot_minutes"]) or None,
            state["pilot_headcount"] or None,
        ),
        budget=float(state["pilot_budget"]) or None,
        fund=state["pilot_fund"],
    )


def _typed_places(places: PilotPlaces) -> PilotPlaces:
    """Another area clears its rings, but for those that were typed along with it."""
    kind, name = area.drawn(places)
    moved = replace(with_area(places, area.chosen()), drawn_as=kind, drawn_from=name)
    typed: dict[str, Any] = {
        field: cells_of_text(st.session_state[f"pilot_{field}"]) for field in _BESIDE
    }
    return replace(moved, **{f: c for f, c in typed.items() if c != getattr(places, f)})
