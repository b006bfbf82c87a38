"""What a base map draws, from which zoom on, and which words of OS and OpenStreetMap mean it.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

MOST_BYTES = 40_000
FINEST = 14  # Browsers enlarge these tiles for closer views.


@dataclass(frozen=True)
class TileLayer:
    """One layer of the tiles.

    Attributes:
        first: the zoom from which it is drawn. most_bytes: of a tile; beyond it, details go.
    """

    first: int
    most_bytes: int
    is_text: bool = False


# The first go first where a tile would weigh more than `MOST_BYTES`.
LAYERS: Mapping[str, TileLayer] = {
    "building": TileLayer(14, 9_000),
    "path": TileLayer(14, 2_500),
    "water": TileLayer(9, 5_000),
    "park": TileLayer(11, 4_000),
    "rail": TileLayer(11, 2_000),
    "local": TileLayer(13, 9_500),
    "minor": TileLayer(12, 6_000),
    "secondary": TileLayer(10, 6_000),
    "primary": TileLayer(8, 8_000),
    "motorway": TileLayer(8, 4_000),
    "street_names": TileLayer(14, 6_000, is_text=True),
    "main_names": TileLayer(12, 2_000, is_text=True),
    "sight_names": TileLayer(13, 2_500, is_text=True),
    "road_numbers": TileLayer(9, 1_000, is_text=True),
    "town_names": TileLayer(9, 1_500, is_text=True),
}
ROADS = ("motorway", "primary", "secondary", "minor", "local", "path")
# Kinds of names that hexagons and corners may be called by.
STREETS = ("street", "main street")
# Kind of a name -> the layer that it is written in; the first are written first.
NAME_LAYERS = {
    "town": "town_names",
    "village": "town_names",
    "road number": "road_numbers",
    "station": "sight_names",
    "tram stop": "sight_names",
    "hospital": "sight_names",
    "school": "sight_names",
    "park": "sight_names",
    "main street": "main_names",
    "street": "street_names",
}

_ROAD_WORDS = (
    ("motorway", "motorway"),
    ("primary road", "primary"),
    ("a road", "primary"),
    ("b road", "secondary"),
    ("classified unnumbered", "minor"),
    ("minor", "minor"),
    ("track", "path"),
    # The pedestrian shopping streets that everybody knows.
    ("shared use", "local"),
    ("pedestrian", "local"),
)
_HIGHWAYS = {
    "motorway": "motorway",
    "trunk": "primary",
    "primary": "primary",
    "secondary": "secondary",
    "tertiary": "minor",
    "unclassified": "local",
    "residential": "local",
    "living_street": "local",
    "pedestrian": "local",
    "service": "path",
    "footway": "path",
    "path": "path",
    "cycleway": "path",
    "bridleway": "path",
    "steps": "path",
    "track": "path",
}
GREEN = ("park", "playground", "garden", "recreation_ground", "nature_reserve", "pitch", "common")
_OS_GREEN = ("park", "play", "garden", "sport", "playing", "golf", "green", "wood", "bowling")
_SITES = (
    ("railway", "station"),
    ("rail", "station"),
    ("light rapid", "tram stop"),
    ("hospital", "hospital"),
    ("medical", "hospital"),
    ("education", "school"),
    ("school", "school"),
    ("college", "school"),
    ("universit", "school"),
)
# A village is also what people call a part of a town by.
_SETTLEMENTS = {
    "city": "town",
    "town": "town",
    "capital": "town",
    "suburb": "village",
    "quarter": "village",
    "neighbourhood": "village",
    "village": "village",
    "hamlet": "village",
    "settlement": "village",
}
# Roads that people far away know by their number: "A66", "M5", "A1(M)".
_NUMBER = re.compile(r"[AM]\d{1,4}(?:\(M\))?")


def road_class(words: str) -> str:
    """The class of a road by OS's words for it.

    >>> road_class("A Road, Collapsed Dual Carriageway"), road_class("Local Access Road")
    ('primary', 'local')
    """
    text = words.casefold()
    # "Unclassified" must not be taken for "classified", nor "Local Road" for one with a number.
    return next((kind for word, kind in _ROAD_WORDS if text.startswith(word)), "local")


def osm_road_class(highway: str) -> str | None:
    """The class of an OpenStreetMap way; None for what is not drawn.

    >>> osm_road_class("trunk_link"), osm_road_class("proposed")
    ('primary', None)
    """
    return _HIGHWAYS.get(highway.removesuffix("_link"))


def is_green(function: str) -> bool:
    """Whether OS's word for a green space, or none at all, is one that people go to."""
    text = function.casefold()
    return not text or any(word in text for word in _OS_GREEN)


def osm_area_class(tags: Mapping[str, str]) -> str | None:
    """The layer of an OpenStreetMap area; None for what is not drawn."""
    if tags.get("building", "no") != "no":
        return "building"
    if tags.get("natural") == "water" or tags.get("waterway") == "riverbank":
        return "water"
    if tags.get("leisure") in GREEN or tags.get("landuse") in ("recreation_ground", "forest"):
        return "park"
    return "park" if tags.get("natural") == "wood" else None


def site_kind(words: str) -> str | None:
    """What a site is by OS's words: "Education" is a school; None for other sites."""
    text = words.casefold()
    return next((kind for word, kind in _SITES if word in text), None)


def osm_site_kind(tags: Mapping[str, str]) -> str | None:
    """What an OpenStreetMap point or area is that people know by name."""
    if tags.get("railway") in ("station", "halt"):
        return "tram stop" if tags.get("station") == "light_rail" else "station"
    if tags.get("railway") == "tram_stop":
        return "tram stop"
    if tags.get("amenity") in ("hospital", "school", "college", "university"):
        return "hospital" if tags["amenity"] == "hospital" else "school"
    return _SETTLEMENTS.get(tags.get("place", ""))


def named_kind(words: str) -> str | None:
    """What OS gives a name to: a town, a part of one, or a site; None for anything else.

    >>> named_kind("Suburban Area"), named_kind("Railway Station"), named_kind("Landform")
    ('village', 'station', None)
    """
    text = words.casefold()
    found = (kind for word, kind in _SETTLEMENTS.items() if word in text)
    return next(found, None) or site_kind(words)


def road_number(words: str) -> str:
    """The number of a main road, the first of several; "" for any other road.

    >>> road_number("A66;A19"), road_number("a1 (m)"), road_number("B4114")
    ('A66', 'A1(M)', '')
    """
    numbers = (part.replace(" ", "").upper() for part in words.split(";"))
    return next((number for number in numbers if _NUMBER.fullmatch(number)), "")
