"""Whatever the points: a place is in the catchment of the point that is nearest to it, and of no
other.
"""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from vrp_map.statistics.catchments import catchments

REACH_M, METRES_A_DEGREE = 300.0, 111_195.0
GRID = st.tuples(st.integers(-40, 40), st.integers(-40, 40))


@settings(max_examples=20, deadline=None)
@given(st.lists(GRID, min_size=1, max_size=40, unique=True), st.integers(0, 2**32 - 1))
def test_a_place_is_in_the_catchment_of_its_nearest_point(
    where: list[tuple[int, int]], seed: int
) -> None:
    lat0 = 52.4
    metres = np.array(where, dtype=float) * 25
    squeeze = np.cos(np.radians(lat0))
    lon, lat = (
        -1.5 + metres[:, 0] / (METRES_A_DEGREE * squeeze),
        lat0 + metres[:, 1] / METRES_A_DEGREE,
    )
    shapes = catchments(lon, lat, reach_m=REACH_M)
    at = np.random.default_rng(seed).uniform(-1100, 1100, (60, 2))
    distance, nearest = cKDTree(metres).query(at, k=min(2, len(metres)))
    distance, nearest = distance.reshape(60, -1), nearest.reshape(60, -1)
    places = shapely.points(
        -1.5 + at[:, 0] / (METRES_A_DEGREE * squeeze), lat0 + at[:, 1] / METRES_A_DEGREE
    )
    for place, near, order in zip(np.asarray(places), distance, nearest, strict=True):
        holders = set(np.flatnonzero(shapely.intersects(shapes, place)).tolist())
        if near[0] > REACH_M * 1.01:
            assert not holders
        elif near[0] < REACH_M * 0.98 and (len(near) == 1 or near[1] - near[0] > 3):
            assert holders == {int(order[0])}
