"""Spend by quarter against plan: what is behind, what is ahead, and what nobody has said. Pure.

The quarters are those of the fund year: April to June is the first of "2026-27".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from vrp_map.funding.grant import QUARTERS, Grant

# A smaller part of the plan than this is not worth a sentence.
_WORTH_SAYING = Decimal("0.1")


@dataclass(frozen=True)
class QuarterSpend:
    """One quarter of a fund year, over several grants.

    Attributes:
        name: in words. planned, spent: pounds; None where nobody said. silent: the grants with a
            plan or any spend of which this quarter's spend is not recorded, once it is over.
    """

    name: str
    planned: Decimal | None
    spent: Decimal | None
    silent: int


TITLES = ("Quarter", "Planned", "Spent", "Grants without spend recorded")


def cells(quarter: QuarterSpend) -> tuple[str, str, str, str]:
    """A quarter as a line of a table with these titles."""
    planned, spent = (
        "not recorded" if n is None else f"£{n:,.0f}" for n in (quarter.planned, quarter.spent)
    )
    return quarter.name, planned, spent, f"{quarter.silent:,}"


def quarter_end(year: str, number: int) -> date:
    """The last day of a quarter, 0 to 3, of a fund year.

    >>> quarter_end("2026-27", 0), quarter_end("2026-27", 3)
    (datetime.date(2026, 6, 30), datetime.date(2027, 3, 31))
    """
    begin = int(year[:4])
    month = 4 + 3 * (number + 1)
    after = date(begin + month // 13, month - 12 * (month // 13), 1)
    return after - timedelta(days=1)


def quarter_words(year: str, number: int) -> str:
    """A quarter in words.

    >>> quarter_words("2026-27", 3)
    'January to March 2027'
    """
    end = quarter_end(year, number)
    return f"{date(end.year, end.month - 2, 1):%B} to {end:%B %Y}"


def by_quarter(grants: Iterable[Grant], *, today: date) -> dict[str, list[QuarterSpend]]:
    """Fund year, the latest first -> its quarters; a year without plan or spend is left out."""
    years: dict[str, list[Grant]] = {}
    for grant in grants:
        if has_spend(grant):
            years.setdefault(grant.year, []).append(grant)
    return {
        year: [
            QuarterSpend(
                quarter_words(year, q),
                _sum([grant.planned[q] for grant in held if grant.planned]),
                _sum([grant.spent[q] for grant in held if grant.spent]),
                sum(q in silent_quarters(grant, today=today) for grant in held),
            )
            for q in range(QUARTERS)
        ]
        for year, held in sorted(years.items(), reverse=True)
    }


def has_spend(grant: Grant) -> bool:
    """Whether anyone said what was planned or spent."""
    return any(n is not None for n in (*grant.planned, *grant.spent))


def silent_quarters(grant: Grant, *, today: date) -> list[int]:
    """The quarters that are over and of which no spend is recorded."""
    spent = grant.spent or (None,) * QUARTERS
    over = [q for q in range(QUARTERS) if quarter_end(grant.year, q) < today]
    return [q for q in over if spent[q] is None]


def spend_conditions(grant: Grant, *, today: date) -> list[str]:
    """What to watch in the spend of a grant."""
    silent = silent_quarters(grant, today=today)
    if not any(n is not None for n in grant.spent):
        return ["Nobody has recorded what was spent of it."] if silent else []
    said = [f"No spend is recorded for {quarter_words(grant.year, q)}." for q in silent]
    whole = _sum(grant.spent) or Decimal()
    if whole > grant.amount:
        said.append(f"£{whole:,.0f} was spent of a grant of £{grant.amount:,.0f}.")
    return said + _against_plan(grant, today=today)


def _against_plan(grant: Grant, *, today: date) -> list[str]:
    """The quarters that are over and have both plan and spend, added up."""
    both = [
        (q, planned, spent)
        for q, (planned, spent) in enumerate(zip(grant.planned, grant.spent, strict=False))
        if planned is not None and spent is not None and quarter_end(grant.year, q) < today
    ]
    planned = sum((plan for _, plan, _ in both), Decimal())
    spent = sum((actual for _, _, actual in both), Decimal())
    apart = abs(spent - planned)
    if not both or apart <= _WORTH_SAYING * abs(planned):
        return []
    word = "less" if spent < planned else "more"
    end = quarter_end(grant.year, both[-1][0])
    return [
        f"By {end:%-d %B %Y} £{apart:,.0f} {word} was spent than planned: £{spent:,.0f} of"
        f" £{planned:,.0f}."
    ]


def _sum(parts: Sequence[Decimal | None]) -> Decimal | None:
    known = [part for part in parts if part is not None]
    return sum(known, Decimal()) if known else None
