"""The base map in use: adding, listing and taking away, and its tiles and names."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from vrp_map import grid
from vrp_map.config import Settings, nearest
from vrp_map.errors import FileRefused, UserError
from vrp_map.places.basemap.classes import STREETS
from vrp_map.places.basemap.density import LIMITS, Density, MapLimits
from vrp_map.places.basemap.pmtiles import NotPMTiles, TileFile
from vrp_map.places.place_lists import area_bounds
from vrp_map.vocabulary import MAX_RESOLUTION

if TYPE_CHECKING:
    from vrp_map.places.basemap.layer_store import LayerStore
    from vrp_map.places.basemap.sources import Report

HOW = "vrp-map basemap add FILE"
# Inside a store, made-up streets lie with made-up incidents and never come under real ones.
_IN_STORE = "basemap"
_SUFFIX = ".pmtiles"
# Beside the tiles: what is written where, and which hexagons each street crosses.
_NAMES, _ALONG = ".parquet", ".streets.parquet"
NAME_ZOOM = 20
# What making a map takes besides the map itself, as a multiple of the files.
_ROOM = 5


@dataclass(frozen=True)
class BaseMap:
    """One base map: what it was made of, and what must be said with it."""

    id: str
    sources: tuple[str, ...]
    attribution: str
    added: str
    tiles: int
    places: int


def add_basemap(  # noqa: PLR0913 - what a map is made of, by keyword
    files: Sequence[Path],
    settings: Settings,
    *,
    name: str = "",
    attribution: str = "",
    report: Report | None = None,
    limits: MapLimits = LIMITS,
) -> BaseMap:
    """Make one base map of all the files and use it from now on.

    Args:
        attribution: what every map must say; empty = what the publishers of the files ask for.

    Raises:
        FileRefused: a file is no map that is known, none of it lies in the area, or more than
            `limits`.
        UserError: there is no room on the disk, or writing there failed.
    """
    try:
        return _added(
            files, settings, name=name, attribution=attribution, report=report, limits=limits
        )
    except (OSError, pa.ArrowException) as error:
        raise UserError(
            "Writing the map failed, so nothing was added. The map in use stays.",
            hint=f"Check the room on the disk and who may write to {settings.basemap}.",
        ) from error


def _added(  # noqa: PLR0913 - as `add_basemap`
    files: Sequence[Path],
    settings: Settings,
    *,
    name: str,
    attribution: str,
    report: Report | None,
    limits: MapLimits,
) -> BaseMap:
    # Only making a map needs what reads shapes: everybody else reads tiles and names.
    from vrp_map.places.basemap.layer_store import LayerStore
    from vrp_map.places.basemap.names import label_points, street_points
    from vrp_map.places.basemap.sources import map_box, stage
    from vrp_map.places.basemap.tiles import write_tiles

    tell: Report = report or (lambda done, total, label: None)
    for file in files:
        if not file.is_file():
            raise FileRefused(file.name, "There is no such file.", hint="Check the path.")
    settings.basemap.mkdir(parents=True, exist_ok=True)
    _check_room(files, settings.basemap)
    bounds = area_bounds(settings)
    with tempfile.TemporaryDirectory(dir=settings.basemap, prefix=".making-") as scratch:
        with LayerStore(Path(scratch)) as staging:
            density = Density(map_box(bounds), limits)
            kinds = [
                stage(file, staging, bounds=bounds, density=density, report=tell) for file in files
            ]
        for file, kind in zip(files, kinds, strict=True):
            if not (attribution or kind.attribution):
                raise FileRefused(
                    file.name,
                    "The file does not say who made it, so nothing was added. Every map must say"
                    " it.",
                    hint='Add --attribution "…" with the words that its publisher asks for.',
                )
        if not set(staging.many) - {"names"}:
            raise FileRefused(
                files[0].name,
                "Nothing of this map lies in the area, so nothing was added.",
                hint="Choose a file that covers the area, or check the setting boundaries.",
            )
        tell(0, 1, "names")
        named = _named(staging)
        names = label_points(named, settings)
        about = BaseMap(
            _id_of(name or files[0].name.split(".")[0]),
            tuple(file.name for file in files),
            attribution or ". ".join(dict.fromkeys(kind.attribution for kind in kinds)),
            date.today().isoformat(),
            0,
            int((names["rank"] == 0).sum()),
        )
        made = Path(scratch) / f"{about.id}{_SUFFIX}"
        metadata = {
            "name": about.id,
            "attribution": about.attribution,
            "type": "baselayer",
            "vrp_map": asdict(about),
        }
        many = write_tiles(made, staging, names, bounds=bounds, metadata=metadata, report=tell)
        for suffix, table in ((_NAMES, names), (_ALONG, street_points(named))):
            file = made.with_suffix(suffix)
            table.to_parquet(file, index=False, compression="zstd")
            file.replace(settings.basemap / file.name)
        made.replace(settings.basemap / made.name)
    return BaseMap(**asdict(about) | {"tiles": many, "sources": about.sources})


def base_maps(settings: Settings) -> list[BaseMap]:
    """The base maps there are; the last is the one in use."""
    return [_about(_opened(file)) for file in _files(settings)]


def remove_basemap(name: str, settings: Settings) -> None:
    """Take a base map away; the one added before it is used again.

    Raises:
        UserError: there is none of that name.
    """
    known = {file.stem: file for file in _files(settings)}
    if name not in known:
        raise UserError(f"There is no base map {name}.", hint=nearest(name, known))
    known[name].unlink()
    for suffix in (_NAMES, _ALONG):
        known[name].with_suffix(suffix).unlink(missing_ok=True)


def made_up_folder(settings: Settings) -> Path:
    """Where the demo's base map lies: in the store of its made-up incidents."""
    return settings.store / _IN_STORE


