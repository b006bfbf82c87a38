"""Shares of incidents as an audience may see them."""

from __future__ import annotations

import math

FEWEST_CHOSEN = 10
# Coarser steps would draw rises and falls that are only rounding.
_STEPS = (0.01, 0.02, 0.05)


def shown_share(part: float, whole: float, k: int) -> float:
    """A share of incidents: exact for k = 1, else to the least of 1, 2 and 5% that is at least k
    incidents.

    NaN where there is nothing to share, or where a twentieth of the incidents is fewer than k.
    """
    if not whole > 0:
        return math.nan
    if k == 1:
        return float(part / whole)
    step = next((s for s in _STEPS if s * whole >= k), None)
    return math.nan if step is None else round(math.floor(part / whole / step + 0.5) * step, 2)
