"""The Home Office's hexagons: 350 m from flat side to flat side, on one grid of EPSG:27700.

A file of them is checked whole: a hexagon of another size, or off the grid, would count another
piece of ground than the Home Office does. Incidents are counted in them by point.
"""

from __future__ import annotations

import math
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from vrp_map.errors import FileRefused
from vrp_map.vocabulary import BRITISH_NATIONAL_GRID
from vrp_map.warehouse.boundaries.checks import feature

FLAT_TO_FLAT_M = 350.0
AREA_M2 = FLAT_TO_FLAT_M**2 * math.sqrt(3) / 2  # 106,088
# A file in degrees was turned by another transformation than ours: metres off over a county, though
# hardly over one hexagon.
_SIZE_M, _GRID_M, _TURN_DEGREES = 2.0, 12.0, 1.0
_CORNERS = 6
Floats = NDArray[np.float64]


def check_ho_hexes(file: Path, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The same areas with a code made of the middle ("HO-407175-286725") where they have none.

    Args:
        areas: code, name, geometry (EPSG:4326); an empty code is to be made.

    Raises:
        FileRefused: one is no such hexagon, or they are not of one grid; the first that is wrong.
    """
    shapes = areas.geometry.to_crs(BRITISH_NATIONAL_GRID).to_numpy()
    middles, turns = _regular(file, shapes)
    _check_grid(file, middles, turns)
    made = [f"HO-{round(x)}-{round(y)}" for x, y in middles]
    return areas.assign(
        code=[code or own for code, own in zip(areas["code"], made, strict=True)],
        name=[name or own for name, own in zip(areas["name"], made, strict=True)],
    )


def _regular(file: Path, shapes: NDArray[np.object_]) -> tuple[Floats, Floats]:
    """The middle of each hexagon (n, 2), and how far it is turned (n,), in degrees below 60."""
    middles, turns = [], []
    for row, shape in enumerate(shapes):
        corners = _corners(shape)
        if len(corners) != _CORNERS:
            raise FileRefused(
                str(file),
                f"{feature(row)} has {len(corners)} corners, so it is no hexagon.",
                hint="Give the whole hexagons, not cut at a border, as ho-hex; else another type.",
            )
        middle = corners.mean(axis=0)
        away = corners - middle
        # The distance of the corners is 2/√3 of that of the flat sides.
        widths = np.hypot(*away.T) * math.sqrt(3)
        if np.abs(widths - FLAT_TO_FLAT_M).max() > _SIZE_M:
            raise FileRefused(
                str(file),
                f"{feature(row)} is {widths.mean():,.0f} m from flat side to flat side"
                f" ({shape.area:,.0f} m²). The Home Office's hexagons are {FLAT_TO_FLAT_M:.0f} m"
                f" ({AREA_M2:,.0f} m²).",
                hint="Check the file and its --crs: it should be EPSG:27700.",
            )
        angles = np.degrees(np.arctan2(away[:, 1], away[:, 0]))
        # Of six equal corners the mean of the angles six times turned is one angle.
        six = np.exp(1j * np.radians(angles * _CORNERS)).mean()
        middles.append(middle)
        turns.append(math.degrees(float(np.angle(six))) / _CORNERS)
    return np.array(middles), np.array(turns)


def _corners(shape: shapely.Geometry) -> Floats:
    """The corners of a polygon of one ring, without points on its straight sides."""
    parts = shapely.get_parts(shape)
    if len(parts) != 1 or shapely.get_num_interior_rings(parts[0]):
        return np.empty((0, 2))
    plain = shapely.simplify(shapely.normalize(parts[0]), _SIZE_M / 2)
    ring = shapely.get_coordinates(plain)[:-1]
    before, after = np.roll(ring, 1, axis=0) - ring, np.roll(ring, -1, axis=0) - ring
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    straight = np.abs(cross) / np.maximum(np.hypot(*(after - before).T), 1e-9) < _SIZE_M / 2
    return np.asarray(ring[~straight])


def _check_grid(file: Path, middles: Floats, turns: Floats) -> None:
    """Raises:
    FileRefused: a hexagon is turned otherwise, lies between the others, or is there twice.
    """
    # 30 and -30 degrees are one turn.
    other = np.abs((turns - turns[0] + 30) % 60 - 30)
    if other.max() > _TURN_DEGREES:
        row = int(other.argmax())
        raise FileRefused(
            str(file),
            f"{feature(row)} is turned by {other[row]:.0f} degrees against {feature(0)}.",
            hint="Give hexagons of one grid.",
        )
    # One step to each of two neighbours: their middles lie across the flat sides.
    angles = np.radians(turns[0] + np.array([30.0, 90.0]))
    steps = FLAT_TO_FLAT_M * np.column_stack([np.cos(angles), np.sin(angles)])
    at = (middles - middles[0]) @ np.linalg.inv(steps)
    nearest = np.round(at)
    off = np.hypot(*((at - nearest) @ steps).T)
    if off.max() > _GRID_M:
        row = int(off.argmax())
        raise FileRefused(
            str(file),
            f"{feature(row)} lies {off[row]:,.0f} m off the grid of {feature(0)}.",
            hint="Give hexagons of one grid, each whole and in its place.",
        )
    seen, first = np.unique(nearest, axis=0, return_index=True)
    if len(seen) < len(nearest):
        row = next(iter(sorted({*range(len(nearest))} - {*first.tolist()})))
        raise FileRefused(
            str(file), f"{feature(row)} is there twice.", hint="Leave one of the two out."
        )
