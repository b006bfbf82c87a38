"""A made-up file of hexagons of the Home Office's size, for the demo and for tests.

Size and coordinates are those that the Home Office names; where its grid begins is not published
here, so that this grid begins where the demo likes.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from vrp_map.vocabulary import BRITISH_NATIONAL_GRID, WGS84

FLAT_TO_FLAT_M = 350.0
SIDE_M = FLAT_TO_FLAT_M / np.sqrt(3)
# Easting and northing of the middle of the hexagon that the grid is counted from.
ORIGIN = (400_100.0, 280_050.0)
# West, south, east, north in degrees: around the demo's HEX pilot.
CITY_CENTRE = (-1.94, 52.455, -1.86, 52.505)
Floats = NDArray[np.float64]


def hexagon_middles(bounds: tuple[float, float, float, float]) -> Floats:
    """The middles (easting, northing) of the hexagons over a box in degrees: (n, 2)."""
    turn = Transformer.from_crs(WGS84, BRITISH_NATIONAL_GRID, always_xy=True)
    west, south, east, north = turn.transform_bounds(*bounds)
    column_m = 1.5 * SIDE_M
    columns = np.arange((west - ORIGIN[0]) // column_m, (east - ORIGIN[0]) // column_m + 2)
    rows = np.arange(
        (south - ORIGIN[1]) // FLAT_TO_FLAT_M, (north - ORIGIN[1]) // FLAT_TO_FLAT_M + 2
    )
    column, row = (grid.ravel() for grid in np.meshgrid(columns, rows))
    shift = (column % 2) / 2
    return np.column_stack(
        [ORIGIN[0] + column * column_m, ORIGIN[1] + (row + shift) * FLAT_TO_FLAT_M]
    )


def hexagon(middle: Floats, *, side_m: float = SIDE_M, turn: float = 0.0) -> list[list[float]]:
    """The ring of one hexagon in metres, its first corner twice.

    Args:
        turn: degrees; 0 = a corner to the east.
    """
    angles = np.radians(turn + 60 * np.arange(7))
    ring = middle + side_m * np.column_stack([np.cos(angles), np.sin(angles)])
    return [[round(float(x), 3), round(float(y), 3)] for x, y in ring]


def write_hexagons(file: Path, bounds: tuple[float, float, float, float]) -> int:
    """Write the hexagons over a box in degrees as GeoJSON in EPSG:27700; how many."""
    rings = [hexagon(middle) for middle in hexagon_middles(bounds)]
    write_rings(file, rings)
    return len(rings)


def write_rings(file: Path, rings: list[list[list[float]]]) -> Path:
    """Write rings in metres as GeoJSON, each a feature with a number and nothing else."""
    features = [
        {
            "type": "Feature",
            "properties": {"hex_id": f"H{number:05d}"},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for number, ring in enumerate(rings, start=1)
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    document = {
        "type": "FeatureCollection",
        "name": "hexagons (made up)",
        "crs": crs,
        "features": features,
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document), encoding="utf-8")
    return file
