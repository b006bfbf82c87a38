"""A formula made on the page: what its file says, and what it may be compared with."""

from __future__ import annotations

import tomllib
from decimal import Decimal

import numpy as np
import pytest

from vrp_map.funding.draft import FormulaDraft, allocations_kept, equal_shares, formula_text
from vrp_map.funding.formula import Family, counted_values
from vrp_map.funding.grant import Grant

AREAS = {"E1": "Arden", "E2": "Bere St. Mary"}
HOSTILE = 'a "quoted" \\ [table]\n= \x7f é'


@pytest.mark.parametrize(
    "draft",
    [
        FormulaDraft(weights={"incidents": 50.0, "rate": 25.0, "residents": 0.0}),
        FormulaDraft(
            Family.POINTS,
            weights={"incidents": 1.0},
            floor=5.0,
            cap=90.0,
            last={"E1": 3, "E2": 4},
            compared_with=HOSTILE,
            most_change=0.1,
            top_share=0.5,
        ),
        FormulaDraft(Family.EQUAL, weights={"incidents": 5.0}),
    ],
)
def test_a_file_says_what_was_chosen(draft: FormulaDraft) -> None:
    assert tomllib.loads(formula_text(draft.table)) == draft.table


def test_names_of_any_kind_are_written() -> None:
    table = {"areas": {HOSTILE: HOSTILE, "E1": "Arden"}, "factor": [{"values": {HOSTILE: 1}}]}
    assert tomllib.loads(formula_text(table)) == table


def test_a_mixture_is_written_only_when_it_was_meant() -> None:
    mixed = {"incidents": 1.0, "rate": 1.0}
    assert FormulaDraft(weights=mixed).mixes and "mixture" not in FormulaDraft(weights=mixed).table
    meant = FormulaDraft(weights=mixed, accepts_mixture=True)
    assert meant.table["mixture"] == "accepted"
    assert not FormulaDraft(Family.POINTS, weights=mixed).mixes
    assert not FormulaDraft(weights={"incidents": 1.0, "rate": 0.0}).mixes


def test_equal_shares_are_whole_pounds_and_the_whole_sum() -> None:
    assert equal_shares(["A", "B", "C"], 100) == {"A": 34, "B": 33, "C": 33}


def test_an_allocation_before_reaches_every_area() -> None:
    def grant(year: str, amount: int, areas: dict[str, float]) -> Grant:
        return Grant("Fund", year, "", "Local", Decimal(amount), areas=areas)

    grants = [
        grant("2021-22", 100, {"Arden": 1}),
        grant("2021-22", 60, {"bere st mary": 0.5, "E1": 0.5}),
        grant("2021-22", 900, {"Arden": 0.5, "Elsewhere": 0.5}),
        grant("2022-23", 100, {"Arden": 1}),
        Grant("Fund", "2022-23", "", "Of no area", Decimal(5)),
    ]
    assert allocations_kept(grants, AREAS) == {"Fund 2021-22": {"E1": 130, "E2": 30}}


def test_a_smoothed_rate_lies_between_its_own_and_that_of_all() -> None:
    counts, heads = np.array([8.0, 0.0, 40.0]), np.array([1.0, 0.5, 4.0])
    own, smoothed = counted_values(counts, heads), counted_values(counts, heads, is_smoothed=True)
    whole = counts.sum() / heads.sum()
    assert (np.abs(smoothed - whole) <= np.abs(own - whole)).all() and smoothed[1] > 0
