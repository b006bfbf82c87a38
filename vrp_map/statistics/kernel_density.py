"""Kernel density: every incident spread over a circle around its cell's centre.

Source: B. W. Silverman, "Density Estimation for Statistics and Data Analysis" (1986), section
4.2.1, the quartic (biweight) kernel in two dimensions, which mapping software uses for crime.
Nothing is corrected at the border.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array, csr_array
from scipy.spatial import cKDTree

from vrp_map.errors import UserError

_M2_IN_A_KM2 = 1_000_000.0


def kernel_weights(x: ArrayLike, y: ArrayLike, *, bandwidth_m: float) -> csr_array:
    """What one incident in each cell adds to the density at every other: `weights @ counts` is the
    density.

    K(d) = 3 / (pi h²) (1 - d² / h²)² for d < h, else 0.

    Args:
        x, y: (n,) centres of the cells in metres (EPSG:27700).
        bandwidth_m: h, the radius of the circle in metres; below the distance of two cells nothing
            is spread.

    Returns:
        (n, n), sparse and symmetric, in incidents per square kilometre.

    Raises:
        UserError: the bandwidth is not above 0, or the centres do not make pairs.
    """
    if not (bandwidth_m > 0 and np.isfinite(bandwidth_m)):
        raise UserError(
            "The bandwidth must be more than 0 metres.",
            hint="500 is a usual one for neighbourhoods.",
        )
    east, north = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if east.ndim != 1 or east.shape != north.shape or not np.isfinite(east + north).all():
        raise UserError(
            "The centres of the cells do not make pairs.", hint="Give one x and one y for each."
        )
    n = len(east)
    points = np.column_stack([east, north])
    pairs = (
        cKDTree(points).query_pairs(bandwidth_m, output_type="ndarray")
        if n
        else np.empty((0, 2), dtype=np.intp)
    )
    distance = np.hypot(*(points[pairs[:, 0]] - points[pairs[:, 1]]).T)
    starts = np.concatenate([pairs[:, 0], pairs[:, 1], np.arange(n)])
    ends = np.concatenate([pairs[:, 1], pairs[:, 0], np.arange(n)])
    near = np.concatenate([distance, distance, np.zeros(n)]) / bandwidth_m
    values = 3 / (np.pi * bandwidth_m**2) * (1 - near**2) ** 2 * _M2_IN_A_KM2
    return csr_array(coo_array((values, (starts, ends)), shape=(n, n)))


def kernel_density(
    counts: ArrayLike, x: ArrayLike, y: ArrayLike, *, bandwidth_m: float
) -> np.ndarray:
    """The density at the centre of every cell, in incidents per square kilometre.

    Args:
        counts: (n,) incidents of each cell. The others as `kernel_weights` takes them.

    Raises:
        UserError: as `kernel_weights`, or the counts do not fit the centres.
    """
    weights, values = kernel_weights(x, y, bandwidth_m=bandwidth_m), np.asarray(counts, dtype=float)
    if values.shape != (weights.shape[0],):
        raise UserError("The counts do not fit the centres.", hint="Give one count for each cell.")
    return np.asarray(weights @ values)
