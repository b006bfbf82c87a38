"""What must hold of concentration whatever the counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vrp_map.statistics.concentration import (
    cells_holding,
    concentration,
    curve,
    generalised_gini,
    gini,
    share_in_top,
)

COUNTS = st.lists(
    st.one_of(st.integers(0, 3), st.integers(0, 10**6)), min_size=1, max_size=30
).filter(any)
SHARES = st.floats(0.01, 1)


@given(COUNTS)
def test_the_curve_rises_ever_less_steeply_from_0_to_1(counts: list[int]) -> None:
    cells, incidents = curve(counts)
    assert (cells[0], incidents[0]) == (0, 0)
    assert (cells[-1], incidents[-1]) == pytest.approx((1, 1))
    steps = np.diff(incidents)
    assert (steps >= 0).all()
    assert (np.diff(steps) <= 1e-12).all()


@given(COUNTS)
def test_gini_is_twice_the_area_between_curve_and_diagonal(counts: list[int]) -> None:
    cells, incidents = curve(counts)
    assert gini(counts) == pytest.approx(2 * np.trapezoid(incidents, cells) - 1, abs=1e-9)


@given(COUNTS)
def test_the_generalised_gini_lies_between_0_and_the_plain_one(counts: list[int]) -> None:
    general, plain = generalised_gini(counts), gini(counts)
    assert -1e-9 <= general <= plain + 1e-9
    # By the areas: what is between the curve and the most even one, of what is above the most even
    # one.
    even = min(1.0, sum(counts) / len(counts))
    under_even, under = 1 - even / 2, (plain + 1) / 2
    assert general == pytest.approx((under - under_even) / (1 - under_even), abs=1e-9)


@given(COUNTS, st.randoms(use_true_random=False), st.integers(2, 5))
def test_the_order_does_not_matter_and_the_scale_only_to_the_generalised_one(
    counts: list[int], random: object, times: int
) -> None:
    moved = list(counts)
    random.shuffle(moved)  # type: ignore[attr-defined]
    assert generalised_gini(moved) == pytest.approx(generalised_gini(counts), abs=1e-12)
    assert gini([times * n for n in counts]) == pytest.approx(gini(counts), abs=1e-9)


@given(COUNTS, SHARES, SHARES)
def test_more_cells_hold_more_and_more_incidents_need_more(
    counts: list[int], one: float, other: float
) -> None:
    low, high = sorted([one, other])
    assert share_in_top(counts, low) <= share_in_top(counts, high) + 1e-12
    assert cells_holding(counts, low) <= cells_holding(counts, high)
    assert share_in_top(counts, high) >= high - 1e-9
    assert cells_holding(counts, high) <= high + 1 / len(counts) + 1e-9


@given(COUNTS, SHARES)
def test_the_cells_that_hold_a_share_hold_it_and_one_less_does_not(
    counts: list[int], share: float
) -> None:
    n = len(counts)
    needed = round(cells_holding(counts, share) * n)
    falling = np.sort(counts)[::-1]
    assert falling[:needed].sum() >= share * falling.sum() * (1 - 1e-9)
    assert falling[: needed - 1].sum() < share * falling.sum()


@settings(max_examples=25)
@given(COUNTS.filter(lambda counts: sum(counts) < 10**5))
def test_the_scatter_stays_in_range(counts: list[int]) -> None:
    found = concentration(counts, worlds=20)
    for figure in (found.gini, *found.holding.values(), *found.top.values()):
        assert -1e-9 <= figure.low <= figure.high <= 1 + 1e-9
        assert (
            figure.low - 1e-9 <= figure.scatter <= figure.high + 1e-9 or figure.low == figure.high
        )


def test_scatter_is_called_gathered_as_seldom_as_it_says() -> None:
    """One-sided, 2.5%: of 200 random worlds of each size at most 6% in all."""
    random = np.random.default_rng(3)
    called = 0
    for n in (100, 700, 5_000):
        for counts in random.multinomial(n, [1 / 1_000] * 1_000, size=70):
            half = concentration(counts, worlds=99).holding[0.5]
            called += half.value < half.low
    assert called <= 0.06 * 210
