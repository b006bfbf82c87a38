"""An allocation as it was saved: what it gives, by which formula, on which data. Pure.

Nothing of it changes when the data do: who signed it off signed these amounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from vrp_map.errors import UserError
from vrp_map.funding.report import AllocationReport, pounds

LONGEST_NAME = 80
MOST_COMPARED = 4


@dataclass(frozen=True)
class ScenarioArea:
    """What one area gets, and the range of 95 of 100 redraws; None where it is not known."""

    code: str
    name: str
    pounds: int
    low: int | None = None
    high: int | None = None
    change: int | None = None


@dataclass(frozen=True)
class Scenario:
    """An allocation.

    Attributes:
        total: whole pounds. formula: the text of its file. incidents: the selection in words;
            snapshot: of the data; both "" where nothing of the map is in it. compared_with: what
            the changes are against.
    """

    name: str
    total: int
    formula: str
    areas: tuple[ScenarioArea, ...]
    incidents: str = ""
    snapshot: str = ""
    compared_with: str = ""
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScenarioRecord:
    """A scenario with its number, who saved it, and who signed it off, if anyone (UTC)."""

    id: UUID
    version: int
    reference: str
    saved_at: datetime
    saved_by: str
    signed_at: datetime | None
    signed_by: str | None
    scenario: Scenario

    @property
    def state(self) -> str:
        """In words."""
        if self.signed_at is None:
            return "a draft"
        return f"signed off by {self.signed_by} on {self.signed_at:%-d %B %Y}"

    def as_plain(self) -> dict[str, Any]:
        """For JSON."""
        one = self.scenario
        return {
            "reference": self.reference,
            "name": one.name,
            "state": self.state,
            "saved_by": self.saved_by,
            "saved_at": self.saved_at.isoformat(),
            "signed_by": self.signed_by,
            "signed_at": self.signed_at and self.signed_at.isoformat(),
            "total": one.total,
            "incidents": one.incidents,
            "snapshot": one.snapshot,
            "formula": one.formula,
            "compared_with": one.compared_with,
            "areas": [vars(area) for area in one.areas],
            "sentences": list(one.sentences),
        }


def scenario_of(name: str, found: AllocationReport, *, formula: str, incidents: str) -> Scenario:
    """A worked out allocation as it is saved.

    Args:
        formula: the text of its file. incidents: that were counted, in words.

    Raises:
        UserError: the name is empty or too long.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise UserError(
            "The scenario has no name, or a long one.",
            hint=f"Give it one of at most {LONGEST_NAME} characters.",
        )
    areas = tuple(
        ScenarioArea(
            code=row["area"],
            name=row["name"],
            pounds=row["pounds"],
            low=row["low"] if found.is_redrawn else None,
            high=row["high"] if found.is_redrawn else None,
            change=row["change"],
        )
        for row in found.rows
    )
    return Scenario(
        name,
        found.allocation.total,
        formula,
        areas,
        incidents=incidents if found.snapshot else "",
        snapshot=found.snapshot,
        compared_with=found.compared_with,
        sentences=tuple(found.sentences),
    )


@dataclass(frozen=True)
class ScenarioComparison:
    """Scenarios side by side.

    Attributes:
        rows: area name -> its pounds in each; None where a scenario does not have the area.
        sentences: what differs, and what makes them hard to compare.
    """

    records: tuple[ScenarioRecord, ...]
    rows: dict[str, tuple[int | None, ...]]
    sentences: tuple[str, ...]

    def as_plain(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "scenarios": [record.as_plain() for record in self.records],
            "areas": {name: list(amounts) for name, amounts in self.rows.items()},
            "sentences": list(self.sentences),
        }


def compared(records: Sequence[ScenarioRecord]) -> ScenarioComparison:
    """Scenarios side by side, each against the first.

    Raises:
        UserError: fewer than two, more than fit beside each other, or one twice.
    """
    if not 2 <= len({one.id for one in records}) == len(records) <= MOST_COMPARED:
        raise UserError(
            "These scenarios cannot be compared.",
            hint=f"Choose 2 to {MOST_COMPARED} different ones.",
        )
    given = [{area.code: area.pounds for area in one.scenario.areas} for one in records]
    names = {a.code: a.name for one in records for a in one.scenario.areas}
    rows = {name: tuple(each.get(code) for each in given) for code, name in names.items()}
    return ScenarioComparison(tuple(records), rows, (*_differences(records, rows), *_care(records)))


def _differences(
    records: Sequence[ScenarioRecord], rows: dict[str, tuple[int | None, ...]]
) -> list[str]:
    """Who gets more and less than in the first."""
    said = []
    for at, other in enumerate(records[1:], start=1):
        apart = {
            name: amounts[at] - amounts[0]  # type: ignore[operator]
            for name, amounts in rows.items()
            if amounts[at] is not None and amounts[0] is not None
        }
        more = [f"{name} {pounds(n)}" for name, n in apart.items() if n > 0]
        less = [f"{name} {pounds(-n)}" for name, n in apart.items() if n < 0]
        first = records[0].reference
        said += [f"{other.reference} gives more than {first}: {', '.join(more)}."] if more else []
        said += [f"{other.reference} gives less than {first}: {', '.join(less)}."] if less else []
        if not more and not less:
            said.append(f"{other.reference} gives the same as {first}.")
    return said


def _care(records: Sequence[ScenarioRecord]) -> list[str]:
    """What makes the amounts hard to compare."""
    said = []
    if len({one.scenario.total for one in records}) > 1:
        said.append("The sums shared out differ, so amounts differ for that reason too.")
    counted = [one.scenario for one in records if one.scenario.snapshot]
    if len({one.snapshot for one in counted}) > 1:
        said.append("They rest on different snapshots of the data.")
    if len({one.incidents for one in counted}) > 1:
        said.append("They count different incidents or months.")
    return said
