"""The box that a map of the staff pages is drawn in: one component of our own for all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import streamlit as st

from vrp_map import maps

_PRESSED, _SHAPE = "pressed", "shape"
# Streamlit takes a component's script as a text without an address: the page's frame says where the
# modules are.
_SCRIPT = """
const { content } = document.querySelector("meta[name=staff-map]");
const coming = import(new URL(content, location.origin).href);
export default function (component) {
  const shown = coming.then((map) => map.show(component));
  shown.catch(() => {
    const line = component.parentElement.querySelector(".map-missing");
    line.textContent = "The map could not be loaded. Reload the page to try again.";
  });
  return () => { Promise.all([coming, shown]).then(([map, box]) => map.end(box)); };
}"""
_box = st.components.v2.component(
    "vrp_map_box",
    # The modules put the map's parts into it, and the page's frame has their style.
    html="<div class='map-frame'><p class='map-missing' role='status'></p></div>",
    js=_SCRIPT,
    isolate_styles=False,
)


def show(  # noqa: PLR0913 - what a map hears and says, by keyword
    drawn: maps.StaffMap,
    *,
    key: str,
    alt: str,
    height: int,
    on_press: Callable[[str], None] | None = None,
    among: Callable[[], Collection[str]] = tuple,
    on_shape: Callable[[Any], None] | None = None,
    drawing: Mapping[str, Any] | None = None,
    place: str | None = None,
    turn: int = 0,
) -> None:
    """Draw a map.

    Args:
        alt: what it is, for anyone who does not see it; names what says the same in words.
        height: in pixels. on_press: hears the hexagon of a press, "" beside all of them.
        among: gives the hexagons that can be pressed, H3 as text; a browser may name any other,
            and is not heard.
        on_shape: hears what the browser says of a drawn shape, anything at all; with `drawing`,
            what the last one did. place: what the view is kept for; None = it is not kept.
        turn: another number looks at the view again, though it is the same.
    """

    def pressed() -> None:
        said = st.session_state[key][_PRESSED]
        cell = said.get("cell") if isinstance(said, dict) else None
        if on_press is None or not isinstance(cell, str):
            return
        if not cell or cell in among():
            on_press(cell)

    def shaped() -> None:
        if on_shape is not None:
            on_shape(st.session_state[key][_SHAPE])

    told = drawn.told(
        alt=alt,
        height=height,
        presses=on_press is not None,
        draw=None if on_shape is None else dict(drawing or {}),
        place=place,
        turn=turn,
    )
    _box(key=key, data=told, height=height, on_pressed_change=pressed, on_shape_change=shaped)
