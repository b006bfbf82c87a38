"""How good was a map that named places beforehand?

Sources: S. Chainey, L. Tompson and S. Uhlig, "The utility of hotspot mapping for predicting spatial patterns of crime",
Security Journal 21 (2008), for the prediction accuracy index PAI; J. Hunt, "Do crime hot spots move?" (2016), for the
prediction efficiency index PEI*; N. Levine's response in Security Journal 21 (2008) for the recapture rate index, and
A. Wheeler for the ratio of predicted to observed. The last two are both called RRI elsewhere, and differ.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vrp_map.errors import UserError

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]


@dataclass(frozen=True)
class Accuracy:
    """What the first 1, 2, ... n cells of an order held.

    Attributes:
        captured: (n,) incidents in them. best: (n,) the most that as many cells could have held.
        pai: (n,) share of the incidents over share of the area. pei: (n,) captured over best (PEI*).
            NaN where there were no incidents.
    """

    captured: Floats
    best: Floats
    pai: Floats
    pei: Floats


def order_by(score: ArrayLike) -> Positions:
    """Positions of the cells, the highest score first; of equal scores the one that comes first.

    Raises:
        UserError: a score is missing.
    """
    values = np.asarray(score, dtype=float)
    if values.ndim != 1 or np.isnan(values).any():
        raise UserError("A cell has no score.", hint="Give one number for each cell.")
    return np.argsort(-values, kind="stable").astype(np.int64)


def cells_in(share: float, cells: int) -> int:
    """How many cells a share of them is: the nearest whole number, but one at least.

    Raises:
        UserError: the share is not above 0 and at most 1, or there are no cells.
    """
    if not 0 < share <= 1:
        raise UserError(f"The share {share:g} is not between 0 and 1.", hint="Write 1% as 0.01.")
    if cells < 1:
        raise UserError("There are no cells to choose from.", hint="Give a lattice with cells.")
    # The little more keeps 0.35 of 10, a binary fraction just below 3.5, from being rounded down.
    return min(cells, max(1, int(np.floor(share * cells + 0.5 + 1e-9))))


def accuracy(observed: ArrayLike, order: ArrayLike, *, elsewhere: float = 0.0) -> Accuracy:
    """PAI and PEI* of an order of cells, for every number of cells from the top.

    PAI = (n / N) / (a / A), PEI* = n / n*, n* the most that any choice of the same area could have held. The cells
    count as equal in area: those of one H3 resolution differ by less than 1% within a force.

    Args:
        observed: (n,) incidents in each cell afterwards. order: (n,) its positions, the first choice first.
        elsewhere: incidents that lay in none of the cells; they belong to N, and no choice could hold them.

    Raises:
        UserError: a count is negative or missing, or the order is not one of these cells.
    """
    counts, chosen = _counts(observed), np.asarray(order)
    n = len(counts)
    if chosen.shape != counts.shape or not np.array_equal(np.sort(chosen), np.arange(n)):
        raise UserError("The order does not name each cell once.", hint="Take it from `order_by`.")
    captured, best = np.cumsum(counts[chosen]), np.cumsum(np.sort(counts)[::-1])
    total = counts.sum() + elsewhere
    return Accuracy(captured, best, pai(captured, total, np.arange(1, n + 1), n), pei(captured, best))


def pai(captured: ArrayLike, total: ArrayLike, area: ArrayLike, total_area: ArrayLike) -> Floats:
    """The prediction accuracy index, any shape: share of the incidents over share of the area; NaN without incidents.

    Args:
        captured, total: incidents in the chosen cells, and in all. area, total_area: of both, in one unit.
    """
    return _ratio(_ratio(captured, total), _ratio(area, total_area))


def pei(captured: ArrayLike, best: ArrayLike) -> Floats:
    """PEI*, any shape: incidents captured over the most that the same area could have captured; NaN without any."""
    return _ratio(captured, best)


def rri_recapture(captured_before: float, total_before: float, captured_after: float, total_after: float) -> float:
    """Levine's recapture rate index (n2 / n1) / (N2 / N1): do the chosen places keep their share? 1 = they do.

    NaN where the first period has no incidents in the places, or the second none at all.
    """
    return float(_ratio(_ratio(captured_after, captured_before), _ratio(total_after, total_before)))


def calibration_ratio(predicted: ArrayLike, observed: ArrayLike) -> Floats:
    """Predicted over observed incidents (Wheeler's recovery index), any shape: 1 = as many as were said; NaN over 0."""
    return _ratio(predicted, observed)


def _ratio(above: ArrayLike, below: ArrayLike) -> Floats:
    top, bottom = np.broadcast_arrays(np.asarray(above, dtype=float), np.asarray(below, dtype=float))
    return np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)


def _counts(observed: ArrayLike) -> Floats:
    counts = np.asarray(observed, dtype=float)
    if counts.ndim != 1 or not np.isfinite(counts).all() or (counts < 0).any():
        raise UserError("A count is negative or missing.", hint="Give the incidents of each cell, 0 for none.")
    return counts
