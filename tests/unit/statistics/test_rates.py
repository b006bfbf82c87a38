"""Rates per 1,000 residents and their exact limits."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson

from vrp_map.errors import UserError
from vrp_map.statistics.rates import poisson_interval, rate_per_1000, rates_per_1000


@pytest.mark.parametrize(
    ("n", "low", "high"), [(0, 0, 3.689), (3, 0.619, 8.767), (10, 4.795, 18.390)]
)
def test_the_exact_interval(n: int, low: float, high: float) -> None:
    found_low, found_high = poisson_interval(n)
    assert found_low == pytest.approx([low], abs=5e-4)
    assert found_high == pytest.approx([high], abs=5e-4)


@pytest.mark.parametrize("n", [1, 7, 250, 40_000])
def test_the_limits_leave_two_and_a_half_percent_on_each_side(n: int) -> None:
    low, high = poisson_interval(n)
    assert poisson.sf(n - 1, low[0]) == pytest.approx(0.025)
    assert poisson.cdf(n, high[0]) == pytest.approx(0.025)


def test_a_rate() -> None:
    assert rate_per_1000(3, 2000) == pytest.approx((1.5, 0.3093, 4.3836), abs=1e-3)
    assert rate_per_1000(0, 1000) == pytest.approx((0, 0, 3.689), abs=1e-3)


@pytest.mark.parametrize(
    ("n", "population"), [(3, 0), (3, None), (3, pd.NA), (pd.NA, 1000), (None, 1000), (np.nan, 0)]
)
def test_what_is_not_known_has_no_rate(n: object, population: object) -> None:
    assert all(math.isnan(part) for part in rate_per_1000(n, population))  # type: ignore[arg-type]


def test_columns_with_gaps() -> None:
    n = pd.Series([5, None, 5, 0], dtype="Int64", index=[9, 8, 7, 6])
    population = pd.Series([1000, 1000, 0, 500], dtype="Int64", index=[1, 2, 3, 4])
    rate, low, high = rates_per_1000(n, population)
    np.testing.assert_array_equal(rate, [5, np.nan, np.nan, 0])
    assert np.isnan(low).tolist() == np.isnan(high).tolist() == [False, True, True, False]
    assert low[0] < 5 < high[0]
    assert [part.size for part in rates_per_1000([], [])] == [0, 0, 0]


def test_negative_numbers_are_refused() -> None:
    with pytest.raises(UserError, match="count is negative"):
        rate_per_1000(-1, 1000)
    with pytest.raises(UserError, match="population is negative"):
        rate_per_1000(1, -1000)
