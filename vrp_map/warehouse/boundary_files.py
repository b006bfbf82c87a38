"""Read any boundary file (GeoJSON, GeoPackage, Shapefile; EPSG:4326 or 27700) whole, or refuse it with the reason."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from vrp_map.config import nearest
from vrp_map.errors import FileRefused
from vrp_map.vocabulary import BRITISH_NATIONAL_GRID, WGS84
from vrp_map.warehouse.boundary_checks import check_overlaps, check_places, check_polygons, feature, mend_rings

_CONVERT = "Convert it, for example: ogr2ogr -t_srs EPSG:4326 new.geojson old_file"
_KINDS = "Give a GeoJSON (.geojson), GeoPackage (.gpkg) or Shapefile (.shp) file."
_SHAPEFILE = "A shapefile is several files: keep its .shp, .shx, .dbf and .prj together under one name."
# First bytes, not suffixes: GDAL would also open tables, pictures' side files and files that point elsewhere.
_GEOPACKAGE, _SHAPE = b"SQLite format 3\x00", b"\x00\x00\x27\x0a"
_DRIVERS = {"GeoJSON": "GeoJSON", "GPKG": "GeoPackage", "ESRI Shapefile": "Shapefile"}


def read_boundary_file(file: Path, *, name_field: str, code_field: str) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Areas of a boundary file, checked.

    Args:
        file: GeoJSON, GeoPackage (one layer) or Shapefile.
        name_field, code_field: the fields that hold each area's name and its code.

    Returns:
        Columns code, name (text) and geometry (EPSG:4326), in the file's order; and notes on what was mended.

    Raises:
        FileRefused: naming the file, the feature where there is one, and what to do.
    """
    frame = _open(file)
    crs = _crs(file, frame)
    areas = gpd.GeoDataFrame(
        {
            "code": _texts(file, frame, field=code_field, word="code"),
            "name": _texts(file, frame, field=name_field, word="name"),
        },
        geometry=frame.geometry.force_2d().to_numpy(),
        crs=crs,
    )
    _check_codes(file, areas)
    check_polygons(file, areas)
    check_places(file, areas)
    areas, notes = mend_rings(file, areas)
    notes += check_overlaps(file, areas)
    return areas.to_crs(WGS84), notes


def _open(file: Path) -> gpd.GeoDataFrame:
    if not file.is_file():
        problem = "it is a folder, not a file." if file.is_dir() else "there is no such file."
        raise FileRefused(str(file), problem, hint=f"Check the path. {_KINDS}")
    _recognise(file)
    layers = _gdal(file, lambda: pyogrio.list_layers(file))
    if len(layers) > 1:
        names = ", ".join(str(name) for name in layers[:, 0])
        hint = "Export the one you want: ogr2ogr new.geojson old_file LAYER"
        raise FileRefused(str(file), f"it holds {len(layers)} layers ({names}).", hint=hint)
    driver = _gdal(file, lambda: pyogrio.read_info(file))["driver"]
    if driver not in _DRIVERS:
        raise FileRefused(str(file), f"it is a {driver} file, not a boundary file this can read.", hint=_KINDS)
    frame = _gdal(file, lambda: gpd.read_file(file, engine="pyogrio"))
    if not isinstance(frame, gpd.GeoDataFrame):
        raise FileRefused(str(file), "it is a table without shapes.", hint=_KINDS)
    if frame.empty:
        raise FileRefused(str(file), "the layer is empty.", hint="Export the areas again; at least one is needed.")
    return frame


