"""Finding a place on the map: what is typed, the places it may mean, and the map moved to one."""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

from vrp_map import grid, maps
from vrp_map.places.postcodes import find_half_postcode, find_postcode
from vrp_map.places.search import SHORTEST, NamedPlace
from vrp_map.summit.pins.places import known_places
from vrp_map.ui.hotspots import several
from vrp_map.ui.shared import filters
from vrp_map.views.choice import Choice
from vrp_map.views.map_size import MapSize
from vrp_map.warehouse.boundaries.layers import current_areas
from vrp_map.workspace import Workspace

_MOST, _LONGEST = 6, 60
_FINEST = 10


def show(ws: Workspace, choice: Choice) -> None:
    """A field, a button for each place that is found, and the way back to the whole area."""
    with st.container(key="find", horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            "Find a place", key="find_place", max_chars=_LONGEST, icon=":material/search:"
        )
        several.toggle()
        st.button("Whole area", key="home", on_click=_go_home, icon=":material/zoom_out_map:")
    if not text.strip():
        if name := st.session_state.get("looked_at_name"):
            st.html(f"<p class='under' role='status'>The map looks at {html.escape(name)}.</p>")
        return
    found = places_of(ws, text)[:_MOST]
    many = "1 place is" if len(found) == 1 else f"{len(found)} places are"
    none = "No place is found. Try fewer words or another spelling."
    if len(text.strip()) < SHORTEST:
        none = f"Type at least {SHORTEST} letters of a name, or a postcode."
    said = f"{many} found." if found else none
    st.html(f"<p class='under' role='status'>{html.escape(said)}</p>")
    with st.container(key="found", horizontal=True):
        for number, place in enumerate(found):
            name = f"{place.name}, {place.area}" if place.area else place.name
            st.button(
                name,
                key=f"found_{number}_{place.cell}",
                on_click=_go,
                args=(name, place.cell, choice),
            )


def places_of(ws: Workspace, text: str) -> Sequence[NamedPlace]:
    """The places that a text may mean; a postcode, whole or half, gives a hexagon."""
    point = find_postcode(text, ws.settings)
    if point is not None:
        return [NamedPlace("The middle of this postcode", "", point.cell(_FINEST))]
    half = find_half_postcode(text, ws.settings)
    if half is not None:
        return [NamedPlace(f"The middle of {half.postcode}", "", half.cell(_FINEST))]
    return known_places(ws, current_areas(ws.settings))[1].search(text)


def view_of_place(choice: Choice, size: MapSize) -> maps.View | None:
    """Where the map looks after a place was chosen; None before, and once the area is another."""
    cell, where = st.session_state.get("looked_at", ("", ""))
    if not cell or where != choice.where:
        return None
    return maps.around(cell, width=size.width, height=size.height)


def ways_home() -> int:
    """How often somebody went back to the whole of what is chosen: the map looks there anew."""
    return int(st.session_state.get("went_home", 0))


def _go_home() -> None:
    """Look at the whole of what is chosen; what is picked stays picked."""
    state = st.session_state
    state["went_home"] = ways_home() + 1
    for name in ("looked_at", "looked_at_name"):
        state.pop(name, None)


def _go(name: str, cell: str, choice: Choice) -> None:
    """Pick the hexagon of the map that holds a place, and look at it."""
    at = grid.from_text([cell])
    size = int(grid.resolutions(at)[0])
    if size > choice.resolution:
        at = grid.parents(at, resolution=choice.resolution)
    shown = grid.to_text(at)[0]
    st.session_state["looked_at"] = shown, choice.where
    # The places that were found make room for the map.
    st.session_state["looked_at_name"], st.session_state["find_place"] = name, ""
    filters.pick(f"cell:{shown}")
