"""The hexagons of a pilot: from a list, a polygon, an area or a line; its rings; its overlaps."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from vrp_map import grid
from vrp_map.analysis.study.areas import area_keys
from vrp_map.errors import UserError
from vrp_map.pilots.pilot import Pilot, PilotPlaces
from vrp_map.vocabulary import DEFAULT_RESOLUTION

_METRES = 111_320.0
_STEP_M = 25.0
Cells = NDArray[np.uint64]


def cells_of_text(text: str) -> tuple[str, ...]:
    """The hexagons of a list (by spaces, commas, semicolons or lines), sorted, each once.

    Raises:
        UserError: a text that is no hexagon.
    """
    words = text.replace(",", " ").replace(";", " ").split()
    return tuple(grid.to_text(np.unique(grid.from_text(words)))) if words else ()


def is_cell(text: str) -> bool:
    """Whether a text is a hexagon's, and not the name of a place."""
    try:
        return len(grid.from_text([text])) == 1
    except UserError:
        return False


def cells_of_shape(shape: BaseGeometry, *, resolution: int) -> tuple[str, ...]:
    """The hexagons whose middle lies in a polygon (EPSG:4326).

    Raises:
        UserError: it is no polygon, or is smaller than a hexagon.
    """
    found = grid.lattice([shape], resolution=resolution)
    if not len(found):
        raise UserError(
            "The polygon holds the middle of no hexagon.", hint="Use smaller hexagons, such as 10."
        )
    return tuple(grid.to_text(found))


def cells_of_line(
    line: Sequence[tuple[float, float]], *, buffer_m: float, resolution: int
) -> tuple[str, ...]:
    """The hexagons along a line: those whose middle lies within the buffer, and those it crosses.

    Args:
        line: longitude and latitude of its corners. buffer_m: on each side.

    Raises:
        UserError: fewer than two corners, or a buffer of 0 or less.
    """
    if len(line) < 2 or not buffer_m > 0:
        raise UserError("A route needs two corners and a buffer.", hint="Give both.")
    wide = math.cos(math.radians(line[0][1])) * _METRES
    scale = np.array([wide, _METRES])
    plane = shapely.LineString(np.asarray(line, dtype=float) * scale)
    shape = shapely.transform(plane.buffer(buffer_m), lambda xy: xy / scale)
    along = shapely.get_coordinates(plane.segmentize(_STEP_M)) / scale
    crossed = grid.cells_at(along[:, 0], along[:, 1], resolution=resolution)
    inside = grid.lattice([shape], resolution=resolution)
    return tuple(grid.to_text(np.union1d(inside, crossed)))


def with_rings(places: PilotPlaces) -> PilotPlaces:
    """The same places with the hexagons that touch the area, and the comparison, as their rings.

    Rings that are there stay. A hexagon that would be of both stands for neither, and a pilot whose
    ring or comparison ring would be empty has none.
    """
    if places.ring or not places.comparison:
        return places
    area, comparison = (grid.from_text(cells) for cells in (places.area, places.comparison))
    taken = np.union1d(area, comparison)
    near, far = (np.setdiff1d(grid.with_neighbours(cells), taken) for cells in (area, comparison))
    both = np.intersect1d(near, far)
    rings = [tuple(grid.to_text(np.setdiff1d(ring, both))) for ring in (near, far)]
    if not all(rings):
        return places
    return replace(places, ring=rings[0], comparison_ring=rings[1])


def with_area(places: PilotPlaces, area: tuple[str, ...]) -> PilotPlaces:
    """The same places around another area: its rings are drawn anew, and no hexagon of it is
    compared with itself.
    """
    if area == places.area:
        return places
    comparison = tuple(sorted({*places.comparison} - {*area}))
    return replace(places, area=area, ring=(), comparison=comparison, comparison_ring=())


def overlaps(pilot: Pilot, others: Mapping[str, Pilot]) -> list[str]:
    """What is so of each other pilot at the same time whose area or ring this one touches.

    Args:
        others: by reference.
    """
    found = []
    own = _area_and_ring(pilot)
    for reference, other in others.items():
        if pilot.start > other.end or other.start > pilot.end:
            continue
        shared = _shared(own, _area_and_ring(other))
        if shared:
            found.append(
                f"{shared:,} hexagons of its area or ring are in the area or ring of {reference}"
                f" ({other.name}) at the same time: what one does shows in the other."
            )
            continue
        if _shared(grid.from_text(pilot.places.comparison), _area_and_ring(other)):
            found.append(
                f"Its comparison lies in the area or ring of {reference} ({other.name}) at the same"
                " time: it is no place where nothing is tried."
            )
    return found