def _gdal(file: Path, read: Callable[[], Any]) -> Any:
    """Run one reading step; damage becomes a refusal. GDAL's warnings are about suffixes and the like: not shown."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            return read()
    except (OSError, ValueError, RuntimeError) as error:
        raise _damaged(file) from error


def _damaged(file: Path) -> FileRefused:
    hint = _SHAPEFILE if file.suffix.casefold() == ".shp" else "Get or export the file again."
    return FileRefused(str(file), "it is damaged or incomplete and cannot be read as boundaries.", hint=hint)


def _recognise(file: Path) -> None:
    """Refuse what is none of the three formats, before GDAL guesses."""
    try:
        with file.open("rb") as stream:
            start = stream.read(64)
    except OSError as error:
        raise FileRefused(str(file), "it cannot be opened.", hint="Check that you may read it.") from error
    if not start:
        raise FileRefused(str(file), "the file is empty.", hint="Get or export the file again.")
    if start.startswith(_SHAPE):
        # Its header holds its length in 16-bit words; GDAL would read a cut file as areas without shape.
        if file.stat().st_size < 2 * int.from_bytes(start[24:28], "big"):
            raise _damaged(file)
        return
    if start.startswith(_GEOPACKAGE):
        return
    if start.startswith(b"PK"):
        raise FileRefused(str(file), "it is a zip.", hint="Unzip it and give the .geojson, .gpkg or .shp file inside.")
    if not start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        raise FileRefused(str(file), "this is not a boundary file.", hint=_KINDS)
    _recognise_json(file)


def _recognise_json(file: Path) -> None:
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise FileRefused(str(file), "its text is not UTF-8.", hint="Save it again as UTF-8.") from error
    except (json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        problem = f"it is not whole JSON: reading stopped at line {line}."
        raise FileRefused(str(file), problem, hint="Download or export it again; it may be cut short.") from error
    kind = content.get("type")
    if kind not in ("FeatureCollection", "Feature"):
        what = "TopoJSON" if kind == "Topology" else "JSON, but not GeoJSON"
        raise FileRefused(str(file), f"it is {what}.", hint="Export it as a GeoJSON FeatureCollection.")
    if kind == "FeatureCollection" and not content.get("features"):
        raise FileRefused(str(file), "the layer is empty.", hint="Export the areas again; at least one is needed.")


def _crs(file: Path, frame: gpd.GeoDataFrame) -> str:
    """The frame's CRS as one of the two known ones."""
    if frame.crs is None:
        missing = "Put its .prj file beside it, or say it" if file.suffix.casefold() == ".shp" else "Say it"
        hint = (
            f"{missing}: ogr2ogr -a_srs EPSG:27700 new.gpkg old_file (27700 = British National Grid, 4326 = degrees)."
        )
        raise FileRefused(str(file), "it does not say its coordinate reference system (CRS).", hint=hint)
    number = frame.crs.to_epsg()
    if number == 27700:
        return BRITISH_NATIONAL_GRID
    if number == 4326 or frame.crs.to_authority() == ("OGC", "CRS84"):
        return WGS84
    problem = f"its coordinate reference system is {frame.crs.name}; only EPSG:4326 and EPSG:27700 are read."
    raise FileRefused(str(file), problem, hint=_CONVERT)


def _texts(file: Path, frame: gpd.GeoDataFrame, *, field: str, word: str) -> list[str]:
    """One field as trimmed text; every feature must have a value."""
    fields = [str(column) for column in frame.columns if column != frame.geometry.name]
    if field not in fields:
        hint = f"{nearest(field, fields)} Its fields are: {', '.join(fields)}." if fields else _SHAPEFILE
        raise FileRefused(str(file), f"there is no field {field} for the {word}.", hint=hint)
    column = frame[field]
    if pd.api.types.is_float_dtype(column) and (column.dropna() % 1 == 0).all():
        column = column.astype("Int64")  # codes that are numbers: 12, not 12.0
    texts = ["" if pd.isna(value) else str(value).strip() for value in column]
    if "" in texts:
        where = feature(texts.index(""))
        raise FileRefused(str(file), f"{where} has no {word} in {field}.", hint="Fill it in, or choose another field.")
    return texts


def _check_codes(file: Path, areas: gpd.GeoDataFrame) -> None:
    repeated = areas["code"].duplicated()
    if repeated.any():
        row = int(repeated.to_numpy().argmax())
        code = areas["code"].iloc[row]
        first = int((areas["code"] == code).to_numpy().argmax())
        problem = f"{feature(first)} and {feature(row)} have the same code {code}."
        hint = "Choose a field that is different for every area, or join the parts of one area first."
        raise FileRefused(str(file), problem, hint=hint)
