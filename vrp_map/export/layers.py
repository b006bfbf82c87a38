"""Layers to hand on to people with a GIS: a sealed table with its shapes, or words without number.

Text that a spreadsheet would take for a formula is made harmless, for a layer's table is opened in
one sooner or later.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from vrp_map import grid
from vrp_map.disclosure.sealed import Sealed, opened
from vrp_map.export.tables import defused, geometry_of, head_of
from vrp_map.vocabulary import WGS84

if TYPE_CHECKING:
    import geopandas as gpd

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_DECIMALS = 6
METHOD_KEY = "vrp_map"


@dataclass(frozen=True)
class ExportLayer:
    """One layer, ready for a file. Made by `sealed_layer` and `text_layer` alone.

    Attributes:
        frame: its rows; with the column geometry (EPSG:4326), or a plain table.
        about: what it is about and what was done to its numbers. style: a QGIS style, or "".
    """

    name: str
    title: str
    frame: pd.DataFrame
    about: Mapping[str, Any]
    style: str = ""

    @property
    def has_places(self) -> bool:
        return "geometry" in self.frame

    @property
    def method(self) -> str:
        """What it is about, as JSON."""
        said = {"title": self.title, **self.about}
        return json.dumps(said, ensure_ascii=False, default=str)


def sealed_layer(  # noqa: PLR0913 - the parts of one layer, by keyword
    name: str,
    title: str,
    table: Sealed,
    *,
    about: Mapping[str, Any],
    areas: gpd.GeoDataFrame | None = None,
    style: str = "",
) -> ExportLayer:
    """A layer of a sealed table: hexagons, areas by code, or clusters by number.

    Args:
        areas: as for `tables.to_geojson`.
    """
    geometry = geometry_of(table, areas)
    return _layer(name, title, opened(table).frame, geometry, head_of(table, about), style)


def text_layer(  # noqa: PLR0913 - the parts of one layer, by keyword
    name: str,
    title: str,
    rows: pd.DataFrame,
    *,
    about: Mapping[str, Any],
    shapes: Sequence[Any] | None = None,
    style: str = "",
) -> ExportLayer:
    """A layer of words alone; with a shape for each row, or as a plain table.

    Raises:
        ValueError: a column holds numbers: those come from sealed tables.
    """
    import geopandas as gpd

    numbers = [str(c) for c in rows if not rows[c].map(lambda v: isinstance(v, str)).all()]
    if numbers:
        raise ValueError(f"These columns are no text: {', '.join(numbers)}.")
    geometry = None if shapes is None else gpd.GeoSeries(list(shapes), index=rows.index, crs=WGS84)
    said = {**about, "note": "This layer holds no number."}
    return _layer(name, title, rows, geometry, said, style)


def hexagon_shapes(cells: Sequence[str]) -> list[Any]:
    """The outline of each hexagon (EPSG:4326)."""
    return list(grid.polygons(grid.from_text(list(cells)))) if len(cells) else []


def _layer(  # noqa: PLR0913 - the parts of one layer
    name: str,
    title: str,
    rows: pd.DataFrame,
    geometry: gpd.GeoSeries | None,
    about: Mapping[str, Any],
    style: str,
) -> ExportLayer:
    import geopandas as gpd

    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a layer.")
    frame = rows.copy()
    for column in frame:
        if frame[column].dtype == object or isinstance(frame[column].dtype, pd.StringDtype):
            frame[column] = frame[column].map(_text_or_none).astype(object)
    if about.get("synthetic"):
        frame["synthetic"] = np.ones(len(frame), dtype=bool)
    if geometry is not None:
        frame = gpd.GeoDataFrame(frame, geometry=geometry.to_numpy(), crs=WGS84)
    return ExportLayer(name, title, frame, about, style)


def _text_or_none(value: Any) -> str | None:
    if isinstance(value, (list, tuple, np.ndarray)):
        value = ", ".join(map(str, value))
    missing = value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value))
    return None if missing else str(defused(str(value)))


def to_layer_geojson(layer: ExportLayer) -> bytes:
    """A layer as GeoJSON (RFC 7946), what it is about beside its features."""
    import geopandas as gpd
    import shapely

    frame = layer.frame
    if isinstance(frame, gpd.GeoDataFrame):
        # The standard wants outer rings anticlockwise, and six decimals are a tenth of a metre.
        shapes = shapely.transform(frame.geometry.to_numpy(), lambda xy: xy.round(_DECIMALS))
        frame = frame.set_geometry(gpd.GeoSeries(shapely.orient_polygons(shapes), crs=WGS84))
        plain = json.loads(frame.to_json(drop_id=True, to_wgs84=True))
    else:
        rows = json.loads(frame.to_json(orient="records", date_format="iso"))
        features = [{"type": "Feature", "properties": row, "geometry": None} for row in rows]
        plain = {"type": "FeatureCollection", "features": features}
    plain.pop("crs", None)
    document = {"type": "FeatureCollection", **json.loads(layer.method), **plain}
    return json.dumps(document, ensure_ascii=False).encode()


def to_layer_geoparquet(layer: ExportLayer) -> bytes:
    """A layer as GeoParquet, what it is about in the metadata of the file under `vrp_map`."""
    import pyarrow.parquet as pq

    out = BytesIO()
    layer.frame.to_parquet(out, index=False)
    table = pq.read_table(BytesIO(out.getvalue()))
    described = {**(table.schema.metadata or {}), METHOD_KEY.encode(): layer.method.encode()}
    out = BytesIO()
    pq.write_table(table.replace_schema_metadata(described), out)
    return out.getvalue()
