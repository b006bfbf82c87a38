"""The period-against-period map and the map of one step in time: the same picture as the Hotspots
page, other hexagons.

Colour is never the only cue: what is sure is outlined, whole for more and broken for fewer, and
every class has a mark in the legend, the tooltip and the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from vrp_map.analysis.periods import CellChange
from vrp_map.disclosure.protect import Protected
from vrp_map.disclosure.words import FEW_OR_NONE
from vrp_map.maps.classes import DARK, Palette
from vrp_map.maps.layers import clear_of_names, hexagons, lines_by, seen_through, stroke
from vrp_map.maps.rows import cells_outline, class_rows
from vrp_map.maps.staff_map import Sources, StaffMap, by_count, covering, selection, staff_map
from vrp_map.maps.view import View
from vrp_map.vocabulary import HotspotClass

MARKS = {
    CellChange.MORE_SURE: "▲▲",
    CellChange.MORE_LIKELY: "▲",
    CellChange.NONE: "○",
    CellChange.FEWER_LIKELY: "▽",
    CellChange.FEWER_SURE: "▽▽",
}
# Fewer is news as much as more: both lines are as wide, and the picture breaks the one round fewer.
_OUTLINE_PX = 4
_INDEX = {change.value: i for i, change in enumerate(CellChange)}
# Orange for more and blue for fewer, apart for every kind of colour vision; the surer, the further
# from the paper.
_ON_LIGHT = ("#8f2a0a", "#d9731a", "#c8cbcd", "#4a90d0", "#14406e")
_ON_DARK = ("#ffb066", "#c2661c", "#424a52", "#3f86c4", "#a9d3fb")


def change_colours(palette: Palette) -> dict[CellChange, str]:
    """The colour of each class."""
    colours = _ON_DARK if palette.name == DARK.name else _ON_LIGHT
    return dict(zip(CellChange, colours, strict=True))


def change_words(verdict: str) -> str:
    """A class as the legend and the table write it: "▲▲ clearly more"."""
    return f"{MARKS[CellChange(verdict)]} {verdict}"


def change_rows(table: Protected) -> list[dict[str, Any]]:
    """The hexagons tested, for the browser: h cell, c class 0 to 4, w what the test says, n and b
    counts in words, r rank.
    """
    columns = (table.frame[c] for c in ("cell", "verdict", "n", "n_previous", "rank"))
    return [
        {
            "h": str(cell),
            "c": _INDEX[verdict],
            "w": change_words(verdict),
            "n": _shown(n),
            "b": _shown(before),
            "r": int(rank),
        }
        for cell, verdict, n, before, rank in zip(*columns, strict=True)
    ]


def sure_outlines(table: Protected) -> dict[str, Any]:
    """Outlines of the hexagons that are sure, joined, as GeoJSON: `heavy` true for more, false for
    fewer.
    """
    features = []
    for heavy, change in ((True, CellChange.MORE_SURE), (False, CellChange.FEWER_SURE)):
        chosen = table.frame.loc[table.frame["verdict"] == change, "cell"].astype(str).tolist()
        if chosen:
            features.append(cells_outline(chosen, {"heavy": heavy}))
    return {"type": "FeatureCollection", "features": features}


def change_map(
    sources: Sources, view: View, *, palette: Palette, selected: Sequence[str] = ()
) -> StaffMap:
    """The map; in `sources`, `cells` are `change_rows` and `hotspots` are `sure_outlines`."""
    of = change_colours(palette)
    colours = [seen_through(colour, covering(sources)) for colour in of.values()]
    says = ("{w}", "This period: {n}", "Earlier: {b}", "Number {r} in the list")
    cells = hexagons("cells", sources.cells, colours=colours, by="c", says=says)
    # From afar a hexagon is smaller than its outline: in its class's colour, the outline shows the
    # class too.
    casing = stroke(palette.casing, _OUTLINE_PX + 2.5)
    styles = {
        "false": {
            "casing": casing,
            "line": stroke(of[CellChange.FEWER_SURE], _OUTLINE_PX, dash=(2, 1.5)),
        },
        "true": {"casing": casing, "line": stroke(of[CellChange.MORE_SURE], _OUTLINE_PX)},
    }
    sure = clear_of_names(lines_by("sure", sources.hotspots, "heavy", styles))
    return staff_map(sources, view, [cells], palette=palette, over=[sure, *selection(selected)])


def step_rows(table: Protected, limits: Sequence[int]) -> list[dict[str, Any]]:
    """The hexagons of one step with a number: `rows.class_rows`, none of them a hotspot."""
    return class_rows(table.deriving(hotspot_class=HotspotClass.NONE.value), limits)


def step_map(sources: Sources, view: View, *, palette: Palette, limits: Sequence[int]) -> StaffMap:
    """The map of one step: counts only."""
    cells, _hidden = by_count(sources, palette, limits, covering(sources))
    return staff_map(sources, view, [cells | {"says": ["Incidents: {n}"]}], palette=palette)


def _shown(n: Any) -> str:
    return FEW_OR_NONE if pd.isna(n) else f"{int(n):,}"
