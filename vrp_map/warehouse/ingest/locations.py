"""Every distinct point once: its cell, the areas it lies in, and the place (cell and areas
together) it belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyproj

from vrp_map import grid
from vrp_map.vocabulary import BRITISH_NATIONAL_GRID, MAX_RESOLUTION, WGS84
from vrp_map.warehouse.boundaries.layers import Layer, locate

# Six decimals of a degree: a tenth of a metre, as police.uk writes them.
_DECIMALS = 6


def to_lon_lat(points: pd.DataFrame) -> pd.DataFrame:
    """Add lon, lat (degrees, six decimals) and cell10 to points of columns crs, point_kept,
    x, y.

    Where the point may not be kept, lon and lat are those of the cell's centre, so that nothing
    finer is stored.
    """
    out = points.assign(lon=points["x"].astype(float), lat=points["y"].astype(float))
    projected = (out["crs"] == BRITISH_NATIONAL_GRID).to_numpy()
    if projected.any():
        there = pyproj.Transformer.from_crs(BRITISH_NATIONAL_GRID, WGS84, always_xy=True)
        lon, lat = there.transform(
            out.loc[projected, "x"].to_numpy(), out.loc[projected, "y"].to_numpy()
        )
        out.loc[projected, "lon"], out.loc[projected, "lat"] = lon, lat
    out["lon"], out["lat"] = out["lon"].round(_DECIMALS), out["lat"].round(_DECIMALS)
    out["cell10"] = grid.cells_at(
        out["lon"].to_numpy(), out["lat"].to_numpy(), resolution=MAX_RESOLUTION
    )
    hidden = ~out["point_kept"].to_numpy(dtype=bool)
    if hidden.any():
        lon, lat = grid.centres(out.loc[hidden, "cell10"].to_numpy())
        out.loc[hidden, "lon"], out.loc[hidden, "lat"] = (
            np.round(lon, _DECIMALS),
            np.round(lat, _DECIMALS),
        )
    return out


def merge_locations(known: pd.DataFrame, points: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give every point a location: one that is known, or a new one.

    Args:
        known: location_id, lon, lat, point_kept, cell10, name, is_generic of the previous snapshot.
        points: what `to_lon_lat` returned.

    Returns:
        All locations (columns as `known`), and the points with their location_id.
    """
    key = ["lon", "lat", "point_kept"]
    fresh = (
        points[[*key, "cell10"]]
        .drop_duplicates(key)
        .merge(known[key], on=key, how="left", indicator=True)
    )
    fresh = (
        fresh[fresh["_merge"] == "left_only"].drop(columns="_merge").sort_values(["cell10", *key])
    )
    first = int(known["location_id"].max()) + 1 if len(known) else 1
    fresh.insert(0, "location_id", np.arange(first, first + len(fresh), dtype=np.int32))
    fresh = fresh.assign(name=None, is_generic=False)
    locations = fresh if known.empty else pd.concat([known, fresh], ignore_index=True)
    mapped = points.merge(locations[[*key, "location_id"]], on=key, how="left")
    return locations, mapped[["crs", "point_kept", "x", "y", "location_id"]]


def assign_places(
    locations: pd.DataFrame, layers: Sequence[Layer]
) -> tuple[pd.Series, pd.DataFrame, pd.DataFrame]:
    """Find the areas of every location and number the distinct (cell, areas).

    Returns:
        place_id per location; core_place (place_id, cell10); core_place_area (place_id, layer,
        code).
    """
    table = pd.DataFrame({"cell10": locations["cell10"].to_numpy(dtype=np.uint64)})
    lon, lat = locations["lon"].to_numpy(dtype=float), locations["lat"].to_numpy(dtype=float)
    for layer in layers:
        table[layer.id] = pd.array(locate(lon, lat, layer), dtype="string")
    columns = ["cell10", *(layer.id for layer in layers)]
    place_id = table.groupby(columns, dropna=False, sort=True).ngroup().astype(np.int32)
    places = (
        table.assign(place_id=place_id.to_numpy())
        .drop_duplicates("place_id")
        .sort_values("place_id")
    )
    areas = places.melt(
        id_vars="place_id", value_vars=columns[1:], var_name="layer", value_name="code"
    ).dropna()
    return place_id, places[["place_id", "cell10"]], areas.sort_values(["place_id", "layer"])
