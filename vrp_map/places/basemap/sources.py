"""Reads what an operator downloaded (OS Open Zoomstack, Open Roads, Open Greenspace, OpenStreetMap,
vector tiles) into one parquet file for each layer of the tiles.

GDAL hands over some thousand features at a time, cut to the bounds: an extract of a whole region
never lies in memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyogrio
import pyproj
import shapely

from vrp_map.errors import FileRefused
from vrp_map.places.basemap import classes
from vrp_map.places.basemap.density import Density, TooDenseError, UnpackedSize
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
from vrp_map.places.basemap.layer_store import LayerStore
from vrp_map.places.basemap.osm_blocks import check_blocks
from vrp_map.places.basemap.tile_layers import TILED, refuse_pictures, tile_reader
from vrp_map.vocabulary import WGS84

MERCATOR = "EPSG:3857"
_BATCH = 20_000
_TEMPORARY = "CPL_TMPDIR"
_OSM = (".pbf", ".osm")
_PACKED = (".zip", ".gz", ".7z", ".bz2", ".rar")
_MOST_WORDS = 300
_MOST_CORNERS = 100_000
_DAMAGED = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyproj.exceptions.ProjError,
    shapely.errors.ShapelyError,
    RuntimeError,
    ValueError,
)
_CLASSES = ("road_classification", "classification", "roadclassification", "type", "class")
# OS Open Names says "populatedPlace" in `type`, and what kind of one in `local_type`.
_SITE_WORDS = ("local_type", "localtype", "type", "site_theme", "sitetheme", "function")
_TAG = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
Report = Callable[[int, int, str], None]


@dataclass(frozen=True)
class SourceKind:
    """Where a file is from, and what must be said wherever it is shown."""

    title: str
    attribution: str


OS_OPENDATA = SourceKind("OS OpenData", "Contains OS data © Crown copyright and database right")
OPENSTREETMAP = SourceKind("OpenStreetMap", "© OpenStreetMap contributors, ODbL")


def stage(
    file: Path,
    staging: LayerStore,
    *,
    bounds: Sequence[float],
    density: Density,
    report: Report,
) -> SourceKind:
    """Read a file into the staging folder.

    Args:
        bounds: west, south, east, north in degrees. density: of what was read so far.

    Raises:
        FileRefused: it is no map, it is damaged, it has no layer that is known, or more shapes than
            a map can hold.
    """
    suffix = file.suffix.casefold()
    if suffix in _PACKED:
        raise FileRefused(
            file.name,
            "The file is packed, so nothing was added.",
            hint="Unpack it, then add the file inside.",
        )
    try:
        unpacked = UnpackedSize(file.stat().st_size, density.limits)
        refuse_pictures(file, unpacked)
        if suffix == ".pbf":
            check_blocks(file, unpacked.add)
        layers = [str(name) for name in pyogrio.list_layers(file)[:, 0]]
        kind = _kind_of(file, layers)
        known = {name: read for name in layers if (read := _reader_of(name, suffix)) is not None}
        if not known:
            raise FileRefused(
                file.name,
                "No layer of this file is one that vrp-map can draw.",
                hint=(
                    "Known: OS Open Zoomstack, OS Open Roads and OS Open Greenspace as GeoPackage,"
                    " OpenStreetMap as .osm.pbf, PMTiles and MBTiles."
                ),
            )
        with _temporary_files_in(staging.folder):
            for done, (name, read) in enumerate(known.items()):
                report(done, len(known), f"{file.name}: {name}")
                for features in _features(file, name, read, bounds):
                    density.add(features.geometry)
                    staging.add(features)
    except TooDenseError as error:
        raise FileRefused(
            file.name,
            f"{error} No map can show that, so nothing was added.",
            hint="Check that it is the publisher's file, and that it holds streets, not points or"
            " measurements joined to lines.",
        ) from error
    except _DAMAGED as error:
        raise FileRefused(
            file.name,
            "The file cannot be read as a map, so nothing was added.",
            hint="Check that the download is whole, and unpack it first where it is a zip.",
        ) from error
    return kind


@contextmanager
def _temporary_files_in(folder: Path) -> Iterator[None]:
    """GDAL keeps the nodes of an extract in a file: by itself, in the folder one happens to be in,
    which may be full or not ours to write.
    """
    before = pyogrio.get_gdal_config_option(_TEMPORARY)
    pyogrio.set_gdal_config_options({_TEMPORARY: str(folder)})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({_TEMPORARY: before})


def _kind_of(file: Path, layers: Sequence[str]) -> SourceKind:
    """Whose file it is: tiles say it themselves."""
    suffix = file.suffix.casefold()
    if suffix in _OSM:
        return OPENSTREETMAP
    if suffix in TILED and layers:
        told = pyogrio.read_info(file, layer=layers[0])["dataset_metadata"] or {}
        # Publishers write links into it; every map shows it as text.
        words = unescape(re.sub(r"<[^>]*>", "", str(told.get("attribution", "")))).strip()
        return SourceKind("tiles", " ".join(words.split())[:_MOST_WORDS])
    return OS_OPENDATA


def _features(
    file: Path, layer: str, read: Reader, bounds: Sequence[float]
) -> Iterator[MapFeatures]:
    info = pyogrio.read_info(file, layer=layer, force_total_bounds=True)
    crs = info["crs"] or WGS84
    if not info["crs"] and _is_beyond_degrees(info["total_bounds"]):
        raise FileRefused(
            file.name,
            "The file does not say which coordinates it uses (CRS), so nothing was added.",
            hint="Save it again with its coordinate system, such as EPSG:27700 (British grid).",
        )
    box = _turned(bounds, crs)
    to_map = pyproj.Transformer.from_crs(crs, MERCATOR, always_xy=True)
    edges = map_box(bounds)
    with pyogrio.raw.open_arrow(file, layer=layer, bbox=box, batch_size=_BATCH) as (meta, stream):
        geometry_name = meta["geometry_name"] or "wkb_geometry"
        for batch in pa.RecordBatchReader.from_stream(stream):
            shapes = shapely.from_wkb(
                batch.column(geometry_name).to_numpy(zero_copy_only=False), on_invalid="ignore"
            )
            columns = {
                name.casefold(): _texts(batch.column(name))
                for name in batch.schema.names
                if name != geometry_name
            }
            features = read(columns, shapes)
            drawn = features.drawn()
            shapes = shapely.transform(
                drawn.geometry, lambda xy: np.column_stack(to_map.transform(xy[:, 0], xy[:, 1]))
            )
            cut = shapely.clip_by_rect(shapes, *edges)
            kept = ~shapely.is_empty(cut) & ~shapely.is_missing(cut)
            # What has so many corners is drawn, and is nothing that a name belongs to.
            is_simple = shapely.get_num_coordinates(cut) <= _MOST_CORNERS
            names = np.where(is_simple, drawn.name, "")
            yield MapFeatures(drawn.layer, drawn.kind, names, cut).chosen(kept)


def map_box(bounds: Sequence[float]) -> tuple[float, float, float, float]:
    """West, south, east, north of the map in Web Mercator, from degrees."""
    return _turned(bounds, MERCATOR)


def _is_beyond_degrees(bounds: Sequence[float] | None) -> bool:
    return bounds is not None and bool(np.nanmax(np.abs(np.asarray(bounds, float))) > 360)


def _turned(bounds: Sequence[float], crs: str) -> tuple[float, float, float, float]:
    """West, south, east, north in another coordinate system."""
    west, south, east, north = bounds
    turn = pyproj.Transformer.from_crs(WGS84, crs, always_xy=True)
    return turn.transform_bounds(west, south, east, north)


def _texts(column: pa.Array) -> np.ndarray:
    values = column.to_pylist() if pa.types.is_string(column.type) else [""] * len(column)
    return np.array(["" if value is None else str(value).strip() for value in values], object)


def _os_roads(columns: Columns, shapes: np.ndarray) -> MapFeatures:
    layer = texts([classes.road_class(w) for w in first_of(columns, _CLASSES, len(shapes))])
    # Zoomstack and Open Roads call a street of houses both "Unclassified" and "Local Road".
    main = np.isin(layer, ("primary", "secondary"))
    kind = np.where(main, "main street", np.where(layer == "path", "", "street"))
    found = MapFeatures(layer, kind, first_of(columns, NAMES, len(shapes)), shapes)
    return found.with_numbers(first_of(columns, NUMBERS, len(shapes)).tolist())


def _os_green(columns: Columns, shapes: np.ndarray) -> MapFeatures:
    words = first_of(columns, ("function", "type"), len(shapes))
    layer = texts(["park" if classes.is_green(w) else "" for w in words])
    return MapFeatures(
        layer, np.where(layer == "park", "park", ""), first_of(columns, NAMES, len(shapes)), shapes
    )


def _named(kind_of: Callable[[str], str | None], otherwise: str = "") -> Reader:
    def read(columns: Columns, shapes: np.ndarray) -> MapFeatures:
        words = first_of(columns, _SITE_WORDS, len(shapes))
        kinds = texts([kind_of(word) or otherwise for word in words])
        nothing = np.full(len(shapes), "", object)
        return MapFeatures(nothing, kinds, first_of(columns, NAMES, len(shapes)), shapes)

    return read


_OS_LAYERS: Sequence[tuple[str, Reader]] = (
    (r"roads?([_-]?(link|local|regional|national))?", _os_roads),
    (r"rail(way)?([_-]?track)?", plain("rail")),
    (r"railway[_-]?stations?", _named(classes.site_kind, "station")),
    (r"(surface[_-]?water([_-]?area)?|tidal[_-]?water|sea|waterlines?)", plain("water")),
    (r"(greenspaces?([_-]?site)?|woodland)", _os_green),
    (r"(local[_-]?)?buildings?", plain("building")),
    (r"(sites|functional[_-]?site)", _named(classes.site_kind)),
    (r"(names|named[_-]?place)", _named(classes.named_kind)),
)


def _reader_of(layer: str, suffix: str) -> Reader | None:
    if suffix in _OSM:
        return _OSM_LAYERS.get(layer)
    return (tile_reader(layer) if suffix in TILED else None) or _os_reader(layer)


def _os_reader(layer: str) -> Reader | None:
    name = layer.casefold().removeprefix("oproad_").removeprefix("opgrsp_")
    return next((read for words, read in _OS_LAYERS if re.fullmatch(words, name)), None)


def _tags(columns: Columns, many: int) -> list[dict[str, str]]:
    """Every tag of OpenStreetMap features: those with a column, and those without."""
    own = {name: values for name, values in columns.items() if name != "other_tags"}
    others = columns.get("other_tags", np.full(many, "", object))
    return [
        dict(_TAG.findall(others[i]))
        | {name: values[i] for name, values in own.items() if values[i]}
        for i in range(many)
    ]


def _osm_lines(columns: Columns, shapes: np.ndarray) -> MapFeatures:
    layers, kinds, names, numbers = [], [], [], []
    for tags in _tags(columns, len(shapes)):
        road = classes.osm_road_class(tags.get("highway", ""))
        rail = tags.get("railway") in ("rail", "light_rail", "tram", "subway")
        water = tags.get("waterway") in ("river", "canal", "stream")
        layers.append(road or ("rail" if rail else "water" if water else ""))
        is_main = road in ("primary", "secondary")
        is_street = road in ("minor", "local") or (road == "path" and "name" in tags)
        kinds.append("main street" if is_main else "street" if is_street else "")
        names.append(tags.get("name", ""))
        numbers.append(tags.get("ref", "") if road else "")
    found = MapFeatures(texts(layers), texts(kinds), texts(names), shapes)
    return found.with_numbers(numbers)


def _osm_areas(columns: Columns, shapes: np.ndarray) -> MapFeatures:
    tags = _tags(columns, len(shapes))
    layers = [classes.osm_area_class(one) for one in tags]
    kinds = [
        classes.osm_site_kind(one) or ("park" if layer == "park" else None)
        for one, layer in zip(tags, layers, strict=True)
    ]
    names = [one.get("name") for one in tags]
    return MapFeatures(texts(layers), texts(kinds), texts(names), shapes)


def _osm_points(columns: Columns, shapes: np.ndarray) -> MapFeatures:
    tags = _tags(columns, len(shapes))
    nothing = np.full(len(shapes), "", object)
    kinds = texts([classes.osm_site_kind(one) for one in tags])
    return MapFeatures(nothing, kinds, texts([one.get("name") for one in tags]), shapes)


_OSM_LAYERS: Mapping[str, Reader] = {
    "points": _osm_points,
    "lines": _osm_lines,
    "multipolygons": _osm_areas,
}
