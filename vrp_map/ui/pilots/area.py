"""The hexagons of a pilot on its form: one list, typed, added by area or file, or painted on the
map, where a click adds or takes out a hexagon.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

import streamlit as st

from vrp_map import maps
from vrp_map.errors import UserError
from vrp_map.pilots.drawing import area_cells, area_choices
from vrp_map.pilots.pilot import PilotPlaces
from vrp_map.pilots.places import (
    candidates,
    cells_of_geojson,
    cells_of_text,
    drawn_as,
    grown,
    shrunk,
    toggled,
)
from vrp_map.ui.pilots import picture
from vrp_map.ui.shared import map_box, session
from vrp_map.ui.shared.markdown import of_mistake
from vrp_map.views.cell_links import cells_of_link
from vrp_map.views.map_sources import ground

_CELLS, _MAP, _DRAWN = "pilot_cells", "pilot_paint", "pilot_drawn"
_SEEN = "pilot_cells_seen"
TROUBLE = "pilot_form_trouble"


def fill(cells: Sequence[str]) -> None:
    """Put hexagons into the list, to be looked at anew."""
    _set(tuple(cells))
    st.session_state.pop(_DRAWN, None)
    _look_again()


def asked_for() -> tuple[str, ...]:
    """The hexagons that the address brings with it, of a hotspot say; none where they are none."""
    return cells_of_link(st.query_params.get("area", ""))


def drawn(places: PilotPlaces) -> tuple[str, str]:
    """How the hexagons that are chosen now were drawn, and from what.

    Args:
        places: as they were; the same hexagons stay drawn as they were.
    """
    cells = chosen()
    kind, name, added = st.session_state.get(_DRAWN, ("", "", ()))
    if kind and cells == added:
        return kind, name
    same = cells == places.area and places.area
    return (places.drawn_as, places.drawn_from) if same else ("hexagons", "")


def chosen() -> tuple[str, ...]:
    """The hexagons in the list.

    Raises:
        UserError: something in it is no hexagon.
    """
    return cells_of_text(st.session_state.get(_CELLS, ""))


def show() -> None:
    """The list of hexagons, what adds to it, and the map that paints it."""
    st.text_area(
        "Hexagons of the pilot (type or paste them, or use what follows)",
        key=_CELLS,
        height=90,
        on_change=_look_again,
    )
    words = area_choices(session.workspace())
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    left.selectbox(
        "Add a hotspot, a ward or another area",
        words,
        index=None,
        key="pilot_area",
        placeholder="Choose, or type a type and a name, such as ho-hex:H123",
        accept_new_options=True,
    )
    right.button("Add its hexagons", on_click=_add_area)
    st.file_uploader(
        "Or a polygon or a route (GeoJSON in degrees; 100 metres on each side of a line)",
        type=["geojson", "json"],
        key="pilot_shape",
        on_change=_add_file,
    )
    try:
        cells = chosen()
    except UserError as mistake:
        st.error(of_mistake(mistake))
        return
    # What was last typed or added: painting neither moves the map nor takes it away.
    seen = st.session_state.setdefault(_SEEN, cells) or cells
    if not seen:
        st.caption("Add an area first: its hexagons and those around appear on a map to paint on.")
        return
    st.markdown(f"Hexagons chosen: {len(cells):,}. Press one on the map to add it or take it out.")
    with st.container(horizontal=True):
        st.button("Add all that touch them", on_click=_set, args=(grown(cells),))
        st.button("Take out the outermost", on_click=_set, args=(shrunk(cells),))
    around = sorted({*seen, *candidates((*seen, *cells))})
    groups = (
        maps.CellGroup("around", "", tuple({*around} - {*cells}), ""),
        maps.CellGroup("area", "", cells, picture.AREA, is_outlined=True),
    )
    view = picture.view_of(PilotPlaces((*seen, *candidates(seen, rings=1))))
    map_box.show(
        maps.group_map(
            groups,
            ground(session.workspace()),
            view,
            palette=session.appearance(),
            candidates=around,
        ),
        height=picture.HEIGHT_PX,
        on_press=_paint,
        among=lambda: around,
        key=_MAP,
        alt="Map to paint hexagons on. The list above it does the same by keyboard.",
    )


def _set(cells: tuple[str, ...]) -> None:
    st.session_state[_CELLS] = " ".join(cells)


def _look_again() -> None:
    """Let the map look at what is chosen now."""
    st.session_state.pop(_SEEN, None)


def _add_area() -> None:
    words = st.session_state.get("pilot_area")
    if words:
        _try_adding(lambda: area_cells(session.workspace(), words), *drawn_as(words))


def _add_file() -> None:
    file = st.session_state.get("pilot_shape")
    if file is not None:
        text = file.getvalue().decode("utf-8-sig", "replace")
        _try_adding(lambda: cells_of_geojson(text), "polygon")


def _try_adding(found: Callable[[], tuple[str, ...]], kind: str, name: str = "") -> None:
    try:
        _set(tuple(sorted({*chosen(), *found()})))
        st.session_state[_DRAWN] = (kind, name, chosen())
        _look_again()
    except UserError as mistake:
        st.session_state[TROUBLE] = str(mistake)


def _paint(cell: str) -> None:
    """Add the hexagon that was pressed, or take it out."""
    if not cell:
        return
    # The list may have been typed into meanwhile: what is wrong with it is said over the map.
    with suppress(UserError):
        _set(toggled(chosen(), cell))
