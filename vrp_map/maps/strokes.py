"""Dashes and hatching as plain lines, made here.

deck.gl can dash and hatch too, each with a longer program for the graphics card. Where the
processor stands in for a card, such a program takes a second to prepare, a plain line next to none
(benchmarks/results/pages.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from vrp_map import grid

# A dash reaches so far from a corner, in lengths of the side: two dashes leave a gap between them.
_FROM_CORNER = 0.32
_LINES_A_CELL = 4
_DECIMALS = 5


def dashes(shape: BaseGeometry) -> dict[str, Any]:
    """The edges of a shape as one dash round each corner, as a GeoJSON MultiLineString."""
    found: list[list[list[float]]] = []
    for ring in _rings(shape):
        corners = shapely.get_coordinates(ring)[:-1]
        before, after = np.roll(corners, 1, axis=0), np.roll(corners, -1, axis=0)
        ends = [corners + _FROM_CORNER * (other - corners) for other in (before, after)]
        lines = np.stack([ends[0], corners, ends[1]], axis=1)
        found += lines.round(_DECIMALS).tolist()
    return {"type": "MultiLineString", "coordinates": found}


def _rings(shape: BaseGeometry) -> list[BaseGeometry]:
    rings: list[BaseGeometry] = shapely.get_parts(shapely.boundary(shape)).tolist()
    return rings


def hatching(cells: Sequence[str]) -> list[list[list[float]]]:
    """One line to and fro across each cell, slanting as a hatch does.

    The slants of neighbours meet: all lie on lines that are as far apart over the whole map.

    Args:
        cells: of one resolution.

    Returns:
        for each cell [lon, lat] of every turn.
    """
    if not cells:
        return []
    outlines = grid.polygons(grid.from_text(list(cells))).to_numpy()
    # One degree east looks as long on the map as this many north.
    flat = float(np.cos(np.radians(shapely.get_coordinates(outlines)[:, 1].mean())))
    corners = [shapely.get_coordinates(outline)[:-1] * (flat, 1.0) for outline in outlines]
    apart = float(np.ptp(corners[0].sum(axis=1))) / _LINES_A_CELL
    return [_to_and_fro(hexagon, apart, flat) for hexagon in corners]


def _to_and_fro(corners: np.ndarray[Any, Any], apart: float, flat: float) -> list[list[float]]:
    """Where the lines on which x + y is a multiple of `apart` enter and leave a convex shape."""
    height, nexts = corners.sum(axis=1), np.roll(corners, -1, axis=0)
    next_height = nexts.sum(axis=1)
    turns: list[list[float]] = []
    for step in range(int(np.ceil(height.min() / apart)), int(height.max() // apart) + 1):
        line = step * apart
        cut = (height <= line) != (next_height <= line)
        if not cut.any():
            continue
        part = ((line - height[cut]) / (next_height[cut] - height[cut]))[:, None]
        ends = corners[cut] + part * (nexts[cut] - corners[cut])
        # Every other line backwards, so that one line goes on where the one before it ended.
        ends = ends[np.argsort(ends[:, 0] * (1 if step % 2 else -1))] / (flat, 1.0)
        turns += ends.round(_DECIMALS).tolist()
    return turns
