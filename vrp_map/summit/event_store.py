"""Events: a summit or a session that takes pins while it is open."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Collection, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from vrp_map.common.plain_text import plain_text
from vrp_map.errors import UserError
from vrp_map.records.audit import Act, note
from vrp_map.records.engine.database import FILES, Connection, Records

_log = logging.getLogger(__name__)
THEMES = ("community policing", "safer travel", "violence and intimidation against women and girls")
# Letters and digits that nobody takes for others when they read a code from a screen across a hall.
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CODE_LENGTH = 6
_MOST_DAYS = 3650
_MOST_LETTERS = 120
_ONE_ADDRESS = "one-address"
# Whoever runs the command line, and the tests; a page always says who.
_SOMEBODY = "vrp-map"


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
_ACT = {
    State.OPEN: "event opened",
    State.PAUSED: "event paused",
    State.CLOSED: "event closed",
    State.ARCHIVED: "event archived",
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

    @property
    def is_over(self) -> bool:
        """It takes no more pins, unless it is opened again."""
        return self.state in (State.CLOSED, State.ARCHIVED)


def create_event(  # noqa: PLR0913 - the fields of an event's form, by keyword
    records: Records,
    *,
    name: str,
    place: str,
    starts_on: date,
    ends_on: date,
    now: datetime,
    areas: Sequence[str] = (),
    known_areas: Collection[str] | None = None,
    themes: Sequence[str] = THEMES,
    free_text: bool = False,
    keep_days: int = 365,
    code: str | None = None,
    state: State = State.OPEN,
    who: str = _SOMEBODY,
) -> Event:
    """Make an event, with a line in the audit.

    Name, place and themes are kept as one line each (`plain_text`).

    Args:
        known_areas: the keys of the boundary layers in force, to check `areas` against; None = no
            check.
        code: a code of one's own; without it a random one of six letters and digits.
        state: open, or paused until somebody opens it.
        who: the principal's name.

    Raises:
        UserError: no name, an end before the start, a code that is taken or unreadable, days that
            are not sensible, an area that does not exist, a theme without words.
    """
    code = (code or "").strip().upper() or "".join(
        secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH)
    )
    event = Event(
        uuid4(),
        code,
        plain_text(name),
        plain_text(place),
        starts_on,
        ends_on,
        tuple(dict.fromkeys(areas)),
        tuple(map(plain_text, themes)),
        free_text,
        keep_days,
        state,
    )
    _check(event, known_areas)
    _check_is_kept(event, state, now)

    def write(con: Connection) -> None:
        if FILES.run(con, "summit/queries/event_by_code", {"code": code}).fetchone():
            raise UserError(f"The code {code} is taken.", hint="Choose another, or leave it out.")
        FILES.run(con, "summit/writes/event", _row(event))
        FILES.run(
            con,
            "summit/writes/event_state",
            {"event_id": event.id, "state": event.state, "changed_at": now},
        )
        FILES.run(
            con,
            "summit/writes/event_secret",
            {"event_id": event.id, "secret": secrets.token_bytes(32)},
        )
        note(con, Act(now, who, "event made", code))
        if state is State.OPEN:
            note(con, Act(now, who, _ACT[state], code))

    records.write(write).result()
    return event


def event_by_code(records: Records, code: str) -> Event | None:
    """The event with a code, whichever case it is written in."""
    rows = records.remembered("summit/queries/event_by_code", {"code": code.strip().upper()})
    return _event(rows[0]) if rows else None


def all_events(records: Records) -> list[Event]:
    """Every event, the latest first."""
    return [_event(row) for row in records.read("summit/queries/events")]


def _event(row: tuple[Any, ...]) -> Event:
    """An event as it is kept; words of one that was made before words were cleaned are cleaned."""
    id_, code, name, place, starts_on, ends_on, areas, themes, free_text, keep_days, state = row
    return Event(
        id_,
        code,
        plain_text(name) or code,
        plain_text(place),
        starts_on,
        ends_on,
        tuple(areas),
        tuple(filter(None, map(plain_text, themes))),
        free_text,
        keep_days,
        State(state),
    )


def change_state(
    records: Records, event: Event, state: State, *, now: datetime, who: str = _SOMEBODY
) -> Future[Any]:
    """Open, pause, close or archive an event; archiving destroys its digests' key.

    Raises:
        UserError: an archived event, or a step that is not one; from the future where somebody was
            quicker.
    """
    _check_step(event.state, state)
    _check_is_kept(event, state, now)

    def write(con: Connection) -> None:
        # The caller's event may be older than somebody else's change.
        row = FILES.run(con, "summit/queries/event_by_code", {"code": event.code}).fetchone()
        _check_step(_event(row).state if row else event.state, state)
        FILES.run(
            con,
            "summit/writes/event_state",
            {"event_id": event.id, "state": state, "changed_at": now},
        )
        note(con, Act(now, who, _ACT[state], event.code))

    written = records.write(write)
    # A deleted row's bytes stay in a file: only a new file is without the key.
    if state is State.ARCHIVED:
        return records.rewrite()
    # Until now the rows lie in the order in which the pins came; a new file has them in another.
    if state is State.CLOSED:
        records.rewrite().add_done_callback(_say_if_failed)
    return written


def has_setting(con: Connection, event: Event, name: str) -> bool:
    """Whether a setting of an event is on; a job of the records (`look`, `write`)."""
    asked = {"event_id": event.id, "name": name}
    row = FILES.run(con, "summit/queries/event_setting", asked).fetchone()
    return row is not None and row[0] == "yes"


def write_setting(con: Connection, event: Event, name: str, *, is_on: bool, act: Act) -> None:
    """Turn a setting of an event on or off, with a line in the audit; a job of the records."""
    row = {"event_id": event.id, "name": name, "value": "yes" if is_on else "no"}
    FILES.run(con, "summit/writes/event_setting", row | {"who": act.who, "now": act.happened_at})
    note(con, act)


def has_one_address(records: Records, event: Event) -> bool:
    """Whether staff have said that everyone in the hall shares one address."""
    return records.look(lambda con: has_setting(con, event, _ONE_ADDRESS))


def set_one_address(
    records: Records, event: Event, *, is_on: bool, who: str, now: datetime
) -> Future[None]:
    """Say whether everyone in the hall shares one address, so that all of them count."""
    said = "everyone shares one address" if is_on else "phones have addresses of their own"
    act = Act(now, who, f"noted that {said}", event.code)
    return records.write(lambda con: write_setting(con, event, _ONE_ADDRESS, is_on=is_on, act=act))


def _say_if_failed(rewritten: Future[Any]) -> None:
    """The event is closed all the same, and the next purge orders the rows."""
    if not rewritten.cancelled() and (error := rewritten.exception()) is not None:
        _log.warning(
            "The rows of a closed event could not be put in another order yet: %s",
            type(error).__name__,
        )


def last_day_kept(event: Event) -> date:
    """The last day on which an event's pins are kept."""
    return event.ends_on + timedelta(days=event.keep_days)


