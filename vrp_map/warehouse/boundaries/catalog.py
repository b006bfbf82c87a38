"""Boundary layers on disk: one GeoJSON file each, and a SOURCES.toml that says what each of them
is.
"""

from __future__ import annotations

import json
import os
import tempfile
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from vrp_map.common.plain_text import plain_text
from vrp_map.errors import FileRefused
from vrp_map.vocabulary import AreaType
from vrp_map.warehouse.boundaries.geojson import read_geojson

CATALOG = "SOURCES.toml"
COLUMNS = ("code", "name", "population", "geometry")
_TEXTS = ("id", "name", "basis", "source", "licence", "attribution")
_OPTIONAL_TEXTS = ("basis_note", "vintage", "population_source")
_BASES = ("official", "derived", "indicative", "local")


@dataclass(frozen=True, eq=False)
class Layer:
    """One set of areas of one type, with where it comes from and when it holds.

    Args:
        valid_to: last day the layer holds; None = it still holds.
        basis: "official", "derived" (from official areas), "indicative" (partly inferred) or
            "local" (added by the user).
        areas: columns code, name, population (Int64, residents, NA = unknown), geometry
            (EPSG:4326); sorted by code.
        tolerance_m: tolerance of the simplification in metres; 0 = as the source drew it.
    """

    id: str
    type: AreaType
    name: str
    valid_from: date
    valid_to: date | None
    basis: str
    basis_note: str
    source: str
    licence: str
    attribution: str
    areas: gpd.GeoDataFrame
    vintage: str = ""
    population_source: str = ""
    tolerance_m: float = 0.0

    def valid_on(self, day: date) -> bool:
        """Whether the layer holds on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def overlaps(self, first: date, last: date | None) -> bool:
        """Whether the layer holds on any day from first to last (None = open end)."""
        return (last is None or self.valid_from <= last) and (
            self.valid_to is None or first <= self.valid_to
        )


def read_catalog(folder: Path, types: Collection[str] = ()) -> list[Layer]:
    """Every layer of a boundary folder, in the order of its SOURCES.toml; an absent folder or
    catalogue has none.

    Args:
        types: only layers of these; the files of all others stay closed. Empty = of all.

    Raises:
        FileRefused: the catalogue or one of its files cannot be used.
    """
    entries = catalog_entries(folder)
    return [_layer(folder, entry) for entry in entries if not types or entry["type"] in types]


def catalog_entries(folder: Path) -> list[dict[str, Any]]:
    """The `[[layer]]` tables of a folder's SOURCES.toml, checked."""
    path = folder / CATALOG
    if not path.exists():
        return []
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("layer", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise FileRefused(
            str(path), f"cannot be read ({error}).", hint="Mend or restore the file."
        ) from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise FileRefused(
            str(path), "its layers are not [[layer]] tables.", hint="Mend or restore the file."
        )
    for entry in entries:
        _check_entry(path, entry)
    return entries


def _check_entry(path: Path, entry: Mapping[str, Any]) -> None:
    """Refuse a catalogue entry that cannot be used, naming the layer and the key."""
    where = f"layer {entry.get('id', '(without id)')}"
    missing = [
        key
        for key in (*_TEXTS, "type", "file")
        if not isinstance(entry.get(key), str) or not entry[key]
    ]
    if missing:
        raise FileRefused(
            str(path), f"{where} has no {', '.join(missing)}.", hint="Add each as text."
        )
    if entry["type"] not in set(AreaType):
        raise FileRefused(
            str(path),
            f"{where} has the unknown type {entry['type']}.",
            hint=f"Known: {', '.join(AreaType)}.",
        )
    if entry["basis"] not in _BASES:
        raise FileRefused(
            str(path),
            f"{where} has the unknown basis {entry['basis']}.",
            hint=f"Known: {', '.join(_BASES)}.",
        )
    for key, needed in (("valid_from", True), ("valid_to", False)):
        value = entry.get(key)
        if isinstance(value, datetime) or not (
            isinstance(value, date) or (value is None and not needed)
        ):
            raise FileRefused(
                str(path),
                f"{where} has no usable {key}.",
                hint="Write it as a date, for example 2023-04-03.",
            )
    if Path(entry["file"]).name != entry["file"]:
        raise FileRefused(
            str(path), f"{where} names a file outside its folder.", hint="Give a bare file name."
        )


def _layer(folder: Path, entry: Mapping[str, Any]) -> Layer:
    return Layer(
        **{key: entry[key] for key in _TEXTS},
        **{key: str(entry.get(key, "")) for key in _OPTIONAL_TEXTS},
        type=AreaType(entry["type"]),
        valid_from=entry["valid_from"],
        valid_to=entry.get("valid_to"),
        tolerance_m=float(entry.get("tolerance_m", 0.0)),
        areas=_areas(folder / entry["file"]),
    )


def _areas(path: Path) -> gpd.GeoDataFrame:
    """The areas of a layer; a file that has stayed as it was is read once a process."""
    try:
        held = path.stat()
        version = held.st_mtime_ns, held.st_ctime_ns, held.st_size, held.st_ino
    except OSError:
        version = (0, 0, 0, 0)
    return _read_areas(path, version).copy()


@lru_cache(maxsize=64)
def _read_areas(path: Path, version: tuple[int, int, int, int]) -> gpd.GeoDataFrame:
    hint = "Restore the file, or remove its layer from SOURCES.toml."
    try:
        frame = read_geojson(path)
    except (OSError, FileRefused) as error:
        raise FileRefused(
            str(path), "the boundary layer is missing or damaged.", hint=hint
        ) from error
    missing = [column for column in COLUMNS if column not in frame.columns]
    if missing or frame.empty or frame.geometry.isna().any():
        raise FileRefused(str(path), "the boundary layer is not as it was built.", hint=hint)
    frame["population"] = pd.to_numeric(frame["population"], errors="coerce").astype("Int64")
    frame["code"], frame["name"] = (
        frame["code"].astype(str),
        frame["name"].astype(str).map(plain_text),
    )
    return frame[list(COLUMNS)].sort_values("code", ignore_index=True)


def write_areas(path: Path, areas: gpd.GeoDataFrame) -> None:
    """Write areas as GeoJSON, one feature a line, coordinates as they are; whole or not at all."""
    rows = zip(areas["code"], areas["name"], areas["population"], areas.geometry, strict=True)
    features = [
        f'{{"type":"Feature","properties":{_properties(code, name, people)},'
        f'"geometry":{shapely.to_geojson(shape)}}}'
        for code, name, people, shape in rows
    ]
    replace_text(
        path, '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"
    )


def _properties(code: str, name: str, people: Any) -> str:
    values = {"code": code, "name": name, "population": None if pd.isna(people) else int(people)}
    return json.dumps(values, ensure_ascii=False)


def write_catalog(folder: Path, entries: Iterable[Mapping[str, Any]], *, heading: str) -> None:
    """Write SOURCES.toml; whole or not at all."""
    blocks = [
        "[[layer]]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in entry.items())
        for entry in entries
    ]
    replace_text(folder / CATALOG, f"# {heading}\n\n" + "\n".join(blocks))


def entry_of(layer: Layer, *, file: str) -> dict[str, Any]:
    """A layer as a `[[layer]]` table."""
    keys = (
        "id",
        "type",
        "name",
        "valid_from",
        "valid_to",
        "basis",
        "basis_note",
        "source",
        "licence",
        "attribution",
    )
    entry = {key: getattr(layer, key) for key in keys} | {"file": file}
    entry |= {key: getattr(layer, key) for key in ("vintage", "population_source", "tolerance_m")}
    return {key: value for key, value in entry.items() if value not in (None, "")}


def replace_text(path: Path, text: str) -> None:
    """Put a file in place in one step, so that no reader and no crash ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _toml(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return repr(value)
    # A JSON string is a TOML basic string, but for these two: raw DEL, and characters that UTF-8
    # cannot carry.
    text = str(value).encode("utf-8", "replace").decode("utf-8")
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
