"""Deleting what is no longer needed, so that no byte of it is left in the records folder.

A database keeps deleted rows in its file until it happens to write over them. So a purge makes a
new file without them (`replacing.py`), and the old one is removed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from vrp_map.records.audit import Act, note
from vrp_map.records.engine.copy import owed, personal_rows
from vrp_map.records.engine.database import FILES, Connection, Records
from vrp_map.summit.event_store import Event, State, all_events, last_day_kept


@dataclass(frozen=True)
class PurgeReport:
    """What a purge did.

    Attributes:
        events: codes of the events of which everything personal is gone.
        rows: how many rows went, by table; tables of which none went are left out.
    """

    events: tuple[str, ...]
    rows: dict[str, int]


def expired(records: Records, *, today: date) -> list[Event]:
    """Events that are kept no longer and of which something personal is still there."""
    over = [event for event in all_events(records) if last_day_kept(event) < today]
    return [event for event in over if records.look(partial(personal_rows, event_id=event.id))]


def purge(records: Records, events: Collection[Event], *, now: datetime, who: str) -> PurgeReport:
    """Delete everything personal of these events, and every pin that was taken back, of any event.

    What stays of an event: that it was held, what was released from it, and the audit.

    Raises:
        NotKept: it could not be done; the old file is whole, and it may be tried again.
    """
    counts = {e.id: records.look(partial(personal_rows, event_id=e.id)) for e in events}

    def also(new: Connection) -> None:
        for event in events:
            if event.state is not State.ARCHIVED:
                FILES.run(
                    new,
                    "summit/writes/event_state",
                    {"event_id": event.id, "state": "archived", "changed_at": now},
                )
            note(new, Act(now, who, f"purged {counts[event.id]:,} rows", event.code))
        if not events:
            note(new, Act(now, who, "removed what was taken back", ""))

    left_out = records.rewrite(purged=[event.id for event in events], also=also).result()
    return PurgeReport(
        tuple(event.code for event in events), {name: n for name, n in left_out.items() if n}
    )


def purge_what_is_due(
    records: Records, *, now: datetime, who: str = "server", with_events: bool = True
) -> PurgeReport | None:
    """Purge what is due: events, deleted pins, archived keys, texts; None = nothing was.

    Args:
        with_events: False leaves the events, for a clock that is not believed (`clock.py`).
    """
    events = expired(records, today=now.date()) if with_events else []
    had_texts = records.owes_rewrite and bool(records.read("summit/queries/any_text_decision"))
    if not events and not had_texts and not records.look(owed):
        return None
    return purge(records, events, now=now, who=who)
