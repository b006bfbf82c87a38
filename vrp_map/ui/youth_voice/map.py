"""The map of the page Youth voice and its legend."""

from __future__ import annotations

import html
from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from vrp_map import maps
from vrp_map.statistics.voice_gap import Gap
from vrp_map.summit.voice_gap import map as classes
from vrp_map.summit.voice_gap.gaps import YouthVoice
from vrp_map.summit.voice_gap.wording import SAYS, gap_words
from vrp_map.ui.shared import address, map_box, session, words
from vrp_map.ui.youth_voice.blocks import VoiceRequest, pick, view
from vrp_map.views import map_sources
from vrp_map.workspace import Workspace

_HATCH = "repeating-linear-gradient(135deg,var(--quiet) 0 1px,transparent 1px 7px),"


def show(ws: Workspace, asked: VoiceRequest, found: YouthVoice) -> None:
    """Draw the map; a click on a hexagon picks it."""
    look = session.appearance()
    # The answer of an address is kept: the batches are part of it.
    query = urlencode(
        asked.choice.data_query()
        | {
            "snapshot": ws.snapshot.id,
            "releases": ",".join(one.key for one in found.events),
        }
    )
    _switch(found)
    sources = replace(map_sources.data_sources(ws, asked.choice), cells=f"/map/voice.json?{query}")
    with st.container(key="map-voice"):
        map_box.show(
            classes.voice_map(
                sources,
                view(ws, asked),
                palette=look,
                letters=classes.letter_rows(found.cells),
                selected=[asked.at] if asked.at in set(found.cells.frame["cell"]) else [],
                corridors=f"/map/voice-corridors.json?{query}" if asked.with_ways else "",
            ),
            height=session.map_size().height,
            on_press=pick,
            among=lambda: found.cells.frame["cell"].astype(str).tolist(),
            key="voices_map",
            alt=(
                "Map of hexagons by voices and record. The list under the map has the same places"
                " and figures."
            ),
        )
        size, covers = ws.settings.wall_resolution, maps.covering(sources)
        st.html(legend(found, size, look, with_ways=asked.with_ways, covers=covers))
    st.markdown("\n".join(f"- **{gap_words(gap.value)}**: {SAYS[gap]}" for gap in Gap))


def _switch(found: YouthVoice) -> None:
    """Journeys on or off; with too few of them there is nothing to switch."""
    if found.corridors.frame.empty:
        return
    st.toggle(
        "Show journeys",
        value=st.session_state["m_ways"] == "yes",
        key="ways_switch",
        on_change=_switched,
        help=f"Ways of at least {found.k} people. Both ends of each journey are left out.",
    )


def _switched() -> None:
    address.change("ways", "yes" if st.session_state["ways_switch"] else "no", usual="no")


def legend(
    found: YouthVoice,
    resolution: int,
    look: maps.Palette,
    *,
    with_ways: bool,
    covers: int = 255,
) -> str:
    """The classes with their colours as the map shows them, their letters and how many hexagons
    each has.
    """
    colours = {
        gap: maps.seen_through(colour, covers) for gap, colour in classes.gap_colours(look).items()
    }
    steps = "".join(
        f"<li><i style='background:{_HATCH if gap is Gap.FEW else ''}{colours[gap]}'></i>"
        f"<b>{html.escape(gap_words(gap.value))}</b><span>{found.count(gap):,}</span></li>"
        for gap in Gap
    )
    ways = "<ul><li><i class='way'></i><b>journeys</b></li></ul>" if with_ways else ""
    return (
        "<details class='legend' open><summary>Voice gap"
        f" <span>hexagons</span></summary><ul>{steps}</ul>{ways}<p>Each hexagon is about"
        f" {words.across(resolution)} across. No colour: too few voices and incidents to show, or"
        " none. They may still be unsafe.</p></details>"
    )
