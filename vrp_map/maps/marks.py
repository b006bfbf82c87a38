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
from vrp_map.maps.layers import no_overlap, outline, text
from vrp_map.maps.rows import cells_outline

# In light and in dark.
MARK_COLOURS: Mapping[str, tuple[str, str]] = {
    "pilots": ("#b0006d", "#ff8fd0"),
    "routes": ("#4c2c92", "#cdb4ff"),
    "responses": ("#00594c", "#6fe0c4"),
    "schools": ("#0b0c0c", "#f3f2f1"),
    "ho-hex": ("#505a5f", "#a9b0b5"),
}
_LINES = {"ring": [3, 2], "routes": [1, 1.5], "ho-hex": [4, 4]}
# Of a line that is one pixel wide from close by.
_LINE_M = 16
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


def mark_colour(kind: str, appearance: Palette) -> str:
    """The colour of a kind of mark, as `#rrggbb`."""
    light, dark = MARK_COLOURS[kind]
    return dark if appearance.name == "dark" else light


def hotspot_numbers(cells: pd.DataFrame, places: pd.DataFrame) -> list[dict[str, Any]]:
    """Where the list's number of each hotspot is written: in the hexagon next to its middle.

    Args:
        cells: cell, cluster. places: cluster, rank; as the list has them.

    Returns:
        t: the number as text, p: [lon, lat], w: it as a number.
    """
    members = cells.groupby("cluster")["cell"].agg(lambda held: tuple(map(str, held)))
    return [
        {"t": str(rank), "p": _middle(members[cluster]), "w": int(rank)}
        for cluster, rank in zip(places["cluster"], places["rank"], strict=True)
    ]


def number_layer(
    rows: list[dict[str, Any]], appearance: Palette, *, narrow: bool = False
) -> dict[str, Any]:
    """The numbers; where two would cover each other, the first of the list stays."""
    return (
        text("numbers", appearance, size=11 if narrow else 14, bold=True)
        | no_overlap()
        | {"data": rows, "getCollisionPriority": "@@=890 - w"}
    )


def pilot_layers(pilots: Sequence[MarkedArea], appearance: Palette) -> list[dict[str, Any]]:
    """The area of each pilot in a solid line, its ring in a dashed one, its label in the middle."""
    colour = mark_colour("pilots", appearance)
    areas, rings = (
        _features([cells_outline(cells, {}) for cells in held if cells])
        for held in ([p.cells for p in pilots], [(*p.cells, *p.ring) for p in pilots if p.ring])
    )
    labels = [{"t": one.label, "p": _middle(one.cells)} for one in pilots if one.cells]
    return [
        outline("rings-casing", rings, colour=appearance.casing, width=4),
        outline("rings", rings, colour=colour, width=2) | _dashed("ring"),
        outline("pilots-casing", areas, colour=appearance.casing, width=6),
        outline("pilots", areas, colour=colour, width=3.5),
        _on_the_ground("pilot-labels", labels, appearance, _REFERENCE_M),
    ]


def route_layers(routes: Sequence[MarkedLine], appearance: Palette) -> list[dict[str, Any]]:
    """Each route as a dotted line, its label at the corner in the middle."""
    lines = _features([{"type": "LineString", "coordinates": _rounded(r.corners)} for r in routes])
    labels = [{"t": one.label, "p": _rounded(one.corners)[len(one.corners) // 2]} for one in routes]
    return [
        outline("routes-casing", lines, colour=appearance.casing, width=7),
        outline("routes", lines, colour=mark_colour("routes", appearance), width=4)
        | _dashed("routes"),
        _on_the_ground("route-labels", labels, appearance, _REFERENCE_M),
    ]


def response_layers(
    cells: Mapping[str, int | None], appearance: Palette, *, resolution: int
) -> list[dict[str, Any]]:
    """The hexagons with responses, outlined.

    Args:
        cells: hexagon -> how many; None = the number is not told.
    """
    shapes = _features([cells_outline([cell], {}) for cell in cells])
    words = [
        {"t": "1 response" if many == 1 else f"{many:,} responses", "p": _middle([cell])}
        for cell, many in cells.items()
        if many is not None
    ]
    colour = mark_colour("responses", appearance)
    return [
        _thin_from_afar(outline("responses-casing", shapes, colour=appearance.casing, width=4.5)),
        _thin_from_afar(outline("responses", shapes, colour=colour, width=2.5)),
        _on_the_ground("response-words", words, appearance, SPACING_M[resolution] / _LONGEST),
    ]


def school_layers(schools: pd.DataFrame, appearance: Palette) -> list[dict[str, Any]]:
    """Each school as a ring, its name from close by.

    Args:
        schools: name, lon, lat.
    """
    where = _rounded(list(zip(schools["lon"], schools["lat"], strict=True)))
    points = _features([{"type": "Point", "coordinates": at} for at in where])
    names = [{"t": str(name), "p": at} for name, at in zip(schools["name"], where, strict=True)]
    round_ = {"pointType": "circle", "pointRadiusUnits": "pixels", "getPointRadius": 5}
    return [
        outline("schools-casing", points, colour=appearance.casing, width=5) | round_,
        outline("schools", points, colour=mark_colour("schools", appearance), width=2) | round_,
        _on_the_ground("school-names", names, appearance, _SCHOOL_M) | {"getPixelOffset": [0, 14]},
    ]


def ho_hex_layers(address: str, appearance: Palette) -> list[dict[str, Any]]:
    """The Home Office's hexagons, from where the browser gets their outlines."""
    colour = mark_colour("ho-hex", appearance)
    return [
        _thin_from_afar(outline("ho-hex", address, colour=colour, width=1.2)) | _dashed("ho-hex")
    ]


def _thin_from_afar(layer: dict[str, Any]) -> dict[str, Any]:
    """An outline that covers no more of its hexagon from afar than from close by."""
    most = layer["getLineWidth"]
    return layer | {
        "getLineWidth": most * _LINE_M,
        "lineWidthUnits": "meters",
        "lineWidthMaxPixels": most,
    }


def _on_the_ground(
    name: str, rows: list[dict[str, Any]], appearance: Palette, metres: float
) -> dict[str, Any]:
    """Words as tall as so many metres."""
    return (
        text(name, appearance, size=0, bold=False)
        | no_overlap()
        | {
            "data": rows,
            "getSize": round(metres),
            "sizeUnits": "meters",
            "sizeMaxPixels": _LABEL_PX,
            # A wider one would leave nothing of small letters.
            "outlineWidth": 2,
        }
    )


def _dashed(kind: str) -> dict[str, Any]:
    return {
        "extensions": [{"@@type": "PathStyleExtension", "dash": True}],
        "getDashArray": _LINES[kind],
    }


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
