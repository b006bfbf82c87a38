"""Grants in the records: versions are added, the latest one counts."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from vrp_map.funding.grant import Grant, grant_from_json, grant_to_json, identity, updated
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


@dataclass(frozen=True)
class ImportCounts:
    """What an import did: grants that it added, and grants of which it said more."""

    added: int
    changed: int


def keep_sheet(
    records: Records, sheet: GrantSheet, *, name: str, who: str, now: datetime
) -> Future[ImportCounts]:
    """Keep the grants of a sheet that are not there yet, what it says more of those that are, and
    what its totals say, in one transaction with a line in the audit.

    Returns:
        How many grants were added, and how many changed.
    """

    def write(con: Connection) -> ImportCounts:
        held = {row[0] for row in FILES.run(con, "funding/queries/imported").fetchall()}
        known, added, changed = _known(con), 0, 0
        for line in sheet.grants:
            assert line.grant is not None
            there = known.get(identity(line.grant), [])
            before = there.pop(0) if there else None
            if line.digest in held:
                continue
            row: dict[str, Any] = {"written_at": now, "written_by": who, "line_digest": line.digest}
            if before is None:
                row |= {"grant_id": uuid4(), "version": 1, "act": "imported"}
                row |= {"body": grant_to_json(line.grant)}
                added += 1
            else:
                after = updated(before.grant, line.grant, has_state=line.has_state)
                if after == before.grant:
                    continue
                row |= {"grant_id": before.id, "version": before.version + 1, "act": "changed"}
                row |= {"body": grant_to_json(after)}
                changed += 1
            FILES.run(con, "funding/writes/version", row)
        if added or changed:
            for total in sheet.totals:
                said: dict[str, Any] = {"written_at": now, "written_by": who, "sheet": name}
                said |= {"line": total.line, "total_of": total.of}
                said |= {"stated": total.stated, "found": total.found}
                FILES.run(con, "funding/writes/total", said)
            more = f", changed: {changed:,}" if changed else ""
            note(con, Act(now, who, f"grants imported: {added:,}{more}", name))
        return ImportCounts(added, changed)

    return records.write(write)


def _known(con: Connection) -> dict[str, list[GrantRecord]]:
    """What each grant is known by -> the grants that are, in the order of their first sheet."""
    found: dict[str, list[GrantRecord]] = {}
    for record in _records(FILES.run(con, "funding/queries/grants").fetchall()):
        found.setdefault(identity(record.grant), []).append(record)
    return found


def all_grants(records: Records) -> list[GrantRecord]:
    """Every grant as it stands."""
    return _records(records.read("funding/queries/grants"))


def _records(rows: Sequence[tuple[Any, ...]]) -> list[GrantRecord]:
    return [
        GrantRecord(id, version, at, who, grant_from_json(body))
        for id, version, at, who, body in rows
    ]


def differing_totals(records: Records) -> Sequence[tuple[Any, ...]]:
    """sheet, line, total_of, stated, found of each total that its lines do not add up to."""
    return records.read("funding/queries/totals")
