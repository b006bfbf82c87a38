"""What an answer of the Methods page is drawn with: the heat map of the week, bars of days, tables
in words.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from vrp_map.analysis import Analysis
from vrp_map.analysis.hour_of_week import DAYS, clock
from vrp_map.disclosure.protect import Protected
from vrp_map.disclosure.words import FEW_OR_NONE
from vrp_map.maps import Palette
from vrp_map.ui.changes import parts
from vrp_map.ui.shared import charts, session, words
from vrp_map.vocabulary import Method
from vrp_map.wording import class_in_words

_SHORT = 60
# Columns for machines, and p and q, which belong in the method card.
_ABOUT = ("rank", "name")
_LEFT_OUT = {
    "hidden",
    "cell",
    "code",
    "p",
    "q",
    "z",
    "from_m",
    "to_m",
    "from_days",
    "to_days",
    "cluster_id",
    "key",
    "residents",
    "expected",
    "from_hour",
    "to_hour",
    "weight_exact",
}
_HEADINGS = {
    "n": "Incidents",
    "name": "Name",
    "lad": "Council area",
    "npu": "Policing unit",
    "rank": "Rank",
    "rate": "Per 1,000",
    "rate_low": "From",
    "rate_high": "To",
    "population": "Residents",
    "month": "Month",
    "share": "Share",
    "share_of_cells": "Share of hexagons",
    "change": "Change",
    "n_previous": "Before",
    "hotspot_class": "Hotspot?",
    "cluster": "Hotspot no.",
    "cells": "Hexagons",
    "n_places": "Places",
    "distance": "How far",
    "time": "How soon",
    "ratio": "Times as many as chance",
    "stands_out": "More than chance?",
    "day": "Day",
    "days": "Days of this kind",
    "a_day": "On a typical day",
    "offence": "Offence",
    "weight": "Weight",
    "harm": "Harm",
    "real_or_luck": "Real, or chance?",
}
_WORDS = ("Month", "Offence", "How soon", "Name")


def picture(found: Analysis) -> None:
    """The chart of a method that has one."""
    look = session.appearance()
    if found.method == Method.HOUR_OF_WEEK:
        charts.draw(week(found.table, look))
        more = "Brighter" if look.name == "dark" else "Darker"
        st.html(f"<p class='under'>{more} is more. ○ {FEW_OR_NONE}: hidden.</p>")
    elif found.method == Method.DAY_OF_WEEK:
        charts.draw(days(found.table, look))


def week(table: Protected, look: Palette) -> Any:
    """The week as a heat map: a row a day, a column a block of hours; hidden blocks are a ring,
    never a colour.
    """
    frame = table.frame
    data = pd.DataFrame(
        {
            "day": frame["day"],
            "hours": [f"{h:02d}" for h in frame["from_hour"]],
            "when": frame["day"]
            + " "
            + frame["from_hour"].map(clock)
            + " to "
            + frame["to_hour"].map(clock),
            "shown": frame["n"].astype("Float64").astype(float),
            "words": frame["n"].map(words.number),
        }
    )
    base = alt.Chart(data).encode(
        x=alt.X("hours:O", title="Hour from", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("day:O", title=None, sort=list(DAYS)),
        tooltip=[alt.Tooltip("when:N", title="When"), alt.Tooltip("words:N", title="Incidents")],
    )
    colour = alt.Color("shown:Q", scale=alt.Scale(range=list(look.ramp), domainMin=0), legend=None)
    full = (
        base.transform_filter("datum.shown > 0").mark_rect(stroke=look.paper).encode(color=colour)
    )
    hidden = base.transform_filter("!isValid(datum.shown)").mark_point(
        shape="circle", size=40, filled=False
    )
    return charts.styled(
        alt.layer(full, hidden.encode(color=alt.value(look.line))), look, height=260
    )


def days(table: Protected, look: Palette) -> Any:
    """A bar a day of the week, from zero; a hidden day is a ring on the axis."""
    frame = table.frame
    data = pd.DataFrame(
        {
            "day": frame["day"],
            "shown": frame["n"].astype("Float64").astype(float),
            "words": frame["n"].map(words.number),
        }
    )
    base = alt.Chart(data).encode(
        x=alt.X("day:O", title=None, sort=list(DAYS), axis=alt.Axis(labelAngle=0)),
        tooltip=[alt.Tooltip("day:N", title="Day"), alt.Tooltip("words:N", title="Incidents")],
    )
    axis = alt.Axis(tickCount=4, tickMinStep=1, format=",d")
    height = alt.Y("shown:Q", title=None, scale=alt.Scale(nice=True), axis=axis)
    bars = (
        base.transform_filter("isValid(datum.shown)")
        .mark_bar(color=charts.STRONG[look.name])
        .encode(y=height)
    )
    gaps = base.transform_filter("!isValid(datum.shown)").mark_point(
        shape="circle", size=40, filled=False
    )
    return charts.styled(
        alt.layer(bars, gaps.encode(y=alt.datum(0), color=alt.value(look.line))), look, height=220
    )


def tables(found: Analysis) -> None:
    """Every table of an answer, in words."""
    listed(readable(found.table, found.method), key=found.method.value)
    for name, part in found.more.items():
        with st.expander(f"More: {name.replace('_', ' ')}"):
            listed(readable(part, found.method), key=f"{found.method.value}-{name}")


def listed(frame: pd.DataFrame, *, key: str) -> None:
    """A short table as it is, a long one in parts."""
    if frame.empty:
        st.markdown("There is nothing to list.")
    elif len(frame) <= _SHORT:
        parts.table(frame, numbers=_numbers(frame), stack=True)
    else:
        numbers = frame.select_dtypes("number").columns
        localized = st.column_config.NumberColumn(format="localized")
        parts.listing(frame, key=key, columns=dict.fromkeys(map(str, numbers), localized))


def readable(table: Protected, method: Method) -> pd.DataFrame:
    """A protected table with headings and values as people read them."""
    frame = table.frame
    if method == Method.HOUR_OF_WEEK:
        return _week_table(table)
    names = [str(name) for name in frame if str(name) not in _LEFT_OUT]
    # A phone shows the first columns only: what a row is about comes first.
    names.sort(key=lambda name: name not in _ABOUT)
    is_long = len(frame) > _SHORT
    return pd.DataFrame(
        {_heading(name, method): _column(name, frame[name], is_long=is_long) for name in names}
    )


def _column(name: str, values: pd.Series, *, is_long: bool) -> Any:
    """Words; numbers stay numbers in a long table, which can be sorted."""
    numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if is_long and numeric and not name.startswith("share"):
        return (
            values if pd.api.types.is_integer_dtype(values) else values.astype("Float64").round(2)
        )
    return [_words(name, value) for value in values]


def _week_table(table: Protected) -> pd.DataFrame:
    """The heat map as a table: a row a day, a column a block of hours."""
    frame = table.frame
    hours = zip(frame["from_hour"], frame["to_hour"], strict=True)
    frame = frame.assign(
        block=[f"{clock(a)} to {clock(b)}" for a, b in hours], said=[_short(n) for n in frame["n"]]
    )
    wide = frame.pivot(index="day", columns="block", values="said").reindex(index=list(DAYS))
    wide = wide[list(dict.fromkeys(frame["block"]))].rename_axis(columns=None)
    return wide.rename_axis("Day").reset_index()


def _short(n: Any) -> str:
    """A number among many of one kind: the line under the chart says what hidden means."""
    return "hidden" if pd.isna(n) else f"{int(n):,}"


def _heading(name: str, method: Method) -> str:
    if method == Method.NEAR_REPEAT and name == "n":
        return "Pairs of incidents"
    if method == Method.CONCENTRATION and name == "share":
        return "Share of incidents"
    return _HEADINGS.get(name, name.replace("_", " ").capitalize())


def _words(name: str, value: Any) -> Any:
    if isinstance(value, bool) or name == "stands_out":
        return (
            ("yes" if value else "could be chance")
            if name == "stands_out"
            else ("yes" if value else "no")
        )
    if (
        value is None
        or value is pd.NaT
        or (not isinstance(value, (str, list, tuple)) and pd.isna(value))
    ):
        return words.number(pd.NA) if name == "n" else "–"
    if name == "month":
        return words.month(value)
    if name == "change":
        return words.change(value)
    if name.startswith("share"):
        return words.share(value)
    if name == "hotspot_class":
        return class_in_words(str(value))
    if isinstance(value, float):
        return f"{value:,.0f}" if name in ("harm", "population") else f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) and name not in ("rank", "cluster") else value


def _numbers(frame: pd.DataFrame) -> list[str]:
    """The columns of numbers, which stand to the right."""

    def is_number(value: Any) -> bool:
        return str(value)[:1].isdigit() or str(value) in ("–", "hidden", FEW_OR_NONE)

    return [str(c) for c in frame if str(c) not in _WORDS and frame[c].map(is_number).all()]
