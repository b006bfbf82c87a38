"""Where the incidents of a snap point may have been: outlines for the map, zoomed in to streets.

No count goes along: the outlines explain the data, and say nothing about a place.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import shapely

from vrp_map.errors import UserError
from vrp_map.maps.rows import rounded
from vrp_map.statistics.catchments import catchments

# From this zoom on an area is wide enough on the screen to be read; its tiles are about 1.5 km wide
# here.
SNAP_ZOOM = 14
REACH_M = 300
SNAP_WORDS = (
    "The publisher moved every incident here to one of these points (snap points). The real place"
    " is near it, usually within the outlined area."
)
_METRES_A_DEGREE = 111_195.0


def snap_areas(points: pd.DataFrame, region: Any, *, z: int, x: int, y: int) -> dict[str, Any]:
    """The snap points of one map tile and the outlines round them that touch it, as GeoJSON.

    An outline on the edge of a tile comes with both tiles: drawn twice, a line looks the same.

    Args:
        points: lon, lat of every snap point; all different.
        region: shapely geometry (degrees) that the outlines are cut to; None = not cut.
        z, x, y: the tile's Web Mercator numbers; z is `SNAP_ZOOM`.
    """
    if z != SNAP_ZOOM:
        raise UserError("There are no snap points for that zoom.", hint=f"Known: {SNAP_ZOOM}.")
    tile = shapely.box(*_bounds(z, x, y))
    near = _near(points, tile.bounds)
    if region is not None:
        region = shapely.intersection(region, shapely.box(*_wider(tile.bounds, 2)))
    shapes = catchments(near[:, 0], near[:, 1], reach_m=REACH_M)
    touching = shapely.intersects(shapes, tile)
    shapes = shapes[touching] if region is None else _cut(shapes[touching], region)
    inside = shapely.intersects(tile, shapely.points(near))
    dots = near[
        inside & (True if region is None else shapely.intersects(region, shapely.points(near)))
    ]
    # Lines, not areas: an area filled twice would look darker.
    lines = [shapely.boundary(shape) for shape in shapes]
    features = [{"type": "Feature", "properties": {}, "geometry": rounded(line)} for line in lines]
    for lon, lat in dots.round(5).tolist():
        features.append(
            {
                "type": "Feature",
                "properties": {},
                "geometry": {"type": "Point", "coordinates": [lon, lat]},
            }
        )
    return {"type": "FeatureCollection", "features": features}


def _cut(shapes: Any, region: Any) -> Any:
    """The parts of the shapes that lie in a region, each a polygon; what only touches it is left
    out.
    """
    parts = shapely.get_parts(shapely.intersection(shapes, region, grid_size=1e-7))
    return parts[(shapely.get_dimensions(parts) == 2) & ~shapely.is_empty(parts)]


def _near(points: pd.DataFrame, bounds: tuple[float, ...]) -> np.ndarray:
    """The points whose catchments may reach the tile, and those that may cut such a catchment."""
    west, south, east, north = _wider(bounds, 3)
    lon, lat = points["lon"].to_numpy(dtype=float), points["lat"].to_numpy(dtype=float)
    return np.asarray(
        np.column_stack([lon, lat])[(lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)]
    )


def _wider(bounds: tuple[float, ...], reaches: float) -> tuple[float, float, float, float]:
    """Bounds in degrees, wider by so many reaches on each side."""
    west, south, east, north = bounds
    up = reaches * REACH_M / _METRES_A_DEGREE
    side = up / math.cos(math.radians(north))
    return west - side, south - up, east + side, north + up


def _bounds(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """West, south, east, north of a Web Mercator tile."""
    many = 2**z
    if not (0 <= x < many and 0 <= y < many):
        raise UserError(
            "There is no map tile of that number.", hint=f"Tiles of zoom {z} are 0 to {many - 1}."
        )

    def latitude(row: int) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / many))))

    return x / many * 360 - 180, latitude(y + 1), (x + 1) / many * 360 - 180, latitude(y)
