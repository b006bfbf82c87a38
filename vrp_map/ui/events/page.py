"""The Events page: the list, and the chosen event with its code, its address and its buttons."""

from __future__ import annotations

import html
import time
from collections.abc import Sequence

import streamlit as st

from vrp_map.errors import UserError
from vrp_map.summit.event_address import (
    FOR_PHONES,
    NOT_FOR_PHONES,
    SAYS_HOW,
    EventAddress,
    event_address,
)
from vrp_map.summit.event_store import Event, State, has_one_address, next_states
from vrp_map.summit.pins.store import extra_people
from vrp_map.summit.service import Summit
from vrp_map.summit.wall.store import latest_release
from vrp_map.ui.shared import session, words
from vrp_map.ui.shared.markdown import plain
from vrp_map.wording import period_of_days

_DOES = {
    State.OPEN: "Open: phones can send pins.",
    State.PAUSED: (
        "Paused: nobody can pin until you open it. Phones say that the event is having a break."
    ),
    State.CLOSED: "Closed: nobody can pin. You can open it again, or archive it.",
    State.ARCHIVED: (
        "Archived: it is over for good. Its pins stay as evidence. Nothing links them to a phone"
        " any more."
    ),
}
_BUTTON = {
    State.OPEN: "Open",
    State.PAUSED: "Pause",
    State.CLOSED: "Close",
    State.ARCHIVED: "Archive",
}
# What must be said before it is done.
_MEANS = {
    State.CLOSED: (
        "Close {name}? Nobody can pin any more, by phone or on paper. A pin still waiting on a"
        " phone without a connection will be refused. You can open the event again."
    ),
    State.ARCHIVED: (
        "Archive {name}? This destroys the key of its contributors for ever. Then nobody can find"
        " out which pins a phone sent, even with the phone in hand. The pins stay. Their codes"
        " still delete them. The event can never be opened again."
    ),
}
_MADE_UP = "Then one device may be sending invented people. Pause the event and look around."
_SHARED = (
    "{people} pinned from an address that more than {most} share. Their pins are saved but do not"
    " count on the wall. Compare this number with the people in the hall. If all phones here share"
    " one address, tick the box below to count them. If far more people pinned than are here, one"
    " device may be sending invented people: do not tick it."
)
_PAGES = {
    "Pin page": "/pin/{}",
    "To project": "/event/{}/show",
    "Poster": "/event/{}/poster",
    "Paper form": "/event/{}/paper",
    "Wall": "/wall/{}",
}


def sentence(events: Sequence[Event]) -> str:
    """The page's headline."""
    if not events:
        return "There is no event yet"
    taking = [event.name for event in events if event.state is State.OPEN]
    if not taking:
        return "No event is open"
    return f"{taking[0]} is open" if len(taking) == 1 else f"{len(taking):,} events are open"


def first_step() -> None:
    """What would be here, and what to do."""
    st.markdown(
        "This page will show your summits and sessions: the QR code, the poster and paper form to"
        " print, and the buttons that open and close them. **First step:** make an event below."
        " Nobody can pin until you open it."
    )


def chosen(summit: Summit, events: Sequence[Event]) -> None:
    """Choose an event, as the page's address says; its code and its buttons."""
    codes = {event.code: event for event in events}
    wanted = st.query_params.get("event", "").upper()
    if wanted and wanted not in codes and wanted != st.session_state.get("ev_code"):
        st.warning(
            f"There is no event {plain(repr(wanted[:12]))}. The latest one is shown instead."
        )
    if wanted in codes and st.session_state.get("ev_seen") != wanted:
        st.session_state["ev_code"] = wanted
    code = st.selectbox(
        "Event", list(codes), key="ev_code", format_func=lambda c: f"{codes[c].name} ({c})"
    )
    st.session_state["ev_seen"] = st.query_params["event"] = code
    event = codes[code]
    at = event_address(code, public_url=summit.settings.public_url, asked_at=session.opened_at())
    if not at.for_phones:
        st.warning(f"{NOT_FOR_PHONES} `{FOR_PHONES}` {SAYS_HOW}")
    with st.container(key="event"):
        picture, said = st.columns([1, 2], gap="medium")
        with picture:
            st.html(
                f"<img class='event-qr' src='{at.qr_picture()}' alt='QR code of"
                f" {html.escape(at.shown)}'>"
            )
        with said:
            _facts(event, at)
            if event.state is State.OPEN:
                came = summit.newcomers(event, clock=time.monotonic())
                st.caption(
                    f"New people in the last minute: {came:,}. Is that many more than you see come"
                    " in?"
                    f" {_MADE_UP}"
                )
            _buttons(summit, event)
    _one_address(summit, event)