class StreetMap:
    """The base map in use: its tiles, its names, and what must be said with it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._tiles = _opened(file)
        self._names = file.with_suffix(_NAMES)
        self.about = _about(self._tiles)
        # Another map has another word: addresses that carry it may be kept for ever.
        self.version = f"{self.about.id}-{file.stat().st_mtime_ns:x}"

    @property
    def zooms(self) -> tuple[int, int]:
        """The first and the finest zoom with tiles."""
        return self._tiles.header.zooms

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """A vector tile packed with gzip; None where nothing is drawn."""
        return self._tiles.tile(z, x, y)

    def names_in(self, z: int, x: int, y: int) -> pd.DataFrame:
        """The names whose points lie in one Web Mercator tile."""
        names = self.names()
        # With the numbers of the tile that each point lies in at the finest zoom.
        shift = NAME_ZOOM - z
        if not 0 <= shift <= NAME_ZOOM:
            return names[:0]
        here = (names["x"].to_numpy() >> shift == x) & (names["y"].to_numpy() >> shift == y)
        return names[here]

    def names(self) -> pd.DataFrame:
        """As `names.label_points` gives them."""
        return _names(self._names, self._names.stat().st_mtime_ns)

    def has_kind(self, kind: str) -> bool:
        """Whether anything of a kind has a name here."""
        return bool(self.names()["kind"].eq(kind).any())

    def along(self) -> pd.DataFrame:
        """The streets as `names.street_points` gives them; of a map that was made before there were
        any, only where their names are written.
        """
        file = self.file.with_suffix(_ALONG)
        if file.exists():
            return pq.read_table(file).to_pandas()
        written = self.names()[["kind", "name", "lon", "lat"]]
        written = written[written.pop("kind").isin(STREETS)]
        cells = grid.cells_at(written["lon"], written["lat"], resolution=MAX_RESOLUTION)
        return written.assign(cell10=cells)


def street_map(settings: Settings) -> StreetMap | None:
    """The base map in use; None without one."""
    files = _files(settings)
    if not files:
        return None
    return _street_map(files[-1], files[-1].stat().st_mtime_ns)


def usable_streets(settings: Settings) -> StreetMap | None:
    """The base map in use; None without one, and where its file is damaged."""
    try:
        return street_map(settings)
    except UserError:
        return None


def street_credits(settings: Settings) -> list[str]:
    """What must be said of the streets in use, or of names that are from them."""
    streets = usable_streets(settings)
    return [streets.about.attribution] if streets else []


@lru_cache(maxsize=4)
def _street_map(file: Path, changed: int) -> StreetMap:
    return StreetMap(file)


@lru_cache(maxsize=2)
def _names(file: Path, changed: int) -> pd.DataFrame:
    frame = pq.read_table(file).to_pandas()
    lat = np.radians(frame["lat"].to_numpy())
    down = 0.5 - np.log(np.tan(np.pi / 4 + lat / 2)) / (2 * np.pi)
    across = (frame["lon"].to_numpy() + 180) / 360
    sides = {"x": across, "y": down}
    return frame.assign(**{c: (v * 2**NAME_ZOOM).astype("int64") for c, v in sides.items()})


def _files(settings: Settings) -> list[Path]:
    """The operator's own; without any, those of the demo."""
    for folder in (settings.basemap, made_up_folder(settings)):
        found = folder.glob(f"*{_SUFFIX}")
        if files := sorted(found, key=lambda file: (file.stat().st_mtime_ns, file.name)):
            return files
    return []


def _opened(file: Path) -> TileFile:
    try:
        return TileFile(file)
    except (NotPMTiles, OSError, EOFError, ValueError) as error:
        raise UserError(
            f"The base map {file.stem} is damaged, so maps are drawn without streets.",
            hint=f"Run `vrp-map basemap remove {file.stem}`, then add it again.",
        ) from error


def _about(tiles: TileFile) -> BaseMap:
    told = dict(tiles.metadata.get("vrp_map") or {})
    return BaseMap(
        tiles.file.stem,
        tuple(told.get("sources", ())),
        str(told.get("attribution") or tiles.metadata.get("attribution") or ""),
        str(told.get("added", "")),
        tiles.header.counts[0],
        int(told.get("places", 0)),
    )


def _named(staging: LayerStore) -> pd.DataFrame:
    if not staging.file("names").exists():
        return pd.DataFrame({"kind": [], "name": [], "geometry": []})
    frame = pq.read_table(staging.file("names")).to_pandas()
    return frame.assign(geometry=shapely.from_wkb(frame["geometry"].to_numpy()))


def _check_room(files: Sequence[Path], folder: Path) -> None:
    need = _ROOM * sum(file.stat().st_size for file in files)
    free = shutil.disk_usage(folder).free
    if free < need:
        raise UserError(
            f"Making this map needs about {need / 1e9:.1f} GB of disk, and {free / 1e9:.1f} GB"
            " are free. Nothing was added.",
            hint="Make room, or put the setting basemap on another disk.",
        )


def _id_of(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "map"
