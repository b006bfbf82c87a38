"""What lies inside the area that is chosen: points, and hexagons by their middle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from vrp_map import grid
from vrp_map.views import hotspots as views
from vrp_map.views.choice import Choice
from vrp_map.vocabulary import AreaType
from vrp_map.workspace import Workspace


def chosen_ground(ws: Workspace, choice: Choice) -> BaseGeometry | None:
    """The chosen areas as one shape, or those that this person is held to; None = everywhere."""
    keys = tuple(choice.where.split(",")) if choice.where else tuple(ws.principal.areas)
    return views.remember(ws, ("ground", keys), lambda: _ground(ws, keys)) if keys else None


def _ground(ws: Workspace, keys: Sequence[str]) -> BaseGeometry:
    areas = ws.areas()
    own = (areas["type"].astype(str) + ":" + areas["code"].astype(str)).isin(keys)
    ground: BaseGeometry = areas.geometry[own].union_all()
    shapely.prepare(ground)
    return ground


def middles(ws: Workspace, kind: AreaType) -> NDArray[np.float64]:
    """Longitudes and latitudes of a point in each area of a kind: (2, areas)."""

    def compute() -> NDArray[np.float64]:
        points = ws.areas(kind.value).geometry.representative_point()
        return np.array([points.x, points.y])

    return views.remember(ws, ("middles", kind), compute)


def points_inside(ground: BaseGeometry | None, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
    """Which points lie on the ground; all of them on None."""
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    return np.ones(len(x), dtype=bool) if ground is None else shapely.contains_xy(ground, x, y)


def any_cell_inside(ground: BaseGeometry | None, cells: Sequence[str]) -> bool:
    """Whether the middle of a hexagon lies on the ground."""
    return bool(points_inside(ground, *grid.centres(grid.from_text(list(cells)))).any())
