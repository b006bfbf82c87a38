"""A shape that a person drew over the map, and the hexagons whose middle lies inside it.

The browser sends the line of a pointer in degrees. It names no hexagon: which ones a shape holds
is worked out here, among those that the map of this person has.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from vrp_map import grid
from vrp_map.errors import UserError
from vrp_map.views.cell_links import MOST_LINKED

MOST_POINTS = 1000


def shape_from(points: Any) -> BaseGeometry:
    """Everything that a closed line goes round, whatever loops and crossings it has.

    Args:
        points: pairs of longitude and latitude, as a browser sent them: anything at all.

    Raises:
        UserError: it is no line of at most `MOST_POINTS` points on the earth.
    """
    is_line = isinstance(points, list) and 3 <= len(points) <= MOST_POINTS
    if not is_line or not all(map(_is_place, points)):
        raise UserError("The map could not read this shape.", hint="Draw it again.")
    line = shapely.LineString([*points, points[0]])
    # A line that crosses itself has several faces; one drawn by hand is meant to hold them all.
    faces = shapely.polygonize([shapely.node(line)])
    return shapely.union_all(shapely.get_parts(faces))


def _is_place(point: Any) -> bool:
    is_pair = isinstance(point, list) and len(point) == 2
    if not is_pair or not all(type(degrees) in (int, float) for degrees in point):
        return False
    longitude, latitude = point
    return bool(abs(longitude) <= 180 and abs(latitude) <= 90)


def cells_inside(drawn: Sequence[str], shape: BaseGeometry) -> tuple[str, ...]:
    """Those of the hexagons whose middle lies inside, in their order.

    Args:
        drawn: the hexagons of the map.
    """
    if not drawn or shape.is_empty:
        return ()
    is_inside = shapely.contains_xy(shape, *grid.centres(grid.from_text(drawn)))
    return tuple(np.array(drawn)[is_inside].tolist())


def with_shape(
    chosen: Sequence[str], inside: Sequence[str], *, take_out: bool
) -> tuple[tuple[str, ...], str]:
    """The chosen hexagons once a shape is drawn, and what to say of it.

    Args:
        inside: the hexagons in the shape. take_out: whether they go; otherwise they come.

    Raises:
        UserError: more than `MOST_LINKED` would be chosen.
    """
    if not inside:
        return tuple(chosen), "No hexagon has its middle in this shape. Draw it larger, or zoom in."
    if take_out:
        now = tuple(cell for cell in chosen if cell not in set(inside))
        change = f"{in_words(len(chosen) - len(now))} taken out. "
    else:
        now = tuple(dict.fromkeys([*chosen, *inside]))
        change = f"{in_words(len(now) - len(chosen))} added. " if chosen else ""
    if len(now) > max(MOST_LINKED, len(chosen)):
        raise UserError(
            f"That would be {in_words(len(now))}. You can choose at most {MOST_LINKED:,}.",
            hint="Draw a smaller shape, or choose larger hexagons.",
        )
    return now, f"{change}{in_words(len(now))} chosen."


def in_words(many: int) -> str:
    """A number of hexagons."""
    return "1 hexagon" if many == 1 else f"{many:,} hexagons"
