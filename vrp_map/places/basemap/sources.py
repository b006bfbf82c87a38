"""Reads what an operator downloaded (OS Open Zoomstack, Open Roads, Open Greenspace, OpenStreetMap)
into one parquet file for each layer of the tiles.

GDAL hands over some thousand features at a time, cut to the bounds: an extract of a whole region
never lies in memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyproj
import shapely

from vrp_map.errors import FileRefused
from vrp_map.places.basemap import classes
from vrp_map.vocabulary import WGS84

MERCATOR = "EPSG:3857"
SCHEMA = pa.schema([("kind", pa.string()), ("name", pa.string()), ("geometry", pa.binary())])
_BATCH = 20_000
_OSM = (".pbf", ".osm")
_NAMES = ("name", "name_1", "name1", "distinctive_name_1", "distname1", "sitename")
_CLASSES = ("road_classification", "classification", "roadclassification", "type", "class")
_TAG = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
Report = Callable[[int, int, str], None]


@dataclass(frozen=True)
class SourceKind:
    """Where a file is from, and what must be said wherever it is shown."""

    title: str
    attribution: str


OS_OPENDATA = SourceKind("OS OpenData", "Contains OS data © Crown copyright and database right")
OPENSTREETMAP = SourceKind("OpenStreetMap", "© OpenStreetMap contributors, ODbL")


@dataclass(frozen=True)
class MapFeatures:
    """Some features of one layer: parallel arrays; geometry in Web Mercator."""

    layer: np.ndarray
    kind: np.ndarray
    name: np.ndarray
    geometry: np.ndarray


@dataclass
class LayerStore:
    """One parquet file for each layer of the tiles, and one of what has a name."""

    folder: Path
    many: dict[str, int] = field(default_factory=dict)
    _open: dict[str, pq.ParquetWriter] = field(default_factory=dict)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Any, error: BaseException | None, trace: TracebackType | None) -> None:
        for writer in self._open.values():
            writer.close()

    def file(self, layer: str) -> Path:
        """Where a layer lies."""
        return self.folder / f"{layer}.parquet"

    def add(self, features: MapFeatures) -> None:
        """Keep features, each in its layer, and those with a name among the names too."""
        for layer in dict.fromkeys(features.layer.tolist()):
            if layer:
                self._write(layer, features, features.layer == layer)
        self._write("names", features, (features.name != "") & (features.kind != ""))

    def _write(self, layer: str, features: MapFeatures, member: np.ndarray) -> None:
        if not member.any():
            return
        if layer not in self._open:
            self._open[layer] = pq.ParquetWriter(self.file(layer), SCHEMA, compression="zstd")
        columns = [
            pa.array(features.kind[member].tolist(), pa.string()),
            pa.array(features.name[member].tolist(), pa.string()),
            pa.array(shapely.to_wkb(features.geometry[member]).tolist(), pa.binary()),
        ]
        self._open[layer].write_table(pa.Table.from_arrays(columns, schema=SCHEMA))
        self.many[layer] = self.many.get(layer, 0) + int(member.sum())


def stage(
    file: Path, staging: LayerStore, *, bounds: Sequence[float], report: Report
) -> SourceKind:
    """Read a file into the staging folder.

    Args:
        bounds: west, south, east, north in degrees.

    Raises:
        FileRefused: it is no map, it is damaged, or it has no layer that is known.
    """
    is_osm = file.suffix.casefold() in _OSM
    try:
        layers = [str(name) for name in pyogrio.list_layers(file)[:, 0]]
        readers = {name: _OSM_LAYERS.get(name) if is_osm else _os_reader(name) for name in layers}
        known = {name: read for name, read in readers.items() if read is not None}
        if not known:
            raise FileRefused(
                file.name,
                "No layer of this file is one that vrp-map can draw.",
                hint=(
                    "Known: OS Open Zoomstack, OS Open Roads and OS Open Greenspace as GeoPackage,"
                    " OpenStreetMap as .osm.pbf, PMTiles and MBTiles."
                ),
            )
        for done, (name, read) in enumerate(known.items()):
            report(done, len(known), f"{file.name}: {name}")
            for features in _features(file, name, read, bounds):
                staging.add(features)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, RuntimeError) as error:
        raise FileRefused(
            file.name,
            "The file cannot be read as a map, so nothing was added.",
            hint="Check that the download is whole, and unpack it first where it is a zip.",
        ) from error
    return OPENSTREETMAP if is_osm else OS_OPENDATA


Columns = Mapping[str, np.ndarray]
Reader = Callable[[Columns, np.ndarray], MapFeatures]


def _features(
    file: Path, layer: str, read: Reader, bounds: Sequence[float]
) -> Iterator[MapFeatures]:
    crs = pyogrio.read_info(file, layer=layer)["crs"] or WGS84
    box = _turned(bounds, crs)
    to_map = pyproj.Transformer.from_crs(crs, MERCATOR, always_xy=True)
    edges = _turned(bounds, MERCATOR)
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
            drawn = _drawn(features)
            shapes = shapely.transform(
                drawn.geometry, lambda xy: np.column_stack(to_map.transform(xy[:, 0], xy[:, 1]))
            )
            cut = shapely.clip_by_rect(shapes, *edges)
            kept = ~shapely.is_empty(cut) & ~shapely.is_missing(cut)
            yield _chosen(MapFeatures(drawn.layer, drawn.kind, drawn.name, cut), kept)


def _turned(bounds: Sequence[float], crs: str) -> tuple[float, float, float, float]:
    """West, south, east, north in another coordinate system."""
    west, south, east, north = bounds
    turn = pyproj.Transformer.from_crs(WGS84, crs, always_xy=True)
    return turn.transform_bounds(west, south, east, north)


def _texts(column: pa.Array) -> np.ndarray:
    values = column.to_pylist() if pa.types.is_string(column.type) else [""] * len(column)
    return np.array(["" if value is None else str(value).strip() for value in values], object)


def _drawn(features: MapFeatures) -> MapFeatures:
    """Without what has neither layer nor name, and without shapes that are none."""
    there = ~shapely.is_missing(features.geometry) & ~shapely.is_empty(features.geometry)
    wanted = (features.layer != "") | ((features.name != "") & (features.kind != ""))
    return _chosen(features, there & wanted)


def _chosen(features: MapFeatures, member: np.ndarray) -> MapFeatures:
    return MapFeatures(
        features.layer[member],
        features.kind[member],
        features.name[member],
        features.geometry[member],
    )


def _first(columns: Columns, names: Sequence[str], many: int) -> np.ndarray:
    """The first column of these names; its empty rows from the next."""
    out = np.full(many, "", object)
    for name in names:
        if name in columns:
            out = np.where(out == "", columns[name], out)
    return out


def _array(values: Sequence[str | None]) -> np.ndarray:
    return np.array([value or "" for value in values], object)


def _os_roads(columns: Columns, shapes: np.ndarray) -> MapFeatures:
    layer = _array([classes.road_class(w) for w in _first(columns, _CLASSES, len(shapes))])
    # Zoomstack and Open Roads call a street of houses both "Unclassified" and "Local Road".
    main = np.isin(layer, ("primary", "secondary"))
    kind = np.where(main, "main street", np.where(layer == "path", "", "street"))
    return MapFeatures(layer, kind, _first(columns, _NAMES, len(shapes)), shapes)


def _os_green(columns: Columns, shapes: np.ndarray) -> MapFeatures:
    words = _first(columns, ("function", "type"), len(shapes))
    layer = _array(["park" if classes.is_green(w) else "" for w in words])
    return MapFeatures(
        layer, np.where(layer == "park", "park", ""), _first(columns, _NAMES, len(shapes)), shapes
    )


def _plain(layer: str) -> Reader:
    def read(columns: Columns, shapes: np.ndarray) -> MapFeatures:
        nothing = np.full(len(shapes), "", object)
        return MapFeatures(np.full(len(shapes), layer, object), nothing, nothing, shapes)

    return read


def _named(kind_of: Callable[[str], str | None], otherwise: str = "") -> Reader:
    def read(columns: Columns, shapes: np.ndarray) -> MapFeatures:
        words = _first(columns, ("type", "site_theme", "sitetheme", "function"), len(shapes))
        kinds = _array([kind_of(word) or otherwise for word in words])
        nothing = np.full(len(shapes), "", object)
        return MapFeatures(nothing, kinds, _first(columns, _NAMES, len(shapes)), shapes)

    return read


_OS_LAYERS: Sequence[tuple[str, Reader]] = (
    (r"roads?([_-]?(link|local|regional|national))?", _os_roads),
    (r"rail(way)?([_-]?track)?", _plain("rail")),
    (r"railway[_-]?stations?", _named(classes.site_kind, "station")),
    (r"(surface[_-]?water([_-]?area)?|tidal[_-]?water|sea|waterlines?)", _plain("water")),
    (r"(greenspace([_-]?site)?|woodland)", _os_green),
    (r"(local[_-]?)?buildings?", _plain("building")),
    (r"(sites|functional[_-]?site)", _named(classes.site_kind)),
    (r"(names|named[_-]?place)", _named(classes.settlement_kind)),
)


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
    layers, kinds, names = [], [], []
    for tags in _tags(columns, len(shapes)):
        road = classes.osm_road_class(tags.get("highway", ""))
        rail = tags.get("railway") in ("rail", "light_rail", "tram", "subway")
        water = tags.get("waterway") in ("river", "canal", "stream")
        layers.append(road or ("rail" if rail else "water" if water else ""))
        is_main = road in ("primary", "secondary")
        is_street = road in ("minor", "local") or (road == "path" and "name" in tags)
        kinds.append("main street" if is_main else "street" if is_street else "")
        names.append(tags.get("name", ""))
    return MapFeatures(_array(layers), _array(kinds), _array(names), shapes)


def _osm_areas(columns: Columns, shapes: np.ndarray) -> MapFeatures:
    tags = _tags(columns, len(shapes))
    layers = [classes.osm_area_class(one) for one in tags]
    kinds = [
        classes.osm_site_kind(one) or ("park" if layer == "park" else None)
        for one, layer in zip(tags, layers, strict=True)
    ]
    names = [one.get("name") for one in tags]
    return MapFeatures(_array(layers), _array(kinds), _array(names), shapes)


def _osm_points(columns: Columns, shapes: np.ndarray) -> MapFeatures:
    tags = _tags(columns, len(shapes))
    nothing = np.full(len(shapes), "", object)
    kinds = _array([classes.osm_site_kind(one) for one in tags])
    return MapFeatures(nothing, kinds, _array([one.get("name") for one in tags]), shapes)


_OSM_LAYERS: Mapping[str, Reader] = {
    "points": _osm_points,
    "lines": _osm_lines,
    "multipolygons": _osm_areas,
}
