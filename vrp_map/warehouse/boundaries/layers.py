"""Boundary layers in use, and which area a point lies in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from vrp_map.config import Settings
from vrp_map.errors import UserError
from vrp_map.vocabulary import WGS84, AreaType
from vrp_map.warehouse.boundaries.catalog import Layer, read_catalog

__all__ = ["Layer", "area_positions", "current_areas", "load_layers", "locate"]


def load_layers(settings: Settings, types: Collection[AreaType] = ()) -> list[Layer]:
    """The layers that travel with the package, then the user's own; broadest type first.

    A user's layer takes the place of every packaged layer of its type.

    Args:
        types: only layers of these; empty = of all.

    Raises:
        UserError: there are no layers at all.
        FileRefused: a catalogue or a layer file cannot be used.
    """
    local = read_catalog(settings.local_boundaries, types)
    taken = {layer.type for layer in local}
    packaged = [
        layer for layer in read_catalog(settings.boundaries, types) if layer.type not in taken
    ]
    if not (packaged or local or types):
        raise UserError(
            f"There are no boundary layers in {settings.boundaries}.",
            hint="Check the setting boundaries, or add a layer with `vrp-map boundaries add`.",
        )
    order = list(AreaType)
    return sorted(
        [*packaged, *local], key=lambda layer: (order.index(layer.type), layer.valid_from, layer.id)
    )


def locate(lon: np.ndarray, lat: np.ndarray, layer: Layer) -> np.ndarray:
    """The code of the area that each point lies in.

    A point on a shared edge belongs to the first of its areas in code order, so every run and
    machine agrees.

    Args:
        lon, lat: degrees, shape (n,); NaN = no place.
        layer: areas to look in.

    Returns:
        Object array, shape (n,): code, or None outside every area.
    """
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    found = area_positions(lon, lat, layer.areas)
    codes = np.full(len(found), None, dtype=object)
    codes[found >= 0] = layer.areas["code"].to_numpy(dtype=object)[found[found >= 0]]
    return codes


def area_positions(lon: np.ndarray, lat: np.ndarray, areas: gpd.GeoDataFrame) -> np.ndarray:
    """Row of `areas` (int32) that each point lies in, the first in code order; -1 = none.

    Each area is tested, prepared, against the points of its bounding box only: those are a slice of
    the points sorted by longitude. For 100,000 points and 1,719 LSOAs that took 0.06 s, against
    0.11 s for `geopandas.sjoin`, 0.13 s for an STRtree of the points and 0.17 s for one of the
    areas; for 7 districts 0.03 s against 0.34, 0.21 and 0.10 s.
    """
    order = np.argsort(lon, kind="stable")
    x, y = lon[order], lat[order]
    found = np.full(len(x), -1, dtype=np.int32)
    shapes = areas.geometry.to_numpy()
    west, south, east, north = shapely.bounds(shapes).T
    first, last = np.searchsorted(x, west, "left"), np.searchsorted(x, east, "right")
    shapely.prepare(shapes)
    for row in np.argsort(areas["code"].to_numpy(dtype=object), kind="stable"):
        near = slice(first[row], last[row])
        candidates = first[row] + np.flatnonzero(
            (found[near] < 0) & (y[near] >= south[row]) & (y[near] <= north[row])
        )
        inside = shapely.intersects_xy(shapes[row], x[candidates], y[candidates])
        found[candidates[inside]] = row
    result = np.empty_like(found)
    result[order] = found
    return result


def current_areas(
    settings: Settings, *, today: date | None = None, types: Collection[AreaType] = ()
) -> gpd.GeoDataFrame:
    """The areas in force, without a snapshot: type, code, name, key ("type:code"), geometry
    (EPSG:4326).

    Args:
        types: only areas of these; empty = of all.
    """
    newest = {
        layer.type: layer
        for layer in load_layers(settings, types)
        if today is None or layer.valid_from <= today
    }
    if not newest:
        nothing: dict[str, list[object]] = {c: [] for c in ("code", "name", "type", "key")}
        return gpd.GeoDataFrame(nothing, geometry=[], crs=WGS84)
    frames = [
        layer.areas[["code", "name", "geometry"]].assign(
            type=str(layer.type), key=f"{layer.type}:" + layer.areas["code"]
        )
        for layer in newest.values()
    ]
    return gpd.GeoDataFrame(
        pd.concat(frames, ignore_index=True), geometry="geometry", crs=frames[0].crs
    )
