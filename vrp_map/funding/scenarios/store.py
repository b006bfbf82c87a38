"""Scenarios in the records: acts are added, and what was saved stays as it was."""

from __future__ import annotations

import json
from concurrent.futures import Future
from datetime import datetime
from typing import Any
from uuid import UUID

from vrp_map.common.dataclass_json import plain_of, typed_of
from vrp_map.errors import UserError
from vrp_map.funding.scenarios.scenario import Scenario, ScenarioRecord
from vrp_map.records.audit import Act, note
from vrp_map.records.engine.database import FILES, Connection, Records

_SAVED, _SIGNED = "saved", "signed off"


def keep_scenario(
    records: Records, id: UUID, scenario: Scenario, *, who: str, now: datetime
) -> Future[str]:
    """Keep a new scenario, with its line in the audit.

    Returns:
        Its reference. One that is there already is not kept twice.
    """

    def write(con: Connection) -> str:
        held = FILES.run(con, "scenarios/queries/latest_version", {"scenario_id": id}).fetchone()
        if held:
            return str(held[1])
        reference = _next_reference(con, now.year)
        body = json.dumps(plain_of(scenario), ensure_ascii=False)
        _add(con, id, reference=reference, version=1, act=_SAVED, body=body, who=who, now=now)
        return reference

    return records.write(write)


def sign_scenario(records: Records, id: UUID, *, who: str, now: datetime) -> Future[str]:
    """Sign a scenario off, with its line in the audit.

    Returns:
        Its reference.

    Raises (from the future):
        UserError: there is none, or it was signed off before.
    """

    def write(con: Connection) -> str:
        held = FILES.run(con, "scenarios/queries/latest_version", {"scenario_id": id}).fetchone()
        if held is None or held[2] is not None:
            raise UserError(
                "There is no such draft: it may have been signed off meanwhile.",
                hint="Look at the list of scenarios again.",
            )
        version, reference, _, body = held
        _add(
            con,
            id,
            reference=reference,
            version=version + 1,
            act=_SIGNED,
            body=body,
            who=who,
            now=now,
        )
        return str(reference)

    return records.write(write)


def _add(con: Connection, id: UUID, *, who: str, now: datetime, **row: Any) -> None:
    row |= {"scenario_id": id, "written_at": now, "written_by": who}
    FILES.run(con, "scenarios/writes/version", row)
    note(con, Act(now, who, f"allocation {row['act']}", row["reference"]))


def _next_reference(con: Connection, year: int) -> str:
    found = FILES.run(con, "scenarios/queries/made_in_year", {"prefix": f"F{year}-"}).fetchone()
    return f"F{year}-{(int(found[0]) if found else 0) + 1:02d}"


def all_scenarios(records: Records) -> list[ScenarioRecord]:
    """Every scenario as it stands, the first reference first."""
    return [
        ScenarioRecord(
            id,
            version,
            reference,
            saved_at=saved_at,
            saved_by=saved_by,
            signed_at=signed_at,
            signed_by=signed_by,
            scenario=typed_of(Scenario, json.loads(body)),
        )
        for id, version, reference, saved_at, saved_by, signed_at, signed_by, body in records.read(
            "scenarios/queries/scenarios"
        )
    ]
