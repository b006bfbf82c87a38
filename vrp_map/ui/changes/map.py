"""The two maps of "What changed" with their legends: the classes of the test, and the counts of one
step.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from vrp_map import maps
from vrp_map.analysis.periods import CellChange, tally
from vrp_map.disclosure.protect import Protected
from vrp_map.disclosure.words import uncoloured
from vrp_map.maps import changes
from vrp_map.ui.changes import parts
from vrp_map.ui.hotspots import picture
from vrp_map.ui.shared import lists, map_box, session, words
from vrp_map.views import map_sources
from vrp_map.views.changes import StepsView
from vrp_map.views.choice import Choice
from vrp_map.workspace import Workspace

_MOST_PLACES = 200


def compared(ws: Workspace, choice: Choice, table: Protected, *, asked: Mapping[str, str]) -> None:
    """The map of classes.

    Args:
        asked: the options of the comparison, as the data route takes them.
    """
    look = session.appearance()
    query = _query(ws, choice, **asked)
    at, size = _place(table), session.map_size()
    sources = replace(
        map_sources.data_sources(ws, choice),
        cells=f"/map/changes.json?{query}",
        hotspots=f"/map/changes-sure.json?{query}",
    )
    view = picture.first_view(ws, choice)
    if at:
        view = maps.around(at, width=size.width, height=size.height)
    with st.container(key="map-changes"):
        map_box.show(
            changes.change_map(sources, view, palette=look, selected=[at] if at else []),
            height=size.height,
            key="changes_map",
            alt=(
                "Map of hexagons that are up or down. The list under the map has the same places"
                " and figures."
            ),
        )
        covers = maps.covering(sources)
        st.html(change_legend(table, choice.resolution, look, covers=covers))


def _place(table: Protected) -> str:
    """Ask which hexagon of the list the map is to look at; "" = at all of them."""
    rows = table.frame.head(_MOST_PLACES)
    names = {
        str(row["cell"]): f"{row['rank']}. {parts.place(row['name'])},"
        f" {changes.change_words(row['verdict'])}"
        for row in rows.to_dict("records")
    }
    found = st.selectbox(
        "Find a hexagon of the list on the map",
        list(names),
        index=None,
        format_func=names.__getitem__,
        placeholder="Type a name or choose",
        key=f"changes-place-{lists.fingerprint(list(names))}",
    )
    return str(found or "")


def stepped(ws: Workspace, choice: Choice, view: StepsView, step: str) -> None:
    """The map of counts in one step."""
    look = session.appearance()
    query = _query(ws, choice, step=step)
    sources = replace(map_sources.data_sources(ws, choice), cells=f"/map/steps.json?{query}")
    first = picture.first_view(ws, choice)
    with st.container(key="map-steps"):
        map_box.show(
            changes.step_map(sources, first, palette=look, limits=view.limits),
            height=session.map_size().height,
            key="steps_map",
            alt=(
                "Map of hexagons in the chosen step. The list under the map has the same places and"
                " figures."
            ),
        )
        covers = maps.covering(sources)
        st.html(step_legend(view, step, choice.resolution, look, covers=covers))


def _query(ws: Workspace, choice: Choice, **more: str) -> str:
    return urlencode(choice.data_query() | {"snapshot": ws.snapshot.id} | more)


def change_legend(
    table: Protected, resolution: int, look: maps.Palette, *, covers: int = 255
) -> str:
    """The classes with their colours as the map shows them, their marks and how many hexagons each
    has.
    """
    many = tally(table)
    colours = {
        change: maps.seen_through(colour, covers)
        for change, colour in changes.change_colours(look).items()
    }
    outlined = {
        CellChange.MORE_SURE: "border:3px solid var(--text)",
        CellChange.FEWER_SURE: "border:2px dashed var(--text)",
    }
    steps = "".join(
        f"<li><i style='background:{colours[change]};{outlined.get(change, '')}'></i>"
        f"<b>{html.escape(changes.change_words(change))}</b><span>{many[change]:,}</span></li>"
        for change in CellChange
    )
    return _legend("This period", steps, resolution, k=table.k)


def step_legend(
    view: StepsView, step: str, resolution: int, look: maps.Palette, *, covers: int = 255
) -> str:
    """The limits of the count classes, the same in every step, and how many hexagons each has in
    this one.
    """
    frame, largest = view.cells(step).frame, _largest(view)
    classes = maps.count_class(frame["n"], view.limits)
    labels = maps.class_words(view.limits, largest=largest, step=view.cells(step).k)
    colours = [look.ramp[maps.ramp_step(i, view.limits)] for i in range(len(labels))]
    steps = "".join(
        f"<li><i style='background:{maps.seen_through(colours[i], covers)}'></i>"
        f"<b>{label}</b><span>{int((classes == i).sum()):,}</span></li>"
        for i, label in enumerate(labels)
    )
    return _legend("Incidents", steps, resolution, k=view.cells(step).k)


def _largest(view: StepsView) -> int:
    counts = [table.frame["n"].max() for table in view.steps.more.values()]
    return max((int(n) for n in counts if not pd.isna(n)), default=0)


def _legend(title: str, steps: str, resolution: int, *, k: int) -> str:
    return (
        f"<details class='legend' open><summary>{title}"
        f" <span>hexagons</span></summary><ul>{steps}</ul><p>Each hexagon is about"
        f" {words.across(resolution)} across. {uncoloured(k)}</p></details>"
    )
