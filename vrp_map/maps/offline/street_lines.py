"""The streets inside an HTML map: lines and areas as GeoJSON, and where their names are written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from vrp_map.maps.rows import rounded
from vrp_map.maps.streets import LIGHT_COLOURS, NAMED_FROM

if TYPE_CHECKING:
    from vrp_map.places.basemap.shapes import StreetShapes

# The whole file must still go by mail: beyond this the smallest streets are left out.
MOST_BYTES = 2_000_000
# Hexagons let the streets beneath them show.
FILL_OPACITY = 0.6
_WEIGHTS = {
    "rail": 0.8,
    "path": 0.4,
    "local": 0.8,
    "minor": 1.2,
    "secondary": 1.8,
    "primary": 2.4,
    "motorway": 3.0,
}
# The zoom of the browser's map is one more than that of the tiles.
_SHOWN_FROM = {kind: zoom + 1 for kind, zoom in NAMED_FROM.items()}


def street_lines(streets: StreetShapes | None) -> list[dict[str, Any]]:
    """Layers with Leaflet's path options, those beneath first; together at most `MOST_BYTES`."""
    if streets is None:
        return []
    layers = [
        {"shapes": _shapes(found), "paint": _paint(name)} for name, found in streets.layers.items()
    ]
    # The important streets come first here, and go last.
    kept, left = [], MOST_BYTES
    for layer in layers:
        left -= len(json.dumps(layer, separators=(",", ":")))
        if left >= 0:
            kept.append(layer)
    areas = [layer for layer in kept if layer["paint"]["fill"]]
    lines = [layer for layer in kept if not layer["paint"]["fill"]]
    return [*areas, *reversed(lines)]


def street_labels(streets: StreetShapes | None) -> list[dict[str, Any]]:
    """The names, the most important first: at (lat, lon), words, and the zoom to show them from."""
    if streets is None:
        return []
    rows = streets.names[["kind", "name", "lat", "lon"]].itertuples(index=False, name=None)
    return [
        {"at": [lat, lon], "words": name, "from": _SHOWN_FROM.get(kind, 16)}
        for kind, name, lat, lon in rows
    ]


def _shapes(found: np.ndarray) -> dict[str, Any]:
    areas = shapely.get_dimensions(found) > 1
    kinds = (shapely.multipolygons, found[areas]), (shapely.multilinestrings, found[~areas])
    shapes = [rounded(join(shapely.get_parts(part))) for join, part in kinds if len(part)]
    return {"type": "GeometryCollection", "geometries": shapes}


def _paint(name: str) -> dict[str, Any]:
    colour = LIGHT_COLOURS[name]
    if name in _WEIGHTS:
        return {"fill": False, "color": colour, "weight": _WEIGHTS[name]}
    return {"fill": True, "fillColor": colour, "fillOpacity": 1, "color": colour, "weight": 0.5}
