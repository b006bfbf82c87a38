"""The lower blocks of "What changed": how incidents gather, and the areas in several orders side by
side.
"""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from vrp_map.analysis import Analysis
from vrp_map.disclosure.protect import Protected
from vrp_map.maps import Palette
from vrp_map.ui.changes import parts
from vrp_map.ui.shared import charts, session, words
from vrp_map.ui.shared.markdown import plain
from vrp_map.views import changes as views_changes
from vrp_map.views.choice import Choice
from vrp_map.workspace import Workspace

# Lines of the drawing, and how long a name may be on a phone.
_MOST_LINES, _NARROW_NAME_PX = 20, 104


def gathered(ws: Workspace, choice: Choice) -> None:
    """Draw the concentration curve, its sentence and its figures."""
    parts.heading("How concentrated incidents are")
    with parts.or_the_reason():
        with st.spinner("Working out how concentrated incidents are…", show_time=False):
            found = views_changes.concentration(
                ws, choice.selection(ws), resolution=choice.resolution
            )
        parts.say(found.sentence)
        left, right = st.columns([1, 1], gap="medium")
        with left:
            charts.draw(_curve(found.table, session.appearance()))
            st.html(
                "<p class='under'>Busiest hexagons first. The dashed line shows what the curve"
                " would be if every hexagon had the same number.</p>"
            )
        with right:
            parts.table(_figures(found), numbers=("Figure", "By chance"), stack=True)
            st.html(
                "<p class='under'>By chance: the same number of incidents, scattered at random.</p>"
            )
        with st.expander("The curve as a table"):
            frame = found.table.frame
            shown = {
                "Busiest hexagons": frame["share_of_cells"].map(parts.percent),
                "Incidents in them": frame["share"].map(parts.percent),
            }
            parts.table(pd.DataFrame(shown), numbers=tuple(shown))
        parts.foot(ws, choice, found, name="concentration")


def _figures(found: Analysis) -> pd.DataFrame:
    frame = found.more["figures"].frame
    is_share = frame["figure"].str.startswith("Share")

    def said(column: str) -> list[str]:
        return [
            parts.percent(v) if share else f"{v:.2f}"
            for v, share in zip(frame[column], is_share, strict=True)
        ]

    ranges = [
        "" if pd.isna(missing) else low if low == high else f"{low} to {high}"
        for missing, low, high in zip(frame["low"], said("low"), said("high"), strict=True)
    ]
    return pd.DataFrame({"What": frame["figure"], "Figure": said("value"), "By chance": ranges})


def _curve(table: Protected, look: Palette) -> alt.TopLevelMixin:
    shown = table.frame.dropna(subset=["share"])
    points = {
        "cells": [0.0, *shown["share_of_cells"].astype(float)],
        "share": [0.0, *shown["share"].astype(float)],
    }
    tips = [
        alt.Tooltip("cells:Q", title="Busiest hexagons", format=".1%"),
        alt.Tooltip("share:Q", title="Incidents in them", format=".1%"),
    ]
    axis = alt.Axis(format="%", tickCount=5, grid=True)
    x = alt.X("cells:Q", title="Share of hexagons", scale=alt.Scale(domain=[0, 1]), axis=axis)
    y = alt.Y("share:Q", title="Share of incidents", scale=alt.Scale(domain=[0, 1]), axis=axis)
    strong = charts.STRONG[look.name]
    curve = alt.Chart(pd.DataFrame(points)).encode(x=x, y=y)
    even = alt.Chart(pd.DataFrame({"cells": [0.0, 1.0], "share": [0.0, 1.0]})).encode(x=x, y=y)
    lines = alt.layer(
        even.mark_line(color=look.line, strokeDash=[4, 4]),
        curve.mark_line(color=strong, strokeWidth=3),
        curve.mark_point(color=strong, filled=True, size=45, opacity=1).encode(tooltip=tips),
    )
    return charts.styled(lines, look, height=300)


