"""Mann-Kendall: does a series rise or fall, whatever its shape?

Sources: H. B. Mann, "Nonparametric Tests Against Trend", Econometrica 13 (1945); M. G. Kendall,
"Rank Correlation Methods" (1975), for the variance with ties and the continuity correction; R. M.
Hirsch, J. R. Slack and R. A. Smith, "Techniques of Trend Analysis for Monthly Water Quality Data",
Water Resources Research 18 (1982), for seasons.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vrp_map.errors import UserError
from vrp_map.statistics.gi_star import two_sided_p

Floats = NDArray[np.float64]


class MannKendall(NamedTuple):
    """The test of each series, all (cells,).

    Args:
        s: pairs of steps that rise less pairs that fall.
        variance: of s when there is no trend.
        z: standard score; above 0 rising, below 0 falling.
        p: two-sided; 1 where there is nothing to tell (s is 0, one step, all values equal).
    """

    s: Floats
    variance: Floats
    z: Floats
    p: Floats


def mann_kendall(x: ArrayLike) -> MannKendall:
    """Test every row for a trend.

    S = sum_(i<j) sign(x_j - x_i); Var = (n (n - 1)(2n + 5) - sum_ties t (t - 1)(2t + 5)) / 18;
    z = (S - sign S) / sqrt(Var), and 0 where S = 0.

    Args:
        x: (cells, steps) values in the order of time, equally long steps.

    Raises:
        UserError: not a table of finite numbers.
    """
    rows = _checked(x)
    return _trend(_score(rows), _variance(rows))


def seasonal_mann_kendall(x: ArrayLike, *, period: int = 12) -> MannKendall:
    """Test every row for a trend from year to year: each month is compared with the same month of
    other years only.

    S and its variance are the sums of those of each month of the year, so that no season takes
    part.

    Args:
        x: as for `mann_kendall`. period: steps in a year; with fewer than two years there is
            nothing to tell.

    Raises:
        UserError: not a table of finite numbers.
    """
    rows = _checked(x)
    parts = [rows[:, first::period] for first in range(min(period, rows.shape[1]))]
    nothing = np.zeros(len(rows))
    return _trend(sum(map(_score, parts), nothing), sum(map(_variance, parts), nothing))


def _trend(s: Floats, variance: Floats) -> MannKendall:
    # S is 0 wherever the variance is.
    z = np.divide(s - np.sign(s), np.sqrt(variance), out=np.zeros(len(s)), where=s != 0)
    return MannKendall(s, variance, z, two_sided_p(z))


def _checked(x: ArrayLike) -> Floats:
    rows = np.asarray(x, dtype=float)
    if rows.ndim != 2 or not np.isfinite(rows).all():
        raise UserError(
            "A trend needs a value for every cell and step.",
            hint="Give one row of numbers for each cell.",
        )
    return rows


def _score(rows: Floats) -> Floats:
    steps = rows.shape[1]
    # Turned over, so that the loop over time lags goes along the memory.
    series = np.ascontiguousarray(rows.T)
    total = np.zeros(len(rows), dtype=np.int64)
    for lag in range(1, steps):
        later, earlier = series[lag:], series[:-lag]
        total += np.count_nonzero(later > earlier, axis=0)
        total -= np.count_nonzero(later < earlier, axis=0)
    return total.astype(float)


def _variance(rows: Floats) -> Floats:
    steps = rows.shape[1]
    ordered = np.sort(rows, axis=1)
    run, ties = np.ones(len(rows)), np.zeros(len(rows))
    for step in range(1, steps):
        run = np.where(ordered[:, step] == ordered[:, step - 1], run + 1, 1.0)
        # The run-th equal value adds 6 (run² - 1): summed up over a tie of t values it is t (t -
        # 1)(2t + 5).
        ties += 6 * (run * run - 1)
    return np.asarray((steps * (steps - 1) * (2 * steps + 5) - ties) / 18)