def _one_address(summit: Summit, event: Event) -> None:
    """People who are kept and do not count, because they share an address; what staff say to it."""
    is_on, waiting = has_one_address(summit.records, event), extra_people(summit.records, event)
    if event.state is State.ARCHIVED or not (is_on or waiting):
        return
    if not is_on:
        most = summit.settings.phones_an_address
        st.warning(_SHARED.format(people=_people(waiting), most=_people(most)))
    st.checkbox(
        "Everyone in this hall shares one address: count them all",
        is_on,
        key=f"ev_one_address_{event.code}_{is_on}",
        on_change=_do_one_address,
        args=(summit, event, not is_on),
    )


def _people(number: int) -> str:
    return f"{number:,} person" if number == 1 else f"{number:,} people"


def _facts(event: Event, at: EventAddress) -> None:
    pages = " · ".join(_link(said, where.format(event.code)) for said, where in _PAGES.items())
    st.html(
        f"<p class='event-code'>{html.escape(event.code)}</p><p"
        f" class='event-at'>{html.escape(at.shown)}</p><p>{html.escape(_DOES[event.state])}</p><p"
        f" class='event-links'>{pages}</p>"
    )


def _buttons(summit: Summit, event: Event) -> None:
    """What may be done now; closing and archiving are asked about first."""
    state = st.session_state
    trouble = state.pop("ev_trouble", None)
    if trouble:
        st.error(plain(trouble))
    wanted = state.get("ev_asked")
    if wanted and wanted[0] == event.code and wanted[1] in next_states(event):
        st.warning(_MEANS[wanted[1]].format(name=plain(event.name)))
        with st.container(horizontal=True):
            label = f"Yes, {_BUTTON[wanted[1]].lower()} it"
            st.button(
                label,
                key="ev_yes",
                on_click=_do,
                args=(summit, event, wanted[1]),
                type="primary",
            )
            st.button("No, leave it as it is", key="ev_no", on_click=state.pop, args=("ev_asked",))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        for step in next_states(event):
            ask, args = (_ask, (event, step)) if step in _MEANS else (_do, (summit, event, step))
            st.button(
                _BUTTON[step],
                key=f"ev_{step}",
                on_click=ask,
                args=args,
                type="primary" if step is State.OPEN else "secondary",
            )
        if event.state is State.OPEN:
            st.page_link(
                "screens/paper_pins.py",
                label="Type in paper forms",
                query_params={"event": event.code},
            )


def _ask(event: Event, step: State) -> None:
    st.session_state["ev_asked"] = (event.code, step)


def _do(summit: Summit, event: Event, step: State) -> None:
    st.session_state.pop("ev_asked", None)
    try:
        # Asked again: a page may have been open since before a role was taken away.
        summit.change_state(session.principal(), event, step, now=session.now()).result()
    except UserError as trouble:
        st.session_state["ev_trouble"] = str(trouble)


def _do_one_address(summit: Summit, event: Event, is_on: bool) -> None:
    try:
        now = session.now()
        summit.set_one_address(session.principal(), event, is_on=is_on, now=now).result()
    except UserError as trouble:
        st.session_state["ev_trouble"] = str(trouble)


def listing(summit: Summit, events: Sequence[Event]) -> None:
    """Every event: code, days, state, how many people as far as it was let out, and its pages."""
    head = "".join(
        f"<th scope='col'>{name}</th>"
        for name in ("Event", "Code", "Days", "State", "People", "Pages")
    )
    rows = "".join(_row(summit, event) for event in events)
    st.html(
        "<h2>All events</h2><div class='scroll' tabindex='0'><table class='plain stack'>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
    st.caption("These are the numbers the wall last showed. They grow in groups, never one by one.")


def _row(summit: Summit, event: Event) -> str:
    people = latest_release(summit.records, event).contributors
    cells = {
        "Event": _link(event.name, f"/events?event={event.code}", here=True),
        "Code": html.escape(event.code),
        "Days": period_of_days(event.starts_on, event.ends_on),
        "State": event.state.value,
        "People": words.number(people) if people else "not shown yet",
        "Pages": " · ".join(
            _link(said, where.format(event.code)) for said, where in _PAGES.items()
        ),
    }
    return (
        "<tr>"
        + "".join(
            f'<td data-label="{name}"><span>{said}</span></td>' for name, said in cells.items()
        )
        + "</tr>"
    )


def _link(said: str, where: str, *, here: bool = False) -> str:
    new = "" if here else ' target="_blank"'
    return f'<a href="{html.escape(where, quote=True)}"{new}>{html.escape(said)}</a>'
