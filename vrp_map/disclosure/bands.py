"""Coarse steps for what is worked out from counts: p, q, shares and estimates.

From an exact one the counts could be worked back.
"""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from vrp_map.disclosure.thresholds import is_exact

P_BANDS = (0.01, 0.05, 0.10)
# The fewest hexagons whose share of the incidents may be shown.
FEWEST_CHOSEN = 10
# Coarser steps would draw rises and falls that are only rounding.
_SHARE_STEPS = (0.01, 0.02, 0.05)

Number = TypeVar("Number", float, npt.NDArray[np.float64])


def p_band(p: float) -> float:
    """The band that a p or a q lies in: the least of 0.01, 0.05 and 0.10 that it does not pass,
    else 1.
    """
    return next((band for band in P_BANDS if p <= band), 1.0)


def p_bands(p: pd.Series, *, k: int) -> pd.Series:
    """The band of each p or q; exact ones where every number is shown."""
    exact = p.astype(float)
    if is_exact(k):
        return exact
    bounds = np.array([*P_BANDS, 1.0])
    return pd.Series(bounds[np.searchsorted(P_BANDS, exact.to_numpy())], index=p.index)


def nearest(value: Number, *, k: int) -> Number:
    """An estimate to the nearest k; k = 1 leaves it as it is."""
    return value if is_exact(k) else np.floor(value / k + 0.5) * k


def rounded_up(n: int, *, k: int) -> int:
    """The smallest number that shows and is at least n."""
    return -(-n // k) * k


def may_show_share(chosen: int, *, k: int) -> bool:
    """Whether the share of so many hexagons may be shown."""
    return is_exact(k) or chosen >= FEWEST_CHOSEN


def shown_share(part: float, whole: float, k: int) -> float:
    """A share of incidents: exact for k = 1, else to the least of 1, 2 and 5% that is at least k
    incidents.

    NaN where there is nothing to share, or where a twentieth of the incidents is fewer than k.
    """
    if not whole > 0:
        return math.nan
    if is_exact(k):
        return float(part / whole)
    step = next((s for s in _SHARE_STEPS if s * whole >= k), None)
    return math.nan if step is None else round(math.floor(part / whole / step + 0.5) * step, 2)
