"""What lies under the hexagons: plain paper or the streets of the base map; and the streets' names
above them.

Quiet on purpose: greys, a pale blue and a pale green, so that only hexagons have strong colours.
"""

from __future__ import annotations

import html
from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from vrp_map.maps.classes import DARK, Palette
from vrp_map.maps.layers import names_from, rgb

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
# Width in pixels at zoom 8, 12, 15 and 18.
_WIDTHS = {
    "rail": (0.5, 0.8, 1.4, 2.0),
    "path": (0.2, 0.4, 0.8, 3.0),
    "local": (0.2, 0.5, 2.0, 12.0),
    "minor": (0.3, 0.9, 3.0, 14.0),
    "secondary": (0.4, 1.3, 4.0, 16.0),
    "primary": (0.7, 1.8, 5.0, 18.0),
    "motorway": (1.0, 2.4, 6.0, 20.0),
}
_AREAS = ("park", "water", "building")
SOURCE = "streets"
# The zoom from which the names of a layer are written, and how large; browsers show them half a
# step earlier. Kinds of one layer share its tiles.
NAME_TIERS: Mapping[str, tuple[int, tuple[str, ...]]] = {
    "towns": (9, ("town",)),
    "numbers": (10, ("road number",)),
    "parts": (12, ("village",)),
    "sights": (13, ("station", "tram stop", "hospital", "park", "school")),
    "main": (13, ("main street",)),
    "streets": (14, ("street",)),
}


def style(
    appearance: Palette,
    *,
    tiles_url: str = "",
    streets_url: str = "",
    zooms: tuple[int, int] = (0, 14),
    attribution: str = "",
) -> dict[str, Any]:
    """A MapLibre style of our own: a plain background, then the operator's raster tiles or the
    streets of the base map, where there are any.
    """
    layers: list[dict[str, Any]] = [
        {"id": "background", "type": "background", "paint": {"background-color": appearance.paper}}
    ]
    sources: dict[str, Any] = {}
    if tiles_url:
        sources["tiles"] = {"type": "raster", "tiles": [tiles_url], "tileSize": 256}
        layers.append(
            {
                "id": "tiles",
                "type": "raster",
                "source": "tiles",
                "paint": {"raster-saturation": -0.7},
            }
        )
    if streets_url:
        sources[SOURCE] = {
            "type": "vector",
            "tiles": [streets_url],
            "minzoom": zooms[0],
            "maxzoom": zooms[1],
            "attribution": _credit(attribution),
        }
        layers += _street_layers(appearance)
    return {
        "version": 8,
        "name": f"vrp-map {appearance.name}",
        "sources": sources,
        "layers": layers,
    }


def _credit(attribution: str) -> str:
    """Whose streets they are, as HTML: MapLibre puts it into the page as it is, in a list."""
    return f'<span role="listitem">{html.escape(attribution)}</span>' if attribution else ""


def _street_layers(appearance: Palette) -> list[dict[str, Any]]:
    """The layers of a MapLibre style that draw the tiles."""
    colours = _DARK if appearance.name == DARK.name else LIGHT_COLOURS
    areas = [
        {
            "id": name,
            "type": "fill",
            "source": SOURCE,
            "source-layer": name,
            "filter": ["==", ["geometry-type"], "Polygon"],
            "paint": {"fill-color": colours[name]},
        }
        for name in _AREAS
    ]
    rivers = {
        "id": "rivers",
        "type": "line",
        "source": SOURCE,
        "source-layer": "water",
        "filter": ["==", ["geometry-type"], "LineString"],
        "paint": {"line-color": colours["water"], "line-width": 2},
    }
    return [*areas, rivers, *(_line(name, colours[name]) for name in _WIDTHS)]


def _line(name: str, colour: str) -> dict[str, Any]:
    stops = [value for pair in zip((8, 12, 15, 18), _WIDTHS[name], strict=True) for value in pair]
    return {
        "id": name,
        "type": "line",
        "source": SOURCE,
        "source-layer": name,
        "layout": {"line-cap": "round", "line-join": "round"},
        "paint": {
            "line-color": colour,
            "line-width": ["interpolate", ["exponential", 1.5], ["zoom"], *stops],
        },
    }


def street_names(
    address: str, appearance: Palette, *, without: Collection[str] = ()
) -> list[dict[str, Any]]:
    """Layers of names above the hexagons, each along its street.

    Args:
        address: of the names, with TIER, {z}, {x} and {y}. without: tiers that another layer of the
            map writes already.
    """
    layers = []
    for tier, (zoom, _) in reversed(list(NAME_TIERS.items())):
        if tier in without:
            continue
        layer = names_from(zoom, f"names-{tier}", address.replace("TIER", tier), appearance)
        # One tile for the whole region would hold every street there is.
        layer |= {"tileSize": 512, "minZoom": zoom, "maxZoom": zoom}
        if tier == "streets":
            layer |= {"getTextSize": 12}
        if tier in ("streets", "main"):
            # Only the middle of a name is tested: with more room about it, its ends are free too.
            layer |= {"getTextAngle": "@@=properties.a", "collisionTestProps": {"sizeScale": 2}}
        if tier in ("towns", "parts"):
            layer |= {"getTextSize": 15 if tier == "towns" else 14, "textFontWeight": 700}
        if tier == "numbers":
            layer |= {
                "getTextSize": 12,
                "getTextBackgroundColor": [*rgb(appearance.paper)[:3], 235],
            }
        layers.append(layer)
    return layers


def name_points(names: pd.DataFrame, *, tier: str) -> dict[str, Any]:
    """The names of a tier as GeoJSON points: name, a angle in degrees, w smallest first.

    Args:
        names: kind, name, lon, lat, angle, rank; in the order in which they may be written.
    """
    first = 100 * list(NAME_TIERS).index(tier)
    chosen = names[names["kind"].isin(NAME_TIERS[tier][1])]
    rows = zip(*(chosen[c].tolist() for c in ("name", "lon", "lat", "angle", "rank")), strict=True)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"name": name, "a": angle, "w": first + min(int(rank), 9)},
                "geometry": {"type": "Point", "coordinates": [lon, lat]},
            }
            for name, lon, lat, angle, rank in rows
        ],
    }
