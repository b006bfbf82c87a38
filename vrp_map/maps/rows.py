"""What the browser is given: rows of cell ids and class numbers, outlines and names, never a count that is hidden."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from vrp_map import grid
from vrp_map.disclosure import Protected
from vrp_map.errors import UserError
from vrp_map.maps.classes import HIDDEN_WORDS, HOTSPOT_INDEX, count_class


def cell_rows(cells: Protected, limits: Sequence[int]) -> list[dict[str, Any]]:
    """The cells with a number, for the browser.

    Returns:
        h: cell, c: class 0 to 4, k: hotspot class -3 to 3 (absent = 0), r: rank, n: the count as people read it.
    """
    frame = cells.frame.assign(c=count_class(cells.frame["n"], limits))
    frame = frame[frame["c"].notna()]
    hot = frame["hotspot_class"].map(HOTSPOT_INDEX).fillna(0).astype(int)
    rows = []
    for cell, c, k, rank, n in zip(frame["cell"], frame["c"], hot, frame["rank"], frame["n"], strict=True):
        row = {"h": str(cell), "c": int(c), "r": int(rank), "n": f"{n:,}"}
        rows.append(row | {"k": int(k)} if k else row)
    return rows


def hidden_rows(cells: Protected) -> list[dict[str, Any]]:
    """The cells whose number is hidden: h cell, r rank, n the words that say so."""
    frame = cells.frame[cells.frame["hidden"]]
    return [
        {"h": str(cell), "r": int(rank), "n": HIDDEN_WORDS}
        for cell, rank in zip(frame["cell"], frame["rank"], strict=True)
    ]


def hotspot_outlines(cells: Protected) -> dict[str, Any]:
    """Outlines of the hot cells, joined, as GeoJSON: `heavy` true for 95% and 99%, false for 90%."""
    index = cells.frame["hotspot_class"].map(HOTSPOT_INDEX).fillna(0)
    features = []
    for heavy, member in ((True, index >= 2), (False, index == 1)):
        chosen = cells.frame.loc[member, "cell"].astype(str).tolist()
        if chosen:
            features.append(cells_outline(chosen, {"heavy": heavy}))
    return {"type": "FeatureCollection", "features": features}


def cells_outline(cells: Sequence[str], properties: dict[str, Any]) -> dict[str, Any]:
    """The joined outline of some cells as a GeoJSON feature."""
    # Neighbouring hexagons differ in the last bits of their shared corners: a common grid lets them join.
    corners = shapely.set_precision(grid.polygons(grid.from_text(list(cells))).to_numpy(), 1e-6)
    return {"type": "Feature", "properties": properties, "geometry": rounded(shapely.union_all(corners))}


def area_outlines(areas: gpd.GeoDataFrame) -> dict[str, Any]:
    """Areas as GeoJSON with code and name."""
    features = [
        {"type": "Feature", "properties": {"code": str(code), "name": str(name)}, "geometry": rounded(shape)}
        for code, name, shape in zip(areas["code"], areas["name"], areas.geometry, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def area_labels(areas: gpd.GeoDataFrame, *, besides: Collection[str] = ()) -> list[dict[str, Any]]:
    """One label an area, at a point that is inside it: t text, p [lon, lat].

    Args:
        besides: names that another layer of the map writes already.
    """
    areas = areas[~areas["name"].isin(list(besides))]
    points = areas.geometry.representative_point()
    return [
        {"t": str(name), "p": [round(point.x, 5), round(point.y, 5)]}
        for name, point in zip(areas["name"], points, strict=True)
    ]


def place_points(places: pd.DataFrame, *, most: int = 4000) -> dict[str, Any]:
    """The gazetteer as GeoJSON points, busiest first (as `places` is); names like "Parking Area" are left out."""
    known = places[~places["is_generic"]].dropna(subset=["lon", "lat"]).head(most)
    names = zip(known["name"], known["lon"], known["lat"], strict=True)
    return _points((str(name), [round(float(lon), 5), round(float(lat), 5)]) for name, lon, lat in names)


def label_points(labels: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The rows of `area_labels` as GeoJSON points, for `in_tile`."""
    return _points((label["t"], label["p"]) for label in labels)


def _points(named: Iterable[tuple[str, list[float]]]) -> dict[str, Any]:
    features = [
        {"type": "Feature", "properties": {"name": name, "w": w}, "geometry": {"type": "Point", "coordinates": place}}
        for w, (name, place) in enumerate(named)
    ]
    return {"type": "FeatureCollection", "features": features}


def rounded(shape: Any) -> dict[str, Any]:
    """A geometry as GeoJSON with five decimals: about a metre, and a third of the bytes."""
    # `set_precision` would snap neighbours differently; rounding the written numbers keeps shared borders shared.
    geometry: dict[str, Any] = json.loads(
        json.dumps(shapely.geometry.mapping(shape)), parse_float=lambda x: round(float(x), 5)
    )
    return geometry


def in_tile(points: dict[str, Any], *, z: int, x: int, y: int) -> dict[str, Any]:
    """The points of one Web Mercator tile: the browser asks for two where the region lies across a tile's edge."""
    if not 0 <= z <= 22:
        raise UserError("There is no map tile of that number.", hint="Zoom is 0 to 22.")
    inside = [point for point in points["features"] if _tile_of(point["geometry"]["coordinates"], z) == (x, y)]
    return {"type": "FeatureCollection", "features": inside}


def _tile_of(place: Sequence[float], z: int) -> tuple[int, int]:
    lon, lat = place
    across = (lon + 180) / 360
    down = 0.5 - math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)
    return int(across * 2**z), int(down * 2**z)
