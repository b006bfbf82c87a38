"""The SQL of releases: kept, so that the next one counts on from them."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import datetime
from typing import Any

from vrp_map.disclosure.releases import KINDS, Release
from vrp_map.records.engine.database import FILES, Connection, Records
from vrp_map.summit.event_store import Event


def latest_release(records: Records, event: Event) -> Release:
    """The event's latest release; number 0 and nothing in it before the first."""
    rows = records.read("summit/queries/latest_release", {"event_id": event.id})
    if not rows:
        return Release()
    counts: dict[str, dict[Any, int]] = {kind: {} for kind in KINDS}
    totals: dict[str, dict[Any, int]] = {kind: {} for kind in KINDS}
    low = set()
    for *_, kind, what, n, total, is_low in rows:
        # A kind that is no longer counted stays in the file.
        if kind in counts:
            counts[kind][what], totals[kind][what] = n, total
            low |= {(kind, what)} if is_low else set()
    return Release(rows[0][0], rows[0][2], counts, totals, frozenset(low), rows[0][3])


def released_at(records: Records, event: Event) -> datetime | None:
    """When the latest release was made; None before the first."""
    rows = records.read("summit/queries/latest_release", {"event_id": event.id})
    return rows[0][1] if rows else None


def keep_release(
    records: Records, event: Event, release: Release, *, now: datetime
) -> Future[bool]:
    """Keep a release that follows the latest one; False where another came first."""
    listed = [
        (kind, str(what), *release.last(kind, what))
        for kind, counts in release.counts.items()
        for what in counts
    ]

    def write(con: Connection) -> bool:
        row = FILES.run(con, "summit/queries/latest_release", {"event_id": event.id}).fetchone()
        if (row[0] if row else 0) != release.number - 1:
            return False
        batch = {"event_id": event.id, "number": release.number}
        FILES.run(
            con,
            "summit/writes/release",
            batch
            | {"released_at": now, "contributors": release.contributors, "clump": release.clump},
        )
        kinds, whats, ns, totals, low = [list(column) for column in zip(*listed, strict=True)] or (
            [],
            [],
            [],
            [],
            [],
        )
        counts = {"kinds": kinds, "whats": whats, "ns": ns, "totals": totals, "low": low}
        FILES.run(con, "summit/writes/release_counts", batch | counts)
        return True

    return records.write(write)
