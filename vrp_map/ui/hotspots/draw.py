"""A rectangle or a line drawn over the map, that chooses the hexagons inside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from vrp_map.errors import UserError
from vrp_map.ui.hotspots import several
from vrp_map.ui.shared import filters
from vrp_map.views.choice import Choice
from vrp_map.views.drawn_shape import cells_inside, in_words, shape_from, with_shape

_SAID, _TURN = "drawn_said", "drawn_turn"


def told(choice: Choice) -> dict[str, Any]:
    """What the tools over the map are told: how many are chosen, and what the last shape did."""
    chosen = several.cells(choice)
    words, *of = st.session_state.get(_SAID, ("", (), {}))
    # What was said of a shape is old once something else was chosen.
    if of != [chosen, choice.data_query()]:
        words = f"{in_words(len(chosen))} chosen." if chosen else ""
    return {"said": words, "chosen": len(chosen), "turn": st.session_state.get(_TURN, 0)}


def drawn(said: Any, hexagons: Sequence[str]) -> None:
    """Choose what lies inside the shape; a shape begins a choice of several.

    Args:
        said: by a browser, so anything at all. hexagons: those of the map.
    """
    state, choice = st.session_state, filters.now()
    sent = said if isinstance(said, dict) else {}
    before = several.cells(choice)
    try:
        inside = cells_inside(hexagons, shape_from(sent.get("points")))
        now, words = with_shape(before, inside, take_out=sent.get("take_out") is True)
    except UserError as mistake:
        now, words = before, str(mistake)
    if now != before:
        several.begin(now)
    state[_SAID] = words, tuple(sorted(now)), choice.data_query()
    state[_TURN] = state.get(_TURN, 0) + 1
