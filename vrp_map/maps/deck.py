"""The deck.gl picture of the Hotspots page.

The browser is given cell ids and class numbers, never polygons; colours are chosen there, so one
file of cells serves light and dark. Nothing in here names an address outside this machine, except
the tiles an operator chose.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vrp_map.maps.classes import Palette, ramp_step
from vrp_map.maps.emerging import GROUPS, NO_GROUP
from vrp_map.maps.layers import (
    NOTHING,
    PATTERNED,
    UNSEEN,
    either,
    hexagons,
    names_from,
    no_overlap,
    outline,
    overlap,
    rgb,
    slants,
    text,
)
from vrp_map.maps.rows import PLACE_ZOOMS, cells_outline
from vrp_map.maps.scale import View, scale_bar
from vrp_map.maps.snap_areas import SNAP_ZOOM
from vrp_map.maps.streets import OVER_STREETS, street_names

# Names appear from these zooms on, each half a step earlier: before that, they would only cover the
# hexagons.
_UNIT_ZOOM, _WARD_ZOOM = 9, 12
_FINEST_ZOOM = 17


@dataclass(frozen=True)
class Sources:
    """Where the browser gets the map's data: addresses on this server; in `places`, TIER stands for
    a zoom.

    Attributes:
        street_names: of the base map, in place of `places`; empty = there is no base map.
        snap: the outlines round snap points; empty = not drawn. scale: the bars for who zooms in.
    """

    style: str
    cells: str
    hidden: str
    hotspots: str
    lads: str
    lad_labels: str
    places: str
    areas: str = ""
    area_labels: str = ""
    snap: str = ""
    scale: str = ""
    street_names: str = ""


class Deck:
    """A deck.gl picture, in the form `st.pydeck_chart` takes: it asks for `to_json()` and
    `_tooltip`.
    """

    def __init__(self, spec: Mapping[str, Any], *, tooltip: Mapping[str, Any]) -> None:
        self.spec = dict(spec)
        self._tooltip = dict(tooltip)
        self.layers: list[Any] | None = None

    def to_json(self) -> str:
        return json.dumps(self.spec, separators=(",", ":"))


def deck(  # noqa: PLR0913 - each is a layer or a look of the map, by keyword
    sources: Sources,
    view: View,
    *,
    appearance: Palette,
    limits: Sequence[int],
    selected: Sequence[str] = (),
    tiles: bool = False,
    emerging: bool = False,
    marks: Sequence[dict[str, Any]] = (),
) -> Deck:
    """The picture of the Hotspots page.

    Args:
        limits: of the count classes, to spread the ramp over them.
        selected: cell ids to outline.
        tiles: whether a street map lies under the hexagons; they are then let through.
        emerging: colour by what is new (`cells` then gives the rows of `emerging_rows`), not by how
            many.
        marks: layers of `marks`, drawn over the hexagons and their outlines, under the names.
    """
    alpha = fill_alpha(sources, tiles=tiles)
    layers = [
        *(
            _by_group(sources, appearance, alpha)
            if emerging
            else _by_count(sources, appearance, limits, alpha)
        ),
        *_boundaries(sources, appearance),
        outline(
            "hot-casing",
            sources.hotspots,
            colour=appearance.casing,
            width="@@=properties.heavy ? 6.5 : 4",
        ),
        outline(
            "hot", sources.hotspots, colour=appearance.hot, width="@@=properties.heavy ? 4 : 2"
        ),
        *_snap_points(sources, appearance),
        *marks,
        *_selection(selected),
        *_place_names(sources, appearance),
        *_area_names(sources, appearance, zoom=view.zoom),
        *_scale(view, appearance),
        *_scale_nearer(sources, view, appearance),
    ]
    spec = {
        "initialViewState": {
            "longitude": view.longitude,
            "latitude": view.latitude,
            "zoom": view.zoom,
            "minZoom": 7,
            "maxZoom": _FINEST_ZOOM,
            "pitch": 0,
            "bearing": 0,
        },
        "views": [
            {
                "@@type": "MapView",
                "id": "map",
                # The wheel scrolls the page; the map has its buttons, a double click and + and -.
                "controller": {"dragRotate": False, "touchRotate": False, "scrollZoom": False},
            }
        ],
        "mapStyle": sources.style,
        "mapProvider": "maplibre",
        "layers": layers,
    }
    tooltip = {
        "html": "<b>{t}</b><br>{e}<br>Incidents: {n}"
        if emerging
        else "<b>{t}</b><br>Incidents: {n}<br>{s}",
        "style": {
            "background": appearance.ink,
            "color": appearance.paper,
            "fontSize": "16px",
            "borderRadius": "0",
        },
    }
    return Deck(spec, tooltip=tooltip)


def fill_alpha(sources: Sources, *, tiles: bool) -> int:
    """How much of a hexagon's colour covers what lies beneath it, of 255."""
    return OVER_STREETS if sources.street_names else 170 if tiles else 255


def _by_count(
    sources: Sources, appearance: Palette, limits: Sequence[int], alpha: int
) -> list[dict[str, Any]]:
    return [
        hexagons("cells", sources.cells, fill=_by_class(appearance, limits, alpha=alpha)),
        slants("hatching", sources.hidden, colour=appearance.line),
        hexagons("hidden", sources.hidden, fill=UNSEEN),
    ]


