"""Which incidents a page of money counts, and of which months."""

from __future__ import annotations

from streamlit.delta_generator import DeltaGenerator

from vrp_map.selection import Selection
from vrp_map.ui.shared import words
from vrp_map.views.choice import DEFAULT_WHAT
from vrp_map.vocabulary import ALL_CATEGORIES
from vrp_map.workspace import Workspace

_MONTHS = {12: "Last 12 months", 36: "Last 36 months", 0: "All months"}


def incidents_chosen(
    ws: Workspace, left: DeltaGenerator, right: DeltaGenerator, *, key: str
) -> Selection:
    """Draw the two choices, and give the incidents that they mean.

    Args:
        key: of the page, so that each keeps its own choice.
    """
    kinds = [*ws.settings.presets, *ALL_CATEGORIES]
    kind = left.selectbox(
        "Incidents counted",
        kinds,
        index=kinds.index(DEFAULT_WHAT),
        format_func=words.category,
        key=f"{key}_kind",
    )
    months = right.selectbox(
        "When", list(_MONTHS), format_func=_MONTHS.__getitem__, key=f"{key}_months"
    )
    first, last = ws.period(months) if months else (None, None)
    return ws.select(kind, first=first, last=last)
