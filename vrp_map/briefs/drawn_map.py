"""A small drawn map: hexagons by class and the outline of the area, as one SVG without any script.

The classes are the map's; a hot hexagon has a thick edge, so that the page can be read in grey.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vrp_map import grid
from vrp_map.maps.classes import LIGHT, class_limits, class_words, count_class, ramp_step

_WIDTH, _MARGIN = 640.0, 6.0
_LEGEND_H, _BOX = 34.0, 18.0

Floats = NDArray[np.float64]


class _Sheet:
    """Degrees to the sheet's points: true to shape in the middle of the area."""

    def __init__(self, bounds: Sequence[float]) -> None:
        west, south, east, north = bounds
        self.narrow = float(np.cos(np.radians((south + north) / 2)))
        wide = max((east - west) * self.narrow, 1e-6)
        self.scale = (_WIDTH - 2 * _MARGIN) / wide
        self.west, self.north = west, north
        self.height = (north - south) * self.scale + 2 * _MARGIN

    def path(self, rings: Iterator[Floats]) -> str:
        """The `d` of a path through closed rings of longitudes and latitudes, (n, 2)."""
        parts = []
        for ring in rings:
            x = (ring[:, 0] - self.west) * self.narrow * self.scale + _MARGIN
            y = (self.north - ring[:, 1]) * self.scale + _MARGIN
            points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
            parts.append(f"M{points}Z")
        return "".join(parts)


def drawn_map(cells: pd.DataFrame, outlines: Sequence[Any], *, step: int, said: str) -> str:
    """The map as SVG.

    Args:
        cells: cell, n (missing = hidden), is_hot. outlines: polygons of the area, EPSG:4326.
        step: distance of two neighbouring shown numbers. said: what a screen reader says instead.
    """
    shapes = grid.polygons(grid.from_text(cells["cell"].tolist())) if len(cells) else []
    drawn = [*outlines, *shapes]
    if not drawn:
        return ""
    sheet = _Sheet(_bounds(drawn))
    limits = class_limits(cells["n"])
    paths = [
        f'<path d="{sheet.path(_rings(shape))}" fill="{_fill(where, limits)}"'
        f' stroke="{"#0b0c0c" if hot else "#ffffff"}" stroke-width="{1.6 if hot else 0.4}"/>'
        # Hot hexagons last, so that no neighbour covers their edge.
        for hot, where, shape in sorted(
            zip(cells["is_hot"], count_class(cells["n"], limits), shapes, strict=True),
            key=lambda one: bool(one[0]),
        )
        if hot or not pd.isna(where)
    ]
    edges = [
        f'<path d="{sheet.path(_rings(shape))}" fill="none" stroke="#0b0c0c" stroke-width="1.2"/>'
        for shape in outlines
    ]
    legend = _legend(limits, cells["n"], step=step, top=sheet.height)
    height = sheet.height + _LEGEND_H
    return (
        f'<svg viewBox="0 0 {_WIDTH:.0f} {height:.0f}" role="img" aria-label="{html.escape(said)}">'
        f"{''.join(paths)}{''.join(edges)}{legend}</svg>"
    )


def _bounds(shapes: Sequence[Any]) -> tuple[float, float, float, float]:
    all_bounds = np.array([shape.bounds for shape in shapes])
    west, south = all_bounds[:, :2].min(axis=0)
    east, north = all_bounds[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


def _rings(shape: Any) -> Iterator[Floats]:
    for part in getattr(shape, "geoms", [shape]):
        yield np.asarray(part.exterior.coords)[:, :2]
        for hole in part.interiors:
            yield np.asarray(hole.coords)[:, :2]


def _fill(where: Any, limits: Sequence[int]) -> str:
    if pd.isna(where):
        return "#ffffff"
    return str(LIGHT.ramp[ramp_step(int(where), limits)])


def _legend(limits: Sequence[int], counts: pd.Series, *, step: int, top: float) -> str:
    """Boxes with their words under the map."""
    if not len(limits):
        return ""
    largest = int(counts.max())
    parts, x = [], _MARGIN
    for number, words in enumerate(class_words(limits, largest=largest, step=step)):
        fill = LIGHT.ramp[ramp_step(number, limits)]
        parts.append(
            f'<rect x="{x:.0f}" y="{top + 4:.0f}" width="{_BOX}" height="{_BOX}" fill="{fill}"'
            f' stroke="#0b0c0c" stroke-width="0.5"/><text x="{x + 23:.0f}" y="{top + 19:.0f}"'
            f' font-size="17">{html.escape(words)}</text>'
        )
        x += 36 + 9 * len(words)
    parts.append(
        f'<rect x="{x:.0f}" y="{top + 4:.0f}" width="{_BOX}" height="{_BOX}" fill="#ffffff"'
        f' stroke="#0b0c0c" stroke-width="1.8"/><text x="{x + 23:.0f}" y="{top + 19:.0f}"'
        ' font-size="17">hotspot</text>'
    )
    return "".join(parts)
