"""Grants: who may, then the rules, then the records, then the audit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from vrp_map.funding.grant import Grant, GrantRecord, by_area, conditions
from vrp_map.funding.imports.plan import ImportPlan
from vrp_map.funding.sheet import GrantSheet
from vrp_map.funding.spend import spend_conditions
from vrp_map.funding.store import (
    ImportCounts,
    all_grants,
    differing_totals,
    keep_sheet,
    planned_import,
)
from vrp_map.permissions import Action
from vrp_map.principal import Principal
from vrp_map.records.engine.database import Records


class Funding:
    """The grants of these records."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def keep(
        self,
        principal: Principal,
        sheet: GrantSheet,
        *,
        name: str,
        now: datetime,
        answers: Mapping[int, str] | None = None,
    ) -> ImportCounts:
        """Keep the grants of a sheet; the same line twice adds nothing, and a line that says more
        of a grant changes it. A line that may be a grant or another one waits for an answer.

        Args:
            name: of the file, for the audit. answers: as for `import_plan`.

        Returns:
            How many were added and changed, once they are on the disk, and what is asked.

        Raises:
            NotAllowed: who may not. UserError: an answer cannot be.
        """
        principal.must(Action.WRITE_FUNDING)
        kept = keep_sheet(
            self.records, sheet, answers or {}, name=name, who=principal.name, now=now
        )
        return kept.result()

    def planned(self, principal: Principal, sheet: GrantSheet) -> ImportPlan:
        """What `keep` would do with a sheet, without an answer.

        Raises:
            NotAllowed: who may not.
        """
        principal.must(Action.WRITE_FUNDING)
        return planned_import(self.records, sheet)

    def all(self, principal: Principal) -> list[GrantRecord]:
        """Every grant.

        Raises:
            NotAllowed: who may not.
        """
        principal.must(Action.READ_FUNDING)
        return all_grants(self.records)

    def differing(self, principal: Principal) -> list[str]:
        """What is so of each total that its lines do not add up to."""
        principal.must(Action.READ_FUNDING)
        return [_difference(*row) for row in differing_totals(self.records)]


def _difference(sheet: str, line: int, of: str, stated: Decimal, found: Decimal) -> str:
    return (
        f"{sheet}, line {line:,}: the total of {of} is stated as £{stated:,.0f}; its lines add up"
        f" to £{found:,.0f}. The difference is £{abs(stated - found):,.0f}."
    )


def watch(grant: Grant, *, today: date) -> list[str]:
    """Everything to watch in a grant: its conditions, then its spend."""
    return [*conditions(grant, today=today), *spend_conditions(grant, today=today)]


def summed(grants: Sequence[GrantRecord], by: str) -> dict[str, Decimal]:
    """Pounds by stream, year, body, state or area, the largest first.

    Args:
        by: one of these words. A grant of several areas goes to each by its share.
    """
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for record in grants:
        if by == "area":
            for area, amount in by_area(record.grant).items():
                sums[area or "no area named"] += amount
        else:
            sums[str(getattr(record.grant, by)) or "not named"] += record.grant.amount
    return dict(sorted(sums.items(), key=lambda pair: -pair[1]))


def as_plain(record: GrantRecord, *, today: date) -> dict[str, Any]:
    """For JSON."""
    grant = record.grant
    return {
        "id": str(record.id),
        "reference": record.reference,
        "stream": grant.stream,
        "year": grant.year,
        "body": grant.body,
        "purpose": grant.purpose,
        "amount": float(grant.amount),
        "state": str(grant.state),
        "published_in": grant.published_in,
        "areas": {area: float(amount) for area, amount in by_area(grant).items() if area},
        "match": grant.match,
        "evaluation": grant.evaluation,
        "return_due": grant.return_due and grant.return_due.isoformat(),
        "returned_on": grant.returned_on and grant.returned_on.isoformat(),
        "planned": [None if part is None else float(part) for part in grant.planned],
        "spent": [None if part is None else float(part) for part in grant.spent],
        "watch": watch(grant, today=today),
    }
