"""The colours of the streets under the hexagons.

Quiet on purpose: greys, a pale blue and a pale green, so that only hexagons have strong colours.
"""

from __future__ import annotations

from collections.abc import Mapping

from vrp_map.maps.classes import DARK, Palette

# So much of a hexagon's colour covers the streets beneath it, of 255.
OVER_STREETS = 150

LIGHT_COLOURS = {
    "water": "#cfe0ee",
    "park": "#dfecd8",
    "building": "#e6e6e4",
    "rail": "#8c9399",
    "path": "#c9cdd1",
    "local": "#b3b9be",
    "minor": "#a4abb1",
    "secondary": "#949ca3",
    "primary": "#838c94",
    "motorway": "#6f7a84",
}
_DARK = {
    "water": "#1b2b3b",
    "park": "#1a2a20",
    "building": "#22272d",
    "rail": "#6c757e",
    "path": "#343b43",
    "local": "#434b54",
    "minor": "#4f5862",
    "secondary": "#5c6670",
    "primary": "#6a7580",
    "motorway": "#7c8893",
}
# The zoom from which each kind of name is written, the most important first; browsers show them
# half a step earlier.
NAMED_FROM: Mapping[str, int] = {
    "town": 9,
    "road number": 10,
    "village": 12,
    "station": 13,
    "tram stop": 13,
    "hospital": 13,
    "park": 13,
    "school": 13,
    "main street": 13,
    "street": 14,
}


def street_colours(palette: Palette) -> Mapping[str, str]:
    """Layer of the tiles -> its colour, by day or by night."""
    return _DARK if palette.name == DARK.name else LIGHT_COLOURS
