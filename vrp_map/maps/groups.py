"""A map of groups of hexagons, each with a colour, an outline and a name in the tooltip: a pilot's
area, ring and comparison.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vrp_map.maps.classes import Palette
from vrp_map.maps.layers import Hatch, hatched, hexagons, lines, seen_through, stroke
from vrp_map.maps.rows import cells_outline, with_outlines
from vrp_map.maps.staff_map import Sources, StaffMap, staff_map
from vrp_map.maps.view import View

_ALPHA = 190


@dataclass(frozen=True)
class CellGroup:
    """Some hexagons that are drawn alike.

    Attributes:
        words: what they are, for the tooltip. cells: H3 as text.
        colour: as "#rrggbb"; "" = a fine line around each, and all that lies beneath is seen.
        is_hatched: drawn in lines. is_outlined: with a heavy line around.
    """

    name: str
    words: str
    cells: Sequence[str]
    colour: str
    is_hatched: bool = False
    is_outlined: bool = False


def group_map(
    groups: Sequence[CellGroup],
    sources: Sources,
    view: View,
    *,
    palette: Palette,
    candidates: Sequence[str] = (),
) -> StaffMap:
    """The map; of `sources` only the streets, the boundaries and the names are asked for.

    Args:
        candidates: hexagons that a press adds or takes out.
    """
    drawn = [_hexagons(group, palette) for group in groups if group.cells]
    if candidates:
        rows = [{"h": cell} for cell in candidates]
        says = ["Press to add it, or to take it out"]
        drawn.append(hexagons("candidates", with_outlines(rows), says=says))
    outlined = [group for group in groups if group.cells and group.is_outlined]
    return staff_map(
        sources, view, drawn, palette=palette, over=[_outline(group, palette) for group in outlined]
    )


def group_colour(group: CellGroup) -> str:
    """The colour of a group as the map shows it over the streets."""
    return seen_through(group.colour, _ALPHA)


def _hexagons(group: CellGroup, palette: Palette) -> dict[str, Any]:
    rows = with_outlines([{"h": cell, "w": group.words} for cell in group.cells])
    says = ["{w}"] if group.words else []
    if not group.colour:
        return hexagons(group.name, rows, edge=palette.line, says=says)
    colour = group_colour(group)
    if group.is_hatched:
        return hatched(
            hexagons(group.name, rows, edge=palette.paper, says=says), [Hatch()], ink=colour
        )
    return hexagons(group.name, rows, colours=[colour], edge=palette.paper, says=says)


def _outline(group: CellGroup, palette: Palette) -> dict[str, Any]:
    data = {"type": "FeatureCollection", "features": [cells_outline(group.cells, {})]}
    return lines(
        f"{group.name}-line", data, stroke(palette.ink, 3), casing=stroke(palette.casing, 6)
    )
