"""Many places looked at: how often chance is taken for more, and what stands out all the same."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import betabinom, binomtest

from vrp_map.errors import UserError
from vrp_map.statistics.many_places import (
    compare_places,
    dispersion_of_months,
    rank_interval,
    rate_interval,
    ratio_interval,
)
from vrp_map.statistics.rates import poisson_interval

PLACES, MONTHS, TOWNS = 120, 12, 400
# 5% and three standard errors of 400 draws.
AT_MOST = 0.05 + 3 * np.sqrt(0.05 * 0.95 / TOWNS)


def bunched(
    rng: np.random.Generator, mean: float, phi: float, shape: tuple[int, ...]
) -> np.ndarray:
    """Counts that vary phi times as much as chance alone."""
    if phi == 1:
        return rng.poisson(mean, shape)
    return rng.negative_binomial(mean / (phi - 1), 1 / phi, shape)


@pytest.mark.parametrize(("mean", "phi"), [(0.1, 1.0), (1.0, 1.0), (8.0, 1.0), (1.0, 2.5)])
def test_where_all_places_are_alike_hardly_ever_one_stands_out(mean: float, phi: float) -> None:
    """Days differ from place to place; the dispersion is estimated from the months, as always."""
    rng = np.random.default_rng(1)
    days = rng.integers(12, 20, size=(PLACES, MONTHS))
    wrong = 0
    for _ in range(TOWNS):
        table = bunched(rng, mean, phi, (PLACES, MONTHS))
        # Fewer days, fewer incidents.
        table = rng.binomial(table, days / 20)
        dispersion = dispersion_of_months(table, days)
        compared = compare_places(table.sum(axis=1), days.sum(axis=1), dispersion=dispersion)
        wrong += bool((compared.q <= 0.05).any())
    assert wrong / TOWNS <= AT_MOST


def test_places_that_share_incidents_do_not_add_false_alarms() -> None:
    """Circles of schools overlap: the same incident counts for each of them."""
    rng = np.random.default_rng(2)
    schools = rng.uniform(0, 1, size=(60, 2))
    wrong = 0
    for _ in range(TOWNS):
        at = rng.uniform(-0.2, 1.2, size=(rng.poisson(1500), 2))
        near = ((schools[:, None, :] - at[None, :, :]) ** 2).sum(axis=2) < 0.15**2
        wrong += bool((compare_places(near.sum(axis=1), np.ones(60)).q <= 0.05).any())
    assert wrong / TOWNS <= AT_MOST


def test_places_with_three_times_as_many_are_found() -> None:
    rng = np.random.default_rng(3)
    rates = np.where(np.arange(PLACES) < 5, 45.0, 15.0)
    found = np.array(
        [compare_places(rng.poisson(rates), np.ones(PLACES)).q <= 0.05 for _ in range(100)]
    )
    assert found[:, :5].mean() > 0.95
    false = found[:, 5:].sum(axis=1) / np.maximum(found.sum(axis=1), 1)
    assert false.mean() <= 0.05


def test_the_intervals_are_the_exact_ones() -> None:
    counts = np.array([0, 1, 7, 120])
    for ours, known in zip(rate_interval(counts, 2.0), poisson_interval(counts), strict=True):
        assert np.allclose(ours, known / 2)
    ratio, low, high = ratio_interval([12], [190], [9], [170])
    part = binomtest(12, 21).proportion_ci(method="exact")
    times = 170 / 190
    assert np.allclose(ratio, 12 / 9 * times)
    assert np.allclose([low[0], high[0]], [p / (1 - p) * times for p in (part.low, part.high)])
    assert np.isinf(ratio_interval([3], [1], [0], [1])[2]).all()
    # Counts worth half of one: an interval √2 times as wide, nearly.
    wide, narrow = (np.diff(rate_interval([400], 1.0, dispersion=d), axis=0) for d in (2.0, 1.0))
    assert wide / narrow == pytest.approx(np.sqrt(2), rel=0.02)


def test_the_chance_of_bunched_counts_is_the_beta_binomial_one() -> None:
    counts, days = np.array([9, 4, 30, 0]), np.array([10.0, 20.0, 15.0, 5.0])
    found = compare_places(counts, days, dispersion=3.0).p
    a = 43 * days / 50 / 2
    known = betabinom.sf(counts - 1, 43, a, 43 / 2 - a)
    assert np.allclose(found, known, atol=1e-10)
    # As the bunching goes away it is the binomial one.
    one, none = (compare_places(counts, days, dispersion=d).p for d in (1.00101, 1.0))
    assert np.allclose(one, none, atol=2e-3)


def test_the_interval_of_a_rank_holds_the_true_rank() -> None:
    rng = np.random.default_rng(4)
    rates = np.linspace(5, 40, 30)
    true = np.arange(30, 0, -1)
    held = []
    for _ in range(100):
        low, high = rank_interval(rng.poisson(rates), np.ones(30))
        held.append((low <= true) & (true <= high))
    assert np.mean(held) > 0.93


def test_what_cannot_be_compared_is_refused() -> None:
    for n, over in (([3], [1.0]), ([3, 4], [1.0, 0.0])):
        with pytest.raises(UserError, match="Fewer than two places"):
            compare_places(n, over)
