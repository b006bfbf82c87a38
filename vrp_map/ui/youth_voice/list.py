"""The equal list of the page Youth voice, keyboard first, and its files."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from vrp_map.export import tables as report
from vrp_map.statistics.voice_gap import Gap
from vrp_map.summit.voice_gap.gaps import YouthVoice
from vrp_map.summit.voice_gap.wording import gap_words
from vrp_map.ui.changes import parts
from vrp_map.ui.shared import lists, method
from vrp_map.ui.shared.file_button import file_button
from vrp_map.ui.youth_voice.blocks import VoiceRequest, look_at
from vrp_map.workspace import Workspace

_KINDS = {"said": "Places with a class", "every": "Every hexagon"}
_MOST_ROWS = 200


def show(found: YouthVoice, asked: VoiceRequest) -> None:
    """Draw the list, with a picker above it that works from the keyboard alone."""
    parts.heading("The same places as a list", "")
    frame = found.cells.frame
    classed = frame[frame["gap"] != Gap.FEW.value]
    if classed.empty:
        st.session_state["voice_list"] = "every"
    with st.container(key="list-controls", horizontal=True, vertical_alignment="bottom"):
        many = {"said": len(classed), "every": len(frame)}
        st.session_state.setdefault("voice_list", "said")
        kind = st.segmented_control(
            "Show",
            list(_KINDS),
            key="voice_list",
            required=True,
            format_func=lambda kind: f"{_KINDS[kind]} ({many[kind]:,})",
        )
        rows = classed if kind == "said" else frame
        _picker(rows, asked)
        rows = lists.part(rows, rows["cell"].tolist(), picked=asked.at, most=_MOST_ROWS)
    _grid(rows, asked)
    st.caption(found.card["disclosure"])


def _picker(rows: pd.DataFrame, asked: VoiceRequest) -> None:
    names = {
        str(row["cell"]): f"{row['rank']}. {parts.place(row['name'])}, {gap_words(row['gap'])}"
        for row in rows.head(_MOST_ROWS).to_dict("records")
    }
    key = f"picker-{lists.fingerprint([asked.at, *names])}"
    st.selectbox(
        "Pick a place",
        list(names),
        index=list(names).index(asked.at) if asked.at in names else None,
        format_func=names.__getitem__,
        placeholder="Type a name or choose",
        key=key,
        on_change=lambda: look_at(st.session_state[key] or ""),
    )


def _grid(rows: pd.DataFrame, asked: VoiceRequest) -> None:
    cells = rows["cell"].astype(str).tolist()
    key = f"grid-{lists.fingerprint([asked.at, len(cells), *cells[:50]])}"
    st.dataframe(
        _readable(rows),
        key=key,
        hide_index=True,
        width="stretch",
        height=min(420, 38 * (len(rows) + 1) + 2),
        row_height=38,
        on_select=lambda: _picked(key, cells),
        selection_mode="single-row",
        selection_default={
            "selection": {"rows": [cells.index(asked.at)] if asked.at in cells else []}
        },
        column_config=_columns(),
        placeholder="too few",
    )


def _picked(key: str, cells: list[str]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    look_at(cells[rows[0]] if rows else "")


def _readable(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Rank": rows["rank"],
            "Place": rows["name"].map(parts.place),
            "Voices and record": rows["gap"].map(gap_words),
            "Feel unsafe": rows["unsafe"],
            "Feel safe": rows["safe"],
            "Recorded": rows["n"],
            "Council area": rows["lad"],
            "What we know": rows["sentence"],
        }
    )


def _columns() -> dict[str, Any]:
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    people = "People, each counted once. Too few: fewer than we can show, or none."
    return {
        "Rank": number(width="small", format="localized"),
        "Place": text(width="medium"),
        "Feel unsafe": number(format="localized", help=people),
        "Feel safe": number(format="localized", help=people),
        "Recorded": number(format="localized", help="Recorded incidents in the period chosen"),
        "What we know": text(width="large"),
    }


def journeys(found: YouthVoice) -> None:
    """The journeys as a list, for whoever does not see the map."""
    frame = found.corridors.frame
    if frame.empty:
        return
    with st.expander(f"Journeys as a list ({len(frame):,} hexagons)"):
        shown = {
            "Place": frame["name"].map(parts.place),
            "Council area": frame["lad"],
            "People": frame["people"],
        }
        parts.listing(pd.DataFrame(shown), key="journeys")
        st.caption(
            "People whose journey passes through each hexagon. Both ends of every journey are left"
            " out."
        )


def downloads(ws: Workspace, asked: VoiceRequest, found: YouthVoice) -> None:
    """The files, with the protection of the page, and the method card."""
    about = {
        "sentence": found.sentence,
        "synthetic": ws.snapshot.synthetic or _is_synthetic(found),
        "selection": asked.choice.selection(ws).to_query(),
        "method": found.card,
        "attribution": ws.attributions(),
    }
    stem = f"youth-voice-{'-'.join(one.event.code for one in found.events)}".lower()
    files = {
        "Download CSV": (
            f"{stem}.csv",
            lambda: report.to_csv(found.cells, about=about),
        ),
        "Download GeoJSON": (
            f"{stem}.geojson",
            lambda: report.to_geojson(found.cells, about=about),
        ),
        "Download answers (CSV)": (
            f"{stem}-answers.csv",
            lambda: report.to_csv(found.answers, about=about),
        ),
        "Download journeys (CSV)": (
            f"{stem}-journeys.csv",
            lambda: report.to_csv(found.corridors, about=about),
        ),
        "Download method": (
            f"{stem}.method.json",
            lambda: report.to_method(found.cells, about=about),
        ),
    }
    with st.container(key="downloads", horizontal=True):
        for label, (name, made) in files.items():
            file_button(label, made, name)
    method.of(found.card, note=found.card["disclosure"])


def _is_synthetic(found: YouthVoice) -> bool:
    return any("synthetic" in one.event.name.lower() for one in found.events)
