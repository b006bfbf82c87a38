"""The scan statistic: published examples and a simulation."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from vrp_map.errors import UserError
from vrp_map.statistics.scan import scan_p


def test_the_london_cyclists() -> None:
    # Six deaths in a fortnight, 0.6 usual in one, 208 fortnights; published as .03902238.
    assert scan_p(6, mean=0.6, windows=208) == pytest.approx(0.03902238, abs=1e-6)


def test_six_this_week_is_near_a_coin_flip_over_five_years() -> None:
    # Published as .4868, which is the formula with L - 1 in place of Naus's L - 2 in the exponent;
    # a simulation of 40,000 five-year spans gave .4844 with a standard error of .0025, which is the
    # value below.
    assert scan_p(6, mean=1, windows=260) == pytest.approx(0.485587, abs=1e-6)
    assert scan_p(6, mean=1, windows=261) == pytest.approx(0.4869, abs=1e-4)


def simulated(k: int, mean: float, windows: float, times: int) -> float:
    random = np.random.default_rng(5)
    found = 0
    for number in random.poisson(mean * windows, times):
        at = np.sort(random.uniform(0, windows, number))
        found += number >= k and bool((at[k - 1 :] - at[: number - k + 1] < 1).any())
    return found / times


@pytest.mark.parametrize(
    ("k", "mean", "windows"), [(3, 0.2, 20), (4, 0.5, 52), (8, 2, 12), (12, 5, 5.5)]
)
def test_agrees_with_a_simulation(k: int, mean: float, windows: float) -> None:
    times = 6_000
    p = scan_p(k, mean=mean, windows=windows)
    assert 0.02 < p < 0.9
    assert simulated(k, mean, windows, times) == pytest.approx(
        p, abs=4 * np.sqrt(p * (1 - p) / times) + 0.005
    )


def test_more_events_are_rarer_and_more_time_finds_more() -> None:
    by_k = [scan_p(k, mean=1, windows=52) for k in range(4, 14)]
    assert all(first > second > 0 for first, second in itertools.pairwise(by_k))
    assert scan_p(40, mean=1, windows=52) == pytest.approx(0, abs=1e-14)
    by_time = [scan_p(6, mean=1, windows=w) for w in (2, 10, 52, 260, 5200)]
    assert by_time == sorted(by_time)
    assert by_time[-1] <= 1


def test_what_is_usual_is_certain() -> None:
    assert scan_p(5, mean=5, windows=10) == 1
    assert scan_p(40, mean=700, windows=10) == 1


@pytest.mark.parametrize(
    ("k", "mean", "windows", "match"),
    [
        (2, 1, 10, "3 events or more"),
        (6.5, 1, 10, "3 events or more"),
        (6, 0, 10, "above 0"),
        (6, float("nan"), 10, "above 0"),
        (6, 1, 1.5, "2 windows or more"),
        (6, 1, float("inf"), "2 windows or more"),
    ],
)
def test_what_it_was_not_made_for_is_refused(
    k: float, mean: float, windows: float, match: str
) -> None:
    with pytest.raises(UserError, match=match):
        scan_p(k, mean=mean, windows=windows)  # type: ignore[arg-type]