def next_states(event: Event) -> list[State]:
    """What may be done with an event now, in the order of `State`."""
    return [state for state in State if state in _NEXT[event.state]]


def _check_step(now: State, wanted: State) -> None:
    if wanted not in _NEXT[now]:
        raise UserError(
            f"An event that is {now} cannot become {wanted}.",
            hint="Load the page again. To archive an event, close it first.",
        )


def _check_is_kept(event: Event, state: State, now: datetime) -> None:
    """Pins of an event whose days are over would be purged within the hour."""
    if state is State.OPEN and last_day_kept(event) < now.date():
        raise UserError(
            f"{event.name} was over on {event.ends_on.day} {event.ends_on:%B %Y}, and its pins are"
            f" kept for {event.keep_days} days: new ones would be deleted at once.",
            hint="Make a new event, with its own days.",
        )


def _check(event: Event, known_areas: Collection[str] | None) -> None:
    if not event.name:
        raise UserError(
            "The event has no name.", hint="Give it a name that people there will know."
        )
    if len(event.name) > _MOST_LETTERS or len(event.place) > _MOST_LETTERS:
        raise UserError(
            "The name or the place is too long.",
            hint=f"Use up to {_MOST_LETTERS} letters for each.",
        )
    if event.ends_on < event.starts_on:
        raise UserError("The last day is before the first day.", hint="Swap the two days.")
    if not (3 <= len(event.code) <= 12 and event.code.isascii() and event.code.isalnum()):
        raise UserError(f"{event.code!r} cannot be a code.", hint="Use 3 to 12 letters and digits.")
    if not 1 <= event.keep_days <= _MOST_DAYS:
        raise UserError(
            f"Pins cannot be kept for {event.keep_days} days.", hint=f"Choose 1 to {_MOST_DAYS:,}."
        )
    if not all(event.themes):
        raise UserError("One of the themes has no words.", hint="Write it, or delete its line.")
    for area in () if known_areas is None else set(event.areas) - set(known_areas):
        raise UserError(
            f"There is no area {area!r} in the boundary layers.",
            hint="Choose one from the list, or leave it out.",
        )


def _row(event: Event) -> dict[str, object]:
    return {
        "event_id": event.id,
        "code": event.code,
        "name": event.name,
        "place": event.place,
        "starts_on": event.starts_on,
        "ends_on": event.ends_on,
        "areas": list(event.areas),
        "themes": list(event.themes),
        "free_text": event.free_text,
        "keep_days": event.keep_days,
    }
