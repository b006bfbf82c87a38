"""The period-against-period map and the map of one step in time: the same picture as the Hotspots
page, other hexagons.

Colour is never the only cue: what is sure is outlined, whole for more and broken for fewer, and
every class has a mark in the legend, the tooltip and the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from vrp_map.analysis.periods import CellChange
from vrp_map.disclosure.protect import Protected
from vrp_map.disclosure.words import FEW_OR_NONE
from vrp_map.maps.classes import DARK, Palette
from vrp_map.maps.deck import Deck, Sources, deck, fill_alpha
from vrp_map.maps.rows import cells_outline, class_rows, dashed_outline
from vrp_map.maps.scale import View
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


def change_colours(appearance: Palette) -> dict[CellChange, str]:
    """The colour of each class."""
    colours = _ON_DARK if appearance.name == DARK.name else _ON_LIGHT
    return dict(zip(CellChange, colours, strict=True))


def change_words(verdict: str) -> str:
    """A class as the legend and the table write it: "▲▲ clearly more"."""
    return f"{MARKS[CellChange(verdict)]} {verdict}"


def change_rows(table: Protected) -> list[dict[str, Any]]:
    """The hexagons tested, for the browser: h cell, c class 0 to 4, w what the test says, n and b
    counts in words.
    """
    columns = (table.frame[c] for c in ("cell", "verdict", "n", "n_previous"))
    return [
        {
            "h": str(cell),
            "c": _INDEX[verdict],
            "w": change_words(verdict),
            "n": _shown(n),
            "b": _shown(before),
        }
        for cell, verdict, n, before in zip(*columns, strict=True)
    ]


def sure_outlines(table: Protected) -> dict[str, Any]:
    """Outlines of the hexagons that are sure, joined, as GeoJSON: `heavy` true for more, false for
    fewer, which are in dashes.
    """
    features = []
    for heavy, change in ((True, CellChange.MORE_SURE), (False, CellChange.FEWER_SURE)):
        chosen = table.frame.loc[table.frame["verdict"] == change, "cell"].astype(str).tolist()
        if chosen:
            drawn = cells_outline if heavy else dashed_outline
            features.append(drawn(chosen, {"heavy": heavy}))
    return {"type": "FeatureCollection", "features": features}


def change_deck(sources: Sources, view: View, *, appearance: Palette, tiles: bool = False) -> Deck:
    """The picture; in `sources`, `cells` are `change_rows` and `hotspots` are `sure_outlines`."""
    plain = deck(sources, view, appearance=appearance, limits=(1,), tiles=tiles)
    colours = [[*_rgb(colour), 255] for colour in change_colours(appearance).values()]
    fills = [[*colour[:3], fill_alpha(sources, tiles=tiles)] for colour in colours]
    expression = str(fills[-1])
    for i, colour in reversed(list(enumerate(fills[:-1]))):
        expression = f"c == {i} ? {colour} : ({expression})"
    layers = []
    for layer in plain.spec["layers"]:
        if layer["id"] == "cells":
            paint = {"getFillColor": f"@@={expression}", "opacity": 1}
            layer = layer | {"_subLayerProps": {"hexagon-cell": paint, "hexagon-cell-hifi": paint}}
        elif layer["id"] == "hot":
            # From afar a hexagon is smaller than its outline: in its class's colour, the outline
            # shows the class too.
            line = f"@@=properties.heavy ? {colours[0]} : {colours[-1]}"
            layer = layer | {"getLineColor": line, "getLineWidth": _OUTLINE_PX}
        elif layer["id"] == "hot-casing":
            layer = layer | {"getLineWidth": _OUTLINE_PX + 2.5}
        if layer["id"] not in ("hidden", "hatching"):
            layers.append(layer)
    tooltip = _tooltip(appearance, "<b>{w}</b><br>This period: {n}<br>Earlier: {b}")
    return Deck(plain.spec | {"layers": layers}, tooltip=tooltip)


def step_rows(table: Protected, limits: Sequence[int]) -> list[dict[str, Any]]:
    """The hexagons of one step with a number: `rows.class_rows`, none of them a hotspot."""
    return class_rows(table.deriving(hotspot_class=HotspotClass.NONE.value), limits)


def step_deck(
    sources: Sources, view: View, *, appearance: Palette, limits: Sequence[int], tiles: bool = False
) -> Deck:
    """The picture of one step: counts only; `sources.hotspots` is not asked for."""
    plain = deck(
        replace(sources, hotspots=""), view, appearance=appearance, limits=limits, tiles=tiles
    )
    layers = [
        layer
        for layer in plain.spec["layers"]
        if layer["id"] not in ("hot", "hot-casing", "hidden", "hatching")
    ]
    return Deck(
        plain.spec | {"layers": layers}, tooltip=_tooltip(appearance, "Incidents: <b>{n}</b>")
    )


def _tooltip(appearance: Palette, words: str) -> dict[str, Any]:
    look = {
        "background": appearance.ink,
        "color": appearance.paper,
        "fontSize": "16px",
        "borderRadius": "0",
    }
    return {"html": words, "style": look}


def _shown(n: Any) -> str:
    return FEW_OR_NONE if pd.isna(n) else f"{int(n):,}"


def _rgb(colour: str) -> list[int]:
    return list(bytes.fromhex(colour[1:]))
