"""Outlines round snap points by map tile."""

from __future__ import annotations

import json
import math
from typing import Any

import pandas as pd
import pytest
from shapely.geometry import Point, box, shape

from vrp_map import maps
from vrp_map.errors import UserError

LON, LAT = -1.9027, 52.4797


def tile_of(lon: float, lat: float) -> tuple[int, int]:
    down = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * 2**14), int(down * 2**14)


def some_points() -> pd.DataFrame:
    steps = [(i, j) for i in range(-6, 7) for j in range(-6, 7)]
    return pd.DataFrame(
        {"lon": [LON + 0.004 * i for i, _ in steps], "lat": [LAT + 0.003 * j for _, j in steps]}
    )


def drawn(points: pd.DataFrame, region: object = None) -> dict[tuple[int, int], dict[str, Any]]:
    """Every tile that may have something to draw."""
    west, north = tile_of(points["lon"].min() - 0.01, points["lat"].max() + 0.01)
    east, south = tile_of(points["lon"].max() + 0.01, points["lat"].min() - 0.01)
    return {
        (x, y): maps.snap_areas(points, region, z=14, x=x, y=y)
        for x in range(west, east + 1)
        for y in range(north, south + 1)
    }


def shapes(tile: dict[str, Any], kind: str) -> list[Any]:
    return [
        shape(f["geometry"])
        for f in tile["features"]
        if (f["geometry"]["type"] == "Point") == (kind == "point")
    ]


def test_every_point_is_in_one_tile_and_every_outline_in_each_tile_it_touches() -> None:
    points = some_points()
    tiles = drawn(points)
    dots = [(dot.x, dot.y) for tile in tiles.values() for dot in shapes(tile, "point")]
    assert sorted(dots) == sorted(
        (round(x, 5), round(y, 5)) for x, y in zip(points["lon"], points["lat"], strict=True)
    )
    outlines = {line.wkt for tile in tiles.values() for line in shapes(tile, "line")}
    assert sum(len(shapes(tile, "line")) for tile in tiles.values()) > len(outlines)
    # In the middle the outlines are the rectangles of the grid of points: 271 m by 334 m.
    middle = next(
        line for tile in tiles.values() for line in shapes(tile, "line") if _around(line, LON, LAT)
    )
    west, south, east, north = middle.bounds
    assert (east - west, north - south) == (
        pytest.approx(0.004, abs=3e-5),
        pytest.approx(0.003, abs=3e-5),
    )


def _around(line: Any, lon: float, lat: float) -> bool:
    return bool(line.convex_hull.buffer(-1e-4).contains(Point(lon, lat)))


def test_an_outline_is_the_same_in_every_tile_it_comes_with() -> None:
    """A tile that knew only its own points would close the outlines at its edge."""
    points = some_points()
    for tile in drawn(points).values():
        for line in shapes(tile, "line"):
            inside = [
                p for p in zip(points["lon"], points["lat"], strict=True) if _around(line, *p)
            ]
            assert len(inside) == 1


def test_outlines_end_at_the_region() -> None:
    region = box(LON - 0.5, LAT - 0.5, LON + 0.0021, LAT + 0.5)
    for tile in drawn(some_points(), region).values():
        for line in shapes(tile, "line"):
            assert line.bounds[2] <= LON + 0.0021 + 1e-5
        assert all(region.contains(dot) for dot in shapes(tile, "point"))


def test_a_lonely_point_reaches_300_metres() -> None:
    x, y = tile_of(LON, LAT)
    tile = maps.snap_areas(pd.DataFrame({"lon": [LON], "lat": [LAT]}), None, z=14, x=x, y=y)
    _, south, _, north = shapes(tile, "line")[0].bounds
    assert (north - south) * 111_195 == pytest.approx(600, rel=0.01)


def test_nothing_but_shapes_goes_to_the_browser() -> None:
    x, y = tile_of(LON, LAT)
    points = some_points().assign(incidents=4711, name="Fox Street")
    tile = maps.snap_areas(points, None, z=14, x=x, y=y)
    assert all(feature["properties"] == {} for feature in tile["features"])
    assert "4711" not in json.dumps(tile) and "Fox" not in json.dumps(tile)


def test_other_zooms_and_tiles_are_refused_and_an_empty_tile_is_empty() -> None:
    points = some_points()
    with pytest.raises(UserError, match="no snap points for that zoom"):
        maps.snap_areas(points, None, z=13, x=0, y=0)
    with pytest.raises(UserError, match="no map tile"):
        maps.snap_areas(points, None, z=14, x=2**14, y=0)
    assert maps.snap_areas(points, None, z=14, x=0, y=0)["features"] == []
    assert maps.snap_areas(points.head(0), None, z=14, x=0, y=0)["features"] == []
