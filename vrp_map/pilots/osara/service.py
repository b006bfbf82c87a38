"""Plans: who may, then the rules, then the records, then the audit. Pages and commands call it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace
from datetime import datetime
from uuid import UUID

from vrp_map.errors import UserError
from vrp_map.permissions import Action
from vrp_map.pilots.osara.plan import OsaraPlan, check_plan
from vrp_map.pilots.osara.store import (
    OsaraRecord,
    OsaraVersion,
    all_plans,
    keep_plan,
    plan_versions,
)
from vrp_map.pilots.places import is_cell
from vrp_map.principal import Principal
from vrp_map.records.engine.database import Records
from vrp_map.responses.personal import flags_in


class OsaraPlans:
    """The plans of these records."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def all(self, principal: Principal) -> list[OsaraRecord]:
        """Every plan.

        Raises:
            NotAllowed: who may not read pilots.
        """
        principal.must(Action.READ_PILOTS)
        return all_plans(self.records)

    def record(self, principal: Principal, id: UUID | str) -> OsaraRecord:
        """One plan by its id or its reference.

        Raises:
            NotAllowed: who may not. UserError: there is none.
        """
        for record in self.all(principal):
            if id in (record.id, record.reference):
                return record
        raise UserError("There is no such plan.", hint="Check its reference, such as O2026-01.")

    def of_pilot(self, principal: Principal, reference: str) -> list[OsaraRecord]:
        """The plans of a pilot."""
        return [one for one in self.all(principal) if one.plan.pilot == reference]

    def at(self, principal: Principal, cells: Collection[str]) -> list[OsaraRecord]:
        """The plans of any of these hexagons."""
        wanted = set(cells)
        return [one for one in self.all(principal) if wanted & set(one.plan.cells)]

    def history(self, principal: Principal, record: OsaraRecord) -> list[OsaraVersion]:
        """Who changed what, when; the first version first."""
        principal.must(Action.READ_PILOTS)
        return plan_versions(self.records, record.id)

    def keep(  # noqa: PLR0913 - who, what, after which version, and past which warnings
        self,
        principal: Principal,
        id: UUID,
        plan: OsaraPlan,
        *,
        after: int = 0,
        now: datetime,
        past_flags: bool = False,
    ) -> str:
        """Keep a new plan, or the version after another one.

        Args:
            past_flags: the writer was told of what looks like a person, and keeps it: in the audit.

        Returns:
            Its reference, once it is on the disk.

        Raises:
            NotAllowed: who may not. UserError: what is wrong, or what looks like a person.
        """
        principal.must(Action.WRITE_PILOTS)
        check_plan(plan)
        if not all(map(is_cell, plan.cells)):
            raise UserError("A hexagon of the plan is none.", hint="Check the list of hexagons.")
        flags = _flags(plan)
        if flags and not past_flags:
            raise UserError(
                f"This looks like something about a person ({', '.join(flags)}).",
                hint="Take it out. If it names nobody, say so and save again: it is in the audit.",
            )
        act = _act(self.record(principal, id).plan if after else None, plan)
        act += f", past a flag of {', '.join(flags)}" if flags else ""
        kept = keep_plan(self.records, id, plan, act, after=after, who=principal.name, now=now)
        return kept.result()

    def reopen(self, principal: Principal, record: OsaraRecord, *, now: datetime) -> None:
        """Open a closed plan again; its assessment stays."""
        opened = replace(record.plan, is_closed=False)
        self.keep(principal, record.id, opened, after=record.version, now=now, past_flags=True)


def _act(before: OsaraPlan | None, after: OsaraPlan) -> str:
    if before is None:
        return "made"
    if before.is_closed == after.is_closed:
        return "changed"
    return "closed" if after.is_closed else "reopened"


def _flags(plan: OsaraPlan) -> list[str]:
    words = [getattr(plan, field.name) for field in fields(plan) if field.name != "pilot"]
    text = ". ".join(word for word in words if isinstance(word, str))
    return list(flags_in(text))
