"""All layers in one GeoPackage: what each is about in the metadata, and a style for QGIS in the
table `layer_styles`, which QGIS reads unasked.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyogrio

from vrp_map.export.layers import METHOD_KEY, ExportLayer

_GEOMETRY = "geom"


def to_geopackage(
    layers: Sequence[ExportLayer], *, about: Mapping[str, str], made: datetime
) -> bytes:
    """The file.

    Args:
        about: of the whole file, as text by name. made: the moment the styles are of.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layers.gpkg"
        for number, layer in enumerate(layers):
            _write(path, layer, about=about if not number else None, append=bool(number))
        styles = _styles(layers, made=made)
        if len(styles):
            pyogrio.write_dataframe(styles, path, layer="layer_styles", append=True, FID="id")
        return path.read_bytes()


def _write(
    path: Path, layer: ExportLayer, *, about: Mapping[str, str] | None, append: bool
) -> None:
    options = {"DESCRIPTION": layer.title}
    if layer.has_places:
        options["GEOMETRY_NAME"] = _GEOMETRY
    pyogrio.write_dataframe(
        layer.frame,
        path,
        driver="GPKG",
        layer=layer.name,
        append=append,
        # A layer of one kind of shape: QGIS would split any other.
        promote_to_multi=layer.has_places or None,
        dataset_metadata=dict(about) if about is not None else None,
        layer_metadata={METHOD_KEY: layer.method},
        layer_options=options,
    )


def _styles(layers: Sequence[ExportLayer], *, made: datetime) -> pd.DataFrame:
    """The rows of `layer_styles`, with the columns that QGIS looks for."""
    rows = [
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": layer.name,
            "f_geometry_column": _GEOMETRY,
            "styleName": layer.title,
            "styleQML": layer.style,
            "styleSLD": "",
            "useAsDefault": True,
            "description": layer.title,
            "owner": "",
            "ui": "",
            "update_time": pd.Timestamp(made),
        }
        for layer in layers
        if layer.style
    ]
    return pd.DataFrame(rows)
