"""Where a map looks first."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from vrp_map import grid

# The share of the map that what it shows fills.
_FILLED = 0.92
_WORLD_PX = 512


@dataclass(frozen=True)
class View:
    """Where the map looks: its centre in degrees, and the zoom (0 = the world is 512 pixels).

    Attributes:
        width: the pixels that the zoom was chosen for; a browser with fewer looks from further
            away. 0 = the zoom is for all.
    """

    longitude: float
    latitude: float
    zoom: float
    width: int = 0


def fit(bounds: Iterable[float], *, width: int, height: int) -> View:
    """The view that shows west, south, east, north (degrees) in this many pixels, with room for
    names at the edges.
    """
    west, south, east, north = (float(b) for b in bounds)
    tall = _down(south) - _down(north)
    scale = _FILLED * min(width / max((east - west) / 360, 1e-5), height / max(tall, 1e-5))
    zoom = round(math.log2(scale / _WORLD_PX), 2)
    return View(round((west + east) / 2, 5), round((south + north) / 2, 5), zoom, width)


def around(cell: str, *, width: int, height: int) -> View:
    """The view of a hexagon and its neighbours: near enough that the streets have their names."""
    cells = grid.with_neighbours(grid.from_text([cell]))
    bounds = tuple(float(edge) for edge in grid.polygons(cells).total_bounds)
    return fit(bounds, width=width, height=height)


def _down(latitude: float) -> float:
    """Distance from the top of the Web Mercator square, in widths of the world."""
    return 0.5 - math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2)) / (2 * math.pi)
