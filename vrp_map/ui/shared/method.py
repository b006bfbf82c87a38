"""The method card: what ran, with which numbers. Closed until asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from vrp_map.ui.shared.markdown import plain
from vrp_map.views.hotspots import HotspotView

_SAYS = {
    "method": "Method",
    "parameters": "Parameters",
    "n": "Incidents",
    "incidents": "Incidents",
    "cells": "Hexagons",
    "grade": "Grade of the data",
    "snapshot": "Snapshot",
    "boundaries": "Boundaries",
}


def card(view: HotspotView) -> None:
    """Draw the card of the Hotspots page."""
    of(view.hotspots.method, note=view.hotspots.cells.note)


def of(method: Mapping[str, Any], *, note: str) -> None:
    """Draw a card: what ran, and what was done to small numbers."""
    with st.expander("How this was worked out"):
        rows = [
            (_SAYS.get(name, name.replace("_", " ").capitalize()), _text(value))
            for name, value in method.items()
            if name != "caveats"
        ]
        st.markdown(
            "\n".join(
                ["| | |", "|---|---|", *(f"| **{name}** | {value} |" for name, value in rows)]
            )
        )
        caveats = method.get("caveats") or []
        if caveats:
            st.markdown(
                "**What to keep in mind**\n\n"
                + "\n".join(f"- {plain(caveat)}" for caveat in caveats)
            )
        st.markdown(f"**Small numbers.** {plain(note)}")


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name.replace('_', ' ')}: {_text(held)}" for name, held in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_text(held) for held in value)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    # The name of an event was typed by somebody: it must not become a link, a picture or a cell of
    # the table.
    return plain(value)
