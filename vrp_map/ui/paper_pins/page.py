"""Typing in paper pins: place, answers, keep; the same person again, or the next sheet.

A pin goes the way of a phone's pin, through `Summit.take`. Every pin has a number of its own in
this session: its widgets, its key and its answer belong to that number, so a double click keeps
one, and a refusal leaves all as typed.
"""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4, uuid5

import streamlit as st

from vrp_map.errors import UserError
from vrp_map.records.engine.database import NotKept
from vrp_map.summit.event_store import Event, State, all_events
from vrp_map.summit.pins.pin import MOST_TABLE, MOST_TEXT, PinRefused
from vrp_map.summit.service import Summit
from vrp_map.ui.paper_pins import place as paper_place
from vrp_map.ui.shared import session
from vrp_map.ui.shared.markdown import plain
from vrp_map.vocabulary import pins as pin_words

_STAYS = "What you typed is still here."
_SHUT = "The event is not open. Open it on the page Events, then save this pin again."
# A new pin begins in its first field, so that no hand leaves the keyboard. The field may come a
# moment later.
_cursor = st.components.v2.component(
    "paper_cursor",
    js="""export default ({ data, parentElement }) => {
  // A page that is drawn again leaves the cursor where it is.
  if (parentElement.dataset.pin === String(data)) return;
  parentElement.dataset.pin = data;
  let tries = 50;
  const wait = setInterval(() => {
    const field = document.querySelector(`.st-key-paper_words_${data} input`);
    if (field || --tries < 0) { clearInterval(wait); field?.focus(); }
  }, 100);
};""",
    isolate_styles=False,
)


@dataclass
class Desk:
    """What this session is typing.

    Attributes:
        nth: the pin's number in this session. sheet, place: the sheet's number, and the pin's on
            it.
        person: the random token of this sheet's contributor.
        kept: sheet, place and delete code of the pin before.
        trouble: why the pin was not kept. said: what became of a deletion.
    """

    session: UUID
    person: str
    nth: int = 1
    sheet: int = 1
    place: int = 1
    kept: tuple[int, int, str] | None = None
    trouble: str = ""
    said: str = ""


def desk() -> Desk:
    """This session's desk; a new one begins with a sheet of nobody's."""
    if "paper" not in st.session_state:
        st.session_state["paper"] = Desk(uuid4(), _somebody())
    found: Desk = st.session_state["paper"]
    return found


def _somebody() -> str:
    return secrets.token_urlsafe(24)


def event(summit: Summit) -> Event | None:
    """The open event that the sheets are of; says what to do where there is none."""
    taking = {e.code: e for e in all_events(summit.records) if e.state is State.OPEN}
    if not taking:
        st.markdown("On this page you type in the paper forms of an event. No event is open.")
        st.page_link("screens/events.py", label="First step: make or open an event")
        return None
    wanted = st.query_params.get("event", "").upper()
    codes = list(taking)
    if len(codes) == 1:
        st.markdown(f"Event: **{plain(taking[codes[0]].name)}** ({codes[0]})")
        return taking[codes[0]]
    at = codes.index(wanted) if wanted in taking else 0
    code = st.selectbox(
        "Event", codes, index=at, key="paper_event", format_func=lambda c: f"{taking[c].name} ({c})"
    )
    return taking[code]


def cursor() -> None:
    """Put the cursor into the first field of a new pin."""
    _cursor(key="paper_cursor", data=desk().nth)


def last(summit: Summit) -> None:
    """What became of the pin before: its code to write on the sheet, or why it was not taken."""
    here = desk()
    if here.trouble:
        st.error(f"Not saved. {plain(here.trouble)} {_STAYS}")
    if here.kept:
        sheet, place, code = here.kept
        st.success(f"Saved. Write this code on sheet {sheet:,}, line {place}:")
        with st.container(horizontal=True, vertical_alignment="center", key="paper-code"):
            st.code(code, language=None)
            st.button("Undo", key=f"paper_back_{code}", on_click=_take_back, args=(summit, code))
    if here.said:
        st.info(plain(here.said))


def form(summit: Summit, event: Event) -> None:
    """One pin: where, what and why; Tab goes from one to the next."""
    here = desk()
    st.html(f"<h2>Sheet {here.sheet:,}, place {here.place}</h2>")
    cell = paper_place.chosen(event, here.nth)
    _one("setting", "What kind of place?", pin_words.SETTINGS)
    feeling = _one("feeling", "How do you feel there?", pin_words.FEELINGS)
    if feeling:
        _some("reasons", "Why? Up to three", pin_words.REASONS[feeling], pin_words.MOST_REASONS)
    _one("hour_band", "What time?", pin_words.HOUR_BANDS, usual="any")
    _one("weekday", "Which days?", pin_words.WEEKDAYS, usual="any")
    _some("helps", "What would help? Up to three", pin_words.HELPS, pin_words.MOST_HELPS)
    _broken(event, cell)
    if event.free_text:
        st.text_area("In their own words", key=_key("text"), max_chars=MOST_TEXT, height=80)
    # Sheets of one table lie together: it stays until somebody changes it.
    st.number_input(
        "Table, if the sheet says",
        1,
        MOST_TABLE,
        value=None,
        step=1,
        key=f"paper_table_{event.code}",
        help=(
            "Friends who sit together often give the same answers. The table number allows for"
            " that. It is never shown."
        ),
    )
    # Of the person, so they stay for the next pin of the same sheet.
    _one("role", "I am", pin_words.ROLES, key=f"paper_role_{here.sheet}")
    _one("age_band", "My age", pin_words.AGE_BANDS, key=f"paper_age_{here.sheet}")
    with st.container(horizontal=True):
        st.button(
            "Save, then the next sheet",
            key=f"paper_next_{here.nth}",
            type="primary",
            on_click=keep,
            args=(summit, event, here.nth, cell, True),
        )
        st.button(
            "Save, then the same person again",
            key=f"paper_same_{here.nth}",
            on_click=keep,
            args=(summit, event, here.nth, cell, False),
        )
        if here.place > 1:
            st.button(
                "Next sheet without saving",
                key=f"paper_skip_{here.nth}",
                on_click=_next_sheet,
                args=(here.nth,),
            )


