"""Made-up free texts in a real records file, and made-up members of staff, for the tests of
moderation.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import h3

from vrp_map.principal import Principal
from vrp_map.records.audit import Act, acts
from vrp_map.records.engine.database import Records
from vrp_map.summit.event_store import Event, create_event
from vrp_map.summit.pins.pin import Pin
from vrp_map.summit.pins.store import PinReceipt, keep_pin
from vrp_map.vocabulary import Audience, Role

NOW = datetime(2026, 3, 14, 11, 52)
CELL = h3.latlng_to_cell(52.4797, -1.9027, 10)


def staff(name: str, *roles: Role) -> Principal:
    return Principal(name, frozenset(roles), Audience.PARTNER)


ONE, TWO = staff("moderator-1", Role.MODERATOR), staff("moderator-2", Role.MODERATOR)
LEAD = staff("lead-1", Role.SAFEGUARDING)
NOBODY = staff("visitor")


def event_with(
    records: Records, texts: Sequence[str], *, code: str = "TALK", now: datetime = NOW
) -> Event:
    """An event with free text, and a pin for each text, numbered from 1 as `key` says."""
    day = now.date()
    event = create_event(
        records,
        name="Synthetic summit",
        place="Hall",
        starts_on=day,
        ends_on=day,
        now=now,
        code=code,
        free_text=True,
    )
    for number, text in enumerate(texts, 1):
        keep(records, event, number, text, now=now)
    return event


def keep(
    records: Records, event: Event, number: int, text: str, *, now: datetime = NOW
) -> PinReceipt:
    pin = Pin(
        event.code, key(number), f"{number:022}", (CELL,), "public-realm", "unsafe", text=text
    )
    return keep_pin(records, event, pin, now=now, most_each=5).result()


def key(number: int) -> UUID:
    return UUID(int=number)


def acts_since_opening(records: Records) -> list[Act]:
    """The audit without the lines of making and opening events."""
    return [act for act in acts(records) if act.act not in ("event made", "event opened")]
