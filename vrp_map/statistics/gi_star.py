"""Getis-Ord Gi*: does a cell and its neighbours hold more (or fewer) incidents than chance would put there?

Source: J. K. Ord and A. Getis, "Local Spatial Autocorrelation Statistics: Distributional Issues and an Application",
Geographical Analysis 27 (1995), with binary weights and the cell itself among its neighbours.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from vrp_map.errors import UserError

Floats = NDArray[np.float64]


def gi_star(y: ArrayLike, neighbours: NDArray[np.integer]) -> Floats:
    """The z-score of every cell.

    z_i = (sum_j w_ij y_j - mean W_i) / (S sqrt((n W_i - W_i²) / (n - 1))), w binary with w_ii = 1, W_i = sum_j w_ij,
    S the standard deviation with divisor n.

    Args:
        y: (n,) counts or other non-negative values, zero cells included: the lattice must be complete.
        neighbours: (n, k) integers, the positions of each cell's neighbours, without the cell itself and each once;
            n fills the rows up (`grid.neighbour_index`).

    Returns:
        (n,) z; 0 where the test can tell nothing: all values equal, one cell, or a cell that neighbours all others.

    Raises:
        UserError: a value is negative, missing or infinite, or `neighbours` does not fit `y`.
    """
    values, index = _checked(y, neighbours)
    n = len(values)
    largest = values.max(initial=0.0)
    if n < 2 or values.min() == largest:
        return np.zeros(n)
    # z does not depend on the unit: scaling keeps squares of huge values finite, centring keeps small differences.
    centred = values / largest
    centred -= centred.mean()
    spread = np.sqrt(np.mean(centred * centred))
    around = centred + np.append(centred, 0.0)[index].sum(axis=1)
    weights = 1.0 + np.count_nonzero(index < n, axis=1)
    below = spread * np.sqrt((n - weights) * weights / (n - 1))
    return np.divide(around, below, out=np.zeros(n), where=below > 0)


def two_sided_p(z: ArrayLike) -> Floats:
    """The two-sided p-value of standard normal scores, any shape."""
    return np.asarray(2.0 * ndtr(-np.abs(np.asarray(z, dtype=float))))


def _checked(y: ArrayLike, neighbours: NDArray[np.integer]) -> tuple[Floats, NDArray[np.integer]]:
    values, index = np.asarray(y, dtype=float), np.asarray(neighbours)
    if values.ndim != 1:
        raise UserError("Gi* needs one value for each cell.", hint="Give a flat list of counts.")
    if not np.isfinite(values).all() or (values < 0).any():
        raise UserError("Gi* needs counts of 0 or more: some are negative or missing.", hint="An empty cell is 0.")
    n = len(values)
    if index.ndim != 2 or len(index) != n or not np.issubdtype(index.dtype, np.integer):
        raise UserError("The neighbours do not fit the counts.", hint="Take both from the same lattice.")
    if index.size and (index.min() < 0 or index.max() > n):
        raise UserError("The neighbours name cells that are not there.", hint="Take both from the same lattice.")
    return values, index
