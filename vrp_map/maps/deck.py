"""The deck.gl picture of the Hotspots page.

The browser is given cell ids and class numbers, never polygons; colours are chosen there, so one file of cells
serves light and dark. Nothing in here names an address outside this machine, except the tiles an operator chose.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vrp_map.maps.classes import Theme, ramp_step
from vrp_map.maps.rows import PLACE_ZOOMS, cells_outline
from vrp_map.maps.scale import View, scale_bar


def style(appearance: Theme, *, tiles_url: str = "") -> dict[str, Any]:
    """A MapLibre style of our own: a plain background, and the operator's raster tiles if there are any."""
    layers: list[dict[str, Any]] = [
        {"id": "background", "type": "background", "paint": {"background-color": appearance.paper}}
    ]
    sources: dict[str, Any] = {}
    if tiles_url:
        sources["tiles"] = {"type": "raster", "tiles": [tiles_url], "tileSize": 256}
        layers.append({"id": "tiles", "type": "raster", "source": "tiles", "paint": {"raster-saturation": -0.7}})
    return {"version": 8, "name": f"vrp-map {appearance.name}", "sources": sources, "layers": layers}


# Names appear from these zooms on, each half a step earlier: before that, they would only cover the hexagons.
_UNIT_ZOOM, _WARD_ZOOM = 9, 12


@dataclass(frozen=True)
class Sources:
    """Where the browser gets the map's data: addresses on this server; in `places`, TIER stands for a zoom."""

    style: str
    cells: str
    hidden: str
    hotspots: str
    lads: str
    lad_labels: str
    places: str
    areas: str = ""
    area_labels: str = ""


class Deck:
    """A deck.gl picture, in the form `st.pydeck_chart` takes: it asks for `to_json()` and `_tooltip`."""

    def __init__(self, spec: Mapping[str, Any], *, tooltip: Mapping[str, Any]) -> None:
        self.spec = dict(spec)
        self._tooltip = dict(tooltip)
        self.layers: list[Any] | None = None

    def to_json(self) -> str:
        return json.dumps(self.spec, separators=(",", ":"))


def deck(
    sources: Sources,
    view: View,
    *,
    appearance: Theme,
    limits: Sequence[int],
    selected: Sequence[str] = (),
    tiles: bool = False,
) -> Deck:
    """The picture of the Hotspots page.

    Args:
        limits: of the count classes, to spread the ramp over them.
        selected: cell ids to outline.
        tiles: whether a street map lies under the hexagons; they are then let through.
    """
    layers = [
        _hexagons("cells", sources.cells, fill=_by_class(appearance, limits, alpha=170 if tiles else 255)),
        _hexagons("hidden", sources.hidden, fill=_rgb(appearance.line)) | _HATCHED,
        *_boundaries(sources, appearance),
        _outline("hot-casing", sources.hotspots, colour=appearance.casing, width="@@=properties.heavy ? 6.5 : 4"),
        _outline("hot", sources.hotspots, colour=appearance.hot, width="@@=properties.heavy ? 4 : 1.8"),
        *_selection(selected),
        *_place_names(sources, appearance),
        *_area_names(sources, appearance, zoom=view.zoom),
        *_scale(view, appearance),
    ]
    spec = {
        "initialViewState": {
            "longitude": view.longitude, "latitude": view.latitude, "zoom": view.zoom, "minZoom": 7, "maxZoom": 17,
            "pitch": 0, "bearing": 0,
        },
        "views": [{"@@type": "MapView", "id": "map", "controller": {"dragRotate": False, "touchRotate": False}}],
        "mapStyle": sources.style,
        "mapProvider": "maplibre",
        "layers": layers,
    }  # fmt: skip
    tooltip = {
        "html": "Incidents: <b>{n}</b><br>Rank: {r}",
        "style": {"background": appearance.ink, "color": appearance.paper, "fontSize": "16px", "borderRadius": "0"},
    }
    return Deck(spec, tooltip=tooltip)


# Drawn in the browser in pixels, so that the lines are as far apart at every zoom.
_HATCHED = {
    "extensions": [{"@@type": "FillStyleExtension", "proceduralPattern": True}],
    "fillPatternMapping": {"hidden": {"type": "hatch", "strokeWidth": 1, "gap": 4, "angle": 45}},
    "fillPatternSizeUnits": "pixels",
    "getFillPattern": "@@='hidden'",
}


def _hexagons(name: str, data: str, *, fill: Any) -> dict[str, Any]:
    # Streamlit dims every layer's own `getFillColor` and `getColor` while something is selected; what is set on
    # the sublayers it leaves alone, and the selection has its own outline here.
    paint = {"getFillColor": fill, "opacity": 1}
    return {
        "@@type": "H3HexagonLayer",
        "id": name,
        "data": data,
        "getHexagon": "@@=h",
        "pickable": True,
        "extruded": False,
        "stroked": False,
        "_subLayerProps": {"hexagon-cell": paint, "hexagon-cell-hifi": paint},
    }


def _by_class(appearance: Theme, limits: Sequence[int], *, alpha: int) -> str:
    """A deck.gl expression from the class number `c` to its colour (function calls are not allowed in them)."""
    colours = [[*_rgb(appearance.ramp[ramp_step(i, limits)])[:3], alpha] for i in range(max(1, len(limits)))]
    expression = str(colours[-1])
    for i, colour in reversed(list(enumerate(colours[:-1]))):
        expression = f"c == {i} ? {colour} : ({expression})"
    return f"@@={expression}"


