"""The map and the legend inside it."""

from __future__ import annotations

from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from vrp_map import maps, views
from vrp_map.ui import filters, session, words
from vrp_map.ui.filters import Choice
from vrp_map.views import HotspotView
from vrp_map.vocabulary import AreaType
from vrp_map.workspace import Workspace

_HEIGHT_PX = 600
INDICATIVE = "The policing unit boundaries are indicative."


def show(ws: Workspace, view: HotspotView, choice: Choice) -> None:
    """Draw the map; a click on a hexagon picks it."""
    look = session.appearance()
    picture = maps.deck(
        _sources(ws, choice, look),
        _first_view(ws, choice),
        appearance=look,
        limits=view.limits,
        selected=_selected(view, choice.at),
        tiles=bool(ws.settings.map_tiles_url),
    )
    with st.container(key="map"):
        st.pydeck_chart(
            picture,
            height=_HEIGHT_PX,
            on_select=_picked,
            key="deck",
            alt="Map of hexagons. The list under the map holds the same places and figures.",
        )
        st.html(legend(view, choice.resolution, look))
    st.page_link("pages/data_quality.py", label=missing(ws, choice))


def _picked() -> None:
    objects = st.session_state["deck"]["selection"]["objects"]
    rows = [row for layer in objects.values() for row in layer if row and "h" in row]
    filters.pick(f"cell:{rows[0]['h']}" if rows else "")


def _selected(view: HotspotView, at: str) -> list[str]:
    kind, _, cell = at.partition(":")
    frame = view.hotspots.cells.frame
    if kind != "hotspot":
        return [cell] if cell else []
    row = frame[frame["cell"] == cell]
    cluster = int(row["cluster"].iloc[0]) if len(row) else 0
    return frame.loc[frame["cluster"] == cluster, "cell"].astype(str).tolist() if cluster else [cell]


def _sources(ws: Workspace, choice: Choice, look: maps.Theme) -> maps.Sources:
    snapshot = {"snapshot": ws.snapshot.id}
    query = choice.selection(ws).to_query() | {"resolution": str(choice.resolution)}
    asked = urlencode(query | snapshot)
    plain = urlencode(snapshot)
    layer = "" if choice.layer == "none" else choice.layer
    return maps.Sources(
        style=f"/map/style.json?theme={look.name}",
        cells=f"/map/cells.json?{asked}",
        hidden=f"/map/hidden.json?{asked}",
        hotspots=f"/map/hotspots.json?{asked}",
        lads=f"/map/areas/{AreaType.LAD.value}.json?{plain}",
        lad_labels=f"/map/labels/{AreaType.LAD.value}.json?{plain}",
        places="/map/places/TIER/{z}/{x}/{y}.json?" + plain,
        areas=f"/map/areas/{layer}.json?{plain}" if layer else "",
        area_labels=f"/map/labels/{layer}/{{z}}/{{x}}/{{y}}.json?{plain}" if layer else "",
    )


def _first_view(ws: Workspace, choice: Choice) -> maps.View:
    """Where the map looks when an area is chosen; it stays the same while other filters change."""
    width = session.map_width()

    return views.remember(
        ws, ("view", choice.where, width), lambda: maps.fit(bounds(ws, choice), width=width, height=_HEIGHT_PX)
    )


def bounds(ws: Workspace, choice: Choice) -> tuple[float, ...]:
    """West, south, east, north of the chosen areas, or of everything."""
    areas = ws.areas() if choice.where else ws.areas(AreaType.FORCE.value)
    if choice.where:
        keys = areas["type"].astype(str) + ":" + areas["code"].astype(str)
        areas = areas[keys.isin(choice.where.split(","))]
    return tuple(float(edge) for edge in areas.total_bounds)


def legend(view: HotspotView, resolution: int, look: maps.Theme) -> str:
    """The legend as HTML: the limits of each class in numbers, and how many hexagons are in it."""
    cells = view.hotspots.cells
    classes = maps.count_class(cells.frame["n"], view.limits)
    largest = cells.frame["n"].max()
    labels = maps.class_words(view.limits, largest=0 if pd.isna(largest) else int(largest), step=cells.k)
    steps = "".join(
        f"<li><i style='background:{look.ramp[maps.ramp_step(i, view.limits)]}'></i>"
        f"<b>{label}</b><span>{int((classes == i).sum()):,}</span></li>"
        for i, label in enumerate(labels)
    )
    if cells.hidden:
        steps += f"<li><i class='hatched'></i><b>{maps.HIDDEN_WORDS}</b><span>{cells.hidden:,}</span></li>"
    firm, fragile = maps.hotspot_counts(cells)
    lines = "".join(
        f"<li><i class='{css}'></i><b>{label}</b><span>{many:,}</span></li>"
        for css, label, many in (("hot", "hotspot, 95% sure", firm), ("warm", "hotspot, 90% sure", fragile))
        if many
    )
    return (
        "<details class='legend' open><summary>Incidents <span>hexagons</span></summary>"
        f"<ul>{steps}</ul><ul>{lines}</ul><p>Each hexagon is about {words.across(resolution)} across.</p></details>"
    )


def missing(ws: Workspace, choice: Choice) -> str:
    """What the filters ask for and this map cannot show, in one line."""
    selection = choice.selection(ws)
    key = ("facts", selection, views.AUDIENCE)
    facts = views.remember(ws, key, lambda: ws.facts(selection, audience=views.AUDIENCE)).frame.iloc[0]
    indicative = f" {INDICATIVE}" if ws.is_indicative(choice.layer) else ""
    if choice.where:
        return (
            f"What is not on this map: incidents without a place. Nobody knows how many of them were here.{indicative}"
        )
    outside = f"; {words.number(facts['outside'])} lie outside {ws.settings.place}"
    return (
        f"What is not on this map: {words.number(facts['unlocated'])} of {words.number(facts['incidents'])} incidents "
        f"have no place{outside}.{indicative}"
    )
