"""The place of each row from the columns that give it: degrees, metres of the national grid, or a
grid reference.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyproj
from numpy.typing import NDArray

from vrp_map.vocabulary import BRITISH_NATIONAL_GRID, WGS84
from vrp_map.warehouse.ingest.suppliers import BY_ROW, Format, Supplier

# Degrees: metres of the last decimal given, north to south. A fourth decimal is 11 m.
_METRES_OF_A_DEGREE = 111_000.0
_EXACT_M = 25.0
# What turning grid metres into degrees without the official shift grid may be wrong by.
_TURNED_M = 10.0
_EAST, _NORTH = 700_000.0, 1_300_000.0
_LETTERS: Final = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
_OFF_THE_GRID = "999"

Floats = NDArray[np.float64]


def placed(batch: pa.RecordBatch, layout: Format, supplier: Supplier) -> pa.RecordBatch:
    """A batch with its place in x and y, how exactly it is given, and whether two of its places
    differ.

    Args:
        batch: of `rows.SCHEMA`, words for nothing emptied.

    Returns:
        The batch with two more columns: net (metres of the last digit given; null = not looked at)
        and two_places.
    """
    n = batch.num_rows
    if supplier.grade != BY_ROW or not n:
        return _with(
            batch,
            {"net": pa.nulls(n, pa.float64()), "two_places": pa.array(np.zeros(n, dtype=bool))},
        )
    frame = (
        batch.select(["x", "y", "x2", "y2", "grid_ref", "precision"])
        .to_pandas()
        .fillna("")
        .astype(str)
    )
    degrees = layout.crs == WGS84
    for column in ("x", "y", "x2", "y2"):
        frame[column] = _with_point(frame[column], degrees=degrees and column in ("x", "y"))
    net = given_metres(frame["x"], frame["y"], degrees=degrees)
    clash = np.zeros(n, dtype=bool)
    has_pair, has_other = _both(frame["x"], frame["y"]), _both(frame["x2"], frame["y2"])
    half = (
        ~has_pair
        & ~has_other
        & _either(frame["x2"], frame["y2"])
        & ~_either(frame["x"], frame["y"])
    )
    frame.loc[half, ["x", "y"]] = frame.loc[half, ["x2", "y2"]].to_numpy()
    if has_other.any():
        other_net = given_metres(frame["x2"], frame["y2"], degrees=False)
        lon, lat = _turned(_numbers(frame["x2"]), _numbers(frame["y2"]))
        allowed = (
            np.fmax(np.fmax(_numbers(frame["precision"]), np.fmax(net, other_net)), _EXACT_M)
            + _TURNED_M
        )
        apart = _metres_between(_numbers(frame["x"]), _numbers(frame["y"]), lon, lat)
        clash = has_pair & has_other & (apart > allowed)
        taken = ~has_pair & has_other
        words_x, words_y = _as_words(lon, frame["x2"]), _as_words(lat, frame["y2"])
        frame.loc[taken, "x"], frame.loc[taken, "y"] = words_x[taken], words_y[taken]
        net = np.where(taken, other_net, net)
    referred = ~has_pair & ~has_other & ~half & (frame["grid_ref"] != "").to_numpy()
    if referred.any():
        east, north, size = grid_references(frame.loc[referred, "grid_ref"])
        point = _turned(east, north) if degrees else (east, north)
        for column, values in zip(("x", "y"), point, strict=True):
            frame.loc[referred, column] = _as_words(values, frame.loc[referred, "grid_ref"])
        net[referred] = size
        # The square of a reference is its precision, whatever the rest of the file is like.
        stated = np.fmax(_numbers(frame.loc[referred, "precision"]), size)
        frame.loc[referred, "precision"] = [f"{m:g}" if m > _EXACT_M else "" for m in stated]
    words = {
        c: pa.array(frame[c].to_numpy(dtype=object), pa.string()) for c in ("x", "y", "precision")
    }
    return _with(
        batch, {**words, "net": pa.array(net, from_pandas=True), "two_places": pa.array(clash)}
    )


def grid_references(written: pd.Series) -> tuple[Floats, Floats, Floats]:
    """Easting and northing of the middle of each square, and its side, in metres; NaN where it is
    no reference.

    "SP 06812 86834", "SP0686", in any case, with or without spaces: two letters and as many digits
    east as north.
    """
    text = written.str.upper().str.replace(r"[\s,]", "", regex=True)
    parts = text.str.extract(r"^([HJNOST])([A-HJ-Z])(\d{2,10})$", expand=True)
    digits = parts[2].fillna("")
    half = (digits.str.len() // 2).to_numpy()
    fits = parts[2].notna().to_numpy() & (digits.str.len() % 2 == 0).to_numpy()
    size = np.where(fits, 10.0 ** (5 - half), np.nan)
    first = parts[0].map(_LETTERS.index, na_action="ignore").to_numpy(dtype=float)
    second = parts[1].map(_LETTERS.index, na_action="ignore").to_numpy(dtype=float)
    east100 = ((first - 2) % 5) * 5 + second % 5
    north100 = 19 - (first // 5) * 5 - second // 5
    east = [float(d[:h]) if f else np.nan for d, h, f in zip(digits, half, fits, strict=True)]
    north = [float(d[h:]) if f else np.nan for d, h, f in zip(digits, half, fits, strict=True)]
    middle = np.where(size > 1, size / 2, 0.0)
    return (
        east100 * 100_000 + np.array(east) * size + middle,
        north100 * 100_000 + np.array(north) * size + middle,
        size,
    )


def _with_point(written: pd.Series, *, degrees: bool) -> pd.Series:
    """Numbers with a decimal point where they have a comma: 52,4512.

    Of grid metres 406,812 has one for thousands.
    """
    if not written.str.contains(",", regex=False).any():
        return written
    if not degrees:
        thousands = written.str.fullmatch(r"\d{1,3}(,\d{3})+(\.\d*)?")
        written = written.where(~thousands, written.str.replace(",", "", regex=False))
    return written.str.replace(r"^([+-]?\d+),(\d+)$", r"\1.\2", regex=True)


def given_metres(x: pd.Series, y: pd.Series, *, degrees: bool) -> Floats:
    """How exact each point can be by the digits it is written with, in metres; NaN where it is no
    number.

    Of the two numbers the one with more digits counts: a single one may end in zeros by chance.
    """
    return np.fmin(_last_digit(x, degrees=degrees), _last_digit(y, degrees=degrees))


def _last_digit(written: pd.Series, *, degrees: bool) -> Floats:
    number = written.str.fullmatch(r"[+-]?\d+(\.\d*)?").to_numpy(dtype=bool)
    if degrees:
        decimals = (
            written.str.extract(r"\.(\d*?)0*$", expand=False)
            .fillna("")
            .str.len()
            .to_numpy(dtype=float)
        )
        metres = _METRES_OF_A_DEGREE * 10.0**-decimals
    else:
        zeros = (
            written.str.extract(r"^[+-]?\d*?(0*)(?:\.0*)?$", expand=False)
            .str.len()
            .to_numpy(dtype=float)
        )
        metres = np.where(np.isnan(zeros), 0.1, 10.0 ** np.minimum(np.nan_to_num(zeros), 5))
    return np.where(number, metres, np.nan)


def _both(x: pd.Series, y: pd.Series) -> NDArray[np.bool_]:
    return np.asarray(((x != "") & (y != "")).to_numpy())


def _either(x: pd.Series, y: pd.Series) -> NDArray[np.bool_]:
    return np.asarray(((x != "") | (y != "")).to_numpy())


def _numbers(written: pd.Series) -> Floats:
    return np.asarray(pd.to_numeric(written, errors="coerce").to_numpy(dtype=float))


def _turned(east: Floats, north: Floats) -> tuple[Floats, Floats]:
    """Longitude and latitude of points of the national grid; infinite off it, NaN where they are no
    numbers.
    """
    on_grid = (east >= 0) & (east <= _EAST) & (north >= 0) & (north <= _NORTH)
    off = np.where(np.isfinite(east) & np.isfinite(north), np.inf, np.nan)
    lon, lat = off.copy(), off.copy()
    if on_grid.any():
        there = pyproj.Transformer.from_crs(BRITISH_NATIONAL_GRID, WGS84, always_xy=True)
        lon[on_grid], lat[on_grid] = there.transform(east[on_grid], north[on_grid])
    return lon, lat


def _as_words(values: Floats, written: pd.Series) -> NDArray[np.object_]:
    """Numbers as text; what is no number as it was written, so that the row is refused for it."""
    words = [
        f"{v:.6f}" if np.isfinite(v) else _OFF_THE_GRID if np.isinf(v) else w
        for v, w in zip(values, written, strict=True)
    ]
    return np.array(words, dtype=object)


def _metres_between(lon: Floats, lat: Floats, other_lon: Floats, other_lat: Floats) -> Floats:
    """Of points near each other, which is all that is asked here."""
    east = (lon - other_lon) * np.cos(np.radians(lat))
    return np.asarray(np.hypot(east, lat - other_lat) * _METRES_OF_A_DEGREE)


def _with(batch: pa.RecordBatch, columns: dict[str, pa.Array]) -> pa.RecordBatch:
    kept = dict(zip(batch.schema.names, batch.columns, strict=True))
    return pa.record_batch(kept | columns)
