"""Cost and benefit of a pilot: what the incidents it spared would have cost, with its interval.

Pure. No benefit is said where the verdict is *cannot be shown*, and its interval contains zero
whenever that of the effect does, by number or in proportion.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vrp_map.common.sheets import HEADER_WITHIN, text_of
from vrp_map.config import nearest
from vrp_map.errors import UserError
from vrp_map.funding.cells import money
from vrp_map.funding.report import pounds
from vrp_map.pilots.look import PilotLook
from vrp_map.pilots.verdict import Verdict
from vrp_map.places.search_order import folded

_NAMES = {
    "crime": ("crime", "offence", "crime type", "offence type", "offence category", "category"),
    "cost": ("unit cost", "cost", "cost per crime", "unit cost of crime", "total unit cost"),
    "price_year": ("price year", "prices", "prices of", "year of prices"),
    "source": ("source", "published in"),
}
_NEEDED = ("crime", "cost", "price_year")
_YEAR = re.compile(r"(19|20)\d\d(-\d\d(\d\d)?)?")


@dataclass(frozen=True)
class UnitCost:
    """What one incident of a kind costs society, in pounds of a year's prices."""

    crime: str
    cost: float
    price_year: str
    source: str = ""


@dataclass(frozen=True)
class PilotBenefit:
    """What a pilot's change is worth, in pounds; a loss is below zero.

    Attributes:
        low, high: the interval of `confidence`. cost: of the pilot.
        sentences: the same in words, with what each number rests on.
    """

    benefit: float
    low: float
    high: float
    confidence: float
    cost: float
    unit: UnitCost
    sentences: tuple[str, ...]

    def as_plain(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "benefit": self.benefit,
            "interval": [self.low, self.high],
            "confidence": self.confidence,
            "cost": self.cost,
            "net": self.benefit - self.cost,
            "net_interval": [self.low - self.cost, self.high - self.cost],
            "for_each_pound": self.benefit / self.cost,
            "for_each_pound_interval": [self.low / self.cost, self.high / self.cost],
            "crime": self.unit.crime,
            "unit_cost": self.unit.cost,
            "price_year": self.unit.price_year,
            "source": self.unit.source,
            "sentences": list(self.sentences),
        }


def read_unit_costs(rows: Sequence[Sequence[Any]]) -> list[UnitCost]:
    """The unit costs of a sheet.

    Raises:
        UserError: no line names the columns, or a line has no amount above 0 or no price year.
    """
    at, columns = _header(rows)
    found: list[UnitCost] = []
    for line, row in enumerate(rows[at + 1 :], start=at + 2):
        texts = {field: text_of(row[i]) for field, i in columns.items() if i < len(row)}
        if not any(texts.values()):
            continue
        unit = _unit_cost(texts, line)
        if any(folded(unit.crime) == folded(other.crime) for other in found):
            raise UserError(
                f"Line {line:,}: {unit.crime} stands twice.", hint="Keep the line that you mean."
            )
        found.append(unit)
    return found


def column_of(name: str) -> str:
    """The field that a column of this name fills; "" for none."""
    wanted = " ".join(folded(name))
    return next((field for field, names in _NAMES.items() if wanted in names), "")


def unit_cost_of(units: Sequence[UnitCost], crime: str) -> UnitCost:
    """The unit cost of a kind of crime.

    Raises:
        UserError: the table has none of this name.
    """
    for unit in units:
        if folded(unit.crime) == folded(crime):
            return unit
    raise UserError(
        f"The table has no cost of {crime!r}.", hint=nearest(crime, [unit.crime for unit in units])
    )


