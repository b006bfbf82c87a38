"""Vector tiles as publishers make them (MBTiles, PMTiles): which of their layers mean what.

Schemas: OpenMapTiles (openmaptiles.org/schema), Protomaps (docs.protomaps.com/basemaps/layers),
Ordnance Survey's vector tiles, and our own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely

from vrp_map.common.unpacking import check_size
from vrp_map.errors import FileRefused
from vrp_map.places.basemap import classes
from vrp_map.places.basemap.density import UnpackedSize
from vrp_map.places.basemap.features import (
    NAMES,
    NUMBERS,
    Columns,
    MapFeatures,
    Reader,
    first_of,
    plain,
    texts,
)
from vrp_map.places.basemap.pmtiles import VECTOR, NotPMTiles, TileFile

_FORMAT, _TILES = (Path(__file__).with_name(f"tile_{name}.sql") for name in ("format", "data"))
_GZIP, _MOST_TILE = b"\x1f\x8b", 64 << 20
TILED = (".mbtiles", ".pmtiles")
_RAIL = ("rail", "transit", "light_rail", "tram", "subway")
# OpenMapTiles calls streets of houses "minor"; Protomaps' words are coarser than its details.
_ROAD_WORDS = {
    "minor": "local",
    "minor_road": "local",
    "major_road": "secondary",
    "highway": "motorway",
    "other": "path",
}
_WORDS = ("kind_detail", "subclass", "class", "kind", "pmap:kind", "type")
_GREEN_WORDS = ("wood", "forest", "grass", "golf_course", "public_park", "allotments")


def refuse_pictures(file: Path, unpacked: UnpackedSize) -> None:
    """Refuse tiles that are pictures: no street of theirs has a name or a shape.

    Raises:
        FileRefused: they are, or the file is damaged. TooDenseError: as `unpacked`.
    """
    try:
        is_picture = _holds_pictures(file, unpacked)
    except (NotPMTiles, OSError, EOFError, ValueError, sqlite3.Error) as error:
        raise FileRefused(
            file.name,
            "The file cannot be read as tiles, so nothing was added.",
            hint="Check that the download is whole.",
        ) from error
    if is_picture:
        raise FileRefused(
            file.name,
            "The tiles of this file are pictures, so nothing was added. Streets need their shapes"
            " and names.",
            hint="Download vector tiles (MVT or PBF) in place of raster tiles (PNG, JPEG or WebP).",
        )


def _holds_pictures(file: Path, unpacked: UnpackedSize) -> bool:
    suffix = file.suffix.casefold()
    if suffix == ".pmtiles":
        tiles = TileFile(file)
        tiles.check(unpacked.add)
        return tiles.header.kind != VECTOR
    if suffix != ".mbtiles":
        return False
    address = f"file:{file.resolve().as_posix().replace('?', '%3f').replace('#', '%23')}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as held:
        told = held.execute(_FORMAT.read_text(encoding="utf-8")).fetchone()
        for (data,) in held.execute(_TILES.read_text(encoding="utf-8")):
            if bytes(data[:2]) == _GZIP:
                unpacked.add(check_size(data, most=_MOST_TILE))
    return told is not None and str(told[0]).casefold() not in ("pbf", "mvt")


def tile_reader(layer: str) -> Reader | None:
    """How a layer of a publisher's tiles is read; None for what is not drawn."""
    if layer in classes.LAYERS:
        return _own_names if classes.LAYERS[layer].is_text else plain(layer)
    return _READERS.get(layer.casefold())


def _own_names(columns: Columns, shapes: np.ndarray) -> MapFeatures:
    nothing = np.full(len(shapes), "", object)
    kind, name = (first_of(columns, [key], len(shapes)) for key in ("k", "n"))
    return MapFeatures(nothing, kind, name, shapes)


def _words(columns: Columns, many: int) -> list[set[str]]:
    """Every word of a feature's class, whatever a publisher calls the column."""
    held = [columns[name] for name in _WORDS if name in columns]
    return [{str(values[i]) for values in held} - {""} for i in range(many)]


def _road(words: set[str]) -> str:
    if words & set(_RAIL):
        return "rail"
    if found := next(filter(None, map(classes.osm_road_class, sorted(words))), None):
        return found
    if known := [_ROAD_WORDS[word] for word in sorted(words) if word in _ROAD_WORDS]:
        return known[0]
    # Ordnance Survey alone writes its classes with a capital: "Local", "A Road".
    return next((classes.road_class(word) for word in sorted(words) if word[0].isupper()), "")


def _roads(columns: Columns, shapes: np.ndarray) -> MapFeatures:
    layer = texts([_road(words) for words in _words(columns, len(shapes))])
    main = np.isin(layer, ("primary", "secondary"))
    street = np.isin(layer, ("minor", "local", "path"))
    kind = np.where(main, "main street", np.where(street, "street", ""))
    is_line = shapely.get_dimensions(shapes) == 1
    found = MapFeatures(
        np.where(is_line, layer, ""), kind, first_of(columns, NAMES, len(shapes)), shapes
    )
    return found.with_numbers(first_of(columns, NUMBERS, len(shapes)).tolist())


def _road_names(columns: Columns, shapes: np.ndarray) -> MapFeatures:
    read = _roads(columns, shapes)
    return replace(read, layer=np.full(len(read.layer), "", object))


def _green(columns: Columns, shapes: np.ndarray) -> MapFeatures:
    green = {*classes.GREEN, *_GREEN_WORDS}
    is_area = shapely.get_dimensions(shapes) == 2
    layer = texts(["park" if words & green else "" for words in _words(columns, len(shapes))])
    kind = np.where(layer == "park", "park", "")
    name = first_of(columns, NAMES, len(shapes))
    return MapFeatures(np.where(is_area, layer, ""), kind, name, shapes)


def _sights(columns: Columns, shapes: np.ndarray) -> MapFeatures:
    nothing = np.full(len(shapes), "", object)
    kind = texts([_sight(words) for words in _words(columns, len(shapes))])
    return MapFeatures(nothing, kind, first_of(columns, NAMES, len(shapes)), shapes)


def _sight(words: set[str]) -> str | None:
    """What a point is that people know by name, by the tags that its words stand for."""
    tags = [{key: word} for word in sorted(words) for key in ("railway", "amenity", "place")]
    kinds = [kind for one in tags if (kind := classes.osm_site_kind(one))]
    return kinds[0] if kinds else "park" if "park" in words else None


_READERS: Mapping[str, Reader] = {
    "transportation": _roads,
    "transportation_name": _road_names,
    "roads": _roads,
    "transit": _roads,
    "water": plain("water"),
    "waterway": plain("water"),
    "building": plain("building"),
    "buildings": plain("building"),
    "park": _green,
    "landuse": _green,
    "landcover": _green,
    "place": _sights,
    "places": _sights,
    "poi": _sights,
    "pois": _sights,
}
