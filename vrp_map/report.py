"""Protected tables as files: CSV, JSON, GeoJSON, GeoParquet. Nothing else is accepted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from io import BytesIO
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import mapping

from vrp_map import grid
from vrp_map.disclosure import Protected
from vrp_map.errors import UserError
from vrp_map.vocabulary import WGS84

FORMATS = ("table", "csv", "json", "geojson", "geoparquet")
_DECIMALS = 6


def records(protected: Protected) -> list[dict[str, Any]]:
    """The rows as plain values: a hidden number is None, a month is "YYYY-MM"."""
    return [{name: _plain(name, v) for name, v in row.items()} for row in protected.frame.to_dict("records")]


def to_csv(protected: Protected, *, about: Mapping[str, Any] | None = None) -> str:
    """Comma-separated, one header line; a hidden number is empty and `hidden` says so.

    Synthetic rows say so in a column of their own, because a CSV has no other place for it.
    """
    rows = [{name: _defused(value) for name, value in row.items()} for row in records(protected)]
    # Objects, or a column with a hidden number would turn its whole numbers into fractions.
    frame = pd.DataFrame(rows, columns=protected.frame.columns, dtype=object)
    if about and about.get("synthetic"):
        frame["synthetic"] = True
    return frame.to_csv(index=False, lineterminator="\r\n")


def to_json(protected: Protected, *, about: Mapping[str, Any] | None = None) -> str:
    """One object: what it is about, what was done to the numbers, and the rows."""
    return json.dumps(
        {
            **(about or {}), "audience": str(protected.audience), "note": protected.note, "total": protected.total,
            "hidden": protected.hidden, "rows": records(protected),
        },
        ensure_ascii=False, default=str,
    )  # fmt: skip


def to_geojson(
    protected: Protected, *, areas: gpd.GeoDataFrame | None = None, about: Mapping[str, Any] | None = None
) -> str:
    """A FeatureCollection (RFC 7946): hexagons, or the areas given by their code.

    Args:
        areas: for a table by area: code and geometry (EPSG:4326).
    """
    geometry = _geometry(protected, areas)
    features = [
        {"type": "Feature", "properties": row, "geometry": _rounded(mapping(shape)) if shape is not None else None}
        for row, shape in zip(records(protected), geometry, strict=True)
    ]
    note = {"audience": str(protected.audience), "note": protected.note, "total": protected.total}
    return json.dumps(
        {"type": "FeatureCollection", **(about or {}), **note, "features": features}, ensure_ascii=False, default=str
    )


def to_geoparquet(
    protected: Protected, *, areas: gpd.GeoDataFrame | None = None, about: Mapping[str, Any] | None = None
) -> bytes:
    """GeoParquet, EPSG:4326; synthetic rows say so in a column of their own."""
    frame = gpd.GeoDataFrame(protected.frame.copy(), geometry=_geometry(protected, areas), crs=WGS84)
    if about and about.get("synthetic"):
        frame["synthetic"] = True
    out = BytesIO()
    frame.to_parquet(out, index=False)
    return out.getvalue()


def _geometry(protected: Protected, areas: gpd.GeoDataFrame | None) -> gpd.GeoSeries:
    frame = protected.frame
    if "cell" in frame:
        return gpd.GeoSeries(
            np.asarray(grid.polygons(grid.from_text(list(frame["cell"])))), index=frame.index, crs=WGS84
        )
    if areas is not None and "code" in frame:
        shapes = areas.drop_duplicates("code").set_index("code").geometry.reindex(frame["code"])
        return gpd.GeoSeries(shapes.to_numpy(), index=frame.index, crs=WGS84)
    raise UserError("This table has no places to draw.", hint="Count by cell or by area, or choose csv or json.")


def _rounded(shape: Any) -> Any:
    if isinstance(shape, dict):
        return {key: _rounded(value) for key, value in shape.items()}
    if isinstance(shape, (list, tuple)):
        return [_rounded(value) for value in shape]
    return round(shape, _DECIMALS) if isinstance(shape, float) else shape


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(name, v) for v in value]
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)) or value is pd.NaT:
        return None
    if isinstance(value, date):
        return f"{value:%Y-%m}" if name == "month" else value.isoformat()
    if isinstance(value, np.generic):
        return value.item()
    return value if isinstance(value, (int, float, str, bool)) else str(value)


def _defused(value: Any) -> Any:
    """A name that a spreadsheet would take for a formula is kept a text."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t") else value
