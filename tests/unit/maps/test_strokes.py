"""Dashes and hatching as plain lines."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Polygon, shape

from vrp_map import grid
from vrp_map.maps.strokes import dashes, hatching

PLACES = [(-1.9, 52.5), (-1.2, 54.6), (0.2, 0.001)]


@pytest.mark.parametrize("resolution", [7, 9, 10])
@pytest.mark.parametrize(("lon", "lat"), PLACES)
def test_hatching_stays_in_its_hexagon_and_goes_on_in_its_neighbours(
    lon: float, lat: float, resolution: int
) -> None:
    cells = grid.with_neighbours(grid.cells_at([lon], [lat], resolution=resolution))
    shapes = grid.polygons(cells).to_numpy()
    lines = [np.array(line) for line in hatching(grid.to_text(cells))]
    flat = np.cos(np.radians(shapely.get_coordinates(shapes)[:, 1].mean()))
    heights = []
    for line, hexagon in zip(lines, shapes, strict=True):
        assert LineString(line).within(hexagon.buffer(3e-5))
        assert 3 <= len(line) / 2 <= 5
        height = (line * (flat, 1.0)).sum(axis=1).reshape(-1, 2)
        assert np.ptp(height, axis=1).max() < 4e-5  # each slant is straight
        heights.append(height.mean(axis=1))
    # One distance between slants, over all the hexagons.
    apart = float(np.diff(heights[0]).mean())
    steps = (np.concatenate(heights) - heights[0][0]) / apart
    assert np.abs(steps - steps.round()).max() < 0.1
    assert len(np.unique(steps.round())) < len(steps)


def test_no_hexagon_needs_no_hatching() -> None:
    assert hatching([]) == []


def test_each_corner_has_a_dash_of_holes_and_of_islands_too() -> None:
    square = [(0, 0), (0, 1), (1, 1), (1, 0)]
    hole = [(0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)]
    island = [(2 + x, y) for x, y in square]
    whole = shapely.union_all([Polygon(square, [hole]), Polygon(island)])
    drawn = shape(dashes(whole))
    assert len(drawn.geoms) == 12
    assert drawn.within(whole.boundary.buffer(1e-4))
    assert drawn.length == pytest.approx(0.64 * whole.boundary.length, rel=1e-3)


def test_nothing_is_drawn_round_nothing() -> None:
    assert dashes(Polygon()) == {"type": "MultiLineString", "coordinates": []}
