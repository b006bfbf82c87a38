"""Several hexagons chosen together, by clicks or in the list, and what to do with them."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from vrp_map.ui.pilots import osara
from vrp_map.ui.responses import here as responses_here
from vrp_map.ui.shared import filters, words
from vrp_map.ui.shared.figures import figures, heading
from vrp_map.views.cell_links import MOST_LINKED, cells_of_short
from vrp_map.views.choice import Choice
from vrp_map.views.drawn_shape import in_words
from vrp_map.views.hotspots import HotspotView

_REFUSED = "several_refused"
_MOST_NAMED = 10


def toggle() -> None:
    """The switch between one place and several."""
    st.toggle("Choose several", key="several")


def is_on() -> bool:
    return bool(st.session_state.get("several"))


def cells(choice: Choice) -> tuple[str, ...]:
    """The chosen hexagons of the size that the map has; none while one place is picked."""
    return cells_of_short(choice.chosen)


def choose(chosen: Sequence[str]) -> None:
    """Choose exactly these hexagons, where they are not too many."""
    if len(chosen) > MOST_LINKED:
        st.session_state[_REFUSED] = (
            f"That would be {in_words(len(chosen))}. You can choose at most {MOST_LINKED:,}."
        )
        return
    filters.choose(chosen)


def begin(chosen: Sequence[str]) -> None:
    """Begin a choice of several with these hexagons."""
    st.session_state["several"] = True
    choose(chosen)


def press(cell: str) -> None:
    """What a press on the map does: it picks a place, or adds a hexagon or takes it out.

    Args:
        cell: the hexagon that was pressed; "" beside all of them.
    """
    choice = filters.now()
    if is_on():
        if cell:
            chosen = cells(choice)
            choose([one for one in chosen if one != cell] if cell in chosen else [*chosen, cell])
    else:
        filters.pick("" if not cell or choice.at == f"cell:{cell}" else f"cell:{cell}")


def panel(view: HotspotView, choice: Choice) -> None:
    """The chosen hexagons, their numbers as the list has them, and the next steps."""
    chosen = cells(choice)
    heading(
        f"{in_words(len(chosen))} chosen",
        "Click hexagons on the map, draw round them, or choose them in the list under it.",
    )
    if refused := st.session_state.pop(_REFUSED, None):
        st.warning(refused)
    if not chosen:
        return
    frame = view.hotspots.cells.frame.set_index("cell")
    # As the list has them: an address has an order of its own.
    rows = frame[frame.index.isin(chosen)]
    chosen = (*rows.index, *(cell for cell in chosen if cell not in rows.index))
    shown = rows["n"].dropna()
    figures([("Incidents, added up", words.number(int(shown.sum()) if len(shown) else None))])
    if few := len(chosen) - len(shown):
        st.html(f"<p class='under'>Without {few:,} that have too few to show, or none.</p>")
    # A response has one place.
    first = f"at {rows['name'].iloc[0]}" if len(rows) else "here"
    responses_here.show(chosen, place=first)
    osara.beside(chosen, "")
    items = "".join(
        f"<li><a href='{_brief(cell, choice)}'>{html.escape(str(name))}</a>: {words.number(n)}</li>"
        for cell, name, n in zip(rows.index[:_MOST_NAMED], rows["name"], rows["n"], strict=False)
    )
    rest = f"<p>And {len(rows) - _MOST_NAMED:,} more.</p>" if len(rows) > _MOST_NAMED else ""
    st.html(f"<h3>Their briefs, to print</h3><ul>{items}</ul>{rest}")
    st.button("Choose none", key="choose_none", on_click=choose, args=((),))


def _brief(cell: str, choice: Choice) -> str:
    place = replace(choice, at=f"cell:{cell}").place_query()
    return html.escape(f"/brief?{urlencode(place)}")
