"""The blocks of the page "Track record", from the top."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from vrp_map import wording
from vrp_map.analysis import Analysis
from vrp_map.disclosure.words import TOO_FEW, estimated
from vrp_map.errors import UserError
from vrp_map.statistics.record import RIVALS
from vrp_map.statistics.rolling import ALL_HISTORY, OURS
from vrp_map.ui.changes import parts
from vrp_map.ui.shared import charts, session, words
from vrp_map.ui.shared.headline import headline as draw_headline
from vrp_map.ui.track_record import chart as track_record_chart
from vrp_map.views import answers
from vrp_map.views.choice import Choice
from vrp_map.vocabulary import Method
from vrp_map.workspace import Workspace

# Names of the rankings that a glance can take in.
_PLAIN = {
    "last_month": "Count of last month",
    ALL_HISTORY: "Count of all past months",
    "kernel_500m": "Heat map, 500 m",
    "kernel_1000m": "Heat map, 1,000 m",
    "gi_star": "Score of the hotspot test (Gi*)",
    OURS: "Our model",
}


def answer(ws: Workspace, choice: Choice, headline: DeltaGenerator) -> Analysis:
    """The sentence, and what it is about; the end of the page where there is no record."""
    selection = ws.select(
        choice.what.split(","),
        last=choice.last,
        areas=tuple(key for key in choice.where.split(",") if key),
    )
    try:
        with st.spinner(
            "Redrawing the map before each month and counting what followed…", show_time=False
        ):
            found = answers.answer(ws, Method.BACKTEST, selection, resolution=choice.resolution)
    except UserError as refusal:
        headline.title("There is no track record for this choice", anchor=False)
        parts.reason(refusal)
        st.stop()
    draw_headline(headline, found.sentence)
    with headline:
        parts.say(
            "For each month, we take the hotspots this map would have shown beforehand and count"
            " the incidents that followed in them. We use all months up to"
            f" {words.month(choice.last)}."
        )
    return found


def by_month(found: Analysis) -> None:
    """The chart and the equal table."""
    frame = found.more["record"].frame
    parts.heading(
        "Month by month",
        "The share of each month's incidents in the hotspots shown before it, and in the same"
        " number of hexagons chosen in other ways.",
    )
    if frame[["held", *RIVALS]].notna().to_numpy().any():
        charts.draw(track_record_chart.chart(frame, session.appearance()))
    shown = pd.DataFrame(
        {
            "Month": frame["month"].map(words.month),
            "Hotspots": frame["held"].map(_percent),
            "All counts": frame[ALL_HISTORY].map(_percent),
            "Our model": frame[OURS].map(_percent),
            "Times chance": frame["times"].map(_times),
            "Hexagons": frame["hexagons"].map(words.number),
            "Area": frame["area"].map(words.share),
            "Incidents": frame["n"].map(words.number),
            "Held before": frame["before"].map(_percent),
            "Hot again": frame["again"].map(_percent),
        }
    )
    parts.table(shown, numbers=[str(c) for c in shown if c != "Month"], stack=True)
    st.caption(
        "Hotspots: the share of the month's incidents in them. All counts: the share in the same"
        " number of hexagons, chosen by counting all earlier months. Times chance (PAI): 5 means"
        " five times as many as in an area of the same size picked at random. Held before: the"
        " share in the months the map was drawn from; if it is much larger, part of the map was"
        " chance. Hot again: the share of the hexagons that are also hot in the new month alone."
    )


def methods(found: Analysis) -> None:
    """Every ranking at equal shares, and whether ours earns its place."""
    parts.heading("Which way of choosing places works best?", verdict(found.table.frame))
    frame = found.table.frame
    shares = list(dict.fromkeys(frame["share"]))
    held = frame.pivot(index="method", columns="share", values="capture").loc[
        list(dict.fromkeys(frame["method"]))
    ]
    shown = pd.DataFrame(
        {
            "Places chosen by": [_PLAIN.get(str(method), str(method)) for method in held.index],
            **{f"In {100 * share:.3g}%": held[share].map(_percent).tolist() for share in shares},
        }
    )
    parts.table(shown, numbers=list(shown)[1:])
    st.caption(
        "In 1%: the share of the next month's incidents in the first 1% of the hexagons, chosen in"
        f" this way. Over {len(found.more['record'].frame)} months together."
    )


def verdict(frame: pd.DataFrame) -> str:
    """Ours against the simple count, from the tests at each share."""
    ours = frame[frame["method"] == OURS]
    wins, loses = (
        _listed(ours.loc[ours["verdict"].str.startswith(word), "share"])
        for word in ("more", "less")
    )
    if loses:
        return (
            f"The simple count of all past months does better at {loses} of the hexagons: use it"
            " there."
        )
    if wins:
        return (
            f"Our model finds more incidents than the simple count of all past months at {wins} of"
            " the hexagons."
        )
    return (
        "We cannot tell our model from the simple count of all past months here: the difference"
        " could be chance. Anyone can make the simple count with a spreadsheet."
    )


def _listed(shares: pd.Series) -> str:
    return wording.listed([f"{100 * share:.3g}%" for share in shares]) if len(shares) else ""


def next_month(found: Analysis) -> None:
    """The first ten hexagons for the month to come, and why."""
    frame = found.more["next"].frame
    parts.heading(
        "The first ten for next month, and why",
        "Where our model expects the most incidents next month, and why.",
    )
    shown = pd.DataFrame(
        {
            "Place": frame["name"].map(parts.place),
            "Council area": frame["lad"].fillna("outside the area"),
            "Incidents, last 12 months": frame["n"].map(words.number),
            "Expected": [_expected(value, found.table.k) for value in frame["expected"]],
            "Why": frame["why"].map(_capital),
        }
    )
    parts.table(shown, numbers=["Incidents, last 12 months", "Expected"], stack=True)
    st.caption(
        "The model uses counts of incidents only: nothing about people, who lives there, or police"
        " activity. Use it to ask questions about a place, not to judge the people there."
    )


def foot(ws: Workspace, choice: Choice, found: Analysis) -> None:
    """The file of the record, and the method."""
    whole = replace(choice, first=ws.snapshot.first_month)
    parts.foot(ws, whole, replace(found, table=found.more["record"]), name="track-record")


def _percent(share: float) -> str:
    return TOO_FEW if pd.isna(share) else f"{share:.0%}"


def _times(times: float) -> str:
    return TOO_FEW if pd.isna(times) else f"{times:.1f}"


def _expected(value: float, k: int) -> str:
    return TOO_FEW if pd.isna(value) else estimated(value, k=k)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
