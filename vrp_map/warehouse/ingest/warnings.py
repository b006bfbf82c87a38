"""What is odd about the files of a build once their rows are judged and placed: for the ledger,
nothing is refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pyproj

from vrp_map.vocabulary import BRITISH_NATIONAL_GRID, WGS84
from vrp_map.warehouse.boundaries.layers import Layer, area_positions
from vrp_map.warehouse.ingest.files.whole_file import kind_of_time
from vrp_map.warehouse.ingest.job import Job
from vrp_map.warehouse.sql_files import run

# So large a part of a file's places outside every area is no accident; so large a part inside
# proves a reason.
_NEARLY_ALL = 0.9
_HUNDRED_KM = 100_000.0
_FORMS = (
    "Times are written as 2024-03-01 22:15, as a day or as a month (2024-03);"
    " docs/incidents-format.md has them all."
)


def say_what_is_odd(job: Job) -> None:
    """Warn of files with the ids of another file or places elsewhere; name those of which nothing
    was taken.
    """
    names = {staged.load_id: staged.file.file.name for staged in job.staged}
    for load, is_stranger, n, before, first in run(job.con, "build/strangers").fetchall():
        job.ledger.warn(
            names[load],
            f"Incident numbers are in {names.get(first, before)} too, with another time or place."
            " They were "
            + (
                "counted as other incidents."
                if is_stranger
                else "taken as the same incidents, sent again."
            ),
            "Name each supplier in the column source, so that the numbers of two are not compared.",
            n,
        )
    _say_nothing_was_taken(job, names)
    _say_where_it_lies(job, names)


def _say_nothing_was_taken(job: Job, names: dict[int, str]) -> None:
    for load, read, reasons, line, record in run(
        job.con, "build/nothing_taken", {"loads": list(names)}
    ).fetchall():
        written = json.loads(record or "{}").get("from")
        like = (
            f" Line {line} has {kind_of_time(written)}."
            if "time:invalid" in reasons and written
            else ""
        )
        job.ledger.refused.append(
            {
                "file": names[load],
                "problem": (
                    f"none of its {read:,} rows could be taken ({', '.join(reasons)}).{like}"
                ),
                "remedy": (
                    f"{_FORMS} "
                    * ("time:invalid" in reasons)
                    + "`vrp-map quality` shows the rows; docs/refusals.md says what each reason"
                    " means."
                ),
            }
        )


def _say_where_it_lies(job: Job, names: dict[int, str]) -> None:
    """Warn of files nearly all of whose places lie outside every area, with the reason where one
    can be found.
    """
    for load, located, outside in run(job.con, "build/outside", {"loads": list(names)}).fetchall():
        if outside < _NEARLY_ALL * located:
            continue
        points = run(job.con, "build/points_of_load", {"load_id": load}).df()
        reason = likely_reason(points, job.layers)
        job.ledger.warn(
            names[load],
            "Nearly all incidents with a place lie outside every area.",
            reason
            or "Check that it is about this area, and that its columns of coordinates are right.",
            outside,
        )


def likely_reason(points: pd.DataFrame, layers: Sequence[Layer]) -> str:
    """What was done to the coordinates that, undone, brings nearly all of them inside; empty where
    nothing does.

    Args:
        points: crs, x, y as the file gives them.
        layers: areas to lie in.
    """
    x, y = points["x"].to_numpy(dtype=float), points["y"].to_numpy(dtype=float)
    if (points["crs"] == WGS84).all():
        undone: dict[str, Callable[[], tuple[np.ndarray, np.ndarray]]] = {
            "With a minus before the longitude they lie inside: the minus is missing.": lambda: (
                -x,
                y,
            ),
            "With longitude and latitude swapped they lie inside: are the columns swapped?": (
                lambda: (
                    y,
                    x,
                )
            ),
            "With a minus before the latitude they lie inside.": lambda: (x, -y),
        }
        return next(
            (
                said
                for said, undo in undone.items()
                if _share_inside(*undo(), layers) >= _NEARLY_ALL
            ),
            "",
        )
    if _share_inside(x, y, layers) >= _NEARLY_ALL:
        return "They lie inside as degrees: name the two columns longitude and latitude."
    if _share_inside(*_degrees(x * 1000, y * 1000), layers) >= _NEARLY_ALL:
        return "They lie inside as kilometres. Export eastings and northings in metres."
    east, north = _grid_square(layers)
    shifts = [(i, j) for i in east for j in north]
    is_cut = (x < _HUNDRED_KM) & (y < _HUNDRED_KM)
    if is_cut.mean() >= _NEARLY_ALL and any(
        _share_inside(*_degrees(x + right, y + up), layers) >= _NEARLY_ALL for right, up in shifts
    ):
        return (
            "They lie inside as metres within their 100 km square: the grid letters, or the first"
            " figure of each number, are missing. Export eastings and northings of six figures."
        )
    swapped = _degrees(y, x)
    if _share_inside(*swapped, layers) >= _NEARLY_ALL:
        return "With easting and northing swapped they lie inside: are the columns swapped?"
    return ""


def _grid_square(layers: Sequence[Layer]) -> tuple[list[float], list[float]]:
    """The corners of the 100 km squares that the areas touch: eastings and northings."""
    there = pyproj.Transformer.from_crs(WGS84, BRITISH_NATIONAL_GRID, always_xy=True)
    bounds = np.array([layer.areas.total_bounds for layer in layers])
    west, south = there.transform(bounds[:, 0].min(), bounds[:, 1].min())
    east, north = there.transform(bounds[:, 2].max(), bounds[:, 3].max())
    return (
        list(np.arange(west // _HUNDRED_KM, east // _HUNDRED_KM + 1) * _HUNDRED_KM),
        list(np.arange(south // _HUNDRED_KM, north // _HUNDRED_KM + 1) * _HUNDRED_KM),
    )


def _degrees(east: np.ndarray, north: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    lon, lat = pyproj.Transformer.from_crs(BRITISH_NATIONAL_GRID, WGS84, always_xy=True).transform(
        east, north
    )
    return np.asarray(lon), np.asarray(lat)


def _share_inside(lon: np.ndarray, lat: np.ndarray, layers: Sequence[Layer]) -> float:
    good = np.isfinite(lon) & np.isfinite(lat)
    inside = np.zeros(len(lon), dtype=bool)
    for layer in layers:
        inside[good] |= area_positions(lon[good], lat[good], layer.areas) >= 0
    return float(inside.mean()) if len(inside) else 0.0