def keep(summit: Summit, event: Event, nth: int, cell: str | None, next_sheet: bool) -> None:
    """Keep the pin with this number, once, and begin the next."""
    here = desk()
    here.said = ""
    if here.nth != nth:
        # The second click of a double click: this pin is kept already.
        return
    try:
        kept = summit.type_in(
            session.principal(), _body(event, cell), now=session.now(), clock=time.monotonic()
        ).result()
    except PinRefused as refused:
        here.trouble = _SHUT if refused.code in {*State} else refused.message
        return
    except NotKept:
        here.trouble = "The records cannot be written just now. Save it again in a moment."
        return
    except UserError as trouble:
        here.trouble = str(trouble)
        return
    here.trouble = ""
    here.kept = (here.sheet, here.place, kept.delete_code)
    here.nth, here.place = here.nth + 1, here.place + 1
    if next_sheet:
        _turn(here)


def _body(event: Event, cell: str | None) -> bytes:
    """The pin as a phone would send it."""
    here, state = desk(), st.session_state
    pin = {
        "event": event.code,
        "key": str(uuid5(here.session, str(here.nth))),
        "contributor": here.person,
        "cells": [cell] if cell else [],
        "setting": state.get(_key("setting")),
        "feeling": state.get(_key("feeling")),
        "reasons": state.get(_key("reasons")) or [],
        "helps": state.get(_key("helps")) or [],
        "when": {"weekday": state.get(_key("weekday")), "hour_band": state.get(_key("hour_band"))},
        "role": state.get(f"paper_role_{here.sheet}"),
        "age_band": state.get(f"paper_age_{here.sheet}"),
        "text": state.get(_key("text")),
        "thing": state.get(_key("thing")),
        "thing_place": _thing_place(cell),
        "table": state.get(f"paper_table_{event.code}"),
    }
    return json.dumps(pin).encode()


def _broken(event: Event, cell: str | None) -> None:
    """What is broken, and once that is said, where exactly: the names that a phone would offer."""
    st.selectbox(
        "Is something broken?",
        list(pin_words.THINGS),
        index=None,
        key=_key("thing"),
        placeholder="Nothing",
        format_func=pin_words.THINGS.__getitem__,
    )
    names = (
        paper_place.names_around(event, cell)
        if cell and st.session_state.get(_key("thing"))
        else []
    )
    if names:
        st.selectbox(
            "Where exactly, if they say?",
            names,
            index=None,
            key=f"{_key('thing_place')}_{cell}",
            placeholder="No exact place",
        )


def _thing_place(cell: str | None) -> str | None:
    """The name belongs to its hexagon, and goes when the thing does."""
    state = st.session_state
    return state.get(f"{_key('thing_place')}_{cell}") if state.get(_key("thing")) else None


def _next_sheet(nth: int) -> None:
    here = desk()
    if here.nth == nth:
        here.nth += 1
        here.trouble = here.said = ""
        _turn(here)


def _turn(here: Desk) -> None:
    here.sheet, here.place, here.person = here.sheet + 1, 1, _somebody()


def _take_back(summit: Summit, code: str) -> None:
    here = desk()
    try:
        who = session.principal()
        done = summit.take_back_on_paper(who, code, clock=time.monotonic()).result()
    except UserError as trouble:
        here.said = str(trouble)
        return
    here.said = (
        "Deleted." if done else "No pin has this code. Please check it: 16 letters and digits."
    )
    if done and here.kept and here.kept[2] == code.strip().upper():
        here.kept = None


def delete(summit: Summit) -> None:
    """For whoever comes to the desk with a code."""
    with st.expander("Delete a pin by its code"), st.form("paper-delete", border=False):
        st.text_input("Code on the strip", key="paper_code", max_chars=24)
        st.form_submit_button(
            "Delete this pin", on_click=lambda: _take_back(summit, st.session_state["paper_code"])
        )


def _key(name: str) -> str:
    return f"paper_{name}_{desk().nth}"


def _one(
    name: str, label: str, known: dict[str, str], *, usual: str | None = None, key: str = ""
) -> Any:
    """One choice; arrow keys move it. Without a usual one, none is chosen until somebody does."""
    at = list(known).index(usual) if usual else None
    return st.radio(
        label,
        list(known),
        index=at,
        key=key or _key(name),
        format_func=known.__getitem__,
        horizontal=True,
    )


def _some(name: str, label: str, known: dict[str, str], most: int) -> None:
    """Up to so many choices: type the first letters, then Enter."""
    st.multiselect(
        label,
        list(known),
        key=_key(name),
        format_func=known.__getitem__,
        max_selections=most,
        placeholder="None",
    )
