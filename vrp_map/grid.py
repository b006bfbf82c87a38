"""H3 cells: points to cells, parents, neighbours, polygons, and the lattice of an area.

Every cell array is `np.uint64`; 0 stands for "no cell" (a point without coordinates). Areas and
distances of cells are the cells' own: in the West Midlands they are about 10% below H3's world
means. The work is done by `h3ronpy` where it is installed, and otherwise by `h3`, many times slower
with the same answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

import h3.api.basic_int as h3  # type: ignore[import-untyped]
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from vrp_map.errors import UserError
from vrp_map.vocabulary import WGS84

if TYPE_CHECKING:
    import geopandas as gpd


try:
    import h3ronpy
    import h3ronpy.vector as h3_vector
except ImportError:  # pragma: no cover - no wheel on this platform
    h3ronpy = None

Cells = NDArray[np.uint64]
Floats = NDArray[np.float64]
Answer = TypeVar("Answer")

NO_CELL = 0
_FINEST = 15


class _Engine(Protocol):
    """What an H3 library must give; inputs are checked before, so an engine checks nothing."""

    def at(self, lon: Floats, lat: Floats, resolution: int) -> Cells: ...
    def inside(self, polygon: BaseGeometry, resolution: int) -> Cells: ...
    def disks(self, cells: Cells) -> Cells: ...
    def valid(self, cells: Cells) -> NDArray[np.bool_]: ...
    def areas(self, cells: Cells) -> Floats: ...
    def centres(self, cells: Cells) -> tuple[Floats, Floats]: ...
    def outlines(self, cells: Cells) -> NDArray[np.object_]: ...


class _Plain:
    """One call of `h3` a cell."""

    def at(self, lon: Floats, lat: Floats, resolution: int) -> Cells:
        pairs = zip(lat.tolist(), lon.tolist(), strict=True)
        return np.array([h3.latlng_to_cell(y, x, resolution) for y, x in pairs], dtype=np.uint64)

    def inside(self, polygon: BaseGeometry, resolution: int) -> Cells:
        return np.array(h3.geo_to_cells(polygon, resolution), dtype=np.uint64)

    def disks(self, cells: Cells) -> Cells:
        # A pentagon has five neighbours: NO_CELL fills its row.
        disks = np.full((len(cells), 7), NO_CELL, dtype=np.uint64)
        for row, cell in zip(disks, cells.tolist(), strict=True):
            found = h3.grid_disk(cell, 1)
            row[: len(found)] = found
        return disks

    def valid(self, cells: Cells) -> NDArray[np.bool_]:
        return np.array([h3.is_valid_cell(cell) for cell in cells.tolist()], dtype=bool)

    def areas(self, cells: Cells) -> Floats:
        return np.array([h3.cell_area(cell, unit="km^2") for cell in cells.tolist()], dtype=float)

    def centres(self, cells: Cells) -> tuple[Floats, Floats]:
        pairs = np.array([h3.cell_to_latlng(cell) for cell in cells.tolist()], dtype=float).reshape(
            -1, 2
        )
        return pairs[:, 1], pairs[:, 0]

    def outlines(self, cells: Cells) -> NDArray[np.object_]:
        outlines = np.empty(len(cells), dtype=object)
        for i, cell in enumerate(cells.tolist()):
            outlines[i] = shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(cell)])
        return outlines


class _Fast:
    """Whole arrays at once through `h3ronpy`."""

    def at(self, lon: Floats, lat: Floats, resolution: int) -> Cells:
        return np.asarray(h3_vector.coordinates_to_cells(lat, lon, resolution), dtype=np.uint64)

    def inside(self, polygon: BaseGeometry, resolution: int) -> Cells:
        centre = h3_vector.ContainmentMode.ContainsCentroid
        return np.asarray(
            h3_vector.geometry_to_cells(polygon, resolution, containment_mode=centre),
            dtype=np.uint64,
        )

    def disks(self, cells: Cells) -> Cells:
        flat = np.asarray(h3ronpy.grid_disk(cells, 1, flatten=True), dtype=np.uint64)
        # Fewer than seven each means a pentagon somewhere, whose row cannot be told apart in the
        # flat answer.
        return flat.reshape(-1, 7) if len(flat) == 7 * len(cells) else _Plain().disks(cells)

    def valid(self, cells: Cells) -> NDArray[np.bool_]:
        return np.asarray(h3ronpy.cells_valid(cells, booleanarray=True), dtype=bool)

    def areas(self, cells: Cells) -> Floats:
        return np.asarray(h3ronpy.cells_area_km2(cells), dtype=float)

    def centres(self, cells: Cells) -> tuple[Floats, Floats]:
        table = h3_vector.cells_to_coordinates(cells)
        return np.array(table.column("lng"), dtype=float), np.array(
            table.column("lat"), dtype=float
        )

    def outlines(self, cells: Cells) -> NDArray[np.object_]:
        outlines: NDArray[np.object_] = shapely.from_wkb(
            h3_vector.cells_to_wkb_polygons(cells).to_pylist()
        )
        return outlines


_engine: _Engine = _Plain() if h3ronpy is None else _Fast()


def cells_at(lon: ArrayLike, lat: ArrayLike, *, resolution: int) -> Cells:
    """The cell each point lies in.

    Args:
        lon, lat: degrees (EPSG:4326), same length; NaN in either = a point without place.
        resolution: 0-15.

    Returns:
        Cells, same length; `NO_CELL` (0) where the point has no place.

    Raises:
        UserError: lengths differ, or a coordinate is infinite or outside ±180 / ±90.
    """
    x, y = np.atleast_1d(np.asarray(lon, dtype=float)), np.atleast_1d(np.asarray(lat, dtype=float))
    if x.shape != y.shape or x.ndim != 1:
        raise UserError(
            f"{x.size} longitudes and {y.size} latitudes do not make pairs.",
            hint="Give as many of each.",
        )
    _check_resolution(resolution)
    placed = ~(np.isnan(x) | np.isnan(y))
    wrong = placed & ~((np.abs(x) <= 180) & (np.abs(y) <= 90))
    if wrong.any():
        raise UserError(
            f"{int(wrong.sum())} of {x.size} points are outside longitude ±180 or latitude ±90.",
            hint="Check that the columns are degrees, and longitude and latitude not swapped.",
        )
    cells = np.full(x.size, NO_CELL, dtype=np.uint64)
    if placed.any():
        cells[placed] = _engine.at(x[placed], y[placed], resolution)
    return cells


def resolutions(cells: ArrayLike) -> NDArray[np.int64]:
    """The resolution of each cell, read from its bits (4 bits from bit 52)."""
    return ((_as_cells(cells) >> np.uint64(52)) & np.uint64(15)).astype(np.int64)


def parents(cells: ArrayLike, *, resolution: int) -> Cells:
    """The cell of a coarser (or the same) resolution that holds each cell; 0 stays 0.

    The layout of an H3 index makes it arithmetic: write the resolution, then set the unused digits
    to 7.

    Raises:
        UserError: a cell is coarser than `resolution`.
    """
    found = _as_cells(cells)
    _check_resolution(resolution)
    placed = found != NO_CELL
    if (resolutions(found[placed]) < resolution).any():
        raise UserError(
            f"Some cells are coarser than resolution {resolution}.",
            hint="Ask for a coarser resolution.",
        )
    unused = np.uint64((1 << (3 * (_FINEST - resolution))) - 1)
    parent = (found & ~np.uint64(15 << 52)) | np.uint64(resolution << 52) | unused
    return np.where(placed, parent, np.uint64(NO_CELL))


def compacted(cells: ArrayLike) -> Cells:
    """The fewest cells that hold the same ground: all children of a parent become the parent."""
    return np.array(h3.compact_cells(_checked(np.unique(_as_cells(cells))).tolist()), np.uint64)


def children(cells: ArrayLike, *, resolution: int) -> Cells:
    """All cells of a finer (or the same) resolution inside the cells; `compacted` the other way."""
    found = _checked(cells)
    if (resolutions(found) > resolution).any():
        raise UserError(
            f"Some cells are finer than resolution {resolution}.", hint="Ask for a finer one."
        )
    return np.array(h3.uncompact_cells(found.tolist(), resolution), dtype=np.uint64)


def lattice(polygons: gpd.GeoSeries | Iterable[BaseGeometry], *, resolution: int) -> Cells:
    """All cells whose centre lies in any of the polygons, sorted, each once.

    Centre containment: areas that share a border share no cell and leave none out.

    Args:
        polygons: (Multi)Polygons in EPSG:4326; None and empty ones hold no cell.
        resolution: 0-15.

    Raises:
        UserError: another CRS, or a geometry that is not a polygon.
    """
    _check_resolution(resolution)
    crs = getattr(polygons, "crs", None)
    if crs is not None and crs != WGS84:
        raise UserError(f"The polygons are in {crs.to_string()}.", hint=f"Convert them to {WGS84}.")
    found = []
    for number, polygon in enumerate(polygons, start=1):
        if polygon is None or polygon.is_empty:
            continue
        if polygon.geom_type not in ("Polygon", "MultiPolygon"):
            raise UserError(
                f"Geometry {number} is a {polygon.geom_type}, not a polygon.",
                hint="Give areas only.",
            )
        found.append(_engine.inside(polygon, resolution))
    return np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.uint64)


def neighbour_index(cells: ArrayLike) -> NDArray[np.int32]:
    """Where the neighbours of each cell stand within the same cells.

    Args:
        cells: n distinct cells of one resolution; sorted ones (as `lattice` gives) are quickest.

    Returns:
        int32 (n, 6): positions in ascending order, filled up with n where a cell has fewer
            neighbours among `cells`.

    Raises:
        UserError: a cell stands twice, or one is not an H3 cell.
    """
    own = _checked(cells)
    n = len(own)
    if n == 0:
        return np.empty((0, 6), dtype=np.int32)
    order = np.argsort(own, kind="stable")
    ordered = own[order]
    if (ordered[1:] == ordered[:-1]).any():
        raise UserError("A cell stands twice among the cells.", hint="Give each cell once.")
    disks = _engine.disks(own)
    slots = np.minimum(np.searchsorted(ordered, disks), n - 1)
    neighbour = (ordered[slots] == disks) & (disks != own[:, None])
    positions = np.where(neighbour, order[slots], n).astype(np.int32)
    return np.sort(positions, axis=1)[:, :6]


def with_neighbours(cells: ArrayLike) -> Cells:
    """The cells and every cell that touches one of them, inside or outside of any area: sorted,
    each once.
    """
    disks = _per_cell(cells, _engine.disks, np.empty(0, dtype=np.uint64))
    return np.setdiff1d(disks, [np.uint64(NO_CELL)])


def areas_km2(cells: ArrayLike) -> Floats:
    """The area of each cell in square kilometres, its own, not the resolution's mean."""
    return _per_cell(cells, _engine.areas, np.empty(0))


