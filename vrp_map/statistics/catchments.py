"""Catchments of points: the part of the land that is nearer to one point than to any other.

Source: G. Voronoi, Journal für die reine und angewandte Mathematik 134, 1908. police.uk moves every
incident to the nearest of its map points (data.police.uk/about, "Location anonymisation"), so an
incident at a point happened in the point's catchment. Points that never had an incident are not
known here: the true catchment may be smaller.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy
import shapely
from numpy.typing import ArrayLike, NDArray

from vrp_map.errors import UserError

_QUARTER = (
    6  # segments of a quarter circle: its edge is at most 1% of the radius inside the true one
)
_METRES_A_DEGREE = 111_195.0


def catchments(lon: ArrayLike, lat: ArrayLike, *, reach_m: float) -> NDArray[Any]:
    """The catchment of each point, cut off at a distance.

    Distances are taken on a plane that touches the ground in the middle of the points: right to
    0.1% over some 10 km.

    Args:
        lon, lat: (n,) degrees; points less than a centimetre apart are one.
        reach_m: how far a catchment may reach, in metres.

    Returns:
        (n,) shapely polygons in degrees, in the order of the points.

    Raises:
        UserError: lengths that differ, coordinates that are not numbers, or a reach that is not
            above zero.
    """
    x, y = (np.asarray(values, dtype=float) for values in (lon, lat))
    if x.shape != y.shape or x.ndim != 1 or not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise UserError(
            "The points are not one longitude and one latitude each.",
            hint="Leave unplaced points out.",
        )
    if not reach_m > 0:
        raise UserError(f"The reach is {reach_m} metres.", hint="Give a distance above zero.")
    if not len(x):
        return np.empty(0, dtype=object)
    middle = np.array([x.mean(), y.mean()])
    scale = _METRES_A_DEGREE * np.array([np.cos(np.radians(middle[1])), 1.0])
    metres, which = np.unique(
        ((np.column_stack([x, y]) - middle) * scale).round(2), axis=0, return_inverse=True
    )
    discs = shapely.buffer(shapely.points(metres), reach_m, quad_segs=_QUARTER)
    # On a grid of a centimetre the overlay cannot fail, however evenly the points lie.
    cut = shapely.intersection(discs, _nearest(metres, reach_m), grid_size=0.01)
    return np.asarray(shapely.transform(cut, lambda at: at / scale + middle))[which.reshape(-1)]


def _nearest(metres: NDArray[np.float64], reach_m: float) -> NDArray[Any]:
    """For each point the land that is nearer to it than to any other, at least as far as
    the reach.
    """
    # A ring of points so far out that they cut off nothing within reach makes every cell finite.
    far = 10 * (np.abs(metres).max() + reach_m)
    angles = np.arange(8) * np.pi / 4
    ring = far * np.column_stack([np.cos(angles), np.sin(angles)])
    cells = scipy.spatial.Voronoi(np.vstack([metres, ring]))
    corners = [
        cells.vertices[cells.regions[region]] for region in cells.point_region[: len(metres)]
    ]
    # Qhull gives the corners of a convex cell in no order.
    return np.asarray(shapely.convex_hull([shapely.MultiPoint(at) for at in corners]))
