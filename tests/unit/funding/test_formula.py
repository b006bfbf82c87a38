"""Formulas that share a sum out: the published ones, the limits, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vrp_map.errors import UserError
from vrp_map.funding.formula import Factor, Family, Formula, Measure, allocate, is_holder, is_top
from vrp_map.funding.limits import Floats

AREAS = ("A", "B", "C", "D")


def factor(
    values: list[float], *, name: str = "f", weight: float = 1.0, rate: bool = False
) -> Factor:
    measure = Measure.RATE if rate else Measure.COUNT
    return Factor(name, measure, weight, np.array(values))


def formula(*factors: Factor, family: Family = Family.WEIGHTED_SHARES) -> Formula:
    return Formula(family, AREAS, factors)


def test_shares_are_weighted_parts_of_each_factor() -> None:
    found = allocate(
        formula(
            factor([50, 30, 20, 0], name="people", weight=50),
            factor([10, 10, 40, 40], name="crime", weight=25),
            factor([1, 1, 1, 1], name="demand", weight=25),
        ),
        1_000,
    )
    assert found.pounds.tolist() == [338, 238, 262, 162]
    assert found.parts["crime"].tolist() == [0.1, 0.1, 0.4, 0.4]
    assert found.pounds.sum() == 1_000


def test_the_local_split_of_2021_22_comes_out() -> None:
    """1.5 million as published: 44, 11, 9, 11, 6, 9 and 10%."""
    split = [660, 165, 135, 165, 90, 135, 150]
    asked = Formula(Family.WEIGHTED_SHARES, tuple("BCDSOWV"), (factor(list(map(float, split))),))
    assert allocate(asked, 1_500_000).pounds.tolist() == [1000 * part for part in split]


def test_equal_parts_to_the_pound() -> None:
    assert allocate(formula(family=Family.EQUAL), 10).pounds.tolist() == [3, 3, 2, 2]


def test_a_floor_takes_from_the_others_in_proportion() -> None:
    asked = replace(formula(factor([60, 20, 19, 1])), floor=10_000)
    assert allocate(asked, 100_000).pounds.tolist() == [54_545, 18_182, 17_273, 10_000]


def test_a_cap_gives_to_the_others_in_proportion() -> None:
    asked = replace(formula(factor([60, 20, 10, 10])), cap=50_000)
    assert allocate(asked, 100_000).pounds.tolist() == [50_000, 25_000, 12_500, 12_500]


def test_damping_holds_every_change() -> None:
    before = np.array([40_000.0, 40_000, 10_000, 10_000])
    asked = replace(formula(factor([90, 5, 4, 1])), last=before, most_change=0.1)
    got = allocate(asked, 100_000).pounds
    assert got.sum() == 100_000
    assert (np.abs(got - before) <= 0.1 * before + 1).all()
    assert got[0] == 44_000


def test_limits_that_leave_no_amounts_are_refused() -> None:
    with pytest.raises(UserError, match="adds up to £400,000"):
        allocate(replace(formula(factor([1, 1, 1, 1])), floor=100_000), 300_000)
    with pytest.raises(UserError, match="most that the areas may get"):
        allocate(replace(formula(factor([1, 1, 1, 0])), cap=10), 100)


def test_the_fewest_areas_that_hold_most_of_it_get_it() -> None:
    asked = replace(
        formula(factor([50, 35, 10, 5]), family=Family.HOLDERS), floor=880_000, held=0.8
    )
    assert allocate(asked, 2_000_000).pounds.tolist() == [1_120_000, 880_000, 0, 0]


def test_points_go_to_the_highest_of_each_indicator() -> None:
    found = allocate(
        formula(
            factor([9, 1, 1, 1], name="one", weight=2),
            factor([1, 8, 8, 1], name="two", weight=1),
            family=Family.POINTS,
        ),
        400,
    )
    assert found.pounds.tolist() == [200, 100, 100, 0]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (formula(factor([1, 1, 1, 1]), factor([1, 1, 1, 1], name="r", rate=True)), "adds rates"),
        (formula(), "no factors"),
        (formula(factor([0, 0, 0, 0])), "Every value of 'f' is 0"),
        (formula(factor([1, -1, 0, 0])), "missing or below 0"),
        (formula(factor([1, float("nan"), 0, 0])), "missing or below 0"),
        (formula(factor([1, 1, 1, 1], weight=0)), "not above 0"),
        (replace(formula(factor([1, 1, 1, 1])), areas=("A", "A", "B", "C")), "one twice"),
        (replace(formula(factor([1, 1, 1, 1])), floor=5, cap=1), "cap is below the floor"),
        (replace(formula(factor([1, 1, 1, 1])), most_change=0.1), "what each area got before"),
    ],
)
def test_what_cannot_be_a_formula_is_refused(asked: Formula, said: str) -> None:
    with pytest.raises(UserError, match=said):
        allocate(asked, 1_000)


@pytest.mark.parametrize("total", [0, -5, 10**12 + 1])
def test_a_sum_that_cannot_be_shared_to_the_pound_is_refused(total: int) -> None:
    with pytest.raises(UserError, match="not between £1 and £1,000,000,000,000"):
        allocate(formula(factor([1, 1, 1, 1])), total)


def test_rates_and_counts_mix_only_when_somebody_says_so() -> None:
    asked = formula(factor([1, 1, 1, 1]), factor([4, 0, 0, 0], name="r", rate=True))
    assert allocate(replace(asked, accepts_mixture=True), 800).pounds.tolist() == [
        500,
        100,
        100,
        100,
    ]


@pytest.mark.parametrize(
    ("values", "chosen"),
    [([5.0, 5, 5, 5], [True] * 4), ([0.0, 0, 0, 1], [False, False, False, True])],
)
def test_a_tie_at_the_edge_is_in_and_nothing_is_no_top(values: Floats, chosen: list[bool]) -> None:
    assert is_top(np.array(values), 0.15).tolist() == chosen


def test_who_holds_all_of_it() -> None:
    assert is_holder(np.array([1.0, 0.0, 3.0]), 1.0).tolist() == [True, False, True]
