"""The lists of places that an operator added: kept beside the store, one file each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from vrp_map.config import Settings, nearest
from vrp_map.errors import UserError
from vrp_map.places.place_files import COLUMNS, read_places

# Places just outside the area are asked for too: about 5 km.
MARGIN_DEGREES = 0.05
_ABOUT = b"vrp-map"


@dataclass(frozen=True)
class PlaceList:
    """One list: where it is from, and how many places it holds."""

    id: str
    title: str
    attribution: str
    added: str
    places: int


def area_bounds(settings: Settings) -> tuple[float, float, float, float]:
    """West, south, east, north of the map's area with its margin, in degrees."""
    # Who only reads lists needs no boundaries, and none of what reads shapes.
    from vrp_map.warehouse.boundaries.layers import current_areas

    west, south, east, north = current_areas(settings).total_bounds
    return (
        float(west) - MARGIN_DEGREES,
        float(south) - MARGIN_DEGREES,
        float(east) + MARGIN_DEGREES,
        float(north) + MARGIN_DEGREES,
    )


def add_places(file: Path, settings: Settings) -> PlaceList:
    """Keep the places of a file that lie in the area; the same publisher's earlier list goes.

    Raises:
        FileRefused: it is no list that is known, or none of it lies here.
    """
    known, found = read_places(file, area_bounds(settings))
    about = PlaceList(
        known.title.casefold().replace(" ", "-"),
        known.title,
        known.attribution,
        date.today().isoformat(),
        len(found),
    )
    _write(settings.places / f"{about.id}.parquet", found, about)
    return about


def place_lists(settings: Settings) -> list[PlaceList]:
    """The lists there are, in the order of their names."""
    return [_about(file) for file in _files(settings)]


def remove_places(name: str, settings: Settings) -> None:
    """Take a list away.

    Raises:
        UserError: there is none of that name.
    """
    known = {file.stem: file for file in _files(settings)}
    if name not in known:
        raise UserError(f"There is no list of places {name}.", hint=nearest(name, known))
    known[name].unlink()


def added_places(settings: Settings) -> pd.DataFrame:
    """Every place of every list: kind, name, town, lon, lat."""
    return listed_places(list_versions(settings))


def list_versions(settings: Settings) -> tuple[tuple[Path, int], ...]:
    """The file of every list, and when it was last written: another value for another state."""
    return tuple((file, file.stat().st_mtime_ns) for file in _files(settings))


def listed_places(versions: Sequence[tuple[Path, int]]) -> pd.DataFrame:
    """Every place of some lists: kind, name, town, lon, lat."""
    frames = [_places(file, changed) for file, changed in versions]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(COLUMNS))


def _files(settings: Settings) -> Sequence[Path]:
    return sorted(settings.places.glob("*.parquet"))


def _about(file: Path) -> PlaceList:
    return PlaceList(**json.loads(pq.read_schema(file).metadata[_ABOUT]))


@lru_cache(maxsize=8)
def _places(file: Path, changed: int) -> pd.DataFrame:
    return pq.read_table(file).to_pandas()


def _write(file: Path, found: pd.DataFrame, about: PlaceList) -> None:
    """Written whole beside the old one, then put in its place."""
    file.parent.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pandas(found, preserve_index=False)
    table = table.replace_schema_metadata({_ABOUT: json.dumps(about.__dict__)})
    half = file.with_suffix(".part")
    try:
        pq.write_table(table, half, compression="zstd")
        half.replace(file)
    except (OSError, pa.ArrowException) as error:
        half.unlink(missing_ok=True)
        raise UserError(
            "Writing the list failed, so nothing was added. The list before it stays.",
            hint=f"Check the room on the disk and who may write to {file.parent}.",
        ) from error
