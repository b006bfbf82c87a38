"""Catchments of points: who is nearest, how far they reach, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely

from vrp_map.errors import UserError
from vrp_map.statistics.catchments import catchments

LON, LAT = -1.9, 52.48
METRES = pyproj.Transformer.from_crs(
    "EPSG:4326", f"+proj=aeqd +lat_0={LAT} +lon_0={LON} +a=6371000 +b=6371000", always_xy=True
)


def in_metres(shape: Any) -> Any:
    return shapely.transform(
        shape, lambda at: np.column_stack(METRES.transform(at[:, 0], at[:, 1]))
    )


def east(metres: float) -> float:
    return LON + math.degrees(metres / (6_371_000 * math.cos(math.radians(LAT))))


def test_a_point_alone_has_a_disc_of_the_reach() -> None:
    (disc,) = catchments([LON], [LAT], reach_m=300)
    # Golden: a polygon of 24 corners on a circle has an area of 12 r² sin(15°).
    assert in_metres(disc).area == pytest.approx(12 * 300**2 * math.sin(math.radians(15)), rel=2e-3)


def test_two_points_share_the_line_half_way_between_them() -> None:
    one, other = catchments([LON, east(200)], [LAT, LAT], reach_m=300)
    border = in_metres(shapely.intersection(one, other))
    assert border.length == pytest.approx(2 * math.sqrt(300**2 - 100**2), rel=0.01)  # Pythagoras
    assert border.centroid.x == pytest.approx(100, abs=0.5)
    assert one.contains(shapely.Point(LON, LAT)) and other.contains(shapely.Point(east(200), LAT))


def test_catchments_come_in_the_order_of_the_points() -> None:
    rng = np.random.default_rng(5)
    lon, lat = LON + rng.uniform(-0.01, 0.01, 60), LAT + rng.uniform(-0.01, 0.01, 60)
    for shape, x, y in zip(catchments(lon, lat, reach_m=300), lon, lat, strict=True):
        assert shape.contains(shapely.Point(x, y))


def test_points_in_a_row_and_no_points_are_fine() -> None:
    row = catchments([east(m) for m in (0, 100, 200, 300)], [LAT] * 4, reach_m=300)
    assert [
        round(in_metres(shape).bounds[2] - in_metres(shape).bounds[0]) for shape in row[1:3]
    ] == [100, 100]
    assert len(catchments([], [], reach_m=300)) == 0


@pytest.mark.parametrize(
    ("lon", "lat", "reach", "said"),
    [
        ([LON], [LAT, LAT], 300, "one longitude and one latitude"),
        ([LON], [float("nan")], 300, "one longitude and one latitude"),
        ([LON], [LAT], 0, "reach is 0 metres"),
        ([LON], [LAT], float("nan"), "reach is nan"),
    ],
)
def test_what_makes_no_sense_is_refused(
    lon: list[float], lat: list[float], reach: float, said: str
) -> None:
    with pytest.raises(UserError, match=said):
        catchments(lon, lat, reach_m=reach)