def side_by_side(ws: Workspace, choice: Choice) -> None:
    """Draw the areas by incidents and by rate, and say what harm and pins can add."""
    parts.heading("The same areas, ranked in different ways")
    with parts.or_the_reason():
        found = views_changes.ranks(ws, choice.selection(ws))
        parts.say(found.sentence)
        narrow = session.is_phone()
        charts.draw(_slopes(found.table, session.appearance(), narrow=narrow))
        if len(found.table.frame) > _MOST_LINES:
            st.caption(
                f"The {_MOST_LINES} with the most incidents; the table has all"
                f" {len(found.table.frame)}."
            )
        parts.table(
            _ranked(found.table),
            numbers=(
                "Incidents",
                "By incidents",
                "Per 1,000 residents",
                "By rate",
                "Difference",
                "Harm",
                "By harm",
            ),
            stack=True,
        )
        st.markdown(
            f"**By harm:** {plain(found.card['by harm'])}\n\n**By young people's pins:**"
            f" {plain(found.card['by pins'])}"
        )
        parts.foot(ws, choice, found, name="ranks")


def _ranked(table: Protected) -> pd.DataFrame:
    frame = table.frame
    harm = (
        {"Harm": frame["harm"].map(words.number), "By harm": frame["rank_harm"].map(_place)}
        if "harm" in frame
        else {}
    )
    return pd.DataFrame(
        {
            "Area": frame["name"],
            "Incidents": frame["n"].map(words.number),
            "By incidents": frame["rank"].map(_place),
            "Per 1,000 residents": frame["rate"].map(words.rate),
            "By rate": frame["rank_rate"].map(_place),
            "Difference": frame["difference"].map(_moved),
            **harm,
        }
    )


def _slopes(table: Protected, look: Palette, *, narrow: bool) -> alt.TopLevelMixin:
    """Each area as a line from its place by incidents to its place by rate."""
    frame = table.frame.dropna(subset=["rank", "rank_rate"]).head(_MOST_LINES)
    # Areas that share a place stand one below the other, as the other list has them: their lines do
    # not cross.
    lists = {"Incidents": ["rank", "rank_rate"], "Rate": ["rank_rate", "rank"]}
    drawn = [
        pd.DataFrame(
            {
                "area": ordered["name"],
                "list": name,
                "place": ordered[by[0]].astype(int),
                "height": range(1, len(ordered) + 1),
                "moved": ordered["difference"].astype(int) != 0,
            }
        )
        for name, by in lists.items()
        for ordered in [frame.sort_values(by, kind="stable")]
    ]
    long = pd.concat(drawn, ignore_index=True)
    colour = (
        alt.when("datum.moved")
        .then(alt.value(charts.STRONG[look.name]))
        .otherwise(alt.value(look.line))
    )
    tips = [
        alt.Tooltip("area:N", title="Area"),
        alt.Tooltip("list:N", title="List"),
        alt.Tooltip("place:Q", title="Place"),
    ]
    base = alt.Chart(long).encode(
        x=alt.X(
            "list:N",
            title=None,
            scale=alt.Scale(padding=0.95 if narrow else 0.5),
            axis=alt.Axis(labelAngle=0, orient="top", domain=False, ticks=False),
        ),
        y=alt.Y(
            "height:Q", title=None, axis=None, scale=alt.Scale(reverse=True, nice=False, padding=12)
        ),
        detail="area:N",
    )
    limit = _NARROW_NAME_PX if narrow else 0
    label = "datum.place + '. ' + datum.area"
    left, right = (
        base.transform_filter(f"datum.list == '{which}'")
        .transform_calculate(label=label)
        .encode(text="label:N")
        for which in lists
    )
    texts = [
        left.mark_text(align="right", dx=-10, color=look.ink, fontSize=13, limit=limit),
        right.mark_text(align="left", dx=10, color=look.ink, fontSize=13, limit=limit),
    ]
    slopes: alt.TopLevelMixin = (
        alt.layer(
            base.mark_line(strokeWidth=2).encode(color=colour),
            base.mark_point(filled=True, size=45, opacity=1).encode(color=colour, tooltip=tips),
            *texts,
        )
        .properties(height=max(120, 26 * (len(frame) + 1)), background="transparent")
        .configure(font=charts.FONT)
        .configure_axis(labelColor=look.ink, labelFontSize=13, labelFont=charts.FONT)
        .configure_view(stroke=None)
    )
    return slopes


def _place(rank: object) -> str:
    return "not known" if pd.isna(rank) else f"{rank}"


def _moved(places: object) -> str:
    """How many places further up an area stands by its rate."""
    if pd.isna(places):
        return "not known"
    by = int(str(places))
    return "the same" if by == 0 else f"{abs(by)} {'up' if by > 0 else 'down'}"
