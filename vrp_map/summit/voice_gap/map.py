"""The map of the voice gap: a colour, letter and pattern a class; journeys as outlines.

"Not enough voices" is hatched and grey, like a number that is hidden: it must never look like a
quiet place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from vrp_map import grid
from vrp_map.disclosure.protect import Protected
from vrp_map.disclosure.released import Released
from vrp_map.disclosure.words import FEW_OR_NONE
from vrp_map.maps.classes import DARK, Palette
from vrp_map.maps.layers import (
    Hatch,
    WordRank,
    clear_of_names,
    hatched,
    hexagons,
    lines,
    seen_through,
    stroke,
    words,
)
from vrp_map.maps.rows import cells_outline
from vrp_map.maps.staff_map import Sources, StaffMap, covering, selection, staff_map
from vrp_map.maps.view import View
from vrp_map.statistics.voice_gap import Gap
from vrp_map.summit.voice_gap.wording import LETTERS, gap_words

NOT_RELEASED = "not enough voices"
_ON_LIGHT = ("#d55e00", "#4b1d6b", "#3f8fd0", "#ead48c", "#e3e5e6")
_ON_DARK = ("#ff8f3a", "#dcb8ff", "#2f74c0", "#8a7a34", "#343c44")
_PATTERN = Hatch(gap=7)
_LETTER_M = 350
_INDEX = {gap.value: i for i, gap in enumerate(Gap)}


def gap_colours(palette: Palette) -> dict[Gap, str]:
    """The colour of each class."""
    return dict(zip(Gap, _ON_DARK if palette.name == DARK.name else _ON_LIGHT, strict=True))


def gap_rows(cells: Protected) -> list[dict[str, Any]]:
    """Hexagons for the browser: h cell, g class, r rank, w words, u unsafe, s safe, n."""
    columns = (cells.frame[name] for name in ("cell", "gap", "rank", "unsafe", "safe", "n"))
    return [
        {
            "h": str(cell),
            "g": _INDEX[gap],
            "r": int(rank),
            "w": gap_words(gap),
            "u": _voices(unsafe),
            "s": _voices(safe),
            "n": FEW_OR_NONE if pd.isna(n) else f"{int(n):,}",
        }
        for cell, gap, rank, unsafe, safe, n in zip(*columns, strict=True)
    ]


def letter_rows(cells: Protected) -> list[dict[str, Any]]:
    """The letter of each hexagon with a class, for the browser: t the letter, p its middle."""
    frame = cells.frame[cells.frame["gap"] != Gap.FEW.value]
    middles = zip(*grid.centres(grid.from_text(frame["cell"].astype(str).tolist())), strict=True)
    return [
        {"t": LETTERS[Gap(gap)], "p": [round(float(lon), 5), round(float(lat), 5)]}
        for gap, (lon, lat) in zip(frame["gap"], middles, strict=True)
    ]


def corridor_outlines(corridors: Released) -> dict[str, Any]:
    """The hexagons of journeys as GeoJSON outlines; `n` contributors each.

    Those of one number are one outline.
    """
    features = [
        cells_outline(group["cell"].astype(str).tolist(), {"n": int(str(n))})
        for n, group in corridors.frame.groupby("people")
    ]
    return {"type": "FeatureCollection", "features": features}


def voice_map(  # noqa: PLR0913 - what the map shows, by keyword
    sources: Sources,
    view: View,
    *,
    palette: Palette,
    letters: Sequence[Mapping[str, Any]] = (),
    selected: Sequence[str] = (),
    corridors: str = "",
) -> StaffMap:
    """The map; in `sources`, `cells` are `gap_rows`.

    Args:
        letters: of `letter_rows`, to be read from close by.
        corridors: the address of `corridor_outlines`; "" = not drawn.
    """
    colours = [seen_through(colour, covering(sources)) for colour in gap_colours(palette).values()]
    says = (
        "{w}",
        "Feel unsafe: {u}",
        "Feel safe: {s}",
        "Recorded: {n}",
        "Number {r} in the list",
    )
    cells = hexagons("cells", sources.cells, colours=colours, by="g", says=says)
    patterns = [_PATTERN if gap is Gap.FEW else None for gap in Gap]
    cells = hatched(cells, patterns, ink=palette.hidden, by="g")
    cells = clear_of_names(cells, by="g", of=[_INDEX[gap.value] for gap in Gap if gap != Gap.FEW])
    # Colour is not the only cue on the map itself either.
    signs = words("letters", letters, rank=WordRank.MARKS, size=15, bold=True, metres=_LETTER_M)
    over = [*_ways(corridors, palette), *selection(selected), signs]
    return staff_map(sources, view, [cells], palette=palette, over=over)


def _ways(address: str, palette: Palette) -> list[dict[str, Any]]:
    if not address:
        return []
    line = stroke(palette.ink, 2, dash=(4, 2))
    return [lines("ways", address, line, casing=stroke(palette.casing, 4.5))]


def _voices(n: Any) -> str:
    return NOT_RELEASED if pd.isna(n) else f"{int(n):,}"
