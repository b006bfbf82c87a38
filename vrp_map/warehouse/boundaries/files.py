"""Read any boundary file (GeoJSON, GeoPackage, Shapefile, KML) whole, or refuse it with
the reason.

No reader asks the network. GeoJSON and KML are read without GDAL, which would fetch a CRS that is a
link; GDAL reads plain tables of a GeoPackage and shapefiles only.
"""

from __future__ import annotations

import shlex
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from vrp_map.common.plain_text import plain_text, visible
from vrp_map.config import nearest
from vrp_map.errors import FileRefused
from vrp_map.vocabulary import WGS84
from vrp_map.warehouse.boundaries.checks import (
    check_overlaps,
    check_places,
    check_polygons,
    feature,
    joined_polygons,
    mend_rings,
)
from vrp_map.warehouse.boundaries.crs import in_known_crs, stated_crs
from vrp_map.warehouse.boundaries.dbf import dbf_encoding
from vrp_map.warehouse.boundaries.geojson import read_geojson
from vrp_map.warehouse.boundaries.geopackage import check_plain_tables
from vrp_map.warehouse.boundaries.kml import read_kml

_KINDS = (
    "Give a GeoJSON (.geojson), GeoPackage (.gpkg), Shapefile (.shp) or Google Earth (.kml, .kmz)"
    " file."
)
_SHAPEFILE = (
    "A shapefile is several files: keep its .shp, .shx, .dbf and .prj together under one name."
)
# First bytes, not suffixes: GDAL would also open tables, pictures' side files and files that point
# elsewhere.
_GEOPACKAGE, _SHAPE, _ZIP = b"SQLite format 3\x00", b"\x00\x00\x27\x0a", b"PK"
_DRIVERS = {"GPKG": "GeoPackage", "ESRI Shapefile": "Shapefile"}


