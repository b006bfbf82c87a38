"""The safeguarding lane: texts that may disclose harm, and the log that staff write about each.

Rows are only added.
"""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from vrp_map.errors import UserError
from vrp_map.records.audit import Act, note
from vrp_map.records.engine.database import FILES, Connection, Records
from vrp_map.summit.event_store import Event


class Entry(StrEnum):
    """What a line of the log says."""

    SEEN = "seen"
    NOTE = "note"
    CLOSED = "closed"
    REOPENED = "reopened"


_DONE = {
    Entry.SEEN: "read a text in the safeguarding lane",
    Entry.NOTE: "wrote in the safeguarding log",
    Entry.CLOSED: "closed a safeguarding case",
    Entry.REOPENED: "opened a safeguarding case again",
}


@dataclass(frozen=True)
class CaseRow:
    """A text in the lane, without its words."""

    key: UUID
    received_at: datetime
    lifted_at: datetime
    lifted_by: str
    entries: int
    is_closed: bool


@dataclass(frozen=True)
class LogLine:
    """A line of a case's log; `note` is what staff wrote, or None."""

    entry: Entry
    note: str | None
    who: str
    happened_at: datetime


def cases_of(records: Records, event: Event) -> list[CaseRow]:
    """The lane of the event, the one that has waited longest first."""
    return [
        CaseRow(*row)
        for row in records.read("summit/queries/safeguarding_cases", {"event_id": event.id})
    ]


def log_of(records: Records, event: Event, key: UUID) -> list[LogLine]:
    rows = records.read("summit/queries/safeguarding_log", {"event_id": event.id, "key": key})
    return [LogLine(Entry(entry), said, who, at) for entry, said, who, at in rows]


def see(records: Records, event: Event, key: UUID, *, who: str, now: datetime) -> Future[str]:
    """The words of a text in the lane; each look is audited, a person's first is logged.

    Raises (from the future):
        UserError: the text is not in the lane.
    """

    def write(con: Connection) -> str:
        words = _words(con, event, key)
        seen = {(entry, by) for entry, _, by, _ in _log(con, event, key)}
        if (Entry.SEEN, who) not in seen:
            _add(con, event, key, LogLine(Entry.SEEN, None, who, now))
        note(con, Act(now, who, _DONE[Entry.SEEN], str(key)))
        return words

    return records.write(write)


def add_line(records: Records, event: Event, key: UUID, line: LogLine) -> Future[None]:
    """Write a line into the log of a case.

    Raises (from the future):
        UserError: the text is not in the lane; a case that is closed before anybody noted what was
            done.
    """

    def write(con: Connection) -> None:
        _words(con, event, key)
        if line.entry is Entry.CLOSED and not any(
            entry == Entry.NOTE for entry, *_ in _log(con, event, key)
        ):
            raise UserError("The log is empty.", hint="Write what was done, then close the case.")
        _add(con, event, key, line)
        note(con, Act(line.happened_at, line.who, _DONE[line.entry], str(key)))

    return records.write(write)


def _add(con: Connection, event: Event, key: UUID, line: LogLine) -> None:
    row = {
        "event_id": event.id,
        "key": key,
        "entry": line.entry,
        "note": line.note,
        "who": line.who,
        "now": line.happened_at,
    }
    FILES.run(con, "summit/writes/safeguarding_log", row)


def _log(con: Connection, event: Event, key: UUID) -> list[tuple[Any, ...]]:
    return FILES.run(
        con, "summit/queries/safeguarding_log", {"event_id": event.id, "key": key}
    ).fetchall()


def _words(con: Connection, event: Event, key: UUID) -> str:
    row = FILES.run(con, "summit/queries/text_state", {"event_id": event.id, "key": key}).fetchone()
    if row is None or row[3] != "safeguard":
        raise UserError(
            "This text is no longer in the safeguarding lane.",
            hint="A colleague put it back, or the young person deleted it. Look at the list again.",
        )
    return str(row[2])
