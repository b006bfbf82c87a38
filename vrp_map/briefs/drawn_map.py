"""A small drawn map: hexagons by class and the outline of the area, as one SVG without any script.

The classes are the map's; a hot hexagon has a thick edge, so that the page can be read in grey.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vrp_map import grid
from vrp_map.maps.classes import LIGHT, class_limits, class_words, count_class, ramp_step

_WIDTH, _MARGIN = 640.0, 6.0
# Of the legend: a box, the gaps beside and above it, and about how wide a letter is.
_BOX, _WORD_GAP, _ROW_GAP, _LETTER = 18.0, 18.0, 5.0, 9.5

# About how wide a letter on an area is.
_SMALL_LETTER = 9.0

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class DrawnArea:
    """An area of the map: its polygon in degrees, and the number that colours it."""

    name: str
    shape: Any
    value: float | None
    words: str


class _Sheet:
    """Degrees to the sheet's points: true to shape in the middle of the area."""

    def __init__(self, bounds: Sequence[float]) -> None:
        west, south, east, north = bounds
        self.narrow = float(np.cos(np.radians((south + north) / 2)))
        wide = max((east - west) * self.narrow, 1e-6)
        self.scale = (_WIDTH - 2 * _MARGIN) / wide
        self.west, self.north = west, north
        self.height = (north - south) * self.scale + 2 * _MARGIN

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """A place on the sheet."""
        x = (lon - self.west) * self.narrow * self.scale + _MARGIN
        return x, (self.north - lat) * self.scale + _MARGIN

    def path(self, rings: Iterator[Floats]) -> str:
        """The `d` of a path through closed rings of longitudes and latitudes, (n, 2)."""
        parts = []
        for ring in rings:
            ring = ring[:-1]  # closed by Z
            x = (ring[:, 0] - self.west) * self.narrow * self.scale + _MARGIN
            y = (self.north - ring[:, 1]) * self.scale + _MARGIN
            points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
            parts.append(f"M{points}Z")
        return "".join(parts)


def drawn_map(cells: pd.DataFrame, outlines: Sequence[Any], *, step: int, said: str) -> str:
    """The map as SVG: the whole area; or, where the page is about a place in it, what is around.

    Args:
        cells: cell, n (missing = hidden), is_hot, is_here (belongs to the page's place). outlines:
            polygons of the area, EPSG:4326. step: distance of two neighbouring shown numbers. said:
            what a screen reader says instead.
    """
    shapes = grid.polygons(grid.from_text(cells["cell"].tolist())) if len(cells) else []
    if not len(shapes) and not len(outlines):
        return ""
    has_place = bool(len(cells)) and bool(cells["is_here"].any())
    sheet = _Sheet(_bounds(list(shapes) if has_place else [*outlines, *shapes]))
    limits = class_limits(cells["n"])
    rows = zip(
        cells["is_here"],
        cells["is_hot"],
        count_class(cells["n"], limits),
        shapes,
        strict=True,
    )
    # One path for all that look alike: a tenth of the elements for a whole region.
    alike: dict[tuple[bool, bool, str], list[str]] = {}
    for here, hot, where, shape in rows:
        if here or hot or not pd.isna(where):
            key = (bool(here), bool(hot), _fill(where, limits))
            alike.setdefault(key, []).append(sheet.path(_rings(shape)))
    # Those with a thick edge last, so that no neighbour covers it.
    paths = [
        f'<path d="{"".join(held)}" fill="{fill}" {_edge(hot=hot, here=here)}/>'
        for (here, hot, fill), held in sorted(alike.items())
    ]
    edges = [
        f'<path d="{sheet.path(_rings(shape))}" fill="none" stroke="#0b0c0c" stroke-width="1.2"/>'
        for shape in outlines
    ]
    boxes = _legend_boxes(limits, cells["n"], step=step, has_place=has_place)
    legend, height = _legend(boxes, top=sheet.height)
    return (
        f'<svg viewBox="0 0 {_WIDTH:.0f} {height:.0f}" role="img" aria-label="{html.escape(said)}">'
        f'<svg width="{_WIDTH:.0f}" height="{sheet.height:.0f}">{"".join(paths)}{"".join(edges)}'
        f"</svg>{legend}</svg>"
    )


