"""Sealed tables as files: CSV, JSON, GeoJSON, GeoParquet. Nothing else is accepted."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from vrp_map import grid
from vrp_map.common.plain_text import plain_text
from vrp_map.disclosure.sealed import Sealed, opened
from vrp_map.errors import UserError
from vrp_map.vocabulary import WGS84

if TYPE_CHECKING:
    import geopandas as gpd


FORMATS = ("table", "csv", "json", "geojson", "geoparquet")
# These have no place for what the table is about: `to_method` goes beside them.
WITHOUT_METHOD = ("table", "csv", "geoparquet")
T = TypeVar("T", bound=Sealed)
_DECIMALS = 6
# Degrees. Neighbouring hexagons give a shared corner with other last digits, which would leave
# slivers between them.
_SAME_CORNER = 1e-9


def records(table: Sealed) -> list[dict[str, Any]]:
    """The rows as plain values: a hidden number is None, a month is "YYYY-MM"."""
    return [
        {name: _plain(name, v) for name, v in row.items()}
        for row in opened(table).frame.to_dict("records")
    ]


def most_first(table: T) -> T:
    """The rows with most incidents first, hidden ones last: by the numbers as shown, so the order
    tells no more.
    """
    shown = table.frame["n"].astype("Float64").fillna(-1)
    return table.ordered(shown.sort_values(ascending=False, kind="stable").index)


def cluster_outlines(cells: Sealed) -> gpd.GeoDataFrame:
    """The shape of every cluster of a table of cells: all its hexagons as one.

    Args:
        cells: cell, cluster (0 = none).

    Returns:
        cluster, geometry (EPSG:4326, valid; several parts where the cluster has several).
    """
    import geopandas as gpd
    import shapely

    inside = cells.frame[cells.frame["cluster"] > 0]
    numbers, at = np.unique(inside["cluster"].to_numpy(dtype=np.int64), return_inverse=True)
    hexagons = np.asarray(grid.polygons(grid.from_text(list(inside["cell"]))), dtype=object)
    shapes = [
        shapely.union_all(hexagons[at == i], grid_size=_SAME_CORNER) for i in range(len(numbers))
    ]
    return gpd.GeoDataFrame({"cluster": numbers}, geometry=gpd.GeoSeries(shapes, crs=WGS84))


def to_method(table: Sealed, *, about: Mapping[str, Any] | None = None) -> str:
    """What a table is about and what was done to its numbers, as JSON: `to_json` without
    the rows.
    """
    return json.dumps(head_of(table, about), ensure_ascii=False, default=str, indent=1) + "\n"


def head_of(table: Sealed, about: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a file says above its rows: what it is about, and what was done to the numbers."""
    opened(table)
    return {**(about or {}), **table.head()}


def to_csv(table: Sealed, *, about: Mapping[str, Any] | None = None) -> str:
    """Comma-separated, one header line; a hidden number is empty and `hidden` says so.

    Synthetic rows say so in a column of their own, because a CSV has no other place for it;
    `to_method` gives the rest.
    """
    rows = [{name: defused(value) for name, value in row.items()} for row in records(table)]
    # Objects, or a column with a hidden number would turn its whole numbers into fractions.
    frame = pd.DataFrame(rows, columns=opened(table).frame.columns, dtype=object)
    if about and about.get("synthetic"):
        frame["synthetic"] = True
    text: str = frame.to_csv(index=False, lineterminator="\r\n")
    return text


def to_json(table: Sealed, *, about: Mapping[str, Any] | None = None) -> str:
    """One object: what it is about, what was done to the numbers, and the rows."""
    return json.dumps(
        {**head_of(table, about), "rows": records(table)}, ensure_ascii=False, default=str
    )


def to_geojson(
    table: Sealed, *, areas: gpd.GeoDataFrame | None = None, about: Mapping[str, Any] | None = None
) -> str:
    """A FeatureCollection (RFC 7946): hexagons, or the areas given by their code, or the clusters
    by their number.

    Args:
        areas: for a table by area: code and geometry (EPSG:4326); for one by cluster:
            `cluster_outlines`.
    """
    import shapely
    from shapely.geometry import mapping

    # The standard wants outer rings anticlockwise.
    geometry = shapely.orient_polygons(geometry_of(table, areas).to_numpy())
    features = [
        {
            "type": "Feature",
            "properties": row,
            "geometry": _rounded(mapping(shape)) if shape is not None else None,
        }
        for row, shape in zip(records(table), geometry, strict=True)
    ]
    return json.dumps(
        {"type": "FeatureCollection", **head_of(table, about), "features": features},
        ensure_ascii=False,
        default=str,
    )


def to_geoparquet(
    table: Sealed, *, areas: gpd.GeoDataFrame | None = None, about: Mapping[str, Any] | None = None
) -> bytes:
    """GeoParquet, EPSG:4326; synthetic rows say so in a column of their own."""
    import geopandas as gpd

    frame = gpd.GeoDataFrame(table.frame, geometry=geometry_of(table, areas), crs=WGS84)
    if about and about.get("synthetic"):
        frame["synthetic"] = True
    out = BytesIO()
    frame.to_parquet(out, index=False)
    return out.getvalue()


def geometry_of(table: Sealed, areas: gpd.GeoDataFrame | None) -> gpd.GeoSeries:
    """The shape of each row (EPSG:4326): its hexagon, or the area of its code or cluster.

    Raises:
        UserError: its rows are no places.
    """
    import geopandas as gpd

    frame = opened(table).frame
    if "cell" in frame:
        return gpd.GeoSeries(
            np.asarray(grid.polygons(grid.from_text(list(frame["cell"])))),
            index=frame.index,
            crs=WGS84,
        )
    for key in ("code", "cluster"):
        if areas is not None and key in frame and key in areas:
            shapes = areas.drop_duplicates(key).set_index(key).geometry.reindex(frame[key])
            return gpd.GeoSeries(shapes.to_numpy(), index=frame.index, crs=WGS84)
    raise UserError(
        "This table has no places to draw.", hint="Count by cell or by area, or choose csv or json."
    )


def _rounded(shape: Any) -> Any:
    if isinstance(shape, dict):
        return {key: _rounded(value) for key, value in shape.items()}
    if isinstance(shape, (list, tuple)):
        return [_rounded(value) for value in shape]
    return round(shape, _DECIMALS) if isinstance(shape, float) else shape


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(name, v) for v in value]
    if (
        value is None
        or value is pd.NA
        or (isinstance(value, float) and np.isnan(value))
        or value is pd.NaT
    ):
        return None
    if isinstance(value, date):
        return f"{value:%Y-%m}" if name == "month" else value.isoformat()
    if isinstance(value, np.generic):
        return value.item()
    return value if isinstance(value, (int, float, str, bool)) else str(value)


def defused(value: Any) -> Any:
    """A name that a spreadsheet would take for a formula is kept a text.

    Spreadsheets pass over what stands before the sign and cannot be seen, and some take a wide or a
    small sign for one.

    >>> [defused(name) for name in ("=1+1", " \\r=1+1", "＝1+1", "Stoke-on-Trent")]
    ["'=1+1", "' \\r=1+1", "'＝1+1", 'Stoke-on-Trent']
    """
    if not isinstance(value, str):
        return value
    begins = (
        unicodedata.normalize("NFKC", plain_text(value)).replace("\N{MINUS SIGN}", "-").lstrip()[:1]
    )
    return f"'{value}" if begins in tuple("=+-@") or value[:1] in tuple("\t\r\n") else value
