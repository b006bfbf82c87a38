"""Parts of both pages of free texts: the event, a text with its flags, what was done."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import streamlit as st

from vrp_map.principal import Principal
from vrp_map.records.engine.database import Records
from vrp_map.summit.event_store import Event
from vrp_map.summit.moderation import service as moderation
from vrp_map.summit.moderation.flags import Flag, stretches
from vrp_map.summit.pins.pin import QUARTER_HOUR
from vrp_map.ui.shared import words

_HERE = ZoneInfo("Europe/London")


def event(who: Principal, records: Records, *, key: str) -> Event | None:
    """The event to look at (`?event=CODE`); says what to do where none takes texts."""
    events = {one.code: one for one in moderation.events_with_texts(who, records)}
    if not events:
        st.markdown(
            "No event has free text, so there is nothing to read.\n\n**What to do:** switch on free"
            " text when you make an event. It is off by default."
        )
        return None
    asked = st.query_params.get("event", "").upper()
    if asked in events and key not in st.session_state:
        st.session_state[key] = asked
    code = st.selectbox("Event", list(events), key=key, format_func=lambda c: _named(events[c]))
    st.query_params["event"] = code
    return events[code]


def _named(one: Event) -> str:
    return f"{one.name}, {words.day(one.starts_on)} ({one.code})"


def marked(text: str, flags: Sequence[Flag]) -> str:
    """The text as HTML, each flagged stretch marked and named behind it."""
    parts, at = [], 0
    for start, end in stretches(flags):
        why = named([flag for flag in flags if start <= flag.start and flag.end <= end])
        parts += [
            html.escape(text[at:start]),
            f"<mark>{html.escape(text[start:end])} <small>({html.escape(why)})</small></mark>",
        ]
        at = end
    return "".join([*parts, html.escape(text[at:])])


def named(flags: Sequence[Flag]) -> str:
    """ "a phone number, weapons": each kind once, in the order of the text."""
    return ", ".join(dict.fromkeys(flag.words for flag in flags))


def tell(said: str, unseen: str = "") -> None:
    """What was just done, for eyes and for screen readers; `unseen` is only read out."""
    heard = f" <span class='heard'>{html.escape(unseen)}</span>" if unseen else ""
    st.html(f"<p class='told' role='alert'>{html.escape(said)}{heard}</p>")


def clock(at: datetime) -> str:
    """ "14 March 2026, 11:52" as clocks in Britain show it.

    Args:
        at: UTC, without a zone.
    """
    here = at.replace(tzinfo=UTC).astimezone(_HERE)
    return f"{words.day(here)}, {here:%H:%M}"


def received(at: datetime) -> str:
    """ "14 March 2026, between 11:45 and 12:00": all that a pin says of its time.

    Args:
        at: the start of the quarter hour in which a pin came, UTC, without a zone.
    """
    here = at.replace(tzinfo=UTC).astimezone(_HERE)
    return f"{words.day(here)}, between {here:%H:%M} and {here + QUARTER_HOUR:%H:%M}"
