"""Cells: golden numbers at Birmingham's centre, bad input, and both H3 libraries giving the same
answers.
"""

from __future__ import annotations

import importlib.util
import sys

import geopandas as gpd
import numpy as np
import pytest
from pyproj import Geod
from shapely.geometry import MultiPolygon, Point, box

from vrp_map import grid
from vrp_map.errors import UserError
from vrp_map.resources import resource

LAT, LON = 52.4797, -1.9027
# Resolution: cell, km², spacing of neighbours in m, cells in 902 km² (h3 4.5).
GOLDEN = {
    7: ("87195c05bffffff", 4.654, 2322, 194),
    8: ("88195c05b9fffff", 0.6647, 878, 1357),
    9: ("89195c05b87ffff", 0.09496, 332, 9499),
    10: ("8a195c05b86ffff", 0.01357, 125, 66493),
}
CENTRE = grid.from_text(["89195c05b87ffff"])
ENGINES = [grid._Fast, grid._Plain]
SQUARE = box(-1.95, 52.45, -1.85, 52.50)
PENTAGON = np.uint64(0x89080000003FFFF)


@pytest.fixture(params=ENGINES, ids=["h3ronpy", "h3"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the test with each library in turn."""
    monkeypatch.setattr(grid, "_engine", request.param())


@pytest.mark.parametrize("resolution", GOLDEN)
def test_the_cell_at_birmingham_centre(engine: None, resolution: int) -> None:
    cell = grid.cells_at([LON], [LAT], resolution=resolution)
    text, km2, _, _ = GOLDEN[resolution]
    assert grid.to_text(cell) == [text]
    assert grid.areas_km2(cell) == pytest.approx([km2], rel=1e-3)


@pytest.mark.parametrize("resolution", GOLDEN)
def test_the_spacing_of_neighbours_at_birmingham_centre(resolution: int) -> None:
    here = grid.cells_at([LON], [LAT], resolution=resolution)
    around = grid._engine.disks(here)[0]
    lon, lat = grid.centres(around[around != here])
    own_lon, own_lat = grid.centres(here)
    _, _, metres = Geod(ellps="WGS84").inv(np.repeat(own_lon, 6), np.repeat(own_lat, 6), lon, lat)
    assert np.mean(metres) == pytest.approx(GOLDEN[resolution][2], rel=0.02)


@pytest.mark.parametrize("resolution", GOLDEN)
def test_the_lattice_of_the_force_area_has_the_expected_size(resolution: int) -> None:
    force = gpd.read_file(resource("boundaries") / "force.geojson")
    cells = grid.lattice(force.geometry, resolution=resolution)
    assert len(cells) == pytest.approx(GOLDEN[resolution][3], rel=0.01)
    assert grid.areas_km2(cells).sum() == pytest.approx(902, rel=0.01)


def test_without_h3ronpy_the_plain_library_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "h3ronpy", None)
    spec = importlib.util.spec_from_file_location("grid_without_h3ronpy", grid.__file__)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert type(module._engine).__name__ == "_Plain"
    assert type(grid._engine).__name__ == "_Fast"
    assert module.cells_at([LON], [LAT], resolution=9).tolist() == CENTRE.tolist()


def test_cells_that_became_decimal_numbers_are_refused() -> None:
    # uint64 beside int64 makes float64, which loses the last bits of a cell.
    mixed = np.concatenate([CENTRE, np.array([5], dtype=np.int64)])
    for ask in (grid.to_text, grid.areas_km2, grid.neighbour_index, grid.resolutions):
        with pytest.raises(UserError, match="decimal numbers"):
            ask(mixed)


def test_both_libraries_give_the_same_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(20)
    lon, lat = random.uniform(-2.3, -1.4, 2000), random.uniform(52.3, 52.7, 2000)
    answers = []
    for engine in ENGINES:
        monkeypatch.setattr(grid, "_engine", engine())
        cells = grid.lattice([SQUARE], resolution=9)
        answers.append(
            {
                "at": grid.cells_at(lon, lat, resolution=10),
                "lattice": cells,
                "neighbours": grid.neighbour_index(cells),
                "areas": grid.areas_km2(cells),
                "centres": np.array(grid.centres(cells)),
                "polygons": grid.polygons(cells),
            }
        )
    fast, plain = answers
    for exact in ("at", "lattice", "neighbours"):
        np.testing.assert_array_equal(fast[exact], plain[exact])
    np.testing.assert_allclose(fast["areas"], plain["areas"], rtol=1e-9)
    np.testing.assert_allclose(fast["centres"], plain["centres"], atol=1e-9)
    assert fast["polygons"].crs == plain["polygons"].crs == "EPSG:4326"
    assert fast["polygons"].geom_equals_exact(plain["polygons"], 1e-9).all()


def test_a_point_without_place_is_in_no_cell(engine: None) -> None:
    cells = grid.cells_at([np.nan, LON, LON], [np.nan, LAT, np.nan], resolution=9)
    assert cells.tolist() == [0, int(CENTRE[0]), 0]
    assert grid.cells_at([], [], resolution=9).dtype == np.uint64
    assert grid.cells_at([np.nan], [np.nan], resolution=9).tolist() == [0]


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(-1.9, 95.0), (-181.0, 52.0), (np.inf, 52.0), (-1.9, -np.inf), (407_000.0, 286_000.0)],
)
def test_coordinates_off_the_earth_are_refused_without_showing_them(lon: float, lat: float) -> None:
    with pytest.raises(UserError, match=r"1 of 2 points are outside longitude ±180") as caught:
        grid.cells_at([LON, lon], [LAT, lat], resolution=9)
    assert str(lat) not in str(caught.value)


def test_pairs_that_do_not_match_are_refused() -> None:
    with pytest.raises(UserError, match="2 longitudes and 1 latitudes"):
        grid.cells_at([1.0, 2.0], [3.0], resolution=9)


@pytest.mark.parametrize("resolution", [-1, 16])
def test_a_resolution_that_does_not_exist_is_refused(resolution: int) -> None:
    with pytest.raises(UserError, match=f"no H3 resolution {resolution}"):
        grid.cells_at([LON], [LAT], resolution=resolution)


def test_parents_by_arithmetic() -> None:
    finest = grid.cells_at([LON, np.nan], [LAT, np.nan], resolution=10)
    for resolution in (10, 9, 8, 7):
        assert grid.to_text(grid.parents(finest, resolution=resolution)) == [
            GOLDEN[resolution][0],
            "",
        ]
    assert grid.resolutions(finest[:1]).tolist() == [10]
    with pytest.raises(UserError, match="coarser than resolution 10"):
        grid.parents(CENTRE, resolution=10)


def test_areas_that_share_a_border_share_no_cell_and_lose_none(engine: None) -> None:
    west, east = box(-1.95, 52.45, -1.90, 52.50), box(-1.90, 52.45, -1.85, 52.50)
    whole = grid.lattice([SQUARE], resolution=9)
    left, right = grid.lattice([west], resolution=9), grid.lattice([east], resolution=9)
    assert len(left) and len(right) and not np.intersect1d(left, right).size
    np.testing.assert_array_equal(np.union1d(left, right), whole)
    np.testing.assert_array_equal(grid.lattice([MultiPolygon([west, east])], resolution=9), whole)
    np.testing.assert_array_equal(
        grid.lattice(gpd.GeoSeries([east, west], crs="EPSG:4326"), resolution=9), whole
    )


def test_a_hole_has_no_cells(engine: None) -> None:
    hole = box(-1.92, 52.46, -1.88, 52.49)
    ring = grid.lattice([SQUARE.difference(hole)], resolution=9)
    assert len(ring) + len(grid.lattice([hole], resolution=9)) == len(
        grid.lattice([SQUARE], resolution=9)
    )


def test_lattice_refuses_what_is_not_an_area() -> None:
    with pytest.raises(UserError, match="Geometry 2 is a Point"):
        grid.lattice([SQUARE, Point(LON, LAT)], resolution=9)
    with pytest.raises(UserError, match="EPSG:27700"):
        grid.lattice(gpd.GeoSeries([SQUARE], crs="EPSG:4326").to_crs("EPSG:27700"), resolution=9)
    assert grid.lattice([None, box(0, 0, 1, 1).difference(box(0, 0, 1, 1))], resolution=9).size == 0


def test_neighbours_of_a_full_disk(engine: None) -> None:
    disk = np.sort(grid._engine.disks(CENTRE)[0])
    index = grid.neighbour_index(disk)
    middle = int(np.searchsorted(disk, CENTRE[0]))
    assert index.dtype == np.int32
    assert index.shape == (7, 6)
    assert index[middle].tolist() == [i for i in range(7) if i != middle]
    # Each of the ring touches the middle and two of the ring.
    assert [int((row < 7).sum()) for i, row in enumerate(index) if i != middle] == [3] * 6


def test_neighbours_do_not_need_sorted_cells(engine: None) -> None:
    cells = grid.lattice([SQUARE], resolution=8)
    shuffled = np.random.default_rng(1).permutation(cells)
    n = len(cells)

    def links(some: np.ndarray) -> set[tuple[int, int]]:
        named = np.append(some, np.uint64(0))
        return {
            (int(a), int(named[j]))
            for a, row in zip(some, grid.neighbour_index(some), strict=True)
            for j in row
        }

    assert links(shuffled) == links(cells)
    assert n > 10


def test_neighbours_of_one_cell_of_none_and_of_a_pentagon(engine: None) -> None:
    assert grid.neighbour_index(CENTRE).tolist() == [[1] * 6]
    assert grid.neighbour_index(np.empty(0, dtype=np.uint64)).shape == (0, 6)
    disk = np.unique(grid._Plain().disks(np.array([PENTAGON]))[0])
    disk = disk[disk != 0]
    index = grid.neighbour_index(disk)
    assert (index[int(np.searchsorted(disk, PENTAGON))] < 6).sum() == 5


def test_a_cell_that_stands_twice_is_refused() -> None:
    with pytest.raises(UserError, match="stands twice"):
        grid.neighbour_index(np.append(CENTRE, CENTRE))


def test_text_and_back(engine: None) -> None:
    cells = grid.lattice([SQUARE], resolution=9)
    np.testing.assert_array_equal(grid.from_text(grid.to_text(cells)), cells)
    np.testing.assert_array_equal(grid.from_text(["89195C05B87FFFF"]), CENTRE)
    assert grid.from_text([]).size == 0
    assert grid.to_text([0]) == [""]


@pytest.mark.parametrize(
    "bad", ["", "5", "not a cell", "89195c05b87fff", "-1", "ffffffffffffffffffff", None, 12]
)
def test_text_that_is_no_cell_is_refused_by_its_position(engine: None, bad: str) -> None:
    with pytest.raises(UserError, match="Number 2 of 2 is not an H3 cell"):
        grid.from_text(["89195c05b87ffff", bad])


@pytest.mark.parametrize("ask", [grid.areas_km2, grid.centres, grid.polygons, grid.neighbour_index])
def test_no_cell_has_no_area_centre_outline_or_neighbours(ask: object) -> None:
    with pytest.raises(UserError, match="Number 1 of 1 is not an H3 cell"):
        ask(np.zeros(1, dtype=np.uint64))  # type: ignore[operator]


def test_empty_input_gives_empty_output(engine: None) -> None:
    none = np.empty(0, dtype=np.uint64)
    assert grid.areas_km2(none).shape == (0,)
    assert [part.shape for part in grid.centres(none)] == [(0,), (0,)]
    assert len(grid.polygons(none)) == 0
    assert grid.polygons(none).crs == "EPSG:4326"
