"""Two counts: the published p-values, scipy and the sum written out as the oracles."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy import stats

from vrp_map.errors import UserError
from vrp_map.statistics.two_counts import e_test, poisson_z, weekly_band


@pytest.mark.parametrize(
    ("k1", "k2", "p"),
    [(3, 0, 0.08838), (6, 2, 0.17487), (10, 5, 0.20616), (15, 5, 0.02504), (0, 0, 1), (7, 7, 1)],
)
def test_published_e_tests(k1: int, k2: int, p: float) -> None:
    assert e_test(k1, k2) == pytest.approx(p, abs=5e-6)
    assert e_test(k2, k1, pooled_variance=True) == pytest.approx(p, abs=5e-6)


def test_unequal_exposure_goes_by_the_variance() -> None:
    # 100 in 10 against 25 in 5: .00154 is published for the variance from the pooled rate, .00057
    # is that of the paper by Krishnamoorthy and Thomson, which has the variance of each count for
    # itself (and which scipy has).
    assert e_test(100, 25, 10, 5) == pytest.approx(0.00057472, abs=1e-8)
    assert e_test(100, 25, 10, 5, pooled_variance=True) == pytest.approx(0.00153807, abs=1e-8)


def written_out(k1: int, k2: int, n1: float, n2: float, *, pooled: bool) -> float:
    rate = (k1 + k2) / (n1 + n2)
    x1, x2 = np.arange(500.0)[:, None], np.arange(500.0)[None, :]

    def t(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        below = (a + b) / (n1 * n2) if pooled else a / n1**2 + b / n2**2
        return np.abs(a / n1 - b / n2) / np.sqrt(np.where(below > 0, below, 1))

    mass = stats.poisson.pmf(x1, n1 * rate) * stats.poisson.pmf(x2, n2 * rate)
    return float(mass[t(x1, x2) >= t(np.array(float(k1)), np.array(float(k2))) - 1e-10].sum())


@pytest.mark.parametrize("pooled", [False, True])
def test_equal_to_the_sum_written_out(pooled: bool) -> None:
    random = np.random.default_rng(7)
    for _ in range(25):
        n1, n2 = random.choice([0.5, 1, 2, 3, 5, 1.7], 2)
        k1, k2 = random.poisson(random.choice([0.3, 4, 20]) * np.array([n1, n2]))
        if k1 + k2:
            expected = written_out(k1, k2, n1, n2, pooled=pooled)
            assert e_test(k1, k2, n1, n2, pooled_variance=pooled) == pytest.approx(
                expected, abs=1e-10
            )


@pytest.mark.parametrize(
    ("k1", "k2", "n1", "n2"), [(0, 4, 1, 1), (40, 60, 2, 3), (200, 150, 1, 1), (9, 31, 7, 12)]
)
def test_equal_to_scipy(k1: int, k2: int, n1: float, n2: float) -> None:
    assert e_test(k1, k2, n1, n2) == pytest.approx(
        stats.poisson_means_test(k1, n1, k2, n2).pvalue, abs=1e-7
    )


def test_large_counts_come_to_the_normal_distribution() -> None:
    z = 3_000 / np.sqrt(2_003_000)
    assert e_test(1_003_000, 1_000_000) == pytest.approx(2 * stats.norm.sf(z), abs=1e-5)


def test_columns_and_shapes() -> None:
    p = e_test([[3, 6], [10, 3]], [[0, 2], [5, 0]])
    assert p.shape == (2, 2)
    assert p[0, 0] == p[1, 1] == e_test(3, 0)
    assert e_test([3, 6], 2, [1, 1], [2, 1])[1] == e_test(6, 2)
    assert e_test([], []).shape == (0,)
    # 3 in 0.3 is the rate of 10 in 1, whatever the rounding.
    assert e_test(3, 10, 0.3, 1) == e_test(1, 3, 0.1, 0.3) == 1


def test_a_whole_force_in_less_than_a_second() -> None:
    random = np.random.default_rng(1)
    usual = random.gamma(0.5, 40, 9_500)
    start = time.perf_counter()
    e_test(random.poisson(usual), random.poisson(usual), 30, 31)
    e_test(random.poisson(usual * 100)[:500], random.poisson(usual * 100)[:500])
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize("bad", [-1, 1.5, np.nan, np.inf])
def test_what_is_no_count_is_refused(bad: float) -> None:
    for call in (lambda: e_test(bad, 1), lambda: e_test(1, [2, bad]), lambda: poisson_z(3, bad)):
        with pytest.raises(UserError, match="negative, missing or no whole number"):
            call()
    with pytest.raises(UserError, match="negative, missing or no whole number"):
        weekly_band([1] * 9 + [bad])


@pytest.mark.parametrize("bad", [0, -1, np.nan, np.inf])
def test_no_exposure_is_refused(bad: float) -> None:
    with pytest.raises(UserError, match="taken over nothing"):
        e_test(1, 1, 1, bad)


def test_poisson_z() -> None:
    assert poisson_z(24, 15) == pytest.approx(2.052, abs=5e-4)
    assert poisson_z([15, 4, 0], [24, 4, 1]) == pytest.approx([-2.052, 0, -2], abs=5e-4)


def test_weekly_band() -> None:
    low, high = weekly_band([4, 4, 4, 4, 4, 4, 4, 4, 100, 16])
    assert np.isnan(low[:8]).all() and np.isnan(high[:8]).all()
    # The root of 4 is 2; the week itself is not in its own mean.
    assert (low[8], high[8]) == (0.25, 12.25)
    assert (low[9], high[9]) == (2.5**2, 5.5**2)


def test_the_band_of_few_incidents_begins_at_none() -> None:
    low, high = weekly_band([0, 2, 1], previous=2)
    assert (low[2], high[2]) == (0, 6.25)
    assert weekly_band([0, 0, 0], previous=2)[1][2] == 2.25


def test_too_few_weeks_have_no_band() -> None:
    assert np.isnan(weekly_band([1, 2, 3])[0]).all()
    assert weekly_band([])[1].shape == (0,)
    with pytest.raises(UserError, match="list of weeks"):
        weekly_band([1, 2], previous=0)


def test_the_band_holds_all_but_about_three_in_a_thousand() -> None:
    # With the mean known it is 3 standard deviations, .27%; the mean of 8 weeks adds to that.
    weeks = np.random.default_rng(2).poisson(20, 60_000)
    low, high = weekly_band(weeks)
    outside = ((weeks < low) | (weeks > high))[8:].mean()
    assert 0.002 < outside < 0.01