def drawn_areas(areas: Sequence[DrawnArea], *, said: str) -> str:
    """Areas by a number, each with its name and the number, as SVG; the darker, the more, and white
    for none or not known.

    Args:
        said: what a screen reader says instead.
    """
    if not areas:
        return ""
    sheet = _Sheet(_bounds([area.shape for area in areas]))
    most = max((area.value for area in areas if area.value is not None), default=0.0)
    parts = []
    for area in areas:
        step = max(area.value or 0.0, 0.0) / most if most > 0 else 0.0
        fill = LIGHT.ramp[round(step * (len(LIGHT.ramp) - 1))] if step else "#ffffff"
        parts.append(
            f'<path d="{sheet.path(_rings(area.shape))}" fill="{fill}" stroke="#0b0c0c"'
            ' stroke-width="1.2"/>'
        )
    # The words last, so that no area covers them; on a light plate, so that they are read on any.
    for area in areas:
        point = area.shape.representative_point()
        x, y = sheet.at(point.x, point.y)
        parts += _plate(x, y, (area.name, area.words))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:.0f} {sheet.height:.0f}"'
        f' font-family="sans-serif" role="img" aria-label="{html.escape(said)}">'
        f'<rect width="{_WIDTH:.0f}" height="{sheet.height:.0f}" fill="#ffffff"/>'
        f"{''.join(parts)}</svg>"
    )


def _plate(x: float, y: float, lines: tuple[str, str]) -> list[str]:
    """Two lines of words in the middle of an area, kept inside the sheet."""
    wide = max(map(len, lines)) * _SMALL_LETTER + 8
    x = min(max(x, wide / 2 + 2), _WIDTH - wide / 2 - 2)
    return [
        f'<rect x="{x - wide / 2:.0f}" y="{y - 20:.0f}" width="{wide:.0f}" height="40"'
        ' fill="#ffffff" fill-opacity="0.88"/>',
        *(
            f'<text x="{x:.0f}" y="{y + down:.0f}" font-size="15" fill="#0b0c0c"'
            f' text-anchor="middle">{html.escape(line)}</text>'
            for line, down in zip(lines, (-4, 14), strict=True)
        ),
    ]


def _edge(*, hot: bool, here: bool) -> str:
    """Thick for a hotspot, thick and broken for the place itself: both can be read in grey."""
    if here:
        return 'stroke="#0b0c0c" stroke-width="3" stroke-dasharray="7 3"'
    return f'stroke="{"#0b0c0c" if hot else "#ffffff"}" stroke-width="{1.6 if hot else 0.4}"'


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


def _legend_boxes(
    limits: Sequence[int], counts: pd.Series, *, step: int, has_place: bool
) -> list[tuple[str, str, str]]:
    """Fill, edge and words of each class, and of what has a thick edge."""
    boxes: list[tuple[str, str, str]] = []
    if len(limits):
        words = class_words(limits, largest=int(counts.max()), step=step)
        thin = 'stroke="#0b0c0c" stroke-width="0.5"'
        boxes = [(LIGHT.ramp[ramp_step(i, limits)], thin, said) for i, said in enumerate(words)]
        boxes.append(("#ffffff", 'stroke="#0b0c0c" stroke-width="1.8"', "hotspot"))
    if has_place:
        boxes.append(("#ffffff", _edge(hot=False, here=True), "this place"))
    return boxes


def _legend(boxes: Sequence[tuple[str, str, str]], *, top: float) -> tuple[str, float]:
    """Boxes with their words under the map, in as many rows as they need; and where they end."""
    parts, x, y = [], _MARGIN, top + _ROW_GAP
    for fill, edge, said in boxes:
        wide = _BOX + _WORD_GAP + _LETTER * len(said)
        if x + wide > _WIDTH and x > _MARGIN:
            x, y = _MARGIN, y + _BOX + 2 * _ROW_GAP
        parts.append(
            f'<rect x="{x:.0f}" y="{y:.0f}" width="{_BOX}" height="{_BOX}" fill="{fill}"'
            f' {edge}/><text x="{x + _BOX + 5:.0f}" y="{y + 15:.0f}" font-size="17">'
            f"{html.escape(said)}</text>"
        )
        x += wide
    return "".join(parts), y + _BOX + 2 * _ROW_GAP
