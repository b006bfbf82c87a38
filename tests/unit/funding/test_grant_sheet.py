"""Grants from a sheet: what is read, what is left out, and sums that do not add up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from vrp_map.errors import UserError
from vrp_map.funding.cells import money
from vrp_map.funding.grant import (
    Grant,
    GrantState,
    by_area,
    check_grant,
    conditions,
    grant_from_json,
    grant_to_json,
)
from vrp_map.funding.sheet import read_grants

HEAD = ["Stream", "Fund year", "Organisation", "Purpose", "Amount (£)", "Areas", "Shares", "State"]


def sheet(*rows: list[Any]) -> Any:
    return read_grants([["A report"], [], [*HEAD[:4], "Amount", *HEAD[5:]], *rows])


def line(
    purpose: str, amount: Any, *, stream: str = "Fund", more: tuple[str, ...] = ()
) -> list[Any]:
    return [stream, "2021-22", "Body", purpose, amount, *more]


def test_the_annual_report_does_not_add_up_and_nothing_is_mended() -> None:
    """Figures of the annual report 2021-22 of the West Midlands commissioner."""
    found = sheet(
        line("Regional lines", "2,363,303", stream="Community Safety Fund"),
        line("Sub-total", "2,091,893", stream="Community Safety Fund"),
        line("Listed lines", 1929795, stream="External commissioning"),
        line("Total", "£2,012,576", stream="External commissioning"),
    )
    assert [(t.of, t.difference) for t in found.differing] == [
        ("Community Safety Fund", Decimal(-271410)),
        ("External commissioning", Decimal(82781)),
    ]
    assert [n.grant.amount for n in found.grants] == [Decimal(2363303), Decimal(1929795)]
    assert "£82,781 less. Nothing was changed." in found.differing[1].sentence


def test_a_total_that_is_right_is_said_to_be() -> None:
    found = sheet(line("a", 40), line("b", 60), line("Total", 100, stream=""))
    assert not found.differing
    assert found.totals[0].sentence == "Line 6: the lines of the lines above add up to £100."


def test_a_grand_total_is_of_everything() -> None:
    found = sheet(
        line("a", 40, stream="One"),
        line("Sub-total", 40, stream="One"),
        line("b", 60, stream="Two"),
        ["Grand total", "", "", "", 100],
    )
    assert [t.found for t in found.totals] == [Decimal(40), Decimal(100)]


@pytest.mark.parametrize("purpose", ["Total respect training", "Totally Local", "Subtotals Ltd"])
def test_a_name_that_begins_with_the_word_is_a_grant(purpose: str) -> None:
    assert len(sheet(line(purpose, 10)).grants) == 1


def test_a_line_that_cannot_be_read_is_named_and_the_others_stay() -> None:
    found = sheet(
        line("a", "about 5,000"),
        line("b", 5, more=("", "", "maybe")),
        line("c", 5, more=("Dudley; Walsall", "60")),
        line("d", 5, more=("Dudley; Walsall", "60; 60")),
        line("", 5),
        ["Fund", "2021-23", "Body", "e", 5],
        line("Total", ""),
        line("kept", 5),
    )
    assert [(n.line, n.reason.split(".")[0]) for n in found.left_out] == [
        (4, "'about 5,000' is no amount"),
        (5, "'maybe' is no state of a grant"),
        (6, "There are 2 areas and 1 shares"),
        (7, "The shares of the areas do not add up to 100%"),
        (8, "A grant needs a stream and a purpose"),
        (9, "'2021-23' is no fund year"),
        (10, "The total has no amount"),
    ]
    assert [n.grant.purpose for n in found.grants] == ["kept"]


def test_a_grant_of_several_areas_goes_to_each() -> None:
    even, uneven = sheet(
        line("a", 100, more=("Birmingham East & Birmingham West",)),
        line("b", 100, more=("Dudley; Walsall", "70%; 30%", "at risk")),
    ).grants
    assert by_area(even.grant) == {"Birmingham East": Decimal(50), "Birmingham West": Decimal(50)}
    assert by_area(uneven.grant) == {"Dudley": Decimal(70), "Walsall": Decimal(30)}
    assert uneven.grant.state is GrantState.AT_RISK


def test_two_lines_that_read_the_same_are_two_grants() -> None:
    one, other = sheet(line("a", 5), line("a", 5)).grants
    assert one.digest != other.digest


def test_a_sheet_without_the_columns_is_refused() -> None:
    with pytest.raises(UserError, match="No line has the names of the columns"):
        read_grants([["Name", "Age"], ["x", 3]])


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1,500,000", "1500000"),
        ("£ 12.50", "12.50"),
        ("-£5", "-5"),
        ("(5)", "-5"),
        ("3.37m", "3370000"),
        ("660K", "660000"),
        ("", None),
        ("£", None),
        ("5 or 6", None),
        ("1.2.3", None),
    ],
)
def test_amounts_as_people_write_them(text: str, amount: str | None) -> None:
    assert money(text) == (None if amount is None else Decimal(amount))


def test_a_grant_comes_back_from_the_records_as_it_was() -> None:
    grant = Grant(
        "Fund",
        "2021-22",
        "",
        "Mentors",
        Decimal("12.50"),
        state=GrantState.INDICATIVE,
        areas={"Dudley": 1.0},
        evaluation=8.0,
        ends_on=date(2022, 3, 31),
        return_due=date(2022, 1, 31),
    )
    check_grant(grant)
    assert grant_from_json(grant_to_json(grant)) == grant


def test_what_to_watch() -> None:
    grant = Grant(
        "Fund",
        "2021-22",
        "B",
        "P",
        Decimal(5),
        GrantState.AT_RISK,
        evaluation=8.0,
        return_due=date(2022, 1, 31),
    )
    assert conditions(grant, today=date(2022, 2, 1)) == [
        "The money is at risk.",
        "8% goes to evaluation; the condition is 10%.",
        "A return was due on 31 January 2022, and none is recorded.",
    ]
