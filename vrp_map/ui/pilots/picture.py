"""The map of a pilot: its area, its ring, and what it is compared with."""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

from vrp_map import grid, maps
from vrp_map.pilots.pilot import PilotPlaces
from vrp_map.ui.shared import map_box, session
from vrp_map.views.map_sources import ground

HEIGHT_PX = 420
AREA, _COMPARISON = "#b10e1e", "#1d70b8"


def show(places: PilotPlaces) -> None:
    """Draw the hexagons and their legend; the list under the map says the same."""
    look = session.appearance()
    groups = (
        maps.CellGroup("area", "The pilot", places.area, AREA, is_outlined=True),
        maps.CellGroup("comparison", "Its comparison", places.comparison, _COMPARISON),
        maps.CellGroup(
            "rings",
            "A ring, where displacement would show",
            (*places.ring, *places.comparison_ring),
            look.line,
            is_hatched=True,
        ),
    )
    sources = ground(session.workspace())
    with st.container(key="map-pilot"):
        map_box.show(
            maps.group_map(groups, sources, view_of(places), palette=look),
            height=HEIGHT_PX,
            key="pilot_map",
            alt="Map of the pilot's hexagons. The list under the map has the same hexagons.",
        )
        st.html(_legend(groups))
    named = {
        "The pilot": places.area,
        "Comparison": places.comparison,
        "Ring": places.ring,
        "Ring of the comparison": places.comparison_ring,
    }
    with st.expander("The hexagons as a list"):
        for name, cells in named.items():
            if cells:
                st.html(f"<h3>{name}: {len(cells):,}</h3><p class='cells'>{', '.join(cells)}</p>")


def _legend(groups: Sequence[maps.CellGroup]) -> str:
    """The groups with their colours as the map shows them, and how many hexagons each has."""
    entries = "".join(
        f"<li>{_sign(group)}<b>{html.escape(group.words)}</b><span>{len(group.cells):,}</span></li>"
        for group in groups
        if group.cells
    )
    has_comparison = any(group.name == "comparison" and group.cells for group in groups)
    more = "<p>The comparison may lie outside the picture: zoom out to see it.</p>"
    return (
        "<details class='legend' open><summary>This pilot <span>hexagons</span></summary>"
        f"<ul>{entries}</ul>{more if has_comparison else ''}</details>"
    )


def _sign(group: maps.CellGroup) -> str:
    if group.is_hatched:
        return "<i class='hatched'></i>"
    around = ";border:3px solid var(--text)" if group.is_outlined else ""
    return f"<i style='background:{maps.group_colour(group)}{around}'></i>"


def view_of(places: PilotPlaces) -> maps.View:
    """The view that holds the pilot and its ring."""
    outlines = grid.polygons(grid.from_text([*places.area, *places.ring]))
    bounds = tuple(float(edge) for edge in outlines.total_bounds)
    return maps.fit(bounds, width=session.map_size().width, height=HEIGHT_PX)
