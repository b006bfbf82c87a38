"""The SQL of replies: rows are added, and a hexagon's latest one counts."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date, datetime

from vrp_map.common.plain_text import plain_text
from vrp_map.records.audit import Act, note
from vrp_map.records.engine.database import FILES, Connection, Records
from vrp_map.summit.event_store import Event


@dataclass(frozen=True)
class Reply:
    """One answer to one hexagon.

    Attributes:
        cell: H3 as text, of a release of the event. status: of
            `vrp_map.summit.follow_up.replies.STATUSES`.
        owner: the organisation that answers.
    """

    cell: str
    status: str
    words: str
    owner: str
    answered_on: date


def keep_reply(
    records: Records, event: Event, reply: Reply, *, who: str, now: datetime
) -> Future[None]:
    """Add a reply and its audit line; earlier replies stay in the file.

    Raises (from the future):
        NotKept: the file cannot be written.
    """

    def write(con: Connection) -> None:
        FILES.run(con, "summit/writes/reply", vars(reply) | {"event_id": event.id})
        note(con, Act(now, who, f"reply: {reply.status}", event.code))

    return records.write(write)


def replies_to(records: Records, event: Event) -> dict[str, Reply]:
    """Latest reply by cell; words kept before cleaning began are cleaned here."""
    return {
        cell: Reply(cell, status, plain_text(words), plain_text(owner), answered_on)
        for cell, status, words, owner, answered_on in records.read(
            "summit/queries/replies", {"event_id": event.id}
        )
    }