def _by_group(sources: Sources, appearance: Palette, alpha: int) -> list[dict[str, Any]]:
    """The hexagons by what is new: the colours first, and over them each group's pattern."""
    colours = [[*rgb(group.colour(appearance))[:3], alpha] for group in (NO_GROUP, *GROUPS)]
    fill = either(dict(enumerate(colours[1:], 1)), "g", colours[0])
    drawn = {i: group for i, group in enumerate(GROUPS, 1) if group.pattern}
    ink = either(dict.fromkeys(drawn, rgb("#0b0c0c")), "g", [0, 0, 0, 0])
    patterns = PATTERNED | {
        "pickable": False,
        "fillPatternMapping": {group.name: group.pattern for group in drawn.values()}
        | {"none": NOTHING},
        "getFillPattern": either(
            {i: f"'{group.name}'" for i, group in drawn.items()}, "g", "'none'"
        ),
    }
    return [
        hexagons("cells", sources.cells, fill=fill),
        hexagons("patterns", sources.cells, fill=ink) | patterns,
    ]


def _by_class(appearance: Palette, limits: Sequence[int], *, alpha: int) -> str:
    """The expression from the class number `c` to its colour."""
    colours = [
        [*rgb(appearance.ramp[ramp_step(i, limits)])[:3], alpha] for i in range(max(1, len(limits)))
    ]
    return either(dict(enumerate(colours[:-1])), "c", colours[-1])


def _boundaries(sources: Sources, appearance: Palette) -> list[dict[str, Any]]:
    thin = (
        [outline("areas", sources.areas, colour=appearance.ink, width=1.1)] if sources.areas else []
    )
    return [
        *thin,
        outline("lads-casing", sources.lads, colour=appearance.casing, width=4.5),
        outline("lads", sources.lads, colour=appearance.ink, width=2.4),
    ]


def _selection(cells: Sequence[str]) -> list[dict[str, Any]]:
    if not cells:
        return []
    data: Any = {"type": "FeatureCollection", "features": [cells_outline(cells, {})]}
    return [
        outline("selected-casing", data, colour="#0b0c0c", width=10),
        outline("selected", data, colour="#ffdd00", width=5),
    ]


def _place_names(sources: Sources, appearance: Palette) -> list[dict[str, Any]]:
    """Streets, the main ones from afar: each layer holds only the names that the one before it does
    not.
    """
    if sources.street_names:
        without = ["parts"] if _has_wards(sources) else []
        return street_names(sources.street_names, appearance, without=without)
    return [
        names_from(zoom, f"places-{zoom}", sources.places.replace("TIER", str(zoom)), appearance)
        for zoom in reversed(PLACE_ZOOMS)
    ]


def _scale(view: View, appearance: Palette) -> list[dict[str, Any]]:
    bar, label = scale_bar(view)
    if not label:
        return []
    return [
        outline("scale-casing", bar, colour=appearance.casing, width=6),
        outline("scale", bar, colour=appearance.ink, width=2),
        text("scale-words", appearance, size=14, bold=False) | overlap() | {"data": label},
    ]


def _scale_nearer(sources: Sources, view: View, appearance: Palette) -> list[dict[str, Any]]:
    """Bars for who has zoomed in, where the first one has left the picture: one a tile."""
    if not sources.scale:
        return []
    first = math.floor(view.zoom) + 2
    bars = names_from(_FINEST_ZOOM, "scale-nearer", sources.scale, appearance)
    return [
        bars
        | overlap()
        | {
            "getTextBackgroundColor": [*rgb(appearance.paper)[:3], 235],
            "tileSize": 512,
            "minZoom": first,
            "maxZoom": _FINEST_ZOOM,
            "filled": True,
            "stroked": True,
            "getFillColor": rgb(appearance.paper),
            "getLineColor": rgb(appearance.ink),
            "getLineWidth": 1.5,
            "lineWidthUnits": "pixels",
        }
    ]


def _snap_points(sources: Sources, appearance: Palette) -> list[dict[str, Any]]:
    """Snap points and the outlines round them, from the zoom on at which they can be told apart."""
    if not sources.snap:
        return []
    common: dict[str, Any] = {
        "@@type": "TileLayer",
        "data": sources.snap,
        "tileSize": 512,
        "minZoom": SNAP_ZOOM,
        "maxZoom": SNAP_ZOOM,
        "pickable": False,
        "filled": True,
        "stroked": True,
        "lineWidthUnits": "pixels",
        "pointType": "circle",
        "pointRadiusUnits": "pixels",
    }
    # Two layers, so that the lines stand out from light and from dark hexagons.
    return [
        common
        | {
            "id": f"snap{name}",
            "getLineColor": rgb(colour),
            "getFillColor": rgb(colour),
            "getLineWidth": width,
            "getPointRadius": radius,
        }
        for name, colour, width, radius in (
            ("-casing", appearance.casing, 4, 5),
            ("", appearance.ink, 1.6, 2.5),
        )
    ]


def _has_wards(sources: Sources) -> bool:
    """Whether the wards' names are written with their outlines."""
    return "/ward/" in sources.area_labels


def _area_names(sources: Sources, appearance: Palette, *, zoom: float) -> list[dict[str, Any]]:
    first = _WARD_ZOOM if _has_wards(sources) else _UNIT_ZOOM
    narrow = names_from(first, "area-names", sources.area_labels, appearance)
    narrow |= {"getCollisionPriority": "@@=500 - properties.w"}
    size = 17 if zoom >= _UNIT_ZOOM else 12
    broad = (
        text("lad-names", appearance, size=size, bold=True)
        | {"data": sources.lad_labels}
        | no_overlap()
    )
    return [*([narrow] if sources.area_labels else []), broad | {"getCollisionPriority": 900}]
