"""What may be drawn over the hexagons: the list's numbers, and what the partnership does there.

Each kind has a line or a sign of its own besides its colour. Words that would crowd the whole area
are as large as the ground they stand on, so that they can be read from close by alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from vrp_map import grid
from vrp_map.maps.classes import SPACING_M, Palette
from vrp_map.maps.layers import WordRank, lines, points, stroke, words
from vrp_map.maps.rows import cells_outline

# In light and in dark.
MARK_COLOURS: Mapping[str, tuple[str, str]] = {
    "pilots": ("#b0006d", "#ff8fd0"),
    "routes": ("#4c2c92", "#cdb4ff"),
    "responses": ("#00594c", "#6fe0c4"),
    "schools": ("#0b0c0c", "#f3f2f1"),
    "ho-hex": ("#505a5f", "#a9b0b5"),
}
_DASHES: Mapping[str, Sequence[float]] = {"ring": [3, 2], "routes": [1, 1.5], "ho-hex": [4, 4]}
# Of a line that is one pixel wide from close by.
_LINE_M = 16
# A school's name stands so far below its ring.
_BELOW_PX = 14
# From this size on words of the ground are as large as a label, and grow no more.
_LABEL_PX, _SCHOOL_M, _REFERENCE_M, _LONGEST = 14, 70, 140, 7


@dataclass(frozen=True)
class MarkedArea:
    """Hexagons that belong together, with a label.

    Attributes:
        ring: hexagons around them, drawn in dashes.
    """

    label: str
    cells: tuple[str, ...]
    ring: tuple[str, ...] = ()


@dataclass(frozen=True)
class MarkedLine:
    """A line with a label: longitude and latitude of its corners."""

    label: str
    corners: tuple[tuple[float, float], ...]


def mark_colour(kind: str, palette: Palette) -> str:
    """The colour of a kind of mark, as `#rrggbb`."""
    light, dark = MARK_COLOURS[kind]
    return dark if palette.name == "dark" else light


def hotspot_numbers(cells: pd.DataFrame, places: pd.DataFrame) -> list[dict[str, Any]]:
    """Where the list's number of each hotspot is written: in the hexagon next to its middle.

    Args:
        cells: cell, cluster. places: cluster, rank; as the list has them.

    Returns:
        t: the number as text, p: [lon, lat], w: it as a number.
    """
    is_in_one = cells["cluster"].isin(places["cluster"])
    members = cells[is_in_one].groupby("cluster")["cell"].agg(lambda held: tuple(map(str, held)))
    return [
        {"t": str(rank), "p": _middle(members[cluster]), "w": int(rank)}
        for cluster, rank in zip(places["cluster"], places["rank"], strict=True)
    ]


def number_layer(rows: list[dict[str, Any]], *, narrow: bool = False) -> dict[str, Any]:
    """The numbers; where two would cover each other, the first of the list stays."""
    return words("numbers", rows, rank=WordRank.NUMBERS, size=11 if narrow else 14, bold=True)


def pilot_layers(pilots: Sequence[MarkedArea], palette: Palette) -> list[dict[str, Any]]:
    """The area of each pilot in a solid line, its ring in a dashed one, its label in the middle."""
    colour = mark_colour("pilots", palette)
    areas, rings = (
        _features([cells_outline(cells, {}) for cells in held if cells])
        for held in ([p.cells for p in pilots], [(*p.cells, *p.ring) for p in pilots if p.ring])
    )
    labels = [{"t": one.label, "p": _middle(one.cells)} for one in pilots if one.cells]
    return [
        _cased("rings", rings, stroke(colour, 2, dash=_DASHES["ring"]), palette, 4),
        _cased("pilots", areas, stroke(colour, 3.5), palette, 6),
        _on_the_ground("pilot-labels", labels, _REFERENCE_M),
    ]


def route_layers(routes: Sequence[MarkedLine], palette: Palette) -> list[dict[str, Any]]:
    """Each route as a dotted line, its label at the corner in the middle."""
    drawn = _features([{"type": "LineString", "coordinates": _rounded(r.corners)} for r in routes])
    labels = [{"t": one.label, "p": _rounded(one.corners)[len(one.corners) // 2]} for one in routes]
    look = stroke(mark_colour("routes", palette), 4, dash=_DASHES["routes"])
    return [
        _cased("routes", drawn, look, palette, 7),
        _on_the_ground("route-labels", labels, _REFERENCE_M),
    ]


def response_layers(
    cells: Mapping[str, int | None], palette: Palette, *, resolution: int
) -> list[dict[str, Any]]:
    """The hexagons with responses, outlined.

    Args:
        cells: hexagon -> how many; None = the number is not told.
    """
    shapes = _features([cells_outline([cell], {}) for cell in cells])
    said = [
        {"t": "1 response" if many == 1 else f"{many:,} responses", "p": _middle([cell])}
        for cell, many in cells.items()
        if many is not None
    ]
    look = _thin_from_afar(mark_colour("responses", palette), 2.5)
    return [
        lines("responses", shapes, look, casing=_thin_from_afar(palette.casing, 4.5)),
        _on_the_ground("response-words", said, SPACING_M[resolution] / _LONGEST),
    ]


def school_layers(schools: pd.DataFrame, palette: Palette) -> list[dict[str, Any]]:
    """Each school as a ring, its name from close by.

    Args:
        schools: name, lon, lat.
    """
    where = _rounded(list(zip(schools["lon"], schools["lat"], strict=True)))
    rings = _features([{"type": "Point", "coordinates": at} for at in where])
    names = [{"t": str(name), "p": at} for name, at in zip(schools["name"], where, strict=True)]
    colour = mark_colour("schools", palette)
    return [
        points("schools", rings, colour=colour, casing=palette.casing, radius=5),
        _on_the_ground("school-names", names, _SCHOOL_M) | {"shift": _BELOW_PX},
    ]


def ho_hex_layers(address: str, palette: Palette) -> list[dict[str, Any]]:
    """The Home Office's hexagons, from where the browser gets their outlines."""
    colour = mark_colour("ho-hex", palette)
    return [lines("ho-hex", address, _thin_from_afar(colour, 1.2, dash=_DASHES["ho-hex"]))]


def _cased(
    name: str,
    data: Mapping[str, Any],
    look: dict[str, Any],
    palette: Palette,
    casing: float,
) -> dict[str, Any]:
    return lines(name, data, look, casing=stroke(palette.casing, casing))


def _thin_from_afar(colour: str, width: float, *, dash: Sequence[float] = ()) -> dict[str, Any]:
    """A line that covers no more of its hexagon from afar than from close by."""
    return stroke(colour, width, dash=dash, metres=width * _LINE_M)


def _on_the_ground(name: str, rows: list[dict[str, Any]], metres: float) -> dict[str, Any]:
    """Words as tall as so many metres."""
    return words(name, rows, rank=WordRank.MARKS, size=_LABEL_PX, metres=round(metres))


def _features(shapes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    features = [
        shape
        if shape["type"] == "Feature"
        else {"type": "Feature", "properties": {}, "geometry": shape}
        for shape in shapes
    ]
    return {"type": "FeatureCollection", "features": features}


def _middle(cells: Sequence[str]) -> list[float]:
    """The middle of the hexagon next to the middle of all."""
    own = np.column_stack(grid.centres(grid.from_text(list(cells))))
    at = own[np.argmin(np.hypot(*(own - own.mean(axis=0)).T))]
    return _rounded([at])[0]


def _rounded(places: Sequence[Any]) -> list[list[float]]:
    return [[round(float(degrees), 5) for degrees in place] for place in places]
