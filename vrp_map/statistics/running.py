"""A pilot month by month: the difference so far, with bands that all months share honestly.

A. Wheeler and J. Ratcliffe's difference, summed up to each month (`wdd`); without counts before it
is the treated place less its comparison. A band of 95% a month would be left by chance in some
month or other by far more than 5% of pilots: with a planned end the 5% is spent over the months
(`early_looks`).
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike, NDArray

from vrp_map.errors import UserError
from vrp_map.statistics.early_looks import LookHistory, critical_values
from vrp_map.statistics.wdd import critical_value


def running_difference(
    treated: ArrayLike,
    comparison: ArrayLike,
    *,
    before: tuple[float, float] | None = None,
    months_before: float | None = None,
    months_planned: int | None = None,
    comparison_weight: float = 1.0,
    dispersion: float = 1.0,
    freedom: float = math.inf,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """The difference so far, at the end of each month.

    Args:
        treated, comparison: (m,) counts of each month after the start.
        before: counts of both in `months_before` months before it; None = they were alike.
        months_planned: how long the pilot is to run; the bands then hold in all months together.
            Without, each month's band is by itself.
        comparison_weight: how many times as large the comparison is; its counts are divided by it.
        dispersion, freedom, confidence: as for `wdd.weighted_difference`.

    Returns:
        month (1, 2, …), difference (incidents so far), se, low, high.

    Raises:
        UserError: months that do not fit.

    >>> running_difference([20, 15], [22, 25], confidence=0.90).round(1).values.tolist()
    [[1.0, -2.0, 6.5, -12.7, 8.7], [2.0, -12.0, 9.1, -26.9, 2.9]]
    """
    one, other = (np.cumsum(np.asarray(counts, dtype=float)) for counts in (treated, comparison))
    if one.shape != other.shape or one.ndim != 1 or not len(one):
        raise UserError(
            "The months of pilot and comparison differ.", hint="Give one count for each month."
        )
    months = np.arange(1, len(one) + 1)
    scale = 1 / comparison_weight
    difference, variance = one - other * scale, one + other * scale**2
    if before is not None:
        if not months_before:
            raise UserError("Counts before need their months.", hint="Give the months before too.")
        share = months / months_before
        difference = difference - (before[0] - before[1] * scale) * share
        variance = variance + (before[0] + before[1] * scale**2) * share**2
    wide: float | NDArray[np.float64] = critical_value(confidence, freedom=freedom)
    if months_planned is not None:
        looks = tuple(float(month) for month in months)
        # Without counts before nothing is shared between looks but the months themselves.
        history = LookHistory(months_before or 1e9, float(months_planned), looks)
        normal = np.array(critical_values(history.fractions, alpha=1 - confidence))
        wide = -scipy.special.stdtrit(freedom, scipy.special.ndtr(-normal))
    se = np.sqrt(dispersion * variance)
    low, high = difference - wide * se, difference + wide * se
    return pd.DataFrame(
        {"month": months, "difference": difference, "se": se, "low": low, "high": high}
    )
