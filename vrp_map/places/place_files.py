"""Lists of places as their publishers send them: postcodes, schools and stops, known by their
columns.

Code-Point Open (its CSV files have no header), the ONS Postcode Directory, Get Information about
Schools, NaPTAN, and any CSV with names and coordinates. Nothing is written to disk: the members of
an archive are read where they lie, some thousand rows at a time.
"""

from __future__ import annotations

import csv
import gzip
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, cast

import numpy as np
import pandas as pd
from pyproj import Transformer

from vrp_map.errors import FileRefused
from vrp_map.vocabulary import WGS84

COLUMNS = ("kind", "name", "town", "lon", "lat")
_OS = "Contains OS data © Crown copyright and database right."
_POSTCODES = f"{_OS} Contains Royal Mail data © Royal Mail copyright and database right."
_ONS = "Source: Office for National Statistics licensed under the Open Government Licence v3.0."
_OGL = "Open Government Licence v3.0"
_BATCH = 50_000
# A line of a list is some hundred bytes. A file may unpack to so many times its size; one that
# stays small, to any.
_LONGEST_LINE = 1 << 20
_MOST_PACKED, _ALWAYS_READ = 100, 64 << 20
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}")
_NATIONAL_GRID = "EPSG:27700"
Row = Mapping[str, str]


@dataclass(frozen=True)
class PlaceFormat:
    """How a publisher writes its places.

    Attributes:
        needs: columns by which the format is known; each may be one of several names.
        name, town: the columns read; the first that is there.
        kind: what a row is; None = not a place that anyone looks for.
        grid: columns of easting and northing, in metres.
    """

    title: str
    needs: Sequence[str]
    name: Sequence[str]
    grid: Sequence[tuple[str, str]]
    kind: Callable[[Row], str | None]
    town: Sequence[str] = ()
    attribution: str = ""


def _always(kind: str) -> Callable[[Row], str | None]:
    return lambda row: kind


def _open_school(row: Row) -> str | None:
    return None if row["establishmentstatus (name)"].casefold() == "closed" else "school"


_BUS = ("BCT", "BCS", "BCQ", "BST", "BCE")
_STOPS = dict.fromkeys(_BUS, "bus stop") | {
    "RLY": "station",
    "RSE": "station",
    "MET": "tram stop",
    "PLT": "tram stop",
}


def _active_stop(row: Row) -> str | None:
    is_gone = row.get("status", "").casefold() in ("inactive", "del", "ina", "pen")
    return None if is_gone else _STOPS.get(row["stoptype"].upper())


_METRES = (
    ("oseast1m", "osnrth1m"),
    ("east1m", "north1m"),
    ("easting", "northing"),
    ("eastings", "northings"),
)
FORMATS = (
    PlaceFormat(
        "ONS Postcode Directory",
        ("pcds", "doterm"),
        ("pcds",),
        _METRES,
        _always("postcode"),
        attribution=f"{_ONS} {_POSTCODES}",
    ),
    PlaceFormat(
        "Get Information about Schools",
        ("urn", "establishmentname", "establishmentstatus (name)"),
        ("establishmentname",),
        _METRES,
        _open_school,
        town=("town", "locality"),
        attribution="Source: Department for Education, Get Information about Schools.",
    ),
    PlaceFormat(
        "NaPTAN",
        ("atcocode", "commonname", "stoptype"),
        ("commonname",),
        _METRES,
        _active_stop,
        town=("parentlocalityname", "localityname"),
        attribution="Source: Department for Transport, NaPTAN.",
    ),
    PlaceFormat(
        "schools",
        ("school_name",),
        ("school_name",),
        _METRES,
        _always("school"),
    ),
    PlaceFormat(
        "Code-Point Open",
        ("postcode", "easting"),
        ("postcode",),
        _METRES,
        _always("postcode"),
        attribution=_POSTCODES,
    ),
)
# Code-Point Open's files come without a header: ten columns, these first.
_CODE_POINT = ("postcode", "quality", "easting", "northing")


def postcode_key(text: str) -> str:
    """A postcode as it is compared: capitals, no spaces; "" for anything else.

    >>> postcode_key(" b1 1ay "), postcode_key("Birmingham")
    ('B11AY', '')
    """
    key = re.sub(r"[\s.-]+", "", text).upper()
    return key if _POSTCODE.fullmatch(key) else ""


def written_postcode(key: str) -> str:
    """A key as people write it: "B1 1AY"."""
    return f"{key[:-3]} {key[-3:]}"