def benefit_of(look: PilotLook, unit: UnitCost, *, cost: float) -> PilotBenefit:
    """What the change of a judged pilot is worth.

    Args:
        cost: of the pilot, in pounds.

    Raises:
        UserError: the verdict is *cannot be shown*, its numbers are hidden, or the cost is not
            above 0.
    """
    if not (cost > 0 and math.isfinite(cost)):
        raise UserError("The cost of the pilot is not above 0.", hint="Give --cost in pounds.")
    if look.verdict == Verdict.CANNOT_BE_SHOWN:
        raise UserError(
            "The verdict is that an effect cannot be shown, so there is no benefit to state.",
            hint="Judge it again when it has run longer, or make the next pilot larger.",
        )
    if look.wdd is None or look.wdd_low is None or look.wdd_high is None:
        raise UserError(
            "The numbers of this verdict are hidden from you: a count behind it is too small.",
            hint="Ask an analyst.",
        )
    # A fall is a benefit: the ends change places.
    benefit = -look.wdd * unit.cost
    low, high = -look.wdd_high * unit.cost, -look.wdd_low * unit.cost
    if look.verdict == Verdict.NOT_SHOWN:
        low, high = min(low, 0.0), max(high, 0.0)
    sentences = (
        _worth(benefit, low, high, look.confidence),
        _against(low, high, cost),
        *_rests_on(look, unit),
    )
    return PilotBenefit(benefit, low, high, look.confidence, cost, unit, sentences)


def _worth(benefit: float, low: float, high: float, confidence: float) -> str:
    said = "spared" if benefit >= 0 else "cost"
    interval = "95% interval" if confidence == 0.95 else "interval, widened for looking early,"
    span = f"({interval} {pounds(low)} to {pounds(high)})"
    if low <= 0 <= high:
        return (
            f"No benefit is shown: it {said} about {pounds(abs(benefit))} {span}. Nothing at all"
            " is among what the data allow."
        )
    return f"The pilot {said} society about {pounds(abs(benefit))} {span}."


def _against(low: float, high: float, cost: float) -> str:
    each = f"£{low / cost:,.2f} to £{high / cost:,.2f}".replace("£-", "-£")
    if low > cost:
        said = "It was worth more than it cost"
    elif high < cost:
        said = "It was worth less than it cost"
    else:
        said = "Whether it was worth what it cost is not shown"
    return f"{said}: {each} for each pound of the {pounds(cost)} spent."


def _rests_on(look: PilotLook, unit: UnitCost) -> list[str]:
    source = f" ({unit.source})" if unit.source else ""
    months = "month" if look.months_after == 1 else "months"
    return [
        f"Each incident counts as one of {unit.crime} at {pounds(unit.cost)}, in prices of"
        f" {unit.price_year}{source}. The cost of the pilot is as it was spent: the two are not"
        " brought to one year.",
        f"The benefit is of {look.months_after:,} whole {months}, to {look.last:%B %Y}. The cost"
        " is of all of the pilot.",
        "The interval is of the number of incidents alone: the unit cost is taken as sure. Crime"
        " that nobody recorded is not in it.",
    ]


def _header(rows: Sequence[Sequence[Any]]) -> tuple[int, dict[str, int]]:
    """The line with the names of the columns, and field -> column."""
    for at, row in enumerate(rows[:HEADER_WITHIN]):
        columns: dict[str, int] = {}
        for i, cell in enumerate(row):
            field = column_of(text_of(cell))
            if field:
                columns.setdefault(field, i)
        if set(_NEEDED) <= set(columns):
            return at, columns
    raise UserError(
        "No line has the names of the columns.",
        hint="Name at least these: crime, unit cost, price year.",
    )


def _unit_cost(texts: dict[str, str], line: int) -> UnitCost:
    amount = money(texts.get("cost", ""))
    if amount is None or amount <= 0:
        raise UserError(
            f"Line {line:,}: {texts.get('cost', '')!r} is no unit cost.",
            hint="Write an amount above 0, as 14,050.",
        )
    year = texts.get("price_year", "").replace("/", "-").replace("–", "-")
    if not _YEAR.fullmatch(year):
        raise UserError(
            f"Line {line:,}: {year!r} is no price year.", hint="Write it as 2015-16 or 2024."
        )
    if not texts.get("crime"):
        raise UserError(f"Line {line:,} names no crime.", hint="Name it, or take the line out.")
    return UnitCost(texts["crime"], float(amount), year, texts.get("source", ""))
