"""The drawn map of areas: one shape an area, its words, and no colour for what is not known."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from shapely.geometry import box

from vrp_map.briefs.drawn_map import DrawnArea, drawn_areas
from vrp_map.maps.classes import LIGHT

_SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>\"&'"


def test_the_most_is_darkest_and_none_or_unknown_is_white() -> None:
    areas = [
        DrawnArea(name, box(at, 52, at + 1, 53), value, f"£{value}")
        for at, (name, value) in enumerate([("A", 4.0), ("B", 1.0), ("C", None), (HOSTILE, 0.0)])
    ]
    drawn = ET.fromstring(drawn_areas(areas, said=HOSTILE))
    fills = [path.get("fill") for path in drawn.iter(f"{_SVG}path")]
    assert fills == [LIGHT.ramp[-1], LIGHT.ramp[1], "#ffffff", "#ffffff"]
    assert HOSTILE in [text.text for text in drawn.iter(f"{_SVG}text")]
    assert drawn.get("aria-label") == HOSTILE


def test_nothing_is_drawn_of_nothing_and_all_zero_is_white() -> None:
    assert drawn_areas([], said="") == ""
    flat = drawn_areas([DrawnArea("A", box(0, 52, 1, 53), 0.0, "£0")], said="x")
    assert 'fill="#ffffff" stroke' in flat
