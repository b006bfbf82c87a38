"""The base map's shapes and names of a part of the area, for a file that must carry its own."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely

from vrp_map.places.basemap.base_map import StreetMap
from vrp_map.places.basemap.classes import ROADS
from vrp_map.places.basemap.pmtiles import tile_id, write
from vrp_map.places.basemap.sources import MERCATOR
from vrp_map.vocabulary import WGS84

# What is drawn, the first first; beyond the limit of bytes the last streets go.
_DRAWN = ("water", "park", "rail", *ROADS)
MOST_TILE_BYTES = 160_000
MOST_NAMES = 400


@dataclass(frozen=True)
class StreetShapes:
    """What lies in a part of the area.

    Attributes:
        layers: shapes in degrees by layer, those beneath first.
        names: kind, name, lon, lat, angle, rank; the most important first.
        attribution: what must be said with them.
    """

    layers: Mapping[str, np.ndarray]
    names: pd.DataFrame
    attribution: str


def street_shapes(
    streets: StreetMap, bounds: Sequence[float], *, most: int = MOST_TILE_BYTES
) -> StreetShapes:
    """The shapes within bounds at the finest zoom whose tiles weigh no more than `most` bytes.

    Args:
        bounds: west, south, east, north in degrees.
        most: of the tiles, packed; as GeoJSON they weigh about ten times as much.
    """
    zoom = _zoom(streets, bounds, most)
    turn = pyproj.Transformer.from_crs(WGS84, MERCATOR, always_xy=True)
    back = pyproj.Transformer.from_crs(MERCATOR, WGS84, always_xy=True)
    west, south, east, north = bounds
    box = turn.transform_bounds(west, south, east, north)
    layers = {}
    for layer, shapes in _read(streets, bounds, zoom).items():
        cut = shapely.clip_by_rect(shapes, *box)
        cut = cut[~(shapely.is_empty(cut) | shapely.is_missing(cut))]
        if len(cut):
            layers[layer] = shapely.transform(
                cut, lambda xy: np.column_stack(back.transform(xy[:, 0], xy[:, 1]))
            )
    names = streets.names()
    here = names["lon"].between(west, east) & names["lat"].between(south, north)
    return StreetShapes(layers, names[here].head(MOST_NAMES), streets.about.attribution)


def _zoom(streets: StreetMap, bounds: Sequence[float], most: int) -> int:
    first, last = streets.zooms
    zoom = first
    while zoom < last and _weight(streets, bounds, zoom + 1, most) <= most:
        zoom += 1
    return zoom


def _read(streets: StreetMap, bounds: Sequence[float], zoom: int) -> dict[str, np.ndarray]:
    """The shapes of some tiles: GDAL reads every tile of a file, so these get one of their own."""
    held = {tile_id(zoom, x, y): streets.tile(zoom, x, y) for x, y in _tiles(bounds, zoom)}
    tiles = [(number, body) for number, body in sorted(held.items()) if body]
    if not tiles:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "part.pmtiles"
        fields = [{"id": name, "fields": {}} for name in _DRAWN]
        about = {"vector_layers": fields}
        write(file, tiles, metadata=about, bounds=bounds, zooms=(zoom, zoom))
        return {
            layer: shapely.from_wkb(pyogrio.raw.read(file, layer=layer, columns=[])[2])
            for layer in _DRAWN
        }


def _tiles(bounds: Sequence[float], zoom: int) -> list[tuple[int, int]]:
    """Column and row of the Web Mercator tiles that bounds touch."""
    west, south, east, north = bounds
    x = (np.array([west, east]) + 180) / 360 * 2**zoom
    sines = np.sin(np.radians([north, south]))
    y = (0.5 - np.log((1 + sines) / (1 - sines)) / (4 * np.pi)) * 2**zoom
    columns, rows = (range(int(side[0]), int(side[1]) + 1) for side in (x, y))
    return [(column, row) for column in columns for row in rows]


def _weight(streets: StreetMap, bounds: Sequence[float], zoom: int, most: int) -> int:
    """Bytes of the tiles of a zoom; no more are added up once they exceed `most`."""
    total = 0
    for column, row in _tiles(bounds, zoom):
        total += len(streets.tile(zoom, column, row) or b"")
        if total > most:
            break
    return total
