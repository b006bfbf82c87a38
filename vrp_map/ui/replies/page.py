"""The page "You said, we did": what people said where, and what was answered."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from vrp_map.disclosure.releases import Release
from vrp_map.disclosure.thresholds import hall_threshold, public_threshold
from vrp_map.errors import UserError
from vrp_map.permissions import Action
from vrp_map.principal import Principal
from vrp_map.summit.cell_names import cell_names
from vrp_map.summit.event_store import Event, all_events
from vrp_map.summit.follow_up.replies import (
    MOST_OWNER,
    MOST_WORDS,
    STATUSES,
    WallHexagon,
    answer,
    to_answer,
)
from vrp_map.summit.follow_up.store import Reply
from vrp_map.summit.service import Summit
from vrp_map.summit.wall.service import current_release
from vrp_map.ui.changes import parts
from vrp_map.ui.shared import words
from vrp_map.ui.shared.markdown import plain

_KINDS = {"unsafe": "Feel unsafe", "safe": "Feel safe", "corridor": "Pass on a journey"}
_NAME = "You said, we did"


@dataclass(frozen=True)
class EventChoice:
    """One event, its release, and its public places; `names` is cell -> what to call it."""

    event: Event
    release: Release
    rows: list[WallHexagon]
    names: Mapping[str, str]
    least: int


def desk(summit: Summit, principal: Principal, headline: DeltaGenerator) -> Event | None:
    """What waits and the form to answer it, or why there is nothing. Returns the event shown."""
    try:
        principal.must(Action.ANSWER_PEOPLE)
    except UserError as refusal:
        headline.title(_NAME, anchor=False)
        parts.reason(refusal)
        return None
    now = chosen(summit, headline)
    if now is None:
        return None
    places(now, headline)
    form(summit, principal, now)
    return now.event


def chosen(summit: Summit, headline: DeltaGenerator) -> EventChoice | None:
    """Choose an event with public places; where there is none, say what is missing."""
    now, clock = _now(), time.monotonic()
    found = {event.code: event for event in all_events(summit.records)}
    releases = {
        code: current_release(summit, event, now=now, clock=clock) for code, event in found.items()
    }
    rows = {code: to_answer(summit, event, releases[code]) for code, event in found.items()}
    known = [code for code in found if rows[code]]
    if not known:
        headline.title("There is nothing to answer yet", anchor=False)
        st.markdown(
            f"When at least {hall_threshold(summit.settings)} people at an event say the same about"
            " a place, it appears on the wall and here. Then you can answer it.\n\n**What to"
            " do:** open an event so that people can pin."
        )
        return None
    code = known[0]
    if len(known) > 1:
        asked = st.query_params.get("event", "").upper()
        if asked in known and "replies_event" not in st.session_state:
            st.session_state["replies_event"] = asked
        code = st.selectbox(
            "Event", known, key="replies_event", format_func=lambda c: f"{found[c].name} ({c})"
        )
    st.query_params["event"] = code
    names = cell_names([row.cell for row in rows[code]], summit)
    return EventChoice(
        found[code], releases[code], rows[code], names, public_threshold(summit.settings)
    )


def places(now: EventChoice, headline: DeltaGenerator) -> None:
    """How many wait, and the list: counts as released."""
    waiting = sum(row.reply is None for row in now.rows)
    headline.title(_waiting(waiting, len(now.rows)), anchor=False)
    with headline:
        parts.say(
            f"{_NAME}: your answers are public at /voices when the event is over. The numbers are"
            " the same as on the wall: how many people said it, never who."
        )
    kinds = {
        kind: title for kind, title in _KINDS.items() if any(kind in row.counts for row in now.rows)
    }
    shown = [
        {
            "Place": _name(now, row),
            **{title: _count(row, kind) for kind, title in kinds.items()},
            "At /voices": "yes" if row.is_public else f"no, under {now.least}",
            "Answer": _answered(row),
        }
        for row in now.rows
    ]
    parts.table(pd.DataFrame(shown), numbers=list(kinds.values()), stack=True)


def form(summit: Summit, principal: Principal, now: EventChoice) -> None:
    """The answer to one place: kept as a new line, so that what was answered before is not lost."""
    parts.heading("Answer a place", "A new answer replaces the old one. The records keep both.")
    if kept := st.session_state.pop("replies_kept", ""):
        st.success(f"Your answer for {plain(kept)} is saved.")
    by_cell = {row.cell: row for row in now.rows}
    cell = st.selectbox(
        "Place",
        list(by_cell),
        key=f"replies_cell_{now.event.code}",
        format_func=lambda c: _choice(now, by_cell[c]),
    )
    before = by_cell[cell].reply
    if before is not None:
        st.caption(f"Current answer: {plain(before.words)}")
    # Another place, and each answer that was kept, begins with an empty form; a refusal keeps what
    # was typed.
    turn = f"{cell}_{st.session_state.get('replies_turn', 0)}"
    with st.form(f"reply_{turn}"):
        status = st.radio(
            "Status",
            list(STATUSES),
            format_func=STATUSES.get,
            horizontal=True,
            key=f"status_{turn}",
        )
        text = st.text_area(
            "What you did or will do, or why you cannot",
            max_chars=MOST_WORDS,
            key=f"words_{turn}",
            help="Use plain words that a child of 10 understands. Do not name people.",
        )
        owner = st.text_input(
            "Organisation that answers",
            value=summit.settings.partnership,
            max_chars=MOST_OWNER,
            key=f"owner_{turn}",
            help="An organisation, not a person.",
        )
        day = st.date_input(
            "Decided on", value=_now().date(), format="DD/MM/YYYY", key=f"day_{turn}"
        )
        sent = st.form_submit_button("Save the answer", type="primary")
    if not sent:
        return
    try:
        reply = Reply(cell, status, text.strip(), owner.strip(), day)
        answer(summit, principal, now.event, now.release, reply, now=_now()).result()
    except UserError as refusal:
        parts.reason(refusal)
        return
    st.session_state["replies_kept"] = f"{now.names[cell]} at {now.event.name}"
    st.session_state["replies_turn"] = st.session_state.get("replies_turn", 0) + 1
    st.rerun()


def _waiting(waiting: int, of: int) -> str:
    if not waiting:
        return "Every place has an answer"
    if waiting == of:
        return (
            f"All {of:,} places are waiting for an answer"
            if of > 1
            else "One place is waiting for an answer"
        )
    return f"{waiting:,} of {of:,} places {'waits' if waiting == 1 else 'wait'} for an answer"


def _answered(row: WallHexagon) -> str:
    if row.reply is None:
        return "none yet"
    return (
        f"{STATUSES.get(row.reply.status)}: {row.reply.owner}, {words.day(row.reply.answered_on)}"
    )


def _name(now: EventChoice, row: WallHexagon) -> str:
    return parts.place(now.names[row.cell])


def _count(row: WallHexagon, kind: str) -> str:
    return f"{row.counts[kind]:,}" if kind in row.counts else "not shown"


def _choice(now: EventChoice, row: WallHexagon) -> str:
    said = (
        "no answer yet" if row.reply is None else STATUSES.get(row.reply.status, row.reply.status)
    )
    return f"{_name(now, row)}: {said}"


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
