"""Where the map looks first, and scale bars that are right at every zoom.

A bar is a line on the ground, drawn as boundaries are, so it grows and shrinks with the map. A bar
of fixed pixels would be wrong as soon as somebody zooms, and the deck.gl that Streamlit ships has
no scale widget. Who zooms in leaves the first bar behind: from there on each map tile brings a bar
of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from vrp_map.errors import UserError

NARROW_PX = 500
_WORLD_PX, _WORLD_M = 512, 40_075_017
_LENGTHS_M = (20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000)
_LONGEST_PX, _EDGE_PX, _TICK_PX = 120, 16, 6
# Of the tiles' bars, at the zoom that the tile is made for; on the screen a tile is 0.7 to 1.4
# times as large.
_TILE_BAR_PX, _TILE_EDGE_PX, _FINEST = 100, 60, 22
# Phones show less of the map's height than they are told of: this share of it, from the middle
# down, is always seen.
_SEEN = 0.38


@dataclass(frozen=True)
class View:
    """Where the map looks: centre, zoom, and the pixels it was fitted to (0 where not known)."""

    longitude: float
    latitude: float
    zoom: float
    width: int = 0
    height: int = 0


def fit(bounds: Iterable[float], *, width: int, height: int) -> View:
    """The view that shows west, south, east, north (degrees) in so many pixels, with room for names
    at the edges.
    """
    west, south, east, north = (float(b) for b in bounds)
    tall = _down(south) - _down(north)
    scale = (0.92 if width > NARROW_PX else 0.74) * min(
        width / max((east - west) / 360, 1e-5), height / max(tall, 1e-5)
    )
    zoom = round(math.log2(scale / _WORLD_PX), 2)
    return View(round((west + east) / 2, 5), round((south + north) / 2, 5), zoom, width, height)


def scale_bar(view: View) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A bar of a round length near the lower left corner of the first view.

    Returns:
        GeoJSON of one line with its two ticks; one label: t text, p [lon, lat]. Both empty without
        the view's pixels.
    """
    if not view.width or not view.height:
        return {"type": "FeatureCollection", "features": []}, []
    pixel = 1 / (_WORLD_PX * 2**view.zoom)  # in widths of the world
    down = _down(view.latitude) + _SEEN * view.height * pixel
    bottom, top = _latitude(down), _latitude(down - _TICK_PX * pixel)
    metre = 360 / (_WORLD_M * math.cos(math.radians(bottom)))  # in degrees of longitude
    longest = min(_LONGEST_PX, view.width / 3) * pixel * 360 / metre
    length = max((m for m in _LENGTHS_M if m <= longest), default=_LENGTHS_M[0])
    west = view.longitude - (view.width / 2 - _EDGE_PX) * pixel * 360
    east = west + length * metre
    line = [
        [round(x, 6), round(y, 6)]
        for x, y in ((west, top), (west, bottom), (east, bottom), (east, top))
    ]
    bar = {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "LineString", "coordinates": line},
    }
    label = {
        "t": _length_words(length),
        "p": [round((west + east) / 2, 6), round(_latitude(down - 14 * pixel), 6)],
    }
    return {"type": "FeatureCollection", "features": [bar]}, [label]


def tile_scale(*, z: int, x: int, y: int) -> dict[str, Any]:
    """A bar of a round length near the lower left corner of a map tile, as GeoJSON: a line, and a
    point with its name.

    On the screen it is 35 to 140 pixels long, whatever part of a zoom step the map stands at.
    """
    many = 2**z
    if not (0 <= z <= _FINEST and 0 <= x < many and 0 <= y < many):
        raise UserError("There is no map tile of that number.", hint=f"Zoom is 0 to {_FINEST}.")
    pixel = 1 / (_WORLD_PX * many)
    down = (y + 1) / many - _TILE_EDGE_PX * pixel
    bottom, top = _latitude(down), _latitude(down - _TICK_PX * pixel)
    metre = 360 / (_WORLD_M * math.cos(math.radians(bottom)))
    longest = _TILE_BAR_PX * pixel * 360 / metre
    length = max((m for m in _LENGTHS_M if m <= longest), default=_LENGTHS_M[0])
    west = (x / many + _TILE_EDGE_PX * pixel) * 360 - 180
    east = west + length * metre
    line = [
        [round(lon, 6), round(lat, 6)]
        for lon, lat in ((west, top), (west, bottom), (east, bottom), (east, top))
    ]
    middle = [round((west + east) / 2, 6), round(_latitude(down - 14 * pixel), 6)]
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {},
                "geometry": {"type": "LineString", "coordinates": line},
            },
            {
                "type": "Feature",
                "properties": {"name": _length_words(length), "w": 0},
                "geometry": {"type": "Point", "coordinates": middle},
            },
        ],
    }


def _length_words(metres: int) -> str:
    return f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"


def _down(latitude: float) -> float:
    """Distance from the top of the Web Mercator square, in widths of the world."""
    return 0.5 - math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2)) / (2 * math.pi)


def _latitude(down: float) -> float:
    """The latitude so far from the top of the Web Mercator square."""
    return math.degrees(2 * math.atan(math.exp((0.5 - down) * 2 * math.pi)) - math.pi / 2)
