"""Choosing the place of a paper pin: by name, or an area and then a place in it.

The same event area as the pin page's.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import streamlit as st

from vrp_map.places.search import MOST_FOUND, NamedPlace
from vrp_map.summit.event_store import Event
from vrp_map.summit.pins.event_area import EventArea
from vrp_map.ui.shared import session
from vrp_map.ui.shared.markdown import plain

_BY_NAME, _BY_LIST = "by name", "from lists"


def chosen(event: Event, nth: int) -> str | None:
    """The hexagon of the place chosen for pin number `nth`; None = not chosen yet."""
    with st.spinner("Reading the place names…", show_time=False):
        event_area = session.event_area(event)
    how = st.segmented_control(
        "Find the place", [_BY_NAME, _BY_LIST], default=_BY_NAME, key="paper_how", required=True
    )
    asked, found = _searched(event_area, nth) if how == _BY_NAME else _listed(event_area, nth)
    if not found:
        return None
    names = {
        place.cell: f"{place.name}, {place.area}" if place.area else place.name for place in found
    }
    if len(names) == 1:
        cell, name = next(iter(names.items()))
        st.markdown(f"Place: **{plain(name)}**")
        return cell
    # None is taken until somebody says which.
    names = {"": f"Choose one of {len(names):,}"} | names
    which = st.selectbox(
        "Which one?", list(names), format_func=names.__getitem__, key=f"paper_which_{nth}_{asked}"
    )
    return which or None


def names_around(event: Event, cell: str) -> list[str]:
    """The names of the public places in a hexagon and those that touch it, the nearest first."""
    return [found.name for found in session.event_area(event).names.around([cell])[:MOST_FOUND]]


def _searched(event_area: EventArea, nth: int) -> tuple[str, Sequence[NamedPlace]]:
    """What was asked for, and the places."""
    text = st.text_input(
        "Street, station, school or park, then Enter",
        key=f"paper_words_{nth}",
        max_chars=60,
        placeholder="park road walsall",
    )
    found = event_area.search(text)
    if text.strip() and not found:
        st.markdown(
            "No place name here begins like that. Try fewer letters, or choose **from lists**."
        )
    return text, found


def _listed(event_area: EventArea, nth: int) -> tuple[str, Sequence[NamedPlace]]:
    """The same from lists: the areas as the pin page has them."""
    overview = json.loads(event_area.overview())
    big = {at: name for at, (_, name, *_rest) in enumerate(overview["big"])}
    left, right = st.columns(2)
    within = left.selectbox(
        "Area",
        list(big),
        index=None,
        placeholder="Choose one",
        format_func=big.__getitem__,
        key=f"paper_big_{nth}",
    )
    small = {
        key: name
        for key, name, _, _, at in sorted(overview["small"], key=lambda row: row[1])
        if at == within
    }
    part = right.selectbox(
        "Part of it",
        list(small),
        index=None,
        placeholder="Choose one",
        format_func=small.__getitem__,
        key=f"paper_small_{nth}_{within}",
        disabled=within is None,
    )
    found = event_area.names.inside(part) if part else []
    if part and not found:
        st.markdown(
            "We have no place names there. Find it **by name**, or choose the part next to it."
        )
    return part or "", found
