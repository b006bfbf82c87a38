"""What the partnership answered to the hexagons of an event: rows are added, the latest of a
hexagon counts.
"""

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
    """Keep an answer, and the line that says who gave it; what was answered before stays in the
    file.

    Raises (from the future):
        NotKept: the file cannot be written.
    """

    def write(con: Connection) -> None:
        FILES.run(con, "summit/writes/reply", vars(reply) | {"event_id": event.id})
        note(con, Act(now, who, f"reply: {reply.status}", event.code))

    return records.write(write)


def replies_to(records: Records, event: Event) -> dict[str, Reply]:
    """Cell -> its latest answer; words of one that was given before words were cleaned are
    cleaned.
    """
    return {
        cell: Reply(cell, status, plain_text(words), plain_text(owner), answered_on)
        for cell, status, words, owner, answered_on in records.read(
            "summit/queries/replies", {"event_id": event.id}
        )
    }
