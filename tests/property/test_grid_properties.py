"""What must hold of cells anywhere."""

from __future__ import annotations

import h3.api.basic_int as h3
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point

from vrp_map import grid

LON = st.floats(-2.3, -1.4)
LAT = st.floats(52.3, 52.7)
ANYWHERE = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
MAYBE = st.one_of(st.just((np.nan, np.nan)), st.tuples(LON, LAT))
RESOLUTION = st.integers(7, 10)


@given(ANYWHERE, st.integers(0, 15))
def test_every_point_on_earth_has_the_cell_that_h3_gives(
    point: tuple[float, float], resolution: int
) -> None:
    (cell,) = grid.cells_at([point[0]], [point[1]], resolution=resolution).tolist()
    assert h3.is_valid_cell(cell)
    assert h3.get_resolution(cell) == resolution == grid.resolutions([cell])[0]


@given(LON, LAT, st.integers(7, 10), RESOLUTION)
def test_a_parent_is_the_parent_that_h3_gives(
    lon: float, lat: float, fine: int, coarse: int
) -> None:
    fine, coarse = max(fine, coarse), min(fine, coarse)
    cell = grid.cells_at([lon], [lat], resolution=fine)
    assert grid.parents(cell, resolution=coarse).tolist() == [
        h3.cell_to_parent(int(cell[0]), coarse)
    ]


@given(st.lists(MAYBE, max_size=30), RESOLUTION)
def test_a_cell_is_asked_for_each_point_alone(
    points: list[tuple[float, float]], resolution: int
) -> None:
    lon, lat = [p[0] for p in points], [p[1] for p in points]
    cells = grid.cells_at(lon, lat, resolution=resolution)
    assert cells.tolist() == [
        int(grid.cells_at([x], [y], resolution=resolution)[0]) for x, y in points
    ]
    assert (cells == 0).tolist() == np.isnan(lon).tolist()


@given(LON, LAT, RESOLUTION)
def test_a_cell_holds_its_centre_and_its_outline_holds_it_too(
    lon: float, lat: float, resolution: int
) -> None:
    cell = grid.cells_at([lon], [lat], resolution=resolution)
    x, y = grid.centres(cell)
    assert grid.cells_at(x, y, resolution=resolution).tolist() == cell.tolist()
    outline = grid.polygons(cell).iloc[0]
    assert outline.contains(Point(x[0], y[0]))
    # Sides are straight on the ball, not on the map: a hair's width is allowed.
    assert outline.buffer(1e-5).contains(Point(lon, lat))


@given(st.sets(st.tuples(LON, LAT), min_size=1, max_size=40), RESOLUTION)
def test_neighbours_are_mutual_and_those_of_h3(
    points: set[tuple[float, float]], resolution: int
) -> None:
    ordered = sorted(points)
    some = grid.cells_at(
        [p[0] for p in ordered[:3]], [p[1] for p in ordered[:3]], resolution=resolution
    )
    spread = grid.cells_at([p[0] for p in ordered], [p[1] for p in ordered], resolution=resolution)
    disks = [cell for middle in some.tolist() for cell in h3.grid_disk(middle, 2)]
    cells = np.array(sorted({*disks, *spread.tolist()}), dtype=np.uint64)
    index, n = grid.neighbour_index(cells), len(cells)
    for i, row in enumerate(index.tolist()):
        found = {int(cells[j]) for j in row if j < n}
        assert found == (set(h3.grid_disk(int(cells[i]), 1)) - {int(cells[i])}) & {
            int(c) for c in cells
        }
        assert row == sorted(row)
        assert all(i in index[j] for j in row if j < n)


@given(st.lists(st.tuples(LON, LAT), max_size=20), RESOLUTION)
def test_text_and_back(points: list[tuple[float, float]], resolution: int) -> None:
    cells = grid.cells_at([p[0] for p in points], [p[1] for p in points], resolution=resolution)
    texts = grid.to_text(cells)
    assert texts == [h3.int_to_str(int(cell)) for cell in cells]
    assert grid.from_text(texts).tolist() == cells.tolist()
