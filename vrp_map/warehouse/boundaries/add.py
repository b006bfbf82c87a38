"""Add a user's own boundary file to the layers in use, wholly or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import filelock
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from vrp_map.config import Settings, nearest
from vrp_map.errors import UserError
from vrp_map.vocabulary import AREA_WORDS, WGS84, AreaType
from vrp_map.warehouse.boundaries.catalog import (
    CATALOG,
    COLUMNS,
    Layer,
    catalog_entries,
    entry_of,
    write_areas,
    write_catalog,
)
from vrp_map.warehouse.boundaries.checks import polygons_of
from vrp_map.warehouse.boundaries.files import read_boundary_file
from vrp_map.warehouse.boundaries.ho_hexes import check_ho_hexes

_DECIMALS = 7  # about 1 cm
_HEADING = "Boundary layers added with `vrp-map boundaries add`."
_LOCK_SECONDS = 30
# A grid has no first day: before any data.
_ALWAYS = date(1900, 1, 1)


def add_layer(  # noqa: PLR0913 - the options of `vrp-map boundaries add`, by keyword
    file: Path,
    *,
    type: str,
    name_field: str = "",
    code_field: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    name: str = "",
    layer_name: str = "",
    crs: str = "",
    settings: Settings,
    replace: bool = False,
) -> tuple[Layer, list[str]]:
    """Check a boundary file and keep a copy of it among the local layers
    (`settings.local_boundaries`).

    The layer takes the place of the packaged layers of its type. It appears when SOURCES.toml is
    replaced, in one step: until then, whatever happens, the layers are as they were.

    Args:
        file: GeoJSON, GeoPackage, Shapefile, KML or KMZ.
        type: a value of `AreaType`.
        name_field, code_field: the fields with each area's name and code; the Home Office's
            hexagons need neither.
        valid_from, valid_to: first and last day the areas hold; no last day = they still hold. A
            grid of hexagons needs no first day.
        name: of the layer; made from the type and the file's name when empty.
        layer_name: which layer of the file, where it holds several with shapes.
        crs: what the coordinates are, whatever the file says: "EPSG:27700".
        replace: take out local layers of the same type that hold on any of the same days.

    Returns:
        The layer, and notes to show: what was mended, and what gives way to it.

    Raises:
        UserError: unknown type, dates the wrong way round, or a local layer of that type already
            holds then.
        FileRefused: the file cannot be used.
    """
    kind = _kind(type)
    if kind is AreaType.HO_HEX:
        name_field = name_field or code_field
    elif not (name_field and code_field and valid_from):
        raise UserError(
            f"Areas of the type {kind} need the fields of their names and codes, and a first day.",
            hint="Give --name-field, --code-field and --valid-from.",
        )
    first_day = valid_from or _ALWAYS
    if valid_to is not None and valid_to < first_day:
        raise UserError(
            f"The layer ends ({valid_to}) before it begins ({first_day}).",
            hint="Swap the two dates.",
        )
    shapes, notes = read_boundary_file(
        Path(file), name_field=name_field, code_field=code_field, layer=layer_name, crs=crs
    )
    if kind is AreaType.HO_HEX:
        shapes = check_ho_hexes(Path(file), shapes)
    layer = Layer(
        id=f"local_{kind}_{first_day:%Y%m%d}",
        type=kind,
        name=name
        or f"{AREA_WORDS[kind][0].upper()}{AREA_WORDS[kind][1:]} areas from {Path(file).stem}",
        valid_from=first_day,
        valid_to=valid_to,
        basis="local",
        basis_note=(
            "Added by the user of this installation; not checked against any official source."
        ),
        source=f"The user's file {Path(file).name}",
        licence="Not stated: ask the person who added the layer.",
        attribution=f"Boundaries: {Path(file).name}, added locally",
        areas=_areas(shapes),
    )
    return layer, notes + _keep(layer, settings, replace=replace)


def _kind(word: str) -> AreaType:
    try:
        return AreaType(word)
    except ValueError:
        raise UserError(
            f"There is no area type {word!r}.", hint=nearest(word, [str(t) for t in AreaType])
        ) from None


def _areas(shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """In the columns and order of a layer, coordinates rounded; a ring that rounding breaks is
    mended.
    """
    rounded = shapely.transform(shapes.geometry.to_numpy(), lambda xy: np.round(xy, _DECIMALS))
    for row in np.flatnonzero(~shapely.is_valid(rounded)):
        rounded[row] = polygons_of(
            shapely.make_valid(rounded[row], method="structure", keep_collapsed=False)
        )
    areas = gpd.GeoDataFrame(shapes[["code", "name"]], geometry=rounded, crs=WGS84)
    areas["population"] = pd.array([pd.NA] * len(areas), dtype="Int64")
    return areas[list(COLUMNS)].sort_values("code", ignore_index=True)


def _keep(layer: Layer, settings: Settings, *, replace: bool) -> list[str]:
    folder = settings.local_boundaries
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(folder / ".lock", timeout=_LOCK_SECONDS):
            entries = catalog_entries(folder)
            clashing = [entry for entry in entries if _clashes(layer, entry)]
            if clashing and not replace:
                raise UserError(
                    f"There is already a {AREA_WORDS[layer.type]} layer for those days:"
                    f" {clashing[0]['name']}, {_period(clashing[0])}.",
                    hint="Give other dates, or --replace to put the new one in its place.",
                )
            _write(folder, layer, [entry for entry in entries if entry not in clashing])
    except filelock.Timeout:
        raise UserError(
            f"Another command is changing {folder}.", hint="Try again in a moment."
        ) from None
    except OSError as error:
        raise UserError(
            f"{folder} cannot be written ({error.strerror}).",
            hint="Check the folder and free space.",
        ) from error
    notes = [
        f"It replaces the local layer {entry['name']}, {_period(entry)}." for entry in clashing
    ]
    notes += [
        f"It takes the place of the packaged layer {entry['name']}."
        for entry in catalog_entries(settings.boundaries)
        if entry["type"] == layer.type
    ]
    return [*notes, "It has no population figures, so rates per resident are not given for it."]


def _clashes(layer: Layer, entry: dict[str, Any]) -> bool:
    return entry["type"] == layer.type and layer.overlaps(
        entry["valid_from"], entry.get("valid_to")
    )


def _period(entry: dict[str, Any]) -> str:
    return f"{entry['valid_from']} to {entry.get('valid_to', 'today')}"


def _write(folder: Path, layer: Layer, others: list[dict[str, Any]]) -> None:
    """The areas under a name of their own first, the catalogue last, and only then what nothing
    names any more.
    """
    parts = [
        layer.id,
        *layer.areas["code"],
        *layer.areas["name"],
        *layer.areas.geometry.to_wkb(hex=True),
    ]
    digest = hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:12]
    file = f"{layer.id}_{digest}.geojson"
    write_areas(folder / file, layer.areas)
    entries = [*others, entry_of(layer, file=file)]
    write_catalog(folder, entries, heading=_HEADING)
    _sweep(folder, {entry["file"] for entry in entries})


def _sweep(folder: Path, named: Iterable[str]) -> None:
    for path in [
        *folder.glob("local_*.geojson"),
        *folder.glob(f".{CATALOG}.*.part"),
        *folder.glob(".local_*.part"),
    ]:
        if path.name not in named:
            path.unlink(missing_ok=True)
