"""Grants in the records: versions are added, the latest one counts."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from vrp_map.funding.grant import Grant, grant_from_json, grant_to_json
from vrp_map.funding.sheet import GrantSheet
from vrp_map.records.audit import Act, note
from vrp_map.records.engine.database import FILES, Connection, Records


@dataclass(frozen=True)
class GrantRecord:
    """One grant as it stands, and who wrote it last (UTC)."""

    id: UUID
    version: int
    written_at: datetime
    written_by: str
    grant: Grant


def keep_sheet(
    records: Records, sheet: GrantSheet, *, name: str, who: str, now: datetime
) -> Future[int]:
    """Keep the grants of a sheet that are not there yet, and what its totals say, in one
    transaction with a line in the audit.

    Returns:
        How many grants were added.
    """

    def write(con: Connection) -> int:
        held = {row[0] for row in FILES.run(con, "funding/queries/imported").fetchall()}
        new = [line for line in sheet.grants if line.digest not in held]
        for line in new:
            assert line.grant is not None
            row = {"version": 1, "written_at": now, "written_by": who, "act": "imported"}
            row |= {"grant_id": uuid4(), "line_digest": line.digest}
            row |= {"body": grant_to_json(line.grant)}
            FILES.run(con, "funding/writes/version", row)
        if new:
            for total in sheet.totals:
                said: dict[str, Any] = {"written_at": now, "written_by": who, "sheet": name}
                said |= {"line": total.line, "total_of": total.of}
                said |= {"stated": total.stated, "found": total.found}
                FILES.run(con, "funding/writes/total", said)
            note(con, Act(now, who, f"grants imported: {len(new):,}", name))
        return len(new)

    return records.write(write)


def all_grants(records: Records) -> list[GrantRecord]:
    """Every grant as it stands."""
    rows = records.read("funding/queries/grants")
    return [
        GrantRecord(id, version, at, who, grant_from_json(body))
        for id, version, at, who, body in rows
    ]


def differing_totals(records: Records) -> Sequence[tuple[Any, ...]]:
    """sheet, line, total_of, stated, found of each total that its lines do not add up to."""
    return records.read("funding/queries/totals")
