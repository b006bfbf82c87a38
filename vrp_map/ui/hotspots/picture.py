"""The map and the legend under it."""

from __future__ import annotations

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
from vrp_map.views import hotspot_map
from vrp_map.views import hotspots as views
from vrp_map.views.choice import Choice
from vrp_map.views.hotspots import HotspotView
from vrp_map.workspace import Workspace

_LINES = (("hot", "solid"), ("warm", "dashed"))
INDICATIVE = missing.INDICATIVE


def show(ws: Workspace, view: HotspotView, choice: Choice) -> None:
    """Draw the map; a click on a hexagon picks it."""
    look, cells = session.appearance(), view.hotspots.cells
    emerging, has_snap = hotspot_map.is_by_news(view, choice), hotspot_map.has_snap_points(view)
    offered = marks.offered(ws)
    filters.map_controls(new=maps.has_emerging(cells), snap=has_snap, marks=offered)
    if emerging:
        st.markdown(plain(maps.emerging_sentence(cells)))
    if choice.snap and has_snap:
        st.html(f"<p class='under'>{maps.SNAP_WORDS} Zoom in to street level to see them.</p>")
    drawn = marks.shown(ws, choice, look)

    def hexagons() -> list[str]:
        return views.drawn_cells(view, colour=choice.colour)

    picture = hotspot_map.picture(
        ws,
        view,
        choice,
        palette=look,
        looks_at=first_view(ws, choice),
        narrow=session.is_phone(),
        outlined=hotspot_map.selected(view, choice, is_several=several.is_on()),
        marks=[layer for one in drawn for layer in one.layers],
    )
    with st.container(key="map"):
        map_box.show(
            picture,
            key="staff_map",
            alt=hotspot_map.ALT,
            height=session.map_size().height,
            on_press=several.press,
            among=hexagons,
            on_shape=lambda said: draw.drawn(said, hexagons()),
            drawing=draw.told(choice),
            place=hotspot_map.kept_for(choice),
            turn=find.ways_home(),
        )
        covers = maps.covering(picture.sources)
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


def first_view(ws: Workspace, choice: Choice) -> maps.View:
    """Where the map looks: at a place that was found, else at the chosen area."""
    size = session.map_size()
    return find.view_of_place(choice, size) or hotspot_map.whole_of(ws, choice, size)


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
