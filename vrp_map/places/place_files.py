"""Lists of places as their publishers send them: postcodes, schools and stops, known by their
columns.

Code-Point Open (its CSV files have no header), the ONS Postcode Directory, Get Information about
Schools, NaPTAN, and any CSV with names and coordinates. Nothing is written to disk: the members of
an archive are read where they lie, some thousand rows at a time.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, cast

import numpy as np
import pandas as pd
from pyproj import Transformer

from vrp_map.common.unpacking import UnpackLimit
from vrp_map.errors import FileRefused
from vrp_map.places.place_formats import FORMATS, PlaceFormat, Row
from vrp_map.vocabulary import WGS84

COLUMNS = ("kind", "name", "town", "lon", "lat")
_BATCH = 50_000
# A line of a list is some hundred bytes.
_LONGEST_LINE = 1 << 20
_BUFFER = 1 << 20
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}")
_NATIONAL_GRID = "EPSG:27700"


_UNPACKED = UnpackLimit(times=25, always=64 << 20)


@dataclass(frozen=True)
class ListLimits:
    """What no list of places exceeds: beyond it a file is refused before it fills the memory.

    Attributes:
        lines: of all files of an archive; the whole country has 2.7 million postcodes.
        places: of those lines, in the area; a large city has 300,000 postcodes.
        unpacked: of a packed file; lists pack to a tenth.
    """

    lines: int = 5_000_000
    places: int = 1_000_000
    unpacked: UnpackLimit = _UNPACKED


_LIMITS = ListLimits()


class _TooMuchError(Exception):
    """A file holds more than any list of places does; the text says what."""


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


def read_places(
    file: Path, bounds: Sequence[float], limits: ListLimits = _LIMITS
) -> tuple[PlaceFormat, pd.DataFrame]:
    """The places of a file inside some bounds.

    Args:
        file: a CSV file, or a zip of CSV files.
        bounds: west, south, east, north in degrees.

    Returns:
        The format, and kind, name, town, lon, lat: each place once, in the order of names.

    Raises:
        FileRefused: it is no list of places that is known, it is damaged, it holds more than any
            list does, or none of it lies here.
    """
    if not file.is_file():
        raise FileRefused(file.name, "There is no such file.", hint="Check the path.")
    try:
        known, parts = _parts(file, bounds, limits)
    except _TooMuchError as error:
        raise FileRefused(
            file.name,
            f"The file {error}, which is more than any list of places, so nothing was added.",
            hint="Check that it is the publisher's file. If it is, cut it to your area first.",
        ) from error
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


def _parts(
    file: Path, bounds: Sequence[float], limits: ListLimits
) -> tuple[PlaceFormat | None, list[pd.DataFrame]]:
    """The format, None where none is known, and the places of some thousand rows each."""
    known: PlaceFormat | None = None
    parts: list[pd.DataFrame] = []
    lines, many = _Lines(limits, most=limits.unpacked.of(file.stat().st_size)), 0
    for stream in _members(file):
        read = _table(lines.of(stream))
        if read is None:
            continue
        known, rows = read
        for batch in _batches(rows):
            parts.append(_inside(known, batch, bounds).drop_duplicates())
            many += len(parts[-1])
            if many > limits.places:
                raise _TooMuchError(f"has more than {limits.places:,} places in your area")
    return known, parts


def _members(file: Path) -> Iterator[IO[bytes]]:
    if not zipfile.is_zipfile(file):
        if file.suffix.casefold() == ".zip":
            raise zipfile.BadZipFile
        packed = file.suffix == ".gz"
        with cast("io.RawIOBase", gzip.open(file) if packed else file.open("rb")) as stream:
            # A gzip file gives its lines one by one in Python: a buffer gives them fast.
            yield io.BufferedReader(stream, _BUFFER)
        return
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            if member.filename.casefold().endswith(".csv"):
                with archive.open(member) as stream:
                    yield stream


@dataclass
class _Lines:
    """The lines of all files of one archive, no more than a list has.

    Attributes:
        most: bytes, unpacked. read, many: bytes and lines so far.
    """

    limits: ListLimits
    most: int
    read: int = 0
    many: int = 0

    def of(self, stream: IO[bytes]) -> Iterator[bytes]:
        """The lines of one file.

        Raises:
            csv.Error: a line without an end. _TooMuchError: more lines or bytes than a list has.
        """
        while line := stream.readline(_LONGEST_LINE):
            self.read += len(line)
            self.many += 1
            if len(line) == _LONGEST_LINE:
                raise csv.Error("A line of the file does not end.")
            if self.many > self.limits.lines:
                raise _TooMuchError(f"has more than {self.limits.lines:,} lines")
            if self.read > self.most:
                raise _TooMuchError(f"unpacks to more than {self.most / 1e6:,.0f} MB")
            yield line


def _table(stream: Iterable[bytes]) -> tuple[PlaceFormat, Iterator[Row]] | None:
    """The format and the rows of one file; None where its columns are those of no list known."""
    lines = csv.reader(map(_decoded, stream))
    first = next(lines, [])
    header = [word.strip().casefold() for word in first]
    rows: Iterable[Sequence[str]] = lines
    if len(first) >= 4 and postcode_key(first[0]) and first[2].strip().isdigit():
        header = list(_CODE_POINT)
        rows = chain([first], lines)
    known = next((f for f in FORMATS if set(f.needs) <= set(header)), None)
    return None if known is None else (known, _rows(header, known.columns, rows))


def _rows(
    header: Sequence[str], wanted: Iterable[str], rows: Iterable[Sequence[str]]
) -> Iterator[Row]:
    """The columns that are read, of each row that differs from those some thousand rows before."""
    columns = {name: header.index(name) for name in wanted if name in header}
    at, last = list(columns.values()), max(columns.values())
    read = (
        tuple([row[i] for i in at])
        if len(row) > last
        else tuple([row[i] if i < len(row) else "" for i in at])
        for row in rows
    )
    while batch := dict.fromkeys(islice(read, _BATCH)):
        yield from (dict(zip(columns, values, strict=True)) for values in batch)


def _decoded(line: bytes) -> str:
    try:
        return line.removeprefix(codecs.BOM_UTF8).decode()
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
    x, y = (
        pd.to_numeric(pd.Series([row.get(c) for row in rows]), errors="coerce").to_numpy(float)
        for c in (east, north)
    )
    lon, lat = _degrees(x, y)
    west, south, right, top = bounds
    # Most rows of a list of the whole country end here.
    here = np.flatnonzero((lon >= west) & (lon <= right) & (lat >= south) & (lat <= top))
    frame = pd.DataFrame(
        [
            (kind, _first(rows[i], known.name), _first(rows[i], known.town), lon[i], lat[i])
            for i in here.tolist()
            if (kind := known.kind(rows[i]))
        ],
        columns=list(COLUMNS),
    )
    frame = frame[frame["name"].ne("")]
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
