"""Mann-Kendall: the worked examples, ties, edges, scipy and a plain loop as the oracles."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy import stats

from vrp_map.errors import UserError
from vrp_map.statistics.mann_kendall import mann_kendall, seasonal_mann_kendall


@pytest.mark.parametrize(
    ("series", "s", "variance", "z"),
    [
        (range(1, 11), 45, 125, 3.93548),
        ([1, 1, 2, 2, 3, 3], 12, 25.3333, 2.18548),
        ([5, 4, 4, 3, 2, 2, 1, 1], -25, 62.3333, -3.03984),
        ([3, 1, 4, 1, 5, 9, 2, 6, 5, 3], 12, 122, 0.995893),
    ],
)
def test_worked_examples(series: list[int], s: int, variance: float, z: float) -> None:
    trend = mann_kendall([list(series)])
    assert trend.s.tolist() == [s]
    assert trend.variance == pytest.approx([variance], abs=5e-5)
    assert trend.z == pytest.approx([z], abs=5e-6)


def test_p_is_two_sided() -> None:
    trend = mann_kendall([range(1, 11), [1, 1, 2, 2, 3, 3, 3, 3, 3, 3]])
    assert trend.p[0] == pytest.approx(8.303e-05, abs=5e-9)
    assert mann_kendall([[1, 1, 2, 2, 3, 3]]).p == pytest.approx([0.028854], abs=5e-7)
    assert mann_kendall([range(10, 0, -1)]).p[0] == trend.p[0]


def by_loops(series: np.ndarray) -> tuple[float, float]:
    n = len(series)
    s = sum(np.sign(series[j] - series[i]) for i in range(n) for j in range(i + 1, n))
    ties = sum(t * (t - 1) * (2 * t + 5) for t in np.unique(series, return_counts=True)[1])
    return s, (n * (n - 1) * (2 * n + 5) - ties) / 18


@pytest.mark.parametrize("steps", [2, 3, 7, 36])
def test_equal_to_the_plain_loop_and_to_kendalls_tau(steps: int) -> None:
    rows = np.random.default_rng(steps).poisson(2, (40, steps)).astype(float)
    trend = mann_kendall(rows)
    for row, s, variance in zip(rows, trend.s, trend.variance, strict=True):
        assert (s, variance) == pytest.approx(by_loops(row))
        if len(np.unique(row)) > 1:
            # Kendall's tau-b is S over the root of the pairs untied in time and untied in value.
            pairs = steps * (steps - 1) / 2
            untied = pairs - sum(t * (t - 1) / 2 for t in np.unique(row, return_counts=True)[1])
            assert s == pytest.approx(
                stats.kendalltau(range(steps), row).statistic * np.sqrt(pairs * untied)
            )


def test_nothing_to_tell() -> None:
    trend = mann_kendall([[3, 3, 3, 3], [1, 2, 2, 1]])
    assert trend.s.tolist() == trend.z.tolist() == [0, 0]
    assert trend.p.tolist() == [1, 1]
    assert mann_kendall([[7]]).p.tolist() == [1]
    assert mann_kendall(np.empty((3, 0))).z.tolist() == [0, 0, 0]
    assert mann_kendall(np.empty((0, 5))).p.shape == (0,)


@pytest.mark.parametrize("bad", [[1, 2, 3], [[1, np.nan]], [[1, np.inf]]])
def test_what_is_no_table_of_numbers_is_refused(bad: list) -> None:
    with pytest.raises(UserError, match="a value for every cell and step"):
        mann_kendall(bad)


def test_thirty_six_months_of_a_force_in_less_than_a_second() -> None:
    rows = np.random.default_rng(0).poisson(1, (9_500, 36))
    start = time.perf_counter()
    mann_kendall(rows)
    assert time.perf_counter() - start < 1


def test_a_season_is_no_trend_and_a_trend_under_a_season_is_one() -> None:
    season = np.tile([5.0, 9, 14, 20, 26, 30, 28, 22, 15, 10, 7, 4], 3)
    flat, rising = (
        seasonal_mann_kendall([season]),
        seasonal_mann_kendall([season + np.repeat([0, 1, 2], 12)]),
    )
    assert (flat.s[0], flat.p[0]) == (0, 1)
    # Twelve months of three years each: S = 12 x 3, Var = 12 x 3 (3 - 1)(6 + 5) / 18.
    assert (rising.s[0], rising.variance[0]) == (36, pytest.approx(44))
    assert rising.z[0] == pytest.approx(35 / np.sqrt(44))
    assert seasonal_mann_kendall([season[:12]]).p[0] == 1
    assert mann_kendall([season + np.repeat([0, 1, 2], 12)]).p[0] > 0.05
