"""The box that a map of the staff pages is drawn in: one component of our own for all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import streamlit as st

from vrp_map import maps

_PRESSED, _SHAPE, _LOOK = "pressed", "shape", "look"
# Presses that a browser may tell of at once: nobody presses more often while one answer is made.
_MOST_PRESSES = 50
# As far as a browser counts.
_MOST_NUMBER = 2**53
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

    heard = f"{key}_heard"

    def pressed() -> None:
        known: Collection[str] | None = None
        for number, cell in _presses(
            st.session_state[key][_PRESSED], st.session_state.get(heard, 0)
        ):
            st.session_state[heard] = number
            known = among() if known is None else known
            if on_press is not None and (not cell or cell in known):
                on_press(cell)

    def shaped() -> None:
        if on_shape is not None:
            on_shape(st.session_state[key][_SHAPE])

    told = drawn.told(
        alt=alt,
        height=height,
        presses=on_press is not None,
        heard=st.session_state.get(heard, 0),
        draw=None if on_shape is None else dict(drawing or {}),
        place=place,
        turn=turn,
    )
    _box(
        key=key,
        data=told,
        height=height,
        on_pressed_change=pressed,
        on_shape_change=shaped,
        # The page is drawn anew, in the colours that the browser has now.
        on_look_change=lambda: None,
    )


def _presses(said: Any, heard: int) -> list[tuple[int, str]]:
    """What a browser says was pressed since, oldest first: a number that grows, and a hexagon.

    Of what comes while a page is made, Streamlit tells the last alone: each press brings those
    before it that were not heard.

    Args:
        said: anything at all.
    """
    sent = said.get("presses") if isinstance(said, dict) else None
    pairs = [one for one in sent if isinstance(one, list)] if isinstance(sent, list) else []
    new = {
        one[0]: one[1]
        for one in pairs[-_MOST_PRESSES:]
        if [type(part) for part in one] == [int, str] and heard < one[0] < _MOST_NUMBER
    }
    return sorted(new.items())