def read_boundary_file(
    file: Path, *, name_field: str, code_field: str, layer: str = "", crs: str = ""
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Areas of a boundary file, checked.

    Args:
        file: GeoJSON, GeoPackage, Shapefile, KML or KMZ.
        name_field, code_field: the fields that hold each area's name and its code; upper and lower
            case count alike where no field has exactly that name. "" = empty texts, for areas that
            get theirs from where they lie.
        layer: the layer to read, where the file holds several with shapes.
        crs: what the coordinates are, whatever the file says: "EPSG:27700".

    Returns:
        Columns code, name (text) and geometry (EPSG:4326), in the file's order; and notes on what
        was mended.

    Raises:
        FileRefused: naming the file, the feature where there is one, and what to do.
        UserError: `crs` is not the name of a CRS.
    """
    said = stated_crs(crs) if crs else None
    frame = _open(file, layer, is_crs_stated=said is not None)
    if said is not None:
        frame = frame.set_crs(said, allow_override=True)
    frame = in_known_crs(file, frame.set_geometry(frame.geometry.force_2d()))
    areas = gpd.GeoDataFrame(
        {
            "code": _texts(file, frame, field=code_field, word="code"),
            "name": _texts(file, frame, field=name_field, word="name"),
        },
        geometry=joined_polygons(frame.geometry.to_numpy()),
        crs=str(frame.crs),
    )
    if code_field:
        _check_codes(file, areas)
    areas, notes = _seen_names(areas)
    check_polygons(file, areas)
    check_places(file, areas)
    areas, mended = mend_rings(file, areas)
    notes += mended
    notes += check_overlaps(file, areas)
    return areas.to_crs(WGS84), notes


def _open(file: Path, layer: str, *, is_crs_stated: bool) -> gpd.GeoDataFrame:
    if not file.is_file():
        problem = "it is a folder, not a file." if file.is_dir() else "there is no such file."
        raise FileRefused(str(file), problem, hint=f"Check the path. {_KINDS}")
    start = _start(file)
    if start.startswith(_GEOPACKAGE):
        check_plain_tables(file)
        frame = _by_gdal(file, layer)
    elif start.startswith(_SHAPE):
        # Its header holds its length in 16-bit words; GDAL would read a cut file as areas without
        # shape.
        if file.stat().st_size < 2 * int.from_bytes(start[24:28], "big"):
            raise _damaged(file)
        frame = _by_gdal(file, layer)
    elif start.startswith(_ZIP) or _is_kml(start):
        frame = read_kml(file)
    elif _text_of(start).startswith("{"):
        frame = read_geojson(file, is_crs_stated=is_crs_stated)
    else:
        raise FileRefused(str(file), "this is not a boundary file.", hint=_KINDS)
    if frame.empty:
        raise FileRefused(
            str(file), "the layer is empty.", hint="Export the areas again; at least one is needed."
        )
    return frame


def _start(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            start = stream.read(1024)
    except OSError as error:
        raise FileRefused(
            str(file), "it cannot be opened.", hint="Check that you may read it."
        ) from error
    if not start:
        raise FileRefused(str(file), "the file is empty.", hint="Get or export the file again.")
    return start


def _text_of(start: bytes) -> str:
    return start.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").lstrip()


def _is_kml(start: bytes) -> bool:
    text = _text_of(start)
    return text.startswith("<") and "<kml" in text.casefold()


def _by_gdal(file: Path, wanted: str) -> gpd.GeoDataFrame:
    """One layer of a GeoPackage or shapefile; tables without shapes (styles, metadata) do not
    count.
    """
    layers = _gdal(file, lambda: pyogrio.list_layers(file))
    shaped = [str(name) for name, kind in layers if kind is not None]
    if not shaped:
        raise FileRefused(str(file), "it is a table without shapes.", hint=_KINDS)
    if wanted and wanted not in shaped:
        problem = f"it holds no layer {wanted} with shapes."
        raise FileRefused(str(file), problem, hint=f"Its layers are: {', '.join(shaped)}.")
    if len(shaped) > 1 and not wanted:
        problem = f"it holds {len(shaped)} layers with shapes ({', '.join(shaped)})."
        raise FileRefused(
            str(file), problem, hint=f"Choose one, for example --layer {shlex.quote(shaped[0])}."
        )
    layer = wanted or shaped[0]
    driver = _gdal(file, lambda: pyogrio.read_info(file, layer=layer))["driver"]
    if driver not in _DRIVERS:
        raise FileRefused(
            str(file), f"it is a {driver} file, not a boundary file this can read.", hint=_KINDS
        )
    encoding = dbf_encoding(file) if driver == "ESRI Shapefile" else None
    frame = _gdal(
        file, lambda: gpd.read_file(file, engine="pyogrio", layer=layer, encoding=encoding)
    )
    if not isinstance(frame, gpd.GeoDataFrame):
        raise FileRefused(str(file), "it is a table without shapes.", hint=_KINDS)
    return frame


def _gdal(file: Path, read: Callable[[], Any]) -> Any:
    """Run one reading step; damage becomes a refusal.

    GDAL's warnings are about suffixes and the like: not shown.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            return read()
    except (OSError, ValueError, RuntimeError) as error:
        raise _damaged(file) from error


def _damaged(file: Path) -> FileRefused:
    hint = _SHAPEFILE if file.suffix.casefold() == ".shp" else "Get or export the file again."
    return FileRefused(
        str(file), "it is damaged or incomplete and cannot be read as boundaries.", hint=hint
    )


def _texts(file: Path, frame: gpd.GeoDataFrame, *, field: str, word: str) -> list[str]:
    """One field as trimmed text; every feature must have a value. "" without a field."""
    if not field:
        return [""] * len(frame)
    fields = [str(column) for column in frame.columns if column != frame.geometry.name]
    alike = [one for one in fields if one.casefold() == field.casefold()]
    if field not in fields and len(alike) == 1:
        field = alike[0]
    if field not in fields:
        hint = (
            f"{nearest(field, fields)} Its fields are: {', '.join(fields)}."
            if fields
            else _SHAPEFILE
        )
        raise FileRefused(str(file), f"there is no field {field} for the {word}.", hint=hint)
    column = frame[field]
    if pd.api.types.is_float_dtype(column) and (column.dropna() % 1 == 0).all():
        column = column.astype("Int64")  # codes that are numbers: 12, not 12.0
    texts = ["" if pd.isna(value) else str(value).strip() for value in column]
    blank = next((row for row, text in enumerate(texts) if not plain_text(text)), None)
    if blank is not None:
        problem = f"{feature(blank)} has no {word} in {field}."
        raise FileRefused(str(file), problem, hint="Fill it in, or choose another field.")
    return texts


def _seen_names(areas: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[str]]:
    """The areas with a space in their names for whatever cannot be seen, and a note of how many
    names held any.
    """
    many = sum(visible(name) != name for name in areas["name"])
    notes = (
        [f"{many:,} name(s) held invisible characters; each was read as a space."] if many else []
    )
    return areas.assign(name=[plain_text(name) for name in areas["name"]]), notes


def _check_codes(file: Path, areas: gpd.GeoDataFrame) -> None:
    unseen = [row for row, code in enumerate(areas["code"]) if visible(code) != code]
    if unseen:
        named = feature(unseen[0], visible(areas["code"].iloc[unseen[0]]))
        problem = f"{named} has a code with invisible characters."
        raise FileRefused(str(file), problem, hint="Type the code again, or choose another field.")
    repeated = areas["code"].duplicated()
    if repeated.any():
        row = int(repeated.to_numpy().argmax())
        code = areas["code"].iloc[row]
        first = int((areas["code"] == code).to_numpy().argmax())
        problem = f"{feature(first)} and {feature(row)} have the same code {code}."
        hint = (
            "Choose a field that is different for every area, or join the parts of one area first."
        )
        raise FileRefused(str(file), problem, hint=hint)
