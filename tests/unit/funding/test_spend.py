"""Spend by quarter: read from sheets, set against plan, silence said, a later sheet taken in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from vrp_map.funding.grant import (
    Grant,
    GrantState,
    check_grant,
    conditions,
    grant_from_json,
    grant_to_json,
    identity,
    updated,
)
from vrp_map.funding.sheet import column_of, read_grants
from vrp_map.funding.spend import by_quarter, silent_quarters, spend_conditions

HEAD = ["Stream", "Year", "Purpose", "Amount", "Q1 plan", "Planned Q2", "Q1 spend", "Q2", "State"]
HEAD += ["Match needed", "Match", "Return due", "Return received"]
TODAY = date(2026, 11, 2)


def line(*cells: Any) -> Grant:
    row = ["Fund", "2026-27", "Mentors", 40_000, *cells]
    found = read_grants([HEAD, [*row, *[""] * (len(HEAD) - len(row))]])
    assert not found.left_out and not found.unused, found
    grant = found.grants[0].grant
    assert grant is not None
    return grant


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Q3", "spent_3"),
        ("Q3 actual", "spent_3"),
        ("Spend Q4", "spent_4"),
        ("Quarter 1 profile", "planned_1"),
        ("Budget Q2", "planned_2"),
        ("Q5", ""),
        ("Quarter", ""),
    ],
)
def test_columns_of_quarters_are_known(name: str, field: str) -> None:
    assert column_of(name) == field


def test_plan_and_spend_are_read_and_kept() -> None:
    grant = line("10,000", 10_000, "£4k", "")
    assert grant.planned == (10_000, 10_000, None, None)
    assert grant.spent == (4_000, None, None, None)
    check_grant(grant)
    assert grant_from_json(grant_to_json(grant)) == grant
    assert line().spent == line().planned == ()
    refused = read_grants([HEAD, ["Fund", "2026-27", "Mentors", 1, "", "", "n/a"]])
    assert "is no amount" in refused.left_out[0].reason


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ((), ["Nobody has recorded what was spent of it."]),
        (
            (10_000, 10_000, 4_000),
            [
                "No spend is recorded for July to September 2026.",
                "By 30 June 2026 £6,000 less was spent than planned: £4,000 of £10,000.",
            ],
        ),
        ((10_000, 10_000, 4_000, 17_000), []),
        (
            (10_000, 10_000, 10_000, 15_000),
            ["By 30 September 2026 £5,000 more was spent than planned: £25,000 of £20,000."],
        ),
        (("", "", 30_000, 15_000), ["£45,000 was spent of a grant of £40,000."]),
        (("", "", 0, 0), []),
    ],
)
def test_what_to_watch_in_the_spend(cells: tuple[Any, ...], said: list[str]) -> None:
    assert spend_conditions(line(*cells), today=TODAY) == said


def test_a_quarter_that_is_not_over_is_not_silent() -> None:
    assert silent_quarters(line(), today=date(2026, 6, 30)) == []
    assert silent_quarters(line(), today=date(2026, 7, 1)) == [0]
    assert silent_quarters(line(), today=date(2027, 4, 1)) == [0, 1, 2, 3]


def test_quarters_are_added_over_the_grants_of_a_year() -> None:
    grants = [
        line(10_000, 10_000, 4_000),
        line(1_000, "", 500, 700),
        replace(line(), year="2019-20"),
    ]
    years = by_quarter(grants, today=TODAY)
    assert list(years) == ["2026-27"]
    first, second, third, _ = years["2026-27"]
    assert (first.planned, first.spent, first.silent) == (11_000, 4_500, 0)
    assert (second.planned, second.spent, second.silent) == (10_000, 700, 1)
    assert (third.planned, third.spent, third.silent) == (None, None, 0)
    assert by_quarter([line()], today=TODAY) == {}


def test_match_and_returns_are_conditions() -> None:
    more = ["", "", "", "", ""]
    assert "its match; the condition is 20%" in " ".join(conditions(line(*more, 20), today=TODAY))
    assert "match is 5%" in " ".join(conditions(line(*more, 20, 5), today=TODAY))
    assert "match" not in " ".join(conditions(line(*more, 20, 20), today=TODAY))
    due = [*more, "", "", "31 October 2026"]
    assert "none is recorded" in " ".join(conditions(line(*due), today=TODAY))
    assert "return" not in " ".join(conditions(line(*due, "28 October 2026"), today=TODAY))
    # The return of the quarter before is not this one.
    assert "none is recorded" in " ".join(conditions(line(*due, "30 July 2026"), today=TODAY))


def test_a_later_sheet_adds_and_takes_nothing_away() -> None:
    before = line(10_000, 10_000, 4_000, "", "at risk")
    later = line("", "", "", 9_000)
    assert identity(before) == identity(later)
    after = updated(before, later, has_state=False)
    assert after.spent == (4_000, 9_000, None, None) and after.planned == before.planned
    assert after.state is GrantState.AT_RISK
    assert updated(before, later, has_state=True).state is GrantState.CONFIRMED
    assert updated(before, before, has_state=True) == before
    other = [replace(before, amount=Decimal(1)), replace(before, year="2025-26")]
    assert identity(before) not in map(identity, other)
    assert identity(replace(before, amount=Decimal("40000.00"))) == identity(before)
