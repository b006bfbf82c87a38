"""The map of the voice gap: a colour, letter and pattern a class; journeys as outlines.

"Not enough voices" is hatched and grey, like a number that is hidden: it must never look like a
quiet place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from vrp_map.disclosure.protect import Protected
from vrp_map.disclosure.released import Released
from vrp_map.disclosure.words import FEW_OR_NONE
from vrp_map.maps.classes import DARK, Palette
from vrp_map.maps.deck import Deck, Sources, deck, fill_alpha
from vrp_map.maps.layers import NOTHING, PATTERNED, either, hexagons, outline, rgb
from vrp_map.maps.rows import cells_outline
from vrp_map.maps.scale import View
from vrp_map.statistics.voice_gap import Gap
from vrp_map.summit.voice_gap.wording import gap_words

NOT_RELEASED = "not enough voices"
_ON_LIGHT = ("#d55e00", "#4b1d6b", "#3f8fd0", "#ead48c", "#e3e5e6")
_ON_DARK = ("#ff8f3a", "#dcb8ff", "#2f74c0", "#8a7a34", "#343c44")
_PATTERN = {"type": "hatch", "strokeWidth": 1, "gap": 6, "angle": 45}
_INDEX = {gap.value: i for i, gap in enumerate(Gap)}


def gap_colours(appearance: Palette) -> dict[Gap, str]:
    """The colour of each class."""
    return dict(zip(Gap, _ON_DARK if appearance.name == DARK.name else _ON_LIGHT, strict=True))


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


def corridor_outlines(corridors: Released) -> dict[str, Any]:
    """The hexagons of journeys as GeoJSON outlines; `n` contributors each.

    Those of one number are one outline.
    """
    features = [
        cells_outline(group["cell"].astype(str).tolist(), {"n": int(str(n))})
        for n, group in corridors.frame.groupby("people")
    ]
    return {"type": "FeatureCollection", "features": features}


def voice_deck(  # noqa: PLR0913 - the two sides of a gap and what limits them
    sources: Sources,
    view: View,
    *,
    appearance: Palette,
    selected: Sequence[str] = (),
    corridors: str = "",
    tiles: bool = False,
) -> Deck:
    """The picture; in `sources`, `cells` are `gap_rows`.

    Args:
        corridors: the address of `corridor_outlines`; empty = not drawn.
    """
    plain = deck(
        replace(sources, hotspots="", snap=""),
        view,
        appearance=appearance,
        limits=(1,),
        selected=selected,
        tiles=tiles,
    )
    alpha = fill_alpha(sources, tiles=tiles)
    colours = [[*rgb(colour)[:3], alpha] for colour in gap_colours(appearance).values()]
    few = _INDEX[Gap.FEW.value]
    ink = either({few: rgb(appearance.hidden)}, "g", [0, 0, 0, 0])
    hatch = PATTERNED | {
        "pickable": False,
        "fillPatternMapping": {"few": _PATTERN, "none": NOTHING},
        "getFillPattern": either({few: "'few'"}, "g", "'none'"),
    }
    fill = either(dict(enumerate(colours[:-1])), "g", colours[-1])
    drawn = [
        hexagons("cells", sources.cells, fill=fill),
        hexagons("few", sources.cells, fill=ink) | hatch,
    ]
    kept = [
        layer
        for layer in plain.spec["layers"]
        if layer["id"] not in ("cells", "hidden", "hot", "hot-casing")
    ]
    first = next(
        (i for i, layer in enumerate(kept) if layer["id"].startswith("selected")), len(kept)
    )
    spec = plain.spec | {
        "layers": [*drawn, *kept[:first], *_ways(corridors, appearance), *kept[first:]]
    }
    look = {
        "background": appearance.ink,
        "color": appearance.paper,
        "fontSize": "16px",
        "borderRadius": "0",
    }
    words = (
        "<b>{w}</b><br>Feel unsafe: {u}<br>Feel safe: {s}<br>Recorded: {n}<br>Number {r} in the"
        " list"
    )
    return Deck(spec, tooltip={"html": words, "style": look})


def _ways(address: str, appearance: Palette) -> list[dict[str, Any]]:
    if not address:
        return []
    return [
        outline("ways-casing", address, colour=appearance.casing, width=4.5),
        outline("ways", address, colour=appearance.ink, width=2)
        | {
            "extensions": [{"@@type": "PathStyleExtension", "dash": True}],
            "getDashArray": [4, 2],
        },
    ]


def _voices(n: Any) -> str:
    return NOT_RELEASED if pd.isna(n) else f"{int(n):,}"
