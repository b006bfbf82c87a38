"""The map of a pilot: its area, its ring, and what it is compared with."""

from __future__ import annotations

import streamlit as st

from vrp_map import grid, maps
from vrp_map.pilots.pilot import PilotPlaces
from vrp_map.ui.shared import map_box, session
from vrp_map.views.map_sources import ground

HEIGHT_PX = 420
AREA, _COMPARISON, _RING = "#b10e1e", "#1d70b8", "#505a5f"


def show(places: PilotPlaces) -> None:
    """Draw the hexagons; the list under the map says the same."""
    groups = (
        maps.CellGroup("area", "The pilot", places.area, AREA, is_outlined=True),
        maps.CellGroup("comparison", "Its comparison", places.comparison, _COMPARISON),
        maps.CellGroup(
            "rings",
            "A ring, where displacement would show",
            (*places.ring, *places.comparison_ring),
            _RING,
            is_hatched=True,
        ),
    )
    map_box.show(
        maps.group_map(
            groups, ground(session.workspace()), view_of(places), palette=session.appearance()
        ),
        height=HEIGHT_PX,
        key="pilot_map",
        alt="Map of the pilot's hexagons. The list under the map has the same hexagons.",
    )
    st.html(
        "<p class='under'>Solid with a line around: the pilot. Solid without: its comparison,"
        " which may lie outside the picture."
        " Hatched: the rings, where displacement would show.</p>"
    )
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


def view_of(places: PilotPlaces) -> maps.View:
    """The view that holds the pilot and its ring."""
    outlines = grid.polygons(grid.from_text([*places.area, *places.ring]))
    bounds = tuple(float(edge) for edge in outlines.total_bounds)
    return maps.fit(bounds, width=session.map_size().width, height=HEIGHT_PX)
