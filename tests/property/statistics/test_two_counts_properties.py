"""What must hold of the comparison of any two counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vrp_map.statistics.two_counts import e_test, poisson_z, weekly_band

COUNT = st.integers(0, 400)
OVER = st.sampled_from([0.25, 0.5, 1.0, 2.0, 3.0, 7.0, 12.0])


@given(COUNT, COUNT, OVER, OVER, st.booleans())
def test_always_a_probability_and_the_same_both_ways(
    k1: int, k2: int, n1: float, n2: float, pooled: bool
) -> None:
    p = float(e_test(k1, k2, n1, n2, pooled_variance=pooled))
    assert 0 <= p <= 1
    assert e_test(k2, k1, n2, n1, pooled_variance=pooled) == pytest.approx(p, abs=1e-11)


@given(COUNT, COUNT, OVER, OVER, st.sampled_from([0.01, 0.5, 4.0, 1000.0]))
def test_the_unit_of_the_exposure_does_not_matter(
    k1: int, k2: int, n1: float, n2: float, unit: float
) -> None:
    assert e_test(k1, k2, n1 * unit, n2 * unit) == pytest.approx(
        float(e_test(k1, k2, n1, n2)), abs=1e-9
    )


@given(st.integers(1, 200), st.integers(0, 200), OVER)
def test_equal_rates_are_no_difference(k: int, more: int, over: float) -> None:
    assert e_test(k, k, over, over) == 1
    assert e_test(k, k * 4, over, over * 4) == 1
    # With the same total, further apart is less likely.
    total = 2 * (k + more)
    p = e_test(np.arange(total // 2, total + 1), total - np.arange(total // 2, total + 1))
    assert (np.diff(p) <= 1e-12).all()


@given(st.lists(st.tuples(COUNT, COUNT, OVER), min_size=1, max_size=12))
def test_a_column_gives_what_each_row_gives(rows: list[tuple[int, int, float]]) -> None:
    k1, k2, n1 = (np.array(column) for column in zip(*rows, strict=True))
    alone = [float(e_test(*row)) for row in rows]
    assert e_test(k1, k2, n1).tolist() == alone


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_z_has_the_sign_of_the_change(now: int, before: int) -> None:
    z = float(poisson_z(now, before))
    assert np.sign(z) == np.sign(now - before)
    assert poisson_z(before, now) == -z


@given(st.lists(st.integers(0, 1000), max_size=40), st.integers(1, 12))
def test_the_band_is_around_the_mean_of_the_weeks_before(weeks: list[int], previous: int) -> None:
    low, high = weekly_band(weeks, previous=previous)
    assert len(low) == len(high) == len(weeks)
    for i in range(len(weeks)):
        if i < previous:
            assert np.isnan(low[i]) and np.isnan(high[i])
        else:
            assert 0 <= low[i] <= np.mean(weeks[i - previous : i]) + 1e-9 < high[i]
