"""The worked examples of docs/pilots.md give what the page says, and what the product says.

The formulas are worked out from the page itself, so that a wrong one on the page fails here.
"""

from __future__ import annotations

import math
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from vrp_map.pilots.dose import DoseVisit, dose_account
from vrp_map.pilots.pilot import DosePlan
from vrp_map.pilots.verdict import Judgement, PilotCounts, judge
from vrp_map.statistics.wdd import BeforeAfter

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "pilots.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## In a spreadsheet")[2].partition("\n## ")[0]
LOG_COLUMNS = ("H", "I", "J")
FUNCTIONS: dict[str, Any] = {
    "SQRT": math.sqrt,
    "EXP": math.exp,
    "SUM": sum,
    "SUMPRODUCT": lambda a, b: sum(x * y for x, y in zip(a, b, strict=True)),
}


def rows(text: str, columns: int) -> list[list[str]]:
    """The rows of tables of so many columns, without their heads."""
    cells = [[c.strip() for c in line.strip("|").split("|")] for line in text.splitlines()]
    return [row for row in cells if len(row) == columns and not {*row[0]} <= {"-"}]


def worked_out(text: str) -> tuple[dict[str, float], dict[str, float]]:
    """Every cell as the formulas give it, and what the page says that some of them give."""
    sheet: dict[str, float] = {}
    for line, _, _, *numbers in rows(text, 6):
        if line.isdigit():
            values = zip(LOG_COLUMNS, numbers, strict=True)
            sheet |= {f"{column}{line}": float(number) for column, number in values}
    said = {}
    for cell, _, typed, gives in rows(text, 4):
        if not re.fullmatch(r"[A-Z]\d+", cell):
            continue
        typed = typed.strip("`")
        sheet[cell] = value_of(typed[1:], sheet) if typed.startswith("=") else float(typed)
        if gives:
            said[cell] = float(gives)
    return sheet, said


def value_of(formula: str, sheet: dict[str, float]) -> float:
    """What a spreadsheet makes of a formula."""

    def block(match: re.Match[str]) -> str:
        (left, top), (right, bottom) = (re.findall(r"[A-Z]|\d+", one) for one in match.groups())
        columns = [chr(one) for one in range(ord(left), ord(right) + 1)]
        return str([sheet[f"{c}{n}"] for n in range(int(top), int(bottom) + 1) for c in columns])

    text = re.sub(r"\b([A-Z]\d+):([A-Z]\d+)", block, formula)
    text = re.sub(r"\b[A-Z]\d+\b", lambda match: repr(sheet[match[0]]), text)
    return float(eval(text.replace("^", "**"), {"__builtins__": {}}, FUNCTIONS))


SHEET, SAID = worked_out(SECTION)


def test_every_formula_gives_what_the_page_says() -> None:
    assert len(SAID) == 22
    for cell, said in SAID.items():
        assert SHEET[cell] == pytest.approx(said, abs=6e-4), cell


def test_a_wrong_formula_on_the_page_would_be_seen() -> None:
    wrong = SECTION.replace("=SQRT(SUM(B2:C5))", "=SQRT(SUM(B2:C4))")
    sheet, said = worked_out(wrong)
    assert sheet["B8"] != pytest.approx(said["B8"], abs=6e-4)


def numbers_of(found: Judgement) -> tuple[float, ...]:
    difference, ratio = found.difference, found.ratio
    return difference.wdd, difference.low, difference.high, ratio.irr, ratio.low, ratio.high


def test_the_product_says_what_the_spreadsheet_says() -> None:
    pairs = [BeforeAfter(SHEET[f"B{row}"], SHEET[f"C{row}"]) for row in (2, 3, 4, 5)]
    found = judge(PilotCounts.of(pairs))
    assert found.verdict == "working"
    wanted = [SHEET[cell] for cell in ("B7", "B10", "B11", "B13", "B15", "B16")]
    assert numbers_of(found) == pytest.approx(wanted, abs=2e-3)


def test_so_it_does_with_weights_and_a_dispersion() -> None:
    treated = BeforeAfter(SHEET["E2"], SHEET["F2"])
    comparison = BeforeAfter(SHEET["E3"], SHEET["F3"], weight=SHEET["E6"])
    weighted: dict[str, Any] = {"time_weights": (SHEET["E5"], 1.0), "dispersion": SHEET["E7"]}
    found = judge(PilotCounts(treated, comparison, **weighted))
    wanted = [SHEET[cell] for cell in ("E9", "E11", "E12", "E13", "E14", "E15")]
    assert numbers_of(found) == pytest.approx(wanted, abs=2e-3)


def test_so_it_does_of_the_dose() -> None:
    first = date(2026, 3, 1)
    log = [row for row in rows(SECTION, 6) if row[0].isdigit()]
    visits = [
        DoseVisit(place, first + timedelta(int(day) - 1), float(minutes), int(people))
        for _, place, day, minutes, people, _ in log
    ]
    last = first + timedelta(9)
    plan = DosePlan(place_days=8, minutes=30, headcount=2)
    found = dose_account(
        visits, ("A", "B"), first=first, last=last, today=last, plan=plan, budget=1000.0
    )
    assert (found.place_days, found.place_days_possible) == (SHEET["J9"], SHEET["J10"])
    assert found.delivered_share == SHEET["J12"] and found.hours == SHEET["J13"]
    assert found.planned_hours == SHEET["J14"]
    assert found.cost_per_hour == pytest.approx(SHEET["J15"])
