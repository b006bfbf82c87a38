"""Whether to believe the computer's clock before deleting what is due.

A clock that is a year ahead (an empty battery, a wrong time server) would make every event one that
is kept no longer. So the server notes once a day that it has looked at the clock. When the next
look is days after the last one, it cannot tell a clock that was put forward from a server that was
off: it deletes no event by itself until somebody says which. What anybody else does with the
records meanwhile carries the same clock's time, and proves nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from vrp_map.records.audit import acts
from vrp_map.records.engine.database import FILES, Records

MOST_BETWEEN = timedelta(days=3)
EVERY = timedelta(days=1)


def begin(records: Records, *, now: datetime) -> None:
    """In records that know of no look yet, take the latest act for one."""
    if not _looks(records, until=datetime.max):
        latest = acts(records, most=1)
        _note(records, latest[0].happened_at if latest else now)


def note_start(records: Records, *, now: datetime) -> None:
    """Note the server's start; raise NotKept when the disk takes no row."""
    _note(records, now, is_believed=False)


def jumped_from(records: Records, *, now: datetime) -> datetime | None:
    """The last believed time when over `MOST_BETWEEN` passed since; else None.

    A later time than `now` is that of a clock that was ahead.
    """
    looks = _looks(records, until=now)
    return looks[0] if looks and now - looks[0] > MOST_BETWEEN else None


def believe(records: Records, *, now: datetime) -> None:
    """Note that the clock is believed, at most once a day."""
    looks = _looks(records, until=now)
    if not looks or now - looks[0] >= EVERY:
        _note(records, now)


def _looks(records: Records, *, until: datetime) -> list[datetime]:
    """The latest look, in a list; empty where there is none."""
    return [at for (at,) in records.read("engine/queries/clock_looks", {"until": until})]


def _note(records: Records, at: datetime, *, is_believed: bool = True) -> None:
    # To the hour: a pin may be sent in the same second.
    row = {"looked_at": at.replace(minute=0, second=0, microsecond=0), "is_believed": is_believed}
    records.write(lambda con: FILES.run(con, "engine/writes/clock_look", row)).result()