def centres(cells: ArrayLike) -> tuple[Floats, Floats]:
    """Longitudes and latitudes (degrees, EPSG:4326) of the cells' centres."""
    return _per_cell(cells, _engine.centres, (np.empty(0), np.empty(0)))


def polygons(cells: ArrayLike) -> gpd.GeoSeries:
    """The outlines of the cells (EPSG:4326), in the order of the cells."""
    import geopandas as gpd

    return gpd.GeoSeries(_per_cell(cells, _engine.outlines, np.empty(0, dtype=object)), crs=WGS84)


def to_text(cells: ArrayLike) -> list[str]:
    """Cells as the usual hexadecimal text; "" for no cell."""
    return [f"{cell:x}" if cell else "" for cell in _as_cells(cells).tolist()]


def from_text(texts: Sequence[str]) -> Cells:
    """Cells from hexadecimal text, upper or lower case.

    Raises:
        UserError: naming the position of the first text that is not an H3 cell.
    """
    cells = np.array([_parse(text) for text in texts], dtype=np.uint64)
    return _checked(cells)


def _parse(text: str) -> int:
    try:
        value = int(text, 16)
    except (TypeError, ValueError):
        return NO_CELL
    return value if 0 <= value < 2**63 else NO_CELL


def _per_cell(cells: ArrayLike, ask: Callable[[Cells], Answer], nothing: Answer) -> Answer:
    checked = _checked(cells)
    return ask(checked) if len(checked) else nothing


def _as_cells(cells: ArrayLike) -> Cells:
    found = np.atleast_1d(np.asarray(cells))
    # A float holds 53 of a cell's 64 bits: a gap in a column, or int64 beside uint64, makes floats
    # of cells silently.
    if found.size and found.dtype.kind == "f":
        raise UserError(
            "Cells came as decimal numbers, which cannot hold them.",
            hint="Give uint64, and 0 for no cell.",
        )
    return np.ascontiguousarray(found, dtype=np.uint64)


def _checked(cells: ArrayLike) -> Cells:
    found = _as_cells(cells)
    if len(found) and not (valid := _engine.valid(found)).all():
        raise UserError(
            f"Number {int(np.argmin(valid)) + 1} of {len(found)} is not an H3 cell.",
            hint="A cell is 15 hexadecimal digits, like 89195c05b87ffff.",
        )
    return found


def _check_resolution(resolution: int) -> None:
    if not 0 <= resolution <= _FINEST:
        raise UserError(
            f"There is no H3 resolution {resolution}.", hint="Give a whole number from 0 to 15."
        )
