"""Plans in the records: versions are added, the latest one counts."""

from __future__ import annotations

import json
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from vrp_map.common.dataclass_json import plain_of, typed_of
from vrp_map.errors import UserError
from vrp_map.pilots.osara.plan import OsaraPlan
from vrp_map.records.audit import Act, note
from vrp_map.records.engine.database import FILES, Connection, Records


@dataclass(frozen=True)
class OsaraRecord:
    """One plan as it stands, with its number and who wrote it last (UTC)."""

    id: UUID
    version: int
    reference: str
    written_at: datetime
    written_by: str
    plan: OsaraPlan


@dataclass(frozen=True)
class OsaraVersion:
    """One line of the history of a plan."""

    version: int
    written_at: datetime
    written_by: str
    act: str
    plan: OsaraPlan


def keep_plan(  # noqa: PLR0913 - what is written, after which version, by whom
    records: Records, id: UUID, plan: OsaraPlan, act: str, *, after: int, who: str, now: datetime
) -> Future[str]:
    """Keep a version of a plan, with its line in the audit.

    Returns:
        Its reference. A first version that is there already is not kept twice.

    Raises (from the future):
        UserError: somebody else changed it meanwhile. NotKept: the file cannot be written.
    """

    def write(con: Connection) -> str:
        held = FILES.run(con, "osara/queries/latest_version", {"plan_id": id}).fetchone()
        version, reference = held or (0, "")
        if version and after == 0:
            return str(reference)
        if version != after:
            raise UserError(
                "Someone else changed this plan while you did.",
                hint="Open it again, and make your change once more.",
            )
        reference = reference or _next_reference(con, now.year)
        row: dict[str, Any] = {"plan_id": id, "version": version + 1, "reference": reference}
        row |= {"written_at": now, "written_by": who, "act": act}
        body = json.dumps(plain_of(plan), ensure_ascii=False)
        FILES.run(con, "osara/writes/version", row | {"body": body})
        note(con, Act(now, who, f"plan {act}", reference))
        return str(reference)

    return records.write(write)


def _next_reference(con: Connection, year: int) -> str:
    prefix = {"prefix": f"O{year}-"}
    found = FILES.run(con, "osara/queries/made_in_year", prefix).fetchone()
    return f"O{year}-{(int(found[0]) if found else 0) + 1:02d}"


def all_plans(records: Records) -> list[OsaraRecord]:
    """Every plan as it stands, the first reference first."""
    return [
        OsaraRecord(id, version, reference, at, who, typed_of(OsaraPlan, json.loads(body)))
        for id, version, reference, at, who, body in records.read("osara/queries/plans")
    ]


def plan_versions(records: Records, id: UUID) -> list[OsaraVersion]:
    """Every version of a plan, the first one first."""
    rows = records.read("osara/queries/versions", {"plan_id": id})
    return [
        OsaraVersion(version, at, who, act, typed_of(OsaraPlan, json.loads(body)))
        for version, at, who, act, body in rows
    ]
