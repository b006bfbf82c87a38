"""What a hotspot or a hexagon says of responses: how many were here, and the way to log one."""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

from vrp_map.permissions import Action
from vrp_map.responses import ring
from vrp_map.ui.shared import session
from vrp_map.wording import day_words

_MOST = 5


def show(cells: Sequence[str]) -> None:
    """A line for those who read responses, a link for those who write them; else nothing.

    Args:
        cells: hexagons of one size; the first is the place that the link brings with it.
    """
    who = session.principal()
    said = ""
    if who.may(Action.READ_RESPONSES):
        responses = session.responses_if_open()
        if responses is None:
            return
        found = ring.inside(responses.all(who), cells)
        last = f", last {day_words(found[0].response.when.first)}" if found else ""
        links = ", ".join(
            f"<a href='/responses?response={r.reference}'>{r.reference}</a>" for r in found[:_MOST]
        )
        said = f"<p>Responses here: {len(found):,}{last}. {links}</p>"
    if who.may(Action.WRITE_RESPONSES):
        said += f"<p><a href='/respond?cell={html.escape(cells[0])}'>Log a response here</a></p>"
    if said:
        st.html(f"<h3>What we did here</h3>{said}")
