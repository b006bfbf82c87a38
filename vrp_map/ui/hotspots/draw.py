"""A rectangle or a line drawn over the map, that chooses the hexagons inside it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from vrp_map import maps
from vrp_map.errors import UserError
from vrp_map.ui.hotspots import several
from vrp_map.views.choice import Choice
from vrp_map.views.drawn_shape import cells_inside, in_words, shape_from, with_shape
from vrp_map.views.hotspots import HotspotView

_KEY, _SAID, _TURN = "draw", "drawn_said", "drawn_turn"
# The script shows the buttons once it can reach the map under them.
_BUTTONS = """<div class="draw-tools" hidden>
<div role="group" aria-label="Choose hexagons by drawing">
<button type="button" data-shape="rectangle" aria-pressed="false">Rectangle</button>
<button type="button" data-shape="line" aria-pressed="false">Draw round</button>
<button type="button" data-take-out aria-pressed="false" hidden>Take out</button>
</div><p role="status"></p></div>"""
_SCRIPTS = ("deck_map.js", "draw_shape.js", "keep_view.js", "map_tools.js")
_tools = st.components.v2.component(
    "vrp_map_draw",
    html=_BUTTONS,
    js="\n".join(Path(__file__).with_name(name).read_text(encoding="utf-8") for name in _SCRIPTS),
    isolate_styles=False,
)


def show(view: HotspotView, choice: Choice, first: maps.View) -> None:
    """The buttons over the map, and what the last shape did.

    Args:
        first: where the map looks before anybody moves it.
    """
    chosen = several.cells(choice)
    words, *of = st.session_state.get(_SAID, ("", (), {}))
    # What was said of a shape is old once something else was chosen.
    if of != [chosen, choice.data_query()]:
        words = f"{in_words(len(chosen))} chosen." if chosen else ""
    _tools(
        key=_KEY,
        data={
            "said": words,
            "chosen": len(chosen),
            "turn": st.session_state.get(_TURN, 0),
            "place": f"{choice.where} {choice.at}",
            "view": [first.longitude, first.latitude, first.zoom],
        },
        on_shape_change=lambda: _drawn(view, choice),
    )


def _drawn(view: HotspotView, choice: Choice) -> None:
    """Choose what lies inside the shape; a shape begins a choice of several."""
    state = st.session_state
    sent = state[_KEY]["shape"]
    sent = sent if isinstance(sent, dict) else {}
    before = several.cells(choice)
    try:
        inside = cells_inside(view, shape_from(sent.get("points")))
        now, words = with_shape(before, inside, take_out=sent.get("take_out") is True)
    except UserError as mistake:
        now, words = before, str(mistake)
    if now != before:
        several.begin(now)
    state[_SAID] = words, tuple(sorted(now)), choice.data_query()
    state[_TURN] = state.get(_TURN, 0) + 1
