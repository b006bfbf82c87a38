"""What is chosen on the Hotspots page: one row of filters that is always the same as the page's
address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

import streamlit as st

from vrp_map.ui.shared import address, words
from vrp_map.ui.shared.markdown import plain
from vrp_map.views.area_names import area_names
from vrp_map.views.cell_links import short_text
from vrp_map.views.choice import COLOURS, LAYERS, MARKS, Choice, choice_from_query, default_choice
from vrp_map.vocabulary import (
    ALL_CATEGORIES,
    RESOLUTION_WORDS,
)
from vrp_map.workspace import Workspace

T = TypeVar("T")

PERIODS = {
    "1": "Last month",
    "3": "Last 3 months",
    "12": "Last 12 months",
    "36": "Last 36 months",
    "custom": "Choose months",
}
_WIDGETS = ("what", "period", "first", "last", "where", "size", "layer", "colour", "snap", "marks")


def row(ws: Workspace, *, sizes: bool = True) -> Choice:
    """Draw the filters in one row and give what is chosen; address and filters are made equal, both
    ways.

    Args:
        sizes: whether hexagons may be chosen; the size that another page chose is kept all the
            same.
    """
    _take_from_address(ws)
    choice: Choice = st.session_state["choice"]
    for problem in st.session_state.get("problems", []):
        st.warning(plain(problem))
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        what = _select("what", "What", _whats(ws, choice), words.category)
        preset = _select("period", "When", list(PERIODS), PERIODS.__getitem__)
        first, last = _months(ws) if preset == "custom" else ws.period(int(preset))
        names = area_names(ws)
        where = _select(
            "where",
            "Where",
            [*names, *([choice.where] if choice.where not in names else [])],
            lambda k: _where(k, names),
        )
        known = sorted(RESOLUTION_WORDS, reverse=True)
        size = (
            _select("size", "Hexagon size", known, words.hexagon)
            if sizes
            else st.session_state["f_size"]
        )
        layer = _select("layer", "Boundaries", list(LAYERS), LAYERS.__getitem__)
        state = st.session_state
        choice = Choice(
            what,
            first,
            last,
            where,
            size,
            layer,
            state.get("at", ""),
            state["f_colour"] or "count",
            state["f_snap"],
            marks=",".join(name for name in MARKS if name in state["f_marks"]),
            chosen=_chosen(size),
        )
        st.button(
            "Reset", key="reset", on_click=_reset, args=(ws,), disabled=choice == default_choice(ws)
        )
    _write_address(choice)
    return choice


def _select(name: str, label: str, options: Sequence[T], words_of: Callable[[T], str]) -> Any:
    return st.selectbox(label, options, key=f"f_{name}", format_func=words_of)


def map_controls(*, new: bool, snap: bool, marks: Sequence[str] = ()) -> None:
    """The switches above the map, where each says something: what it is coloured by, snap points,
    and what else is drawn.

    Args:
        marks: of `MARKS`, those that this person may see and that there are.
    """
    # A link may name what this person may not see.
    state = st.session_state
    state["f_marks"] = [name for name in state["f_marks"] if name in marks]
    if not (new or snap or marks):
        return
    with st.container(key="switches", horizontal=True, vertical_alignment="bottom"):
        if new:
            st.segmented_control(
                "Colour by",
                list(COLOURS),
                key="f_colour",
                format_func=COLOURS.__getitem__,
                required=True,
            )
        if snap:
            st.toggle("Show snap points", key="f_snap")
        if marks:
            st.multiselect(
                "Also show",
                marks,
                key="f_marks",
                format_func=MARKS.__getitem__,
                placeholder="Pilots, responses, …",
            )


def _months(ws: Workspace) -> tuple[date, date]:
    months = ws.months()
    first = _select("first", "From", months[::-1], words.month)
    last = _select("last", "To", months[::-1], words.month)
    if first > last:
        st.caption("We swapped the two months: the first was after the last.")
    return min(first, last), max(first, last)


def _whats(ws: Workspace, choice: Choice) -> list[str]:
    known = [*ws.settings.presets, *ALL_CATEGORIES]
    return [*known, *([choice.what] if choice.what not in known else [])]


def _where(key: str, names: Mapping[str, str]) -> str:
    return names.get(key) or " + ".join(names.get(part, part) for part in key.split(","))


def _take_from_address(ws: Workspace) -> None:
    """On the first run, and when the person went back or came by a link: the address wins."""
    state = st.session_state
    query = address.said()
    is_known = query == state.get("address") or not query
    if "choice" in state and (is_known or not address.is_followed()):
        _keep_widgets(state["choice"], ws)
        return
    choice, state["problems"] = choice_from_query(query, ws)
    _set(choice, ws)


def _keep_widgets(choice: Choice, ws: Workspace) -> None:
    """Streamlit forgets a widget that was not drawn (another page was open): put it back as
    it was.
    """
    state = st.session_state
    state["several"] = state.get("several", bool(choice.chosen))
    for name, value in _values(choice, ws).items():
        key = f"f_{name}"
        # Written even when it is there: otherwise it is dropped at the end of the first run on
        # another page.
        state[key] = state.get(key, value)


def _set(choice: Choice, ws: Workspace) -> None:
    st.session_state["choice"] = choice
    st.session_state["at"] = choice.at
    st.session_state["chosen"], st.session_state["several"] = choice.chosen, bool(choice.chosen)
    for name, value in _values(choice, ws).items():
        st.session_state[f"f_{name}"] = value


def _values(choice: Choice, ws: Workspace) -> dict[str, Any]:
    preset = next(
        (p for p in ("12", "3", "1", "36") if ws.period(int(p)) == (choice.first, choice.last)),
        "custom",
    )
    held = (
        choice.what,
        preset,
        choice.first,
        choice.last,
        choice.where,
        choice.resolution,
        choice.layer,
        choice.colour,
        choice.snap,
        [name for name in choice.marks.split(",") if name],
    )
    return dict(zip(_WIDGETS, held, strict=True))


def _reset(ws: Workspace) -> None:
    st.session_state["problems"] = []
    for name in ("looked_at", "looked_at_name"):
        st.session_state.pop(name, None)
    _set(default_choice(ws), ws)
    _write_address(default_choice(ws))


def _write_address(choice: Choice) -> None:
    st.session_state["choice"] = choice
    query = choice.to_query()
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)
    if st.session_state.get("address") not in (None, query):
        st.session_state["problems"] = []
    st.session_state["address"] = query
    address.reach()


def now() -> Choice:
    """What is chosen at this moment: in what answers a press, the page's last choice is old when
    another press was answered since.
    """
    state = st.session_state
    choice: Choice = state["choice"]
    return replace(choice, at=state.get("at", ""), chosen=_chosen(choice.resolution))


def pick(at: str) -> None:
    """Pick a place, from the map, the list or the panel; empty = nothing."""
    st.session_state["at"] = at
    st.session_state["choice"] = replace(st.session_state["choice"], at=at)


def choose(cells: Sequence[str]) -> None:
    """Choose exactly these hexagons together, of one size."""
    st.session_state["chosen"] = short_text(cells)


def _chosen(size: int) -> str:
    """The hexagons chosen together, while several may be chosen; those of another size wait."""
    state = st.session_state
    text: str = state.get("chosen", "") if state.get("several") else ""
    return text if text.startswith(f"{size}.") else ""


def choose_size(resolution: int) -> None:
    """Choose a size of hexagon, as the person would."""
    st.session_state["f_size"] = resolution


def where_words(ws: Workspace, choice: Choice) -> str:
    """The name of the area chosen, or of those that somebody is held to."""
    where = choice.where or ",".join(ws.principal.areas)
    return _where(where, area_names(ws)) if where else ws.settings.place
