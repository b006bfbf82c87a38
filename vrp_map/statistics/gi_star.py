"""Getis-Ord Gi*: does a cell and its neighbours hold more (or fewer) incidents than chance would
put there?

Sources: J. K. Ord and A. Getis, "Local Spatial Autocorrelation Statistics: Distributional Issues
and an Application", Geographical Analysis 27 (1995), with binary weights: Gi* with the cell itself
among its neighbours, Gi without it. A. Getis and J. K. Ord, "The Analysis of Spatial Association by
Use of Distance Statistics", Geographical Analysis 24 (1992): the global G, one number for the whole
map.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from vrp_map.errors import UserError

Floats = NDArray[np.float64]
# A p above this calls no cell hot (`statistics.hotspots`), so that it need not be known better.
_LARGE_P = 0.10


def gi_star(y: ArrayLike, neighbours: NDArray[np.integer]) -> Floats:
    """The z-score of every cell.

    z_i = (sum_j w_ij y_j - mean W_i) / (S sqrt((n W_i - W_i²) / (n - 1))), w binary with w_ii = 1,
    W_i = sum_j w_ij, S the standard deviation with divisor n.

    Args:
        y: (n,) counts or other non-negative values, zero cells included: the lattice must be
            complete.
        neighbours: (n, k) integers, the positions of each cell's neighbours, without the cell
            itself and each once; n fills the rows up (`grid.neighbour_index`).

    Returns:
        (n,) z; 0 where the test can tell nothing: all values equal, one cell, or a cell that
        neighbours all others.

    Raises:
        UserError: a value is negative, missing or infinite, or `neighbours` does not fit `y`.
    """
    values, index = _checked(y, neighbours)
    n = len(values)
    largest = values.max(initial=0.0)
    if n < 2 or values.min() == largest:
        return np.zeros(n)
    # z does not depend on the unit: scaling keeps squares of huge values finite, centring keeps
    # small differences.
    centred = values / largest
    centred -= centred.mean()
    spread = np.sqrt(np.mean(centred * centred))
    around = centred + np.append(centred, 0.0)[index].sum(axis=1)
    weights = 1.0 + np.count_nonzero(index < n, axis=1)
    below = spread * np.sqrt((n - weights) * weights / (n - 1))
    return np.asarray(np.divide(around, below, out=np.zeros(n), where=below > 0))


def summed_around(values: NDArray[Any], neighbours: NDArray[np.integer]) -> NDArray[Any]:
    """The sum of each cell and its neighbours.

    Args:
        values: (n,) or (n, T), a column each for itself. neighbours: (n, k), n = none.
    """
    padded = np.concatenate([values, np.zeros((1, *values.shape[1:]), dtype=values.dtype)])
    total = values.copy()
    for column in neighbours.T:
        total += padded[column]
    return total


@dataclass(frozen=True)
class Scores:
    """Scores with the chance of each: (n,) or (n, T).

    Args:
        z: as `gi_star` has them. p: as `chance` has it, two-sided.
    """

    z: Floats
    p: Floats


def gi_star_test(
    y: ArrayLike,
    neighbours: NDArray[np.integer],
    *,
    unit: float = 1.0,
    dispersion: float = 1.0,
) -> Scores:
    """Which cells stand out from chance: `gi_star` with a p that holds in sparse data too.

    Level: where incidents fall evenly at random, at most 10% of maps have any cell with z > 0 and a
    Benjamini-Hochberg q of 0.10 or less (`statistics.fdr`), however few incidents there are.

    Args:
        y, neighbours: as for `gi_star`. unit, dispersion: as for `chance`.

    Raises:
        UserError: as for `gi_star` and `chance`.
    """
    z = gi_star(y, neighbours)
    values = np.asarray(y, dtype=float)
    weights = 1.0 + np.count_nonzero(np.asarray(neighbours) < len(values), axis=1)
    sums = summed_around(values, neighbours)
    expected = values.mean() * weights if len(values) else sums
    return Scores(z, chance(z, sums, expected, unit=unit, dispersion=dispersion))


def chance(
    z: ArrayLike,
    sums: ArrayLike,
    expected: ArrayLike,
    *,
    unit: float = 1.0,
    dispersion: float = 1.0,
) -> Floats:
    """The two-sided p-value of sums that have these scores.

    A sum of few incidents is far from normal: 1 where 0.005 are expected has a z of 14 and happens
    somewhere on every map. So a small p of a high sum is never below twice the chance of a count
    that high, Poisson or, where incidents come in runs, negative binomial. Where counts are large
    that is no bar, and p is the normal one.

    Args:
        z: scores, any shape. sums: incidents of each neighbourhood. expected: how many it has by
            chance.
        unit: k for counts of which each incident shown stands for k; 1 for exact ones.
        dispersion: how many times a Poisson count's variance the counts have from month to month,
            rounding included (`statistics.dispersion.pooled_dispersion`).

    Raises:
        UserError: the unit or the dispersion is below 1.

    >>> chance([14.0, 14.0], [1, 6], [0.005, 0.005]).round(6).tolist()
    [0.009975, 0.0]
    """
    if not (1 <= unit < np.inf and 1 <= dispersion < np.inf):
        raise UserError(
            f"The unit is {unit} and the dispersion {dispersion}.", hint="Give 1 or more of each."
        )
    score, total, mean = np.broadcast_arrays(
        *(np.asarray(v, dtype=float) for v in (z, sums, expected))
    )
    p = two_sided_p(score)
    high = (score > 0) & (p <= _LARGE_P) & (total > 0) & (mean > 0)
    held, due, runs = total[high] / unit, mean[high] / unit, dispersion / unit
    tail = (
        scipy.special.betainc(held, due / (runs - 1), (runs - 1) / runs)
        if runs > 1
        else scipy.special.gammainc(held, due)
    )
    p[high] = np.maximum(p[high], np.minimum(2.0 * tail, 1.0))
    return p


def least_standing_out(
    y: ArrayLike, *, size: int = 7, level: float = 0.05, unit: float = 1.0, dispersion: float = 1.0
) -> int:
    """The smallest sum of one neighbourhood alone that would stand out: what could have
    been seen.

    Args:
        y: (n,) as for `gi_star`. size: cells of a neighbourhood. level: of q. unit, dispersion: as
            for `chance`.
    """
    values = np.asarray(y, dtype=float)
    n, due = len(values), float(values.mean()) * size
    spread = float(values.std()) * np.sqrt(max((n - size) * size, 1) / max(n - 1, 1))

    def stands_out(total: int) -> bool:
        z = (total - due) / spread if spread else np.inf
        return bool(chance(z, total, due, unit=unit, dispersion=dispersion) <= level / n)

    low, high = int(due), int(due) + 1
    while not stands_out(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if stands_out(middle) else (middle, high)
    return high


def gi(y: ArrayLike, neighbours: NDArray[np.integer]) -> Floats:
    """The z-score of each cell's neighbours alone: is there much *around* the cell, whatever it
    holds itself?

    z_i = (sum_j w_ij y_j - W_i mean_i) / (S_i sqrt(((n - 1) W_i - W_i²) / (n - 2))), w binary with
    w_ii = 0; mean_i and S_i are those of the other n - 1 cells, with divisor n - 1.

    Args:
        y, neighbours: as for `gi_star`.

    Returns:
        (n,) z; 0 where the test can tell nothing: fewer than 3 cells, all other cells equal, no
        neighbours, or a cell that neighbours all others.

    Raises:
        UserError: as for `gi_star`.
    """
    values, index = _checked(y, neighbours)
    n = len(values)
    if n < 3:
        return np.zeros(n)
    # Around the median the n - 1 others are exactly 0 when they are all equal, so their spread is 0
    # and not a rest.
    centred = values / max(float(values.max()), np.finfo(float).tiny)
    centred -= np.median(centred)
    mean = _sum_of_others(centred) / (n - 1)
    spread = np.sqrt(np.maximum(_sum_of_others(centred * centred) / (n - 1) - mean * mean, 0.0))
    weights = np.count_nonzero(index < n, axis=1).astype(float)
    above = np.append(centred, 0.0)[index].sum(axis=1) - weights * mean
    below = spread * np.sqrt((n - 1 - weights) * weights / (n - 2))
    return np.asarray(np.divide(above, below, out=np.zeros(n), where=below > 0))


@dataclass(frozen=True)
class GlobalG:
    """The global G of a map.

    Args:
        g: the share of all products of two cells' values that neighbours hold; `expected` without
            any pattern.
        z: its standard score; above 0 high values stand together, below 0 low ones do.
        p: one-sided, the chance of a z this high or higher. Near 1 it says that low values stand
            together.
    """

    g: float
    expected: float
    z: float
    p: float


def global_g(y: ArrayLike, neighbours: NDArray[np.integer]) -> GlobalG:
    """Do high values stand together anywhere on the map?

    G = sum_ij w_ij y_i y_j / sum_(i != j) y_i y_j, w binary and symmetrical with w_ii = 0; z by the
    mean and variance of G over all rearrangements of the values.

    Args:
        y, neighbours: as for `gi_star`; of two neighbours each must name the other.

    Returns:
        The `GlobalG`; z 0 and p 0.5 where all values are equal, nobody or everybody has neighbours.

    Raises:
        UserError: as for `gi_star`, or fewer than 4 cells, or fewer than 2 that are not 0.
    """
    values, index = _checked(y, neighbours)
    n = len(values)
    if n < 4 or np.count_nonzero(values) < 2:
        raise UserError(
            "G needs at least 4 cells, 2 of them not empty.", hint="Choose a larger area or period."
        )
    x = values / values.max()
    degree = np.count_nonzero(index < n, axis=1).astype(float)
    links = degree.sum()
    m1, m2, m3, m4 = (float((x**power).sum()) for power in (1, 2, 3, 4))
    pairs = m1 * m1 - m2
    g = float((x * np.append(x, 0.0)[index].sum(axis=1)).sum()) / pairs
    expected = links / (n * (n - 1))
    # Getis and Ord's S1 and S2, for weights of 0 and 1 that are the same both ways.
    s1, s2, w2 = 2 * links, 4 * float((degree * degree).sum()), links * links
    square = (
        ((n * n - 3 * n + 3) * s1 - n * s2 + 3 * w2) * m2 * m2
        - ((n * n - n) * s1 - 2 * n * s2 + 6 * w2) * m4
        - (2 * n * s1 - (n + 3) * s2 + 6 * w2) * m1 * m1 * m2
        + (4 * (n - 1) * s1 - 2 * (n + 1) * s2 + 8 * w2) * m1 * m3
        + (s1 - s2 + w2) * m1**4
    ) / (pairs * pairs * n * (n - 1) * (n - 2) * (n - 3))
    variance = square - expected * expected
    # What is left of a variance of 0 after the subtraction is rounding.
    told = x.min() < 1 and variance > 1e-12 * expected * expected
    z = (g - expected) / np.sqrt(variance) if told else 0.0
    return GlobalG(g, float(expected), float(z), float(scipy.special.ndtr(-z)))


def two_sided_p(z: ArrayLike) -> Floats:
    """The two-sided p-value of standard normal scores, any shape; what maps call hot rests on
    `chance`.

    All maps here show two-sided values: a cell may turn out hot or cold. (esda's `p_norm` is
    one-sided, half of this.)
    """
    return np.asarray(2.0 * scipy.special.ndtr(-np.abs(np.asarray(z, dtype=float))))


def _sum_of_others(values: Floats) -> Floats:
    """For each value the sum of all others, added up without it: taking a huge one away again would
    leave nothing.
    """
    before = np.concatenate([[0.0], np.cumsum(values)[:-1]])
    after = np.concatenate([np.cumsum(values[::-1])[::-1][1:], [0.0]])
    return np.asarray(before + after)


def _checked(y: ArrayLike, neighbours: NDArray[np.integer]) -> tuple[Floats, NDArray[np.integer]]:
    values, index = np.asarray(y, dtype=float), np.asarray(neighbours)
    if values.ndim != 1:
        raise UserError("Gi* needs one value for each cell.", hint="Give a flat list of counts.")
    if not np.isfinite(values).all() or (values < 0).any():
        raise UserError(
            "Gi* needs counts of 0 or more: some are negative or missing.",
            hint="An empty cell is 0.",
        )
    check_neighbours(index, len(values))
    return values, index


def check_neighbours(index: NDArray[np.integer], n: int) -> None:
    """Hold that an array is the neighbours of n cells (`grid.neighbour_index`).

    Raises:
        UserError: it has another form, or names cells that are not there.
    """
    if index.ndim != 2 or len(index) != n or not np.issubdtype(index.dtype, np.integer):
        raise UserError(
            "The neighbours do not fit the counts.", hint="Take both from the same lattice."
        )
    if index.size and (index.min() < 0 or index.max() > n):
        raise UserError(
            "The neighbours name cells that are not there.", hint="Take both from the same lattice."
        )
