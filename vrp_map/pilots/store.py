"""Pilots in the records: versions are added, the latest one counts; so are visits and looks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from vrp_map.common.dataclass_json import plain_of, typed_of
from vrp_map.errors import UserError
from vrp_map.pilots.dose import DoseVisit
from vrp_map.pilots.look import PilotLook
from vrp_map.pilots.pilot import Pilot
from vrp_map.records.audit import Act, note
from vrp_map.records.engine.database import FILES, Connection, Records


@dataclass(frozen=True)
class PilotRecord:
    """One pilot as it stands, with its number and who wrote it last (UTC)."""

    id: UUID
    version: int
    reference: str
    written_at: datetime
    written_by: str
    pilot: Pilot


@dataclass(frozen=True)
class PilotVersion:
    """One line of the history of a pilot; `why` of a change after the approval."""

    version: int
    written_at: datetime
    written_by: str
    act: str
    why: str
    pilot: Pilot


@dataclass(frozen=True)
class PilotChange:
    """What is to be written: a first version (`after` 0) or the one after it."""

    id: UUID
    pilot: Pilot
    act: str
    after: int = 0
    why: str = ""


@dataclass(frozen=True)
class LookRecord:
    """One time that a pilot was judged, of which version of it, and by whom (UTC)."""

    pilot_id: UUID
    version: int
    written_at: datetime
    written_by: str
    look: PilotLook


def keep_pilots(
    records: Records, changes: Sequence[PilotChange], *, who: str, now: datetime
) -> Future[list[str]]:
    """Keep these in one transaction, each with its line in the audit.

    Returns:
        The reference of each. A first version that is there already is not kept twice.

    Raises (from the future):
        UserError: somebody else changed it meanwhile. NotKept: the file cannot be written.
    """
    return records.write(lambda con: [_keep(con, one, who=who, now=now) for one in changes])


def _keep(con: Connection, change: PilotChange, *, who: str, now: datetime) -> str:
    held = FILES.run(con, "pilots/queries/latest_version", {"pilot_id": change.id}).fetchone()
    version, reference = held or (0, "")
    if version and change.after == 0:
        return str(reference)
    if version != change.after:
        raise UserError(
            "Someone else changed this pilot while you did.",
            hint="Open it again, and make your change once more.",
        )
    reference = reference or _next_reference(con, now.year)
    row = {"pilot_id": change.id, "version": version + 1, "reference": reference}
    row |= {"written_at": now, "written_by": who, "act": change.act, "why": change.why}
    FILES.run(con, "pilots/writes/version", row | {"body": _text(change.pilot)})
    note(con, Act(now, who, f"pilot {change.act}", reference))
    return str(reference)


def _next_reference(con: Connection, year: int) -> str:
    prefix = {"prefix": f"P{year}-"}
    found = FILES.run(con, "pilots/queries/recorded_in_year", prefix).fetchone()
    return f"P{year}-{(int(found[0]) if found else 0) + 1:02d}"


def all_pilots(records: Records) -> list[PilotRecord]:
    """Every pilot as it stands, the first reference first."""
    return [
        PilotRecord(id, version, reference, at, who, typed_of(Pilot, json.loads(body)))
        for id, version, reference, at, who, body in records.read("pilots/queries/pilots")
    ]


def versions_of(records: Records, id: UUID) -> list[PilotVersion]:
    """Every version of a pilot, the first one first."""
    return [
        PilotVersion(version, at, who, act, why, typed_of(Pilot, json.loads(body)))
        for version, at, who, act, why, body in records.read(
            "pilots/queries/versions", {"pilot_id": id}
        )
    ]


def keep_dose(
    records: Records, record: PilotRecord, visits: Sequence[DoseVisit], *, who: str, now: datetime
) -> Future[int]:
    """Keep visits of a pilot; the same visit twice adds nothing.

    Returns:
        How many were added.
    """

    bodies = list({_text(visit): None for visit in visits})

    def write(con: Connection) -> int:
        before = _visits_held(con, record.id)
        row: dict[str, Any] = {"pilot_id": record.id, "written_at": now, "written_by": who}
        row |= {"bodies": bodies, "digests": [sha256(b.encode()).hexdigest() for b in bodies]}
        FILES.run(con, "pilots/writes/dose", row)
        added = _visits_held(con, record.id) - before
        if added:
            note(con, Act(now, who, f"pilot visits logged: {added:,}", record.reference))
        return added

    return records.write(write)


def _visits_held(con: Connection, id: UUID) -> int:
    found = FILES.run(con, "pilots/queries/dose_count", {"pilot_id": id}).fetchone()
    return int(found[0]) if found else 0


def visits_of(records: Records, id: UUID) -> list[DoseVisit]:
    """Every visit of a pilot, by day."""
    rows = records.read("pilots/queries/dose", {"pilot_id": id})
    visits = [typed_of(DoseVisit, json.loads(body)) for (body,) in rows]
    return sorted(visits, key=lambda visit: (visit.day, visit.place))


def keep_look(
    records: Records, record: PilotRecord, look: PilotLook, *, who: str, now: datetime
) -> Future[None]:
    """Keep what a pilot was judged to be, with its line in the audit."""

    def write(con: Connection) -> None:
        row: dict[str, Any] = {"pilot_id": record.id, "version": record.version}
        row |= {
            "written_at": now,
            "written_by": who,
            "data_until": look.last,
            "verdict": look.verdict,
        }
        row |= {"sentence": look.sentence, "body": _text(look)}
        FILES.run(con, "pilots/writes/look", row)
        note(con, Act(now, who, "pilot judged", record.reference))

    return records.write(write)


def looks_of(records: Records, id: UUID | None = None) -> list[LookRecord]:
    """Every time that a pilot (or any) was judged, the first one first."""
    return [
        LookRecord(pilot_id, version, at, who, typed_of(PilotLook, json.loads(body)))
        for pilot_id, version, at, who, body in records.read(
            "pilots/queries/looks", {"pilot_id": id}
        )
    ]


def _text(value: Pilot | DoseVisit | PilotLook) -> str:
    return json.dumps(plain_of(value), ensure_ascii=False)
