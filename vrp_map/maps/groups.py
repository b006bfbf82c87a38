"""A map of groups of hexagons, each with a colour, an outline and a name in the tooltip: a pilot's
area, ring and comparison.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vrp_map.maps.classes import Palette
from vrp_map.maps.deck import Deck, Sources, deck
from vrp_map.maps.layers import HATCHED, UNSEEN, hexagons, outline, rgb
from vrp_map.maps.rows import cells_outline
from vrp_map.maps.scale import View

_ALPHA = 190
# Degrees: farther than anybody moves this map.
_FAR = 2.0
# What the picture of hotspots has and this one has not.
_OTHER_LAYERS = ("cells", "hidden", "hatching", "hot", "hot-casing", "selected", "selected-casing")


@dataclass(frozen=True)
class CellGroup:
    """Some hexagons that are drawn alike.

    Attributes:
        words: what they are, for the tooltip. cells: H3 as text.
        colour: as "#rrggbb". is_hatched: drawn in lines. is_outlined: with a heavy line around.
    """

    name: str
    words: str
    cells: Sequence[str]
    colour: str
    is_hatched: bool = False
    is_outlined: bool = False


def group_deck(
    groups: Sequence[CellGroup],
    sources: Sources,
    view: View,
    *,
    appearance: Palette,
    picked_from: Sequence[str] = (),
) -> Deck:
    """The picture; of `sources` only the base map, the boundaries and the names are asked for.

    Args:
        picked_from: hexagons that a click picks, in an order that stays from picture to picture;
            () = those of the groups.
    """
    plain = deck(sources, view, appearance=appearance, limits=(1,))
    kept = [layer for layer in plain.spec["layers"] if layer["id"] not in _OTHER_LAYERS]
    drawn = [layer for group in groups if group.cells for layer in _layers(group, appearance)]
    look = {"background": appearance.ink, "color": appearance.paper, "fontSize": "16px"}
    tooltip = {"html": "<b>{w}</b>", "style": look | {"borderRadius": "0"}}
    if picked_from:
        drawn = [layer | {"pickable": False} for layer in drawn]
        drawn = [_elsewhere(view), *drawn, _picks(picked_from)]
    return Deck(plain.spec | {"layers": [*drawn, *kept]}, tooltip=tooltip)


def _picks(cells: Sequence[str]) -> dict[str, Any]:
    """What a click picks, without a colour. The rows never change: a browser sends the picked row
    again when it does.
    """
    rows: Any = [{"h": cell, "w": "Click to add it, or to take it out"} for cell in cells]
    return hexagons("picks", rows, fill=UNSEEN)


def _elsewhere(view: View) -> dict[str, Any]:
    """All around, so that a click beside the hexagons is told from the second click on one."""
    west, east = view.longitude - _FAR, view.longitude + _FAR
    south, north = view.latitude - _FAR, view.latitude + _FAR
    corners = [[west, south], [east, south], [east, north], [west, north]]
    row = {"corners": corners, "w": "Too far away to add with a click"}
    return {
        "@@type": "SolidPolygonLayer",
        "id": "elsewhere",
        "data": [row],
        "getPolygon": "@@=corners",
        "getFillColor": UNSEEN,
        "pickable": True,
    }


def _layers(group: CellGroup, appearance: Palette) -> list[dict[str, Any]]:
    rows: Any = [{"h": cell, "w": group.words} for cell in group.cells]
    fill = [*rgb(group.colour)[:3], _ALPHA]
    edges = {"getLineColor": rgb(appearance.paper), "lineWidthMinPixels": 1}
    paint = {"getFillColor": fill, "opacity": 1, **edges}
    drawn = hexagons(group.name, rows, fill=fill) | {"stroked": True}
    drawn["_subLayerProps"] = {"hexagon-cell": paint, "hexagon-cell-hifi": paint}
    layers = [drawn | (HATCHED if group.is_hatched else {})]
    if group.is_outlined:
        data: Any = {"type": "FeatureCollection", "features": [cells_outline(group.cells, {})]}
        layers += [
            outline(f"{group.name}-casing", data, colour=appearance.casing, width=6),
            outline(f"{group.name}-line", data, colour=appearance.ink, width=3),
        ]
    return layers
