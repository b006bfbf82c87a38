"""An allocation in words and for programs: who gets what, who gains, and how steady it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vrp_map.common.toml_table import read_toml_table
from vrp_map.funding.formula import Allocation, Formula, allocate
from vrp_map.funding.formula_file import FormulaFile, formula_of
from vrp_map.funding.from_store import StoreValues
from vrp_map.funding.steadiness import DRAWS, Steadiness, steadiness


@dataclass(frozen=True)
class AllocationReport:
    """An allocation with what is said of it.

    Attributes:
        names: area code -> name. dispersion: the counts were redrawn with. basis: sentences on what
            the numbers rest on. compared_with: what the changes are against, in words.
        snapshot: of the data, "" where nothing is counted from the store.
    """

    formula: Formula
    allocation: Allocation
    steadiness: Steadiness
    names: Mapping[str, str]
    dispersion: float
    basis: tuple[str, ...]
    compared_with: str = "before"
    snapshot: str = ""

    @property
    def rows(self) -> list[dict[str, Any]]:
        """One row an area: area, name, share, pounds, low, high, change (None where nothing was
        before).
        """
        formula, given = self.formula, self.allocation
        before = formula.last
        return [
            {
                "area": area,
                "name": self.names.get(area, area),
                "share": round(float(given.shares[i]), 6),
                "pounds": int(given.pounds[i]),
                "low": round(float(self.steadiness.low[i])),
                "high": round(float(self.steadiness.high[i])),
                "change": None if before is None else round(float(given.pounds[i] - before[i])),
                "stays_top": {
                    name: round(float(often[i]), 3)
                    for name, often in self.steadiness.stays_top.items()
                },
            }
            for i, area in enumerate(formula.areas)
        ]

    @property
    def is_redrawn(self) -> bool:
        """Whether counts are behind any factor, so that the amounts have a range."""
        return len(self.steadiness.fixed) < len(self.formula.factors)

    @property
    def sentences(self) -> list[str]:
        """What a lead can say of it."""
        return [*self.spoken, *self.basis]

    @property
    def spoken(self) -> list[str]:
        """How steady it is, who gains and loses, and whom the limits change."""
        return [*self._steady(), *self._winners(), *self._limited()]

    def _steady(self) -> list[str]:
        if not self.is_redrawn:
            return ["How steady these amounts are cannot be said: no factor has counts behind it."]
        said = [
            f"{row['name']} gets between {pounds(row['low'])} and {pounds(row['high'])}"
            " in 95 of 100 redraws."
            for row in self.rows
        ]
        if self.steadiness.fixed:
            said.append(
                f"Not redrawn: {', '.join(self.steadiness.fixed)}. The ranges leave their chance"
                " out."
            )
        if self.steadiness.failed:
            said.append(
                f"In {self.steadiness.failed:,} of {DRAWS:,} redraws the limits leave no amounts."
            )
        return said

    def _winners(self) -> list[str]:
        changes = [row for row in self.rows if row["change"]]
        gains = [f"{r['name']} {pounds(r['change'])}" for r in changes if r["change"] > 0]
        losses = [f"{r['name']} {pounds(-r['change'])}" for r in changes if r["change"] < 0]
        return [
            f"{word} against {self.compared_with}: {', '.join(named)}."
            for word, named in (("Gains", gains), ("Loses", losses))
            if named
        ]

    def _limited(self) -> list[str]:
        """Whom the limits change by a pound or more."""
        free = self.allocation.shares * self.allocation.total
        moved = np.abs(self.allocation.pounds - free) >= 1
        names = [r["name"] for r, is_moved in zip(self.rows, moved, strict=True) if is_moved]
        has_limits = (
            self.formula.floor > 0
            or np.isfinite(self.formula.cap)
            or self.formula.most_change is not None
        )
        if not has_limits or not names:
            return []
        return [f"The limits change what these would get by the factors alone: {', '.join(names)}."]

    def as_plain(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "total": self.allocation.total,
            "family": str(self.formula.family),
            "factors": [
                {"name": f.name, "measure": str(f.measure), "weight": f.weight}
                for f in self.formula.factors
            ],
            "areas": self.rows,
            "dispersion": self.dispersion,
            "sentences": self.sentences,
        }


def report_of(file: Path, total: int, counted: Callable[[], StoreValues]) -> AllocationReport:
    """The allocation that a formula file asks for (`allocation_report`)."""
    table = read_toml_table(file, what="formula", setting="--formula")
    return allocation_report(table, total, counted)


def allocation_report(
    table: Mapping[str, Any], total: int, counted: Callable[[], StoreValues]
) -> AllocationReport:
    """The allocation that a formula's table asks for: of a file, or of the page's editor.

    Args:
        total: whole pounds. counted: gives what the store holds; called only where the table needs
            it.

    Raises:
        UserError: the formula cannot be, or a number that it needs is hidden from the audience.
    """
    names_areas = "areas" in table
    asked = formula_of(
        table,
        area_names={} if names_areas else counted().names,
        values_of=lambda source, areas: counted().of(source, areas),
    )
    held = counted() if asked.from_store else None
    # One incident in k, each standing for k, adds k - 1 times the mean to what the counts vary by.
    spread = asked.dispersion + (held.unit - 1 if held else 0)
    return AllocationReport(
        asked.formula,
        allocate(asked.formula, total),
        steadiness(asked.formula, total, dispersion=spread),
        asked.names,
        spread,
        _basis(asked, spread, held),
        asked.compared_with,
        held.snapshot if held else "",
    )


def _basis(asked: FormulaFile, spread: float, held: StoreValues | None) -> tuple[str, ...]:
    said = [f"Published formula: {asked.words}."] if asked.words else []
    if any(factor.counted is not None for factor in asked.formula.factors):
        said.append(
            f"Counts were redrawn as {spread:g} times as variable as chance makes them."
            if spread > 1
            else "Counts were redrawn as variable as chance makes them. Real counts vary more:"
            " give `dispersion` in the formula when you know by how much."
        )
    if held and held.unit > 1:
        said.append(f"Incidents are estimated from one in {held.unit}.")
    elif held:
        said.append(
            "The amounts rest on exact counts, and these can be worked back from them: hand them"
            " on only to who may see exact numbers."
        )
    if held:
        said.append(f"Data: {held.period}, snapshot {held.snapshot}.")
    return tuple(said)


def pounds(amount: float) -> str:
    """An amount as people read it.

    >>> pounds(-1234.4)
    '-£1,234'
    """
    return f"{'-' if amount < 0 else ''}£{abs(round(amount)):,}"
