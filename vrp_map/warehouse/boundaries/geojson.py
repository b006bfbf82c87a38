"""GeoJSON files, read without GDAL: it would fetch a CRS that a file gives as a link."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from vrp_map.errors import FileRefused
from vrp_map.warehouse.boundaries.crs import geojson_crs

_AGAIN = "Download or export it again; it may be cut short."


def read_geojson(file: Path, *, is_crs_stated: bool = False) -> gpd.GeoDataFrame:
    """The features of a GeoJSON file with a column for each property; a feature's own `id` counts
    as one.

    Args:
        is_crs_stated: somebody says what the coordinates are, so that what the file states is not
            read.

    Raises:
        FileRefused: it is not whole GeoJSON, or its CRS is a link or not known.
    """
    content = _content(file)
    crs = None if is_crs_stated else geojson_crs(file, content)
    features = content["features"] if content["type"] == "FeatureCollection" else [content]
    try:
        rows = [_row(feature) for feature in features]
        shapes = shapely.from_geojson([_text(feature.get("geometry")) for feature in features])
    except (
        AttributeError,
        TypeError,
        ValueError,
        RecursionError,
        shapely.errors.ShapelyError,
    ) as error:
        raise FileRefused(str(file), "its features are not whole GeoJSON.", hint=_AGAIN) from error
    frame = pd.DataFrame(rows, index=range(len(rows))).rename(columns={"geometry": "geometry_"})
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=crs)


def _content(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise FileRefused(
            str(file), "its text is not UTF-8.", hint="Save it again as UTF-8."
        ) from error
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        problem = f"it is not whole JSON: reading stopped at line {line}."
        raise FileRefused(str(file), problem, hint=_AGAIN) from error
    kind = content.get("type") if isinstance(content, dict) else None
    if kind not in ("FeatureCollection", "Feature"):
        what = "TopoJSON" if kind == "Topology" else "JSON, but not GeoJSON"
        raise FileRefused(
            str(file), f"it is {what}.", hint="Export it as a GeoJSON FeatureCollection."
        )
    if kind == "FeatureCollection" and not content.get("features"):
        raise FileRefused(
            str(file), "the layer is empty.", hint="Export the areas again; at least one is needed."
        )
    return dict(content)


def _row(feature: dict[str, Any]) -> dict[str, Any]:
    own = {"id": feature["id"]} if "id" in feature else {}
    return own | (feature.get("properties") or {})


def _text(geometry: Any) -> str | None:
    return None if geometry is None else json.dumps(geometry)
