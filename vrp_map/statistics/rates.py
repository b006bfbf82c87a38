"""Incidents per 1,000 residents, with the interval that chance alone allows.

The interval is the exact one of a Poisson count (F. Garwood, Biometrika 28, 1936), through the
chi-square quantiles. The denominator is who lives there, not who passes through: a town centre's
rate is high for that alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from vrp_map.errors import UserError

Floats = NDArray[np.float64]


def poisson_interval(n: Any, *, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """The exact interval of the mean of each Poisson count; NaN where the count is missing.

    Args:
        n: (m,) counts, or one.

    Raises:
        UserError: a count is negative.
    """
    counts = numbers(n)
    if (counts < 0).any():
        raise UserError("A count is negative.", hint="Give numbers of incidents.")
    tail = (1 - confidence) / 2
    # chdtri takes the upper tail; with 0 incidents the lower limit is 0 by definition.
    low = np.where(
        counts > 0,
        scipy.special.chdtri(2 * np.where(counts > 0, counts, 1.0), 1 - tail) / 2,
        counts,
    )
    return low, scipy.special.chdtri(2 * counts + 2, tail) / 2


def rates_per_1000(n: Any, population: Any) -> tuple[Floats, Floats, Floats]:
    """Rates per 1,000 residents and their exact 95% limits.

    Args:
        n, population: (m,) numbers of incidents and residents, or a single one of either; a column
            with missing values will do.

    Returns:
        rate, low, high, each (m,); NaN where the count is missing or the population is missing or
        0.

    Raises:
        UserError: a number is negative.
    """
    residents = numbers(population)
    if (residents < 0).any():
        raise UserError("A population is negative.", hint="Give numbers of residents.")
    per = 1000 / np.where(residents > 0, residents, np.nan)
    low, high = poisson_interval(n)
    return numbers(n) * per, low * per, high * per


def rate_per_1000(n: float | None, population: float | None) -> tuple[float, float, float]:
    """`rates_per_1000` of one area: rate, low, high; NaN for "not known"."""
    rate, low, high = rates_per_1000(n, population)
    return float(rate[0]), float(low[0]), float(high[0])


def numbers(values: Any) -> Floats:
    """Any column of numbers as (m,) floats, NaN where one is missing."""
    series = (
        values
        if isinstance(values, pd.Series)
        else pd.Series(np.atleast_1d(np.asarray(values, dtype=object)))
    )
    return np.asarray(pd.to_numeric(series).to_numpy(dtype=float, na_value=np.nan), dtype=float)
