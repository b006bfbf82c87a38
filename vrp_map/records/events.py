"""Events: a summit or a session that takes pins while it is open."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import duckdb

from vrp_map.errors import UserError
from vrp_map.records.database import FILES, Records

THEMES = ("community policing", "safer travel", "violence and intimidation against women and girls")
# Letters and digits that nobody takes for others when they read a code from a screen across a hall.
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CODE_LENGTH = 6
_MOST_DAYS = 3650


class State(StrEnum):
    """What an event does with pins: only an open one takes them."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    ARCHIVED = "archived"


# Archived is the end: the key of the contributors' digests is gone.
_NEXT = {
    State.OPEN: {State.PAUSED, State.CLOSED},
    State.PAUSED: {State.OPEN, State.CLOSED},
    State.CLOSED: {State.OPEN, State.ARCHIVED},
    State.ARCHIVED: set(),
}


@dataclass(frozen=True)
class Event:
    """One event.

    Attributes:
        areas: keys "type:code" of where pins may lie; empty = everything inside the boundaries.
        keep_days: how long after its end its pins are kept.
    """

    id: UUID
    code: str
    name: str
    place: str
    starts_on: date
    ends_on: date
    areas: tuple[str, ...]
    themes: tuple[str, ...]
    free_text: bool
    keep_days: int
    state: State


def create_event(
    records: Records,
    *,
    name: str,
    place: str,
    starts_on: date,
    ends_on: date,
    now: datetime,
    areas: Sequence[str] = (),
    themes: Sequence[str] = THEMES,
    free_text: bool = False,
    keep_days: int = 365,
    code: str | None = None,
) -> Event:
    """Make an event and open it.

    Args:
        code: a code of one's own; without it a random one of six letters and digits.

    Raises:
        UserError: no name, an end before the start, a code that is taken or unreadable, days that are not sensible.
    """
    code = (code or "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))).upper()
    _check(name, starts_on, ends_on, code, keep_days)
    event = Event(
        uuid4(), code, name.strip(), place.strip(), starts_on, ends_on, tuple(areas), tuple(themes), free_text,
        keep_days, State.OPEN,
    )  # fmt: skip

    def write(con: duckdb.DuckDBPyConnection) -> None:
        if FILES.run(con, "queries/event_by_code", {"code": code}).fetchone():
            raise UserError(f"The code {code} is taken.", hint="Choose another, or leave it out.")
        FILES.run(con, "writes/event", _row(event))
        FILES.run(con, "writes/event_state", {"event_id": event.id, "state": event.state, "changed_at": now})
        FILES.run(con, "writes/event_secret", {"event_id": event.id, "secret": secrets.token_bytes(32)})

    records.write(write).result()
    return event


def event_by_code(records: Records, code: str) -> Event | None:
    """The event with a code, whichever case it is written in."""
    rows = records.remembered("event_by_code", {"code": code.strip().upper()})
    return _event(rows[0]) if rows else None


def all_events(records: Records) -> list[Event]:
    """Every event, the latest first."""
    return [_event(row) for row in records.read("events")]


def _event(row: tuple[Any, ...]) -> Event:
    id_, code, name, place, starts_on, ends_on, areas, themes, free_text, keep_days, state = row
    return Event(
        id_, code, name, place, starts_on, ends_on, tuple(areas), tuple(themes), free_text, keep_days, State(state)
    )


def change_state(records: Records, event: Event, state: State, *, now: datetime) -> Future[Any]:
    """Open, pause, close or archive an event; archiving destroys the key of its contributors' digests.

    Raises:
        UserError: an archived event, or a step that is not one.
    """
    if state not in _NEXT[event.state]:
        raise UserError(
            f"An event that is {event.state} cannot be made {state}.", hint="Close it before it is archived."
        )

    def write(con: duckdb.DuckDBPyConnection) -> None:
        FILES.run(con, "writes/event_state", {"event_id": event.id, "state": state, "changed_at": now})

    written = records.write(write)
    # A deleted row's bytes stay in a file: only a new file is without the key.
    return records.rewrite() if state is State.ARCHIVED else written


def _check(name: str, starts_on: date, ends_on: date, code: str, keep_days: int) -> None:
    if not name.strip():
        raise UserError("The event has no name.", hint="Give it one that the people there will know.")
    if ends_on < starts_on:
        raise UserError("The event ends before it begins.", hint="Swap the two days.")
    if not (3 <= len(code) <= 12 and code.isascii() and code.isalnum()):
        raise UserError(f"{code!r} cannot be a code.", hint="Use 3 to 12 letters and digits.")
    if not 1 <= keep_days <= _MOST_DAYS:
        raise UserError(f"Pins cannot be kept for {keep_days} days.", hint=f"Choose 1 to {_MOST_DAYS:,}.")


def _row(event: Event) -> dict[str, object]:
    return {
        "event_id": event.id, "code": event.code, "name": event.name, "place": event.place,
        "starts_on": event.starts_on, "ends_on": event.ends_on, "areas": list(event.areas),
        "themes": list(event.themes), "free_text": event.free_text, "keep_days": event.keep_days,
    }  # fmt: skip
