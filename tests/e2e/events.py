"""The events in the records of the browser tests' server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pipelines.demo_summit import leave_demo_event
from tests.texts import ONE, event_with
from vrp_map.config import Settings
from vrp_map.records.engine.database import Records
from vrp_map.summit.event_store import State, change_state, create_event
from vrp_map.summit.moderation.service import queue

_NOW = datetime(2026, 11, 3, 9)
# All but one wait for a moderator; that one is a safeguarding case.
_TEXTS = (
    "Ring 07700 900123 now.",
    "Write to robin@example.org",
    "It is dark by the steps.",
    "More light, please.",
    "Synthetic: my dad hits me.",
    "People are friendly here.",
    "Two boys had knives, made up.",
)


def leave_events(settings: Settings) -> None:
    """DEMO, TALK (with free text) and BREAK (paused); DESK and PHONE with the same made-up texts
    for a moderator.
    """
    leave_demo_event(settings, now=_NOW)
    records = Records(settings.records)
    try:
        days = {"starts_on": _NOW.date(), "ends_on": _NOW.date(), "now": _NOW, "place": "Hall"}
        create_event(records, name="Talk", code="TALK", free_text=True, **days)
        paused = create_event(records, name="Break", code="BREAK", **days)
        change_state(records, paused, State.PAUSED, now=_NOW + timedelta(minutes=1)).result()
        for code in ("DESK", "PHONE"):
            now = datetime.now(UTC).replace(tzinfo=None)
            event = event_with(records, _TEXTS, code=code, now=now)
            assert len(queue(ONE, records, event, now=now).texts) == len(_TEXTS) - 1
    finally:
        records.close()
