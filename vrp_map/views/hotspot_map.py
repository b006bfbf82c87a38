"""The map of the Hotspots page: as the page describes it, and as a browser asks for it before the
page's own elements are there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vrp_map import maps
from vrp_map.views import hotspots as views
from vrp_map.views import map_sources
from vrp_map.views.cell_links import cells_of_short
from vrp_map.views.choice import Choice
from vrp_map.views.hotspots import HotspotView
from vrp_map.views.map_size import MapSize
from vrp_map.views.several import cells_of
from vrp_map.vocabulary import Grade
from vrp_map.workspace import Workspace

ALT = "Map of hexagons. The list under the map has the same places and figures."


def is_by_news(view: HotspotView, choice: Choice) -> bool:
    """Whether the map is coloured by what is new: chosen, and known."""
    return choice.colour == "new" and maps.has_emerging(view.hotspots.cells)


def has_snap_points(view: HotspotView) -> bool:
    """Whether the incidents lie on snap points, which can then be shown."""
    return view.hotspots.method.get("grade") == Grade.D


def sources(ws: Workspace, view: HotspotView, choice: Choice) -> maps.Sources:
    """Where the browser gets the data."""
    snap = choice.snap and has_snap_points(view)
    return map_sources.data_sources(ws, choice, emerging=is_by_news(view, choice), snap=snap)


def picture(  # noqa: PLR0913 - what the map shows, by keyword
    ws: Workspace,
    view: HotspotView,
    choice: Choice,
    *,
    palette: maps.Palette,
    looks_at: maps.View,
    narrow: bool,
    outlined: Sequence[str],
    marks: Sequence[Mapping[str, Any]] = (),
) -> maps.StaffMap:
    """What the map shows.

    Args:
        narrow: whether the map has a phone's width. outlined: the hexagons of `selected`.
        marks: layers of what else is shown, under the numbers of the hotspots.
    """
    return maps.hotspot_map(
        sources(ws, view, choice),
        looks_at,
        palette=palette,
        limits=view.limits,
        resolution=choice.resolution,
        selected=outlined,
        emerging=is_by_news(view, choice),
        marks=[*marks, maps.number_layer(view.numbers, narrow=narrow)],
    )


def whole_of(ws: Workspace, choice: Choice, size: MapSize) -> maps.View:
    """The view of the whole chosen area; it stays the same while other filters change."""
    return views.remember(
        ws,
        ("view", choice.where, size),
        lambda: maps.fit(map_sources.bounds(ws, choice), width=size.width, height=size.height),
    )


def selected(view: HotspotView, choice: Choice, *, is_several: bool) -> tuple[str, ...]:
    """The hexagons that are outlined: those chosen together, or those of what is picked."""
    if is_several:
        return cells_of_short(choice.chosen)
    return cells_of(view, choice.at) if choice.at else ()


def kept_for(choice: Choice) -> str:
    """What a browser keeps the view for, where a person moved the map."""
    return f"{choice.where} {choice.at}"