def read_places(file: Path, bounds: Sequence[float]) -> tuple[PlaceFormat, pd.DataFrame]:
    """The places of a file inside some bounds.

    Args:
        file: a CSV file, or a zip of CSV files.
        bounds: west, south, east, north in degrees.

    Returns:
        The format, and kind, name, town, lon, lat: each place once, in the order of names.

    Raises:
        FileRefused: it is no list of places that is known, it is damaged, or none of it lies here.
    """
    if not file.is_file():
        raise FileRefused(file.name, "There is no such file.", hint="Check the path.")
    known: PlaceFormat | None = None
    parts: list[pd.DataFrame] = []
    try:
        lines = _Lines(most=max(_ALWAYS_READ, _MOST_PACKED * file.stat().st_size))
        for stream in _members(file):
            read = _table(lines.of(stream))
            if read is None:
                continue
            known, rows = read
            parts += [_inside(known, batch, bounds).drop_duplicates() for batch in _batches(rows)]
    except (RuntimeError, NotImplementedError) as error:
        # What zipfile says of a password, and of a way of packing that it does not know.
        raise FileRefused(
            file.name,
            "The file is locked by a password, or packed in a way that is not known here.",
            hint="Unpack it, then add the CSV inside.",
        ) from error
    except (zipfile.BadZipFile, csv.Error, EOFError, OSError, zlib.error) as error:
        raise FileRefused(
            file.name, "The file is damaged, so nothing was added.", hint="Download it again."
        ) from error
    if known is None:
        raise FileRefused(
            file.name,
            "This is no list of places that vrp-map knows.",
            hint=f"Known: {', '.join(f.title for f in FORMATS)}, as CSV or zip.",
        )
    found = pd.concat(parts, ignore_index=True).drop_duplicates(["kind", "name", "lon", "lat"])
    if found.empty:
        raise FileRefused(
            file.name,
            "No place of this file lies in the area of the map, so nothing was added.",
            hint="Choose a file that covers the area, or check the setting boundaries.",
        )
    return known, found.sort_values(["kind", "name", "town", "lon"], ignore_index=True)


def _members(file: Path) -> Iterator[IO[bytes]]:
    if not zipfile.is_zipfile(file):
        if file.suffix.casefold() == ".zip":
            raise zipfile.BadZipFile
        packed = file.suffix == ".gz"
        with cast("IO[bytes]", gzip.open(file) if packed else file.open("rb")) as stream:
            yield stream
        return
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            if member.filename.casefold().endswith(".csv"):
                with archive.open(member) as stream:
                    yield stream


@dataclass
class _Lines:
    """The lines of all files of one archive; a list of places packs to no less than a hundredth."""

    most: int
    read: int = 0

    def of(self, stream: IO[bytes]) -> Iterator[bytes]:
        """The lines of one file.

        Raises:
            csv.Error: a line without an end, or far more bytes than the archive can hold.
        """
        while line := stream.readline(_LONGEST_LINE):
            self.read += len(line)
            if len(line) == _LONGEST_LINE or self.read > self.most:
                raise csv.Error("The file unpacks to what is no list of places.")
            yield line


def _table(stream: Iterable[bytes]) -> tuple[PlaceFormat, Iterator[Row]] | None:
    """The format and the rows of one file; None where its columns are those of no list known."""
    lines = csv.reader(_decoded(line) for line in stream)
    first = next(lines, [])
    header = [word.strip().casefold() for word in first]
    if len(first) >= 4 and postcode_key(first[0]) and first[2].strip().isdigit():
        header = list(_CODE_POINT)
        rows: Iterable[Sequence[str]] = chain([first], lines)
    else:
        rows = lines
    known = next((f for f in FORMATS if set(f.needs) <= set(header)), None)
    if known is None:
        return None
    return known, (dict(zip(header, row, strict=False)) for row in rows)


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rows = iter(rows)
    while batch := list(islice(rows, _BATCH)):
        yield batch


def _inside(known: PlaceFormat, rows: Sequence[Row], bounds: Sequence[float]) -> pd.DataFrame:
    east, north = next(
        (pair for pair in known.grid if pair[0] in rows[0] and pair[1] in rows[0]), ("", "")
    )
    frame = pd.DataFrame(
        [
            (kind, _first(row, known.name), _first(row, known.town), row.get(east), row.get(north))
            for row in rows
            if (kind := known.kind(row))
        ],
        columns=list(COLUMNS),
    )
    x, y = (pd.to_numeric(frame[c], errors="coerce").to_numpy(float) for c in ("lon", "lat"))
    frame["lon"], frame["lat"] = _degrees(x, y)
    west, south, right, top = bounds
    is_here = frame["lon"].between(west, right) & frame["lat"].between(south, top)
    frame = frame[is_here & frame["name"].ne("")]
    is_code = frame["kind"] == "postcode"
    keys = frame["name"].where(~is_code, frame["name"].map(postcode_key))
    return frame.assign(name=keys)[keys != ""]


def _first(row: Row, names: Sequence[str]) -> str:
    return next((row[name].strip() for name in names if row.get(name, "").strip()), "")


def _degrees(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """National Grid metres in degrees, to 11 cm; NaN where there is no place."""
    there = np.isfinite(x) & np.isfinite(y) & (x > 0) & (y > 0)
    lon, lat = np.full(len(x), np.nan), np.full(len(x), np.nan)
    turn = Transformer.from_crs(_NATIONAL_GRID, WGS84, always_xy=True)
    lon[there], lat[there] = turn.transform(x[there], y[there])
    return np.round(lon, 6), np.round(lat, 6)
