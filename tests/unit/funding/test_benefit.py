"""What a pilot was worth: the interval goes along, and nothing is said that cannot be known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from vrp_map.errors import UserError
from vrp_map.funding.benefit import UnitCost, benefit_of, read_unit_costs, unit_cost_of
from vrp_map.pilots.look import PilotLook, verdict_alone

UNIT = UnitCost("Violence with injury", 10_000.0, "2020-21", "made up")
LOOK = PilotLook(
    "working",
    "Working.",
    date(2024, 1, 1),
    date(2025, 6, 1),
    12,
    6,
    ((90, 40), (80, 70)),
    1.0,
    wdd=-30.0,
    wdd_low=-50.0,
    wdd_high=-10.0,
)
HEADER = ["Offence type", "Unit Cost", "Price year", "Source"]


def test_the_worked_example_of_the_page() -> None:
    found = benefit_of(LOOK, UNIT, cost=40_000)
    assert (found.benefit, found.low, found.high) == (300_000, 100_000, 500_000)
    plain = found.as_plain()
    assert plain["net_interval"] == [60_000, 460_000]
    assert plain["for_each_pound_interval"] == [2.5, 12.5]
    said = " ".join(found.sentences)
    assert "about £300,000 (95% interval £100,000 to £500,000)" in said
    assert "worth more than it cost: £2.50 to £12.50 for each pound of the £40,000" in said
    assert "in prices of 2020-21 (made up)" in said
    assert "6 whole months, to June 2025" in said


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"verdict": "not shown", "wdd_high": 5.0}, "No benefit is shown"),
        # By number a fall is sure, in proportion it is not: nothing at all is inside.
        ({"verdict": "not shown"}, "No benefit is shown"),
        ({"verdict": "worse", "wdd": 30.0, "wdd_low": 10.0, "wdd_high": 50.0}, "cost society"),
        ({"confidence": 0.98}, "interval, widened for looking early,"),
    ],
)
def test_words_say_no_more_than_the_interval(changes: dict[str, Any], words: str) -> None:
    found = benefit_of(replace(LOOK, **changes), UNIT, cost=40_000)
    assert words in found.sentences[0]
    assert ("No benefit" in words) == (found.low <= 0 <= found.high)


@pytest.mark.parametrize(
    ("look", "cost", "refusal"),
    [
        (replace(LOOK, verdict="cannot be shown"), 1.0, "there is no benefit to state"),
        (verdict_alone(LOOK), 1.0, "hidden from you"),
        (LOOK, 0.0, "not above 0"),
        (LOOK, float("nan"), "not above 0"),
    ],
)
def test_what_cannot_be_said_is_refused(look: PilotLook, cost: float, refusal: str) -> None:
    with pytest.raises(UserError, match=refusal):
        benefit_of(look, UNIT, cost=cost)


def test_a_table_of_unit_costs_is_read_below_its_heading() -> None:
    rows = [["Costs of crime"], HEADER, ["Robbery", "£11,320", "2015/16", "A report"], [None]]
    assert read_unit_costs(rows) == [UnitCost("Robbery", 11_320.0, "2015-16", "A report")]
    assert unit_cost_of(read_unit_costs(rows), "robbery").cost == 11_320
    with pytest.raises(UserError, match="no cost of 'Robery'"):
        unit_cost_of(read_unit_costs(rows), "Robery")


@pytest.mark.parametrize(
    ("rows", "refusal"),
    [
        ([["Crime", "Unit cost"], ["Robbery", 11_320]], "No line has the names"),
        ([HEADER, ["Robbery", 11_320, ""]], "is no price year"),
        ([HEADER, ["Robbery", 11_320]], "is no price year"),
        ([HEADER, ["Robbery", "n/a", "2016"]], "is no unit cost"),
        ([HEADER, ["Robbery", -5, "2016"]], "is no unit cost"),
        ([HEADER, ["", 5, "2016"]], "names no crime"),
        ([HEADER, ["Robbery", 5, 2016], ["ROBBERY", 6, 2016]], "stands twice"),
    ],
)
def test_a_table_that_could_mislead_is_refused(rows: list[list[Any]], refusal: str) -> None:
    with pytest.raises(UserError, match=refusal):
        read_unit_costs(rows)
