"""Where do two sets of points differ in share?

Cell by cell, with a test: the spatial point pattern test.

Sources: A. P. Wheeler, W. Steenbeek and M. A. Andresen, "Testing for similarity in area-based
spatial patterns", Transactions in GIS 22 (2018): a test of two proportions in every cell instead of
M. A. Andresen's resampling; the correction for continuity is F. Yates's (1934), that for many tests
Benjamini and Yekutieli's (`fdr`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from vrp_map.errors import UserError
from vrp_map.statistics.fdr import q_values

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ShareComparison:
    """Every cell's share of set A against its share of set B; each array is (n,).

    Attributes:
        share_a, share_b: the cell's part of its set's total, 0 to 1; NaN where that total is 0.
        p, q: two-sided, of "both sets have the same share here"; NaN in cells that hold neither.
        direction: 1 where A's share is the greater, -1 where B's is, 0 where they are equal or
            there is nothing.
        total_a, total_b: the totals that the shares are of.
    """

    share_a: Floats
    share_b: Floats
    p: Floats
    q: Floats
    direction: NDArray[np.int8]
    total_a: float
    total_b: float


def compare_shares(
    a: ArrayLike,
    b: ArrayLike,
    *,
    total_a: float | None = None,
    total_b: float | None = None,
    method: str = "by",
) -> ShareComparison:
    """Compare two sets of points by each cell's share of them.

    The test takes every point for an independent one. Ten pins of one person are not ten: for pins
    give the distinct contributors of each cell.

    Args:
        a, b: (n,) points of each set in every cell.
        total_a, total_b: the sizes of the sets, if some of their points lie in other cells; else
            the sums.
        method: of the q-values: "by" (strict; shares depend on each other) or "bh".

    Raises:
        UserError: a count is negative or missing, the two differ in number, or a total is less than
            the sum.
    """
    first, second = _counts(a), _counts(b)
    if first.shape != second.shape:
        raise UserError(
            "The two sets have different numbers of cells.", hint="Count both on the same cells."
        )
    all_a, all_b = _total(first, total_a), _total(second, total_b)
    p = np.full(first.shape, np.nan)
    tested = (first + second > 0) & (all_a > 0) & (all_b > 0)
    if tested.any():
        p[tested] = _yates(first[tested], second[tested], all_a, all_b)
    q = np.full(first.shape, np.nan)
    q[tested] = q_values(p[tested], method=method)
    share_a = first / all_a if all_a else np.full(first.shape, np.nan)
    share_b = second / all_b if all_b else np.full(second.shape, np.nan)
    # By products of whole numbers: two divisions could differ in the last digit where the shares
    # are equal.
    direction = np.where(tested, np.sign(first * all_b - second * all_a), 0).astype(np.int8)
    return ShareComparison(share_a, share_b, p, q, direction, all_a, all_b)


def _yates(a: Floats, b: Floats, all_a: float, all_b: float) -> Floats:
    """p of the 2 x 2 table [[a, b], [all_a - a, all_b - b]] with Yates's correction."""
    n, inside = all_a + all_b, a + b
    gap = np.maximum(0.0, np.abs(a * all_b - b * all_a) / n - 0.5)
    # In this order no product leaves the range of a float.
    below = (all_a / n) * (all_b / n) * inside * ((n - inside) / n)
    # A cell that holds every point of both sets: the shares are equal, both 1.
    chi_square = np.divide(gap * gap, below, out=np.zeros_like(gap), where=below > 0)
    return np.asarray(chdtrc(1, chi_square))


def _counts(values: ArrayLike) -> Floats:
    counts = np.asarray(values, dtype=float)
    if counts.ndim != 1 or not np.isfinite(counts).all() or (counts < 0).any():
        raise UserError(
            "A count is negative or missing.", hint="Give one number of 0 or more for every cell."
        )
    return counts


def _total(counts: Floats, stated: float | None) -> float:
    found = float(counts.sum())
    if stated is None:
        return found
    if not stated >= found:
        raise UserError(
            f"The total {stated:g} is less than the {found:g} points in the cells.",
            hint="Give the size of the set.",
        )
    return float(stated)
