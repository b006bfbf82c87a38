"""The map and the legend under it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from vrp_map import maps
from vrp_map.disclosure.protect import Protected
from vrp_map.disclosure.words import FEW_OR_NONE, uncoloured
from vrp_map.places.basemap.base_map import HOW, usable_streets
from vrp_map.ui.hotspots import draw, find, marks, several
from vrp_map.ui.quality import missing
from vrp_map.ui.shared import filters, map_box, session, words
from vrp_map.ui.shared.markdown import plain
from vrp_map.views import hotspots as views
from vrp_map.views import map_sources
from vrp_map.views.choice import Choice
from vrp_map.views.hotspots import HotspotView
from vrp_map.views.several import cells_of
from vrp_map.vocabulary import Grade
from vrp_map.workspace import Workspace

_LINES = (("hot", "solid"), ("warm", "dashed"))
INDICATIVE = missing.INDICATIVE


def show(ws: Workspace, view: HotspotView, choice: Choice) -> None:
    """Draw the map; a click on a hexagon picks it."""
    look = session.appearance()
    cells = view.hotspots.cells
    emerging = choice.colour == "new" and maps.has_emerging(cells)
    snapped = view.hotspots.method.get("grade") == Grade.D
    filters.map_controls(new=maps.has_emerging(cells), snap=snapped, marks=marks.offered(ws))
    snap = choice.snap and snapped
    if emerging:
        st.markdown(plain(maps.emerging_sentence(cells)))
    if snap:
        st.html(f"<p class='under'>{maps.SNAP_WORDS} Zoom in to street level to see them.</p>")
    drawn = marks.shown(ws, choice, look)

    def hexagons() -> list[str]:
        return views.drawn_cells(view, colour=choice.colour)

    sources = map_sources.data_sources(ws, choice, emerging=emerging, snap=snap)
    first = first_view(ws, choice)
    picture = maps.hotspot_map(
        sources,
        first,
        palette=look,
        limits=view.limits,
        selected=several.cells(choice) if several.is_on() else _selected(view, choice.at),
        emerging=emerging,
        marks=[*(layer for one in drawn for layer in one.layers), _numbers(view)],
    )
    with st.container(key="map"):
        map_box.show(
            picture,
            key="staff_map",
            alt="Map of hexagons. The list under the map has the same places and figures.",
            height=session.map_height(),
            on_press=lambda cell: several.press(cell, choice),
            among=hexagons,
            on_shape=lambda said: draw.drawn(said, hexagons(), choice),
            drawing=draw.told(choice),
            place=f"{choice.where} {choice.at}",
            turn=find.ways_home(),
        )
        covers = maps.covering(sources)
        st.html(legend(view, choice.resolution, look, emerging=emerging, covers=covers))
        if drawn:
            st.html(marks.legend(drawn, look, where=_whose(ws, choice)))
    if maps.is_checked(cells) and cells.frame["stability"].ne("").any():
        st.html(f"<p class='under'>{_firm_words(view)}</p>")
    if not (ws.settings.map_tiles_url or usable_streets(ws.settings)):
        st.markdown(f"This map has no streets yet. To add them, run `{HOW}`.")
    missing.under_the_map(ws, view, choice)


def _whose(ws: Workspace, choice: Choice) -> str:
    """The place that the numbers of the marks are of."""
    is_part = choice.where or ws.principal.areas
    where = filters.where_words(ws, choice)
    return where if is_part else f"all of {ws.settings.place_in_words}"


def _numbers(view: HotspotView) -> dict[str, Any]:
    rows = maps.hotspot_numbers(view.hotspots.cells.frame, view.places)
    return maps.number_layer(rows, narrow=session.is_phone())


def _selected(view: HotspotView, at: str) -> tuple[str, ...]:
    return cells_of(view, at) if at else ()


def first_view(ws: Workspace, choice: Choice) -> maps.View:
    """Where the map looks: at a place that was found, else at the chosen area; it stays the same
    while other filters change.
    """
    width = session.map_width()
    if place := find.view_of_place(choice, width, session.map_height()):
        return place
    return views.remember(
        ws,
        ("view", choice.where, width),
        lambda: maps.fit(map_sources.bounds(ws, choice), width=width, height=session.map_height()),
    )


def legend(
    view: HotspotView,
    resolution: int,
    look: maps.Palette,
    *,
    emerging: bool = False,
    covers: int = 255,
) -> str:
    """Legend as HTML: what each colour and line means, and how many hexagons have it.

    Args:
        covers: how much of a colour the map shows over the streets, of 255.
    """
    cells = view.hotspots.cells
    colours = _groups(cells, look, covers) if emerging else _steps(view, look, covers)
    lines = "".join(
        f"<li><i class='{css}'"
        f" style='border-top-style:{line}'></i><b>{label}</b><span>{many:,}</span></li>"
        for (css, line), label, many in zip(
            _LINES, maps.hotspot_words(cells), maps.hotspot_counts(cells), strict=True
        )
        if many
    )
    heading = "What is new" if emerging else "Incidents"
    numbers = " A number is that of the hotspot in the list." if len(view.places) else ""
    return (
        f"<details class='legend' open><summary>{heading}"
        f" <span>hexagons</span></summary><ul>{colours}</ul><ul>{lines}</ul><p>Each hexagon is"
        f" about {words.across(resolution)} across. {uncoloured(cells.k)}{numbers}</p></details>"
    )


def _steps(view: HotspotView, look: maps.Palette, covers: int) -> str:
    """Entries of "incidents": the limits of each class in numbers."""
    cells = view.hotspots.cells
    classes = maps.count_class(cells.frame["n"], view.limits)
    largest = cells.frame["n"].max()
    labels = maps.class_words(
        view.limits, largest=0 if pd.isna(largest) else int(largest), step=cells.k
    )
    steps = "".join(
        _entry(
            maps.seen_through(look.ramp[maps.ramp_step(i, view.limits)], covers),
            label,
            int((classes == i).sum()),
        )
        for i, label in enumerate(labels)
    )
    if hatched := int(maps.is_hatched(cells).sum()):
        steps += f"<li><i class='hatched'></i><b>{FEW_OR_NONE}</b><span>{hatched:,}</span></li>"
    return steps


def _groups(cells: Protected, look: maps.Palette, covers: int) -> str:
    """Entries of "what is new": every group, even those that no hexagon has."""
    shown = zip((*maps.GROUPS, maps.NO_GROUP), maps.group_counts(cells), strict=True)
    return "".join(
        _entry(
            ",".join(filter(None, (group.css, maps.seen_through(group.colour(look), covers)))),
            group.name,
            many,
        )
        for group, many in shown
    )


def _entry(background: str, label: str, many: int) -> str:
    return f"<li><i style='background:{background}'></i><b>{label}</b><span>{many:,}</span></li>"


def _firm_words(view: HotspotView) -> str:
    """What the two outlines mean here; names only the checks that ran."""
    return (
        f"Firm: still a hotspot with {view.hotspots.checked_with}. Fragile: fails at least one of"
        " these checks."
    )