def _area_and_ring(pilot: Pilot) -> Cells:
    area = grid.from_text(pilot.places.area)
    ring = pilot.places.ring
    return np.union1d(area, grid.from_text(ring)) if ring else grid.with_neighbours(area)


def _shared(own: Cells, theirs: Cells) -> int:
    """How many hexagons of ours are theirs too; of different sizes, by the larger ones."""
    if not len(own) or not len(theirs):
        return 0
    size = int(min(grid.resolutions(own[:1])[0], grid.resolutions(theirs[:1])[0]))
    return int(np.isin(_at(own, size), _at(theirs, size)).sum())


def _at(cells: Cells, resolution: int) -> Cells:
    return np.unique(grid.parents(cells, resolution=resolution))


def cells_of_words(
    words: str, areas: Any, *, resolution: int = DEFAULT_RESOLUTION
) -> tuple[str, ...]:
    """The hexagons of what stands in a sheet: a list of them, or areas by "type:name".

    Args:
        areas: type, code, name, key, geometry (EPSG:4326); several stand apart by semicolons.

    Raises:
        UserError: no hexagon and no area of that name.
    """
    if ":" not in words:
        return cells_of_text(words)
    keys = area_keys(words.split(";"), areas)
    return cells_of_shape(
        shapely.union_all(areas.loc[areas["key"].isin(keys), "geometry"].to_numpy()),
        resolution=resolution,
    )


def drawn_as(words: str) -> tuple[str, str]:
    """How an area of a choice was drawn, and from what: ("ward", "Made-up ward")."""
    kind, _, name = words.partition(":")
    return kind.strip(), name.strip()


def cells_of_geojson(
    text: str, *, buffer_m: float = 100.0, resolution: int = DEFAULT_RESOLUTION
) -> tuple[str, ...]:
    """The hexagons of the polygons and lines of a GeoJSON text (EPSG:4326).

    Args:
        buffer_m: on each side of a line.

    Raises:
        UserError: it is none, or holds no polygon and no line.
    """
    try:
        shape = shapely.from_geojson(text)
    except shapely.GEOSException as error:
        raise UserError(
            "The file is no GeoJSON.", hint="Save the polygon or line as GeoJSON (EPSG:4326)."
        ) from error
    west, south, east, north = shapely.bounds(shape)
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise UserError("The file is not in degrees.", hint="Save it as EPSG:4326.")
    found: set[str] = set()
    for part in _simple_parts(shape):
        if part.geom_type == "Polygon":
            found |= {*cells_of_shape(part, resolution=resolution)}
        elif part.geom_type == "LineString":
            line = [(float(x), float(y)) for x, y in shapely.get_coordinates(part)]
            found |= {*cells_of_line(line, buffer_m=buffer_m, resolution=resolution)}
    if not found:
        raise UserError("The file holds no polygon and no line.", hint="Draw one, and save again.")
    return tuple(sorted(found))


def _simple_parts(shape: BaseGeometry) -> list[BaseGeometry]:
    """The shapes inside collections and multi-shapes."""
    parts = list(shapely.get_parts(shape))
    if len(parts) == 1 and parts[0].geom_type == shape.geom_type:
        return parts
    return [inner for part in parts for inner in _simple_parts(part)]


def toggled(cells: Sequence[str], cell: str) -> tuple[str, ...]:
    """The hexagons with one more, or without it."""
    return tuple(sorted({*cells} ^ {cell}))


def grown(cells: Sequence[str]) -> tuple[str, ...]:
    """The hexagons with all that touch them."""
    return tuple(sorted({*cells, *candidates(cells, rings=1)}))


def shrunk(cells: Sequence[str]) -> tuple[str, ...]:
    """The hexagons whose neighbours are all among them."""
    inner = grid.from_text(list(cells))
    outside = np.setdiff1d(grid.with_neighbours(inner), inner)
    if not len(outside):
        return ()
    return tuple(grid.to_text(np.setdiff1d(inner, grid.with_neighbours(outside))))


def candidates(cells: Sequence[str], *, rings: int = 3) -> tuple[str, ...]:
    """The hexagons around some, which may be painted too."""
    around = grid.from_text(list(cells))
    for _ in range(rings):
        around = grid.with_neighbours(around)
    return tuple(sorted({*grid.to_text(around)} - {*cells}))
