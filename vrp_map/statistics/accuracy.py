"""How good was the forecast? What a selection of cells caught of the incidents that came.

Sources: S. Chainey, L. Tompson and S. Uhlig, Security Journal 21 (2008), the prediction accuracy
index (PAI); J. M. Hunt, "Do Crime Hot Spots Move?" (2016), the prediction efficiency index (PEI*);
N. Levine, Security Journal 21 (2008), the recapture rate index. Predicted to observed incidents
goes by the same letters, RRI, elsewhere (A. P. Wheeler's recovery rate index): the names here say
which is which.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vrp_map.errors import UserError

Floats = NDArray[np.float64]
Order = NDArray[np.int64]


@dataclass(frozen=True)
class Capture:
    """What the first cells of an order caught.

    Args:
        cells: how many cells were chosen.
        area, area_share: of them together, in the unit given, and of the whole.
        incidents, capture: in them, and as a share of all; NaN where there were none at all.
        pai: `pai`; pei: `pei_star`.
    """

    cells: int
    area: float
    area_share: float
    incidents: float
    capture: float
    pai: float
    pei: float


class Curve(NamedTuple):
    """What the first 1, 2, … n cells of an order caught, each (n,); the terms of `Capture`."""

    area: Floats
    area_share: Floats
    incidents: Floats
    capture: Floats
    pai: Floats
    pei: Floats


def pai(
    incidents: ArrayLike, all_incidents: ArrayLike, area: ArrayLike, whole_area: ArrayLike
) -> Floats:
    """Prediction accuracy index, (n / N) / (a / A): how many times as dense the chosen area was as
    the whole.

    NaN where nothing happened or nothing was chosen. It favours small areas, so never show it
    without the area.
    """
    n, total, a, whole = (
        np.asarray(v, dtype=float) for v in (incidents, all_incidents, area, whole_area)
    )
    return _ratio(n * whole, total * a)


def pei_star(incidents: ArrayLike, area: ArrayLike, counts: ArrayLike, areas: ArrayLike) -> Floats:
    """Prediction efficiency index, n / n*: what was caught, of the most that an equally large area
    could have caught.

    n* takes the cells by density, the densest first, and of the last one the part that fills the
    area up. For cells of equal area that is the best choice of as many cells; for unequal ones no
    choice of whole cells is better, so the index is never above 1. NaN where n* is 0.

    Args:
        incidents, area: of the chosen cells.
        counts, areas: (n,) of every cell.

    Raises:
        UserError: counts or areas that do not fit.
    """
    # Only rounding of the areas could lead above 1.
    return np.minimum(
        _ratio(np.asarray(incidents, dtype=float), most_possible(area, counts, areas)), 1.0
    )


def most_possible(area: ArrayLike, counts: ArrayLike, areas: ArrayLike) -> Floats:
    """The n* of `pei_star`: the most incidents that a choice of this area could have held; of the
    same arguments.
    """
    values, sizes = _checked(counts, areas)
    best = np.argsort(-values / sizes, kind="stable")
    reached = np.concatenate([[0.0], np.cumsum(sizes[best])])
    caught = np.concatenate([[0.0], np.cumsum(values[best])])
    return np.asarray(np.interp(np.asarray(area, dtype=float), reached, caught))


def rri_recapture(
    before: ArrayLike, after: ArrayLike, all_before: ArrayLike, all_after: ArrayLike
) -> Floats:
    """Levine's recapture rate index, (n2 / n1) / (N2 / N1): did the chosen area keep its share in
    the next period?

    1 = the same share as before, less = incidents went elsewhere. NaN where a number to divide by
    is 0.
    """
    n1, n2, whole1, whole2 = (
        np.asarray(v, dtype=float) for v in (before, after, all_before, all_after)
    )
    return _ratio(n2 * whole1, n1 * whole2)


def calibration_ratio(predicted: ArrayLike, observed: ArrayLike) -> Floats:
    """Predicted / observed incidents of the chosen area: above 1 the forecast said too many.

    NaN where none came.
    """
    return _ratio(np.asarray(predicted, dtype=float), np.asarray(observed, dtype=float))


def order_worst_first(score: ArrayLike, counts: ArrayLike, areas: ArrayLike) -> Order:
    """The cells by score, the highest first; of equal scores those first that caught least per
    area.

    A method that cannot tell cells apart must not gain from the order they happen to stand in.
    Needs what happened, so it serves to mark a forecast, never to make one. It makes ties
    pessimistic: a forecast in whole incidents has many, one in fractions none, so between two
    forecasts it favours the second. `chosen_parts` compares them fairly.

    Args:
        score, counts, areas: (n,) forecast, incidents that came, and area of each cell.

    Returns:
        (n,) positions.

    Raises:
        UserError: they do not fit, or a score is missing.
    """
    values, sizes = _checked(counts, areas)
    scores = np.asarray(score, dtype=float)
    if scores.shape != values.shape or np.isnan(scores).any():
        raise UserError(
            "A cell has no score.",
            hint="Give one score for each cell, 0 where nothing is expected.",
        )
    return np.lexsort((values / sizes, -scores))


def chosen_parts(score: ArrayLike, cells: int) -> Floats:
    """How much of each cell is chosen when so many of the highest score are: 1, 0, or an equal part
    of the last places.

    Where the last places are tied, each tied cell gets an equal part of them. What such a choice
    holds is the mean over all ways to break the tie, so no forecast gains or loses by it, and
    nothing of what happened is looked at.

    Args:
        score: (n,) forecast of each cell. cells: how many to choose, 0 to n.

    Returns:
        (n,) parts from 0 to 1; their sum is `cells`.

    Raises:
        UserError: a score is missing, or there are fewer cells.
    """
    scores = np.asarray(score, dtype=float)
    if scores.ndim != 1 or np.isnan(scores).any():
        raise UserError(
            "A cell has no score.",
            hint="Give one score for each cell, 0 where nothing is expected.",
        )
    if not 0 <= cells <= len(scores):
        raise UserError(
            f"{cells} cells cannot be chosen of {len(scores)}.",
            hint="Choose no more than there are.",
        )
    if cells == 0:
        return np.zeros(len(scores))
    last = np.partition(scores, len(scores) - cells)[len(scores) - cells]
    above, tied = scores > last, scores == last
    return np.where(above, 1.0, np.where(tied, (cells - above.sum()) / tied.sum(), 0.0))


def capture_curve(
    order: ArrayLike, counts: ArrayLike, areas: ArrayLike, *, elsewhere: float = 0.0
) -> Curve:
    """What the first cells of an order caught, for every number of cells.

    Args:
        order: (n,) positions of all cells, the first choice first.
        counts, areas: (n,) incidents that came and area of each cell; any unit of area.
        elsewhere: incidents that came to none of the cells: they count among all, and no choice
            could catch them.

    Raises:
        UserError: they do not fit each other, or a negative number elsewhere.
    """
    values, sizes = _checked(counts, areas)
    chosen = _checked_order(order, len(values))
    incidents, area = np.cumsum(values[chosen]), np.cumsum(sizes[chosen])
    whole, total = sizes.sum(), _all_incidents(values, elsewhere)
    return Curve(
        area,
        _ratio(area, whole),
        incidents,
        _ratio(incidents, np.asarray(total)),
        pai(incidents, total, area, whole),
        pei_star(incidents, area, values, sizes),
    )


def cells_in_share(cells: int, share: float) -> int:
    """How many whole cells a share of them is: rounded down, but at least one.

    Raises:
        UserError: the share is not above 0 and at most 1, or there are no cells.
    """
    if not 0 < share <= 1:
        raise UserError(
            "The share of cells must be above 0 and at most 1.", hint="0.01 is 1 cell in 100."
        )
    if cells < 1:
        raise UserError("There are no cells to choose from.", hint="Choose a larger area.")
    # 0.29 of 100 is 29, though 0.29 * 100 is a little less.
    return max(1, int(np.floor(cells * share + 1e-9)))


def capture_at(
    order: ArrayLike, counts: ArrayLike, areas: ArrayLike, share: float, *, elsewhere: float = 0.0
) -> Capture:
    """What the first cells of an order caught, when a share of the cells may be chosen.

    The share is of the number of cells; a part of a cell is not chosen, but one cell always is
    (`cells_in_share`). So the share of the area may differ a little from it: the answer gives the
    area chosen, and the PAI goes by that.

    Args:
        order, counts, areas, elsewhere: as for `capture_curve`.
        share: above 0, at most 1.

    Raises:
        UserError: as for `capture_curve`, or a share that is none.
    """
    values, sizes = _checked(counts, areas)
    k = cells_in_share(len(values), share)
    chosen = _checked_order(order, len(values))[:k]
    incidents, area = float(values[chosen].sum()), float(sizes[chosen].sum())
    total, whole = _all_incidents(values, elsewhere), float(sizes.sum())
    return Capture(
        k,
        area,
        area / whole,
        incidents,
        incidents / total if total else float("nan"),
        float(pai(incidents, total, area, whole)),
        float(pei_star(incidents, area, values, sizes)),
    )


def _all_incidents(values: Floats, elsewhere: float) -> float:
    if not (np.isfinite(elsewhere) and elsewhere >= 0):
        raise UserError(
            "The incidents elsewhere are negative or missing.",
            hint="0 when the cells hold them all.",
        )
    return float(values.sum()) + elsewhere


def _ratio(above: Floats, below: Floats) -> Floats:
    above, below = np.broadcast_arrays(above, below)
    return np.asarray(np.divide(above, below, out=np.full(above.shape, np.nan), where=below != 0))


def _checked(counts: ArrayLike, areas: ArrayLike) -> tuple[Floats, Floats]:
    values, sizes = np.asarray(counts, dtype=float), np.asarray(areas, dtype=float)
    if values.ndim != 1 or values.shape != sizes.shape:
        raise UserError(
            "Counts and areas differ in number.", hint="Give one of each for every cell."
        )
    if not (np.isfinite(values) & (values >= 0)).all():
        raise UserError("A count is negative or missing.", hint="An empty cell is 0.")
    if not (np.isfinite(sizes) & (sizes > 0)).all():
        raise UserError("A cell has no area.", hint="Give the area of each cell, above 0.")
    return values, sizes


def _checked_order(order: ArrayLike, n: int) -> Order:
    chosen = np.asarray(order, dtype=np.int64)
    if (
        chosen.shape != (n,)
        or not (np.bincount(chosen[(chosen >= 0) & (chosen < n)], minlength=n) == 1).all()
    ):
        raise UserError(
            "The order does not name every cell once.", hint="Give the positions of all cells."
        )
    return chosen