def _boundaries(sources: Sources, appearance: Theme) -> list[dict[str, Any]]:
    thin = [_outline("areas", sources.areas, colour=appearance.ink, width=1.1)] if sources.areas else []
    return [
        *thin,
        _outline("lads-casing", sources.lads, colour=appearance.casing, width=4.5),
        _outline("lads", sources.lads, colour=appearance.ink, width=2.4),
    ]


def _outline(name: str, data: str | dict[str, Any], *, colour: str, width: float | str) -> dict[str, Any]:
    return {
        "@@type": "GeoJsonLayer",
        "id": name,
        "data": data,
        "filled": False,
        "stroked": True,
        "pickable": False,
        "getLineColor": _rgb(colour),
        "getLineWidth": width,
        "lineWidthUnits": "pixels",
        "lineJointRounded": True,
    }


def _selection(cells: Sequence[str]) -> list[dict[str, Any]]:
    if not cells:
        return []
    data: Any = {"type": "FeatureCollection", "features": [cells_outline(cells, {})]}
    return [
        _outline("selected-casing", data, colour="#0b0c0c", width=10),
        _outline("selected", data, colour="#ffdd00", width=5),
    ]


def _text(name: str, appearance: Theme, *, size: int, bold: bool) -> dict[str, Any]:
    paint = {
        "getColor": _rgb(appearance.ink),
        "outlineColor": [*_rgb(appearance.paper)[:3], 235],
        "outlineWidth": 5,
        "fontSettings": {"sdf": True, "fontSize": 48, "buffer": 8, "radius": 14},
    }
    return {
        "@@type": "TextLayer",
        "id": name,
        "pickable": False,
        "getPosition": "@@=p",
        "getText": "@@=t",
        "getSize": size,
        "sizeUnits": "pixels",
        "fontFamily": "system-ui, Arial, sans-serif",
        "fontWeight": 700 if bold else 400,
        "characterSet": "auto",
        **{k: v for k, v in paint.items() if k != "getColor"},
        "_subLayerProps": {"characters": {"getColor": paint["getColor"]}},
    }


def _place_names(sources: Sources, appearance: Theme) -> list[dict[str, Any]]:
    """Streets, the main ones from afar: each layer holds only the names that the one before it does not."""
    return [
        _names_from(zoom, f"places-{zoom}", sources.places.replace("TIER", str(zoom)), appearance)
        for zoom in reversed(PLACE_ZOOMS)
    ]


def _scale(view: View, appearance: Theme) -> list[dict[str, Any]]:
    bar, label = scale_bar(view)
    if not label:
        return []
    return [
        _outline("scale-casing", bar, colour=appearance.casing, width=6),
        _outline("scale", bar, colour=appearance.ink, width=2),
        _text("scale-words", appearance, size=14, bold=False) | _plate(appearance) | {"data": label},
    ]


def _plate(appearance: Theme) -> dict[str, Any]:
    """Paper under a text, so that lines and hexagons do not run through it."""
    return {"background": True, "getBackgroundColor": [*_rgb(appearance.paper)[:3], 200], "backgroundPadding": [3, 1]}


def _area_names(sources: Sources, appearance: Theme, *, zoom: float) -> list[dict[str, Any]]:
    fine = "/ward/" in sources.area_labels
    narrow = _names_from(_WARD_ZOOM if fine else _UNIT_ZOOM, "area-names", sources.area_labels, appearance)
    narrow |= {"getCollisionPriority": "@@=500 - properties.w"}
    size = 17 if zoom >= _UNIT_ZOOM else 12
    broad = _text("lad-names", appearance, size=size, bold=True) | {"data": sources.lad_labels} | _no_overlap()
    return [*([narrow] if sources.area_labels else []), broad | {"getCollisionPriority": 900}]


def _no_overlap() -> dict[str, Any]:
    return {
        "extensions": [{"@@type": "CollisionFilterExtension"}],
        "collisionEnabled": True,
        "collisionGroup": "names",
        "collisionTestProps": {"sizeScale": 1.2},
    }


def _names_from(zoom: int, name: str, data: str, appearance: Theme) -> dict[str, Any]:
    """Names that show from half a step below this zoom on.

    deck.gl has no minimum zoom for a text layer; a tile layer has. Its tiles are made so large that one or two hold
    the whole region: names are fetched once, when first needed, and panning asks for nothing.
    """
    paint = _text("", appearance, size=13, bold=False)
    return {
        "@@type": "TileLayer",
        "id": name,
        "data": data,
        "tileSize": 512 * 2 ** (zoom - 5),
        "minZoom": 5,
        "maxZoom": 5,
        "pickable": False,
        "pointType": "text",
        "getText": "@@=properties.name",
        "getTextSize": 13,
        # deck.gl takes a name for covered where its middle is the gap between two words: the plate fills it.
        "textBackground": True,
        "getTextBackgroundColor": [*_rgb(appearance.paper)[:3], 140],
        "textBackgroundPadding": [2, 0],
        "getTextColor": _rgb(appearance.ink),
        "textFontFamily": paint["fontFamily"],
        "textCharacterSet": "auto",
        "textOutlineColor": paint["outlineColor"],
        "textOutlineWidth": paint["outlineWidth"],
        "textFontSettings": paint["fontSettings"],
        "getCollisionPriority": "@@=-properties.w",
        **_no_overlap(),
    }


def _rgb(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)] + [255]
