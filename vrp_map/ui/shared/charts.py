"""The monthly chart: counts from zero, the chosen months strong, hidden months said and never drawn
as a fall.
"""

from __future__ import annotations

import html
from datetime import date
from functools import cache
from typing import Any
from zlib import crc32

import altair as alt
import pandas as pd
import streamlit as st

from vrp_map.disclosure.protect import Protected
from vrp_map.disclosure.words import FEW_OR_NONE
from vrp_map.maps import Palette

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif"
_MONTHS_PX = 120
STRONG = {"light": "#1d70b8", "dark": "#5694ca"}


def monthly(months: Protected, *, title: str, look: Palette, chosen: tuple[date, date]) -> None:
    """Draw the counts of each month, and say what is hidden.

    Args:
        months: a frame of month, n (NA where hidden).
        chosen: first and last month of the selection, drawn in the strong colour.
    """
    frame = months.frame.assign(month=pd.to_datetime(months.frame["month"]))
    st.html(f"<h3>{html.escape(title)}</h3>")
    hidden = int(frame["n"].isna().sum())
    if frame.empty or hidden == len(frame):
        st.html(f"<p class='under'>{_all_hidden(len(frame))}</p>")
        return
    # As high from the first moment on as it will be.
    with st.container(key=f"months-{crc32(title.encode())}"):
        _draw(_filled(frame, look, chosen, k=months.k))
    if hidden:
        st.html(
            f"<p class='under'>○ {hidden} month{'s' if hidden > 1 else ''} with {FEW_OR_NONE}:"
            " hidden.</p>"
        )


def styled(chart: Any, look: Palette, *, height: int) -> alt.TopLevelMixin:
    """The look that all charts share, as tall as this in pixels."""
    whole: alt.TopLevelMixin = (
        chart.properties(height=height, background="transparent")
        .configure(font=FONT)
        .configure_axis(
            labelColor=look.ink,
            titleColor=look.ink,
            labelFontSize=13,
            titleFontSize=13,
            titleFontWeight="normal",
            domainColor=look.line,
            tickColor=look.line,
            gridColor=look.hidden,
            gridOpacity=0.5,
            labelFont=FONT,
        )
        .configure_view(stroke=None)
    )
    return whole


def draw(chart: alt.TopLevelMixin) -> None:
    """Draw a chart as wide as its place.

    Checking it against the grammar each time would take most of a page's time.
    """
    _draw(chart.to_dict(validate=False))


def _draw(spec: dict[str, Any]) -> None:
    st.vega_lite_chart(spec=spec, theme=None, width="stretch")


def _all_hidden(months: int) -> str:
    return (
        f"Every month here has {FEW_OR_NONE}, so each is hidden."
        if months
        else "No months to draw."
    )


def _filled(
    frame: pd.DataFrame, look: Palette, chosen: tuple[date, date], *, k: int
) -> dict[str, Any]:
    """The chart with its numbers: month, n (NA where hidden)."""
    first, last = (pd.Timestamp(day) for day in chosen)
    shown = [None if pd.isna(n) else int(n) for n in frame["n"]]
    rows = [
        {
            "month": month.isoformat(),
            "shown": n,
            "inside": bool(first <= month <= last),
            "words": FEW_OR_NONE if n is None else f"{n:,}",
        }
        for month, n in zip(frame["month"], shown, strict=True)
    ]
    top = max([k, *(n for n in shown if n is not None)])
    # A layer without a mark would be a picture without a text, to a screen reader.
    bare = _bare(look, has_gaps=None in shown)
    return bare | {"datasets": {"months": rows}, "params": [{"name": "top", "value": top}]}


@cache
def _bare(look: Palette, *, has_gaps: bool) -> dict[str, Any]:
    """The chart without its numbers, put together once for an appearance: that takes longer than
    all the counting.

    Args:
        has_gaps: whether a month is hidden; its place is then marked.
    """
    x = alt.X(
        "month:T",
        title=None,
        axis=alt.Axis(format="%b %y", tickCount=4, labelFlush=True, grid=False),
    )
    tips = [
        alt.Tooltip("month:T", title="Month", format="%B %Y"),
        alt.Tooltip("words:N", title="Incidents"),
    ]
    colour = (
        alt.when("datum.inside")
        .then(alt.value(STRONG[look.name]))
        .otherwise(alt.value(look.hidden))
    )
    base = alt.Chart(alt.NamedData("months"))
    y = alt.Y(
        "shown:Q",
        title=None,
        scale=alt.Scale(domainMin=0, domainMax=alt.ExprRef("top"), nice=True),
        axis=alt.Axis(tickCount=3, tickMinStep=1, format=",d"),
    )
    bars = (
        base.transform_filter("isValid(datum.shown)")
        .mark_bar()
        .encode(x=x, y=y, color=colour, tooltip=tips)
    )
    gaps = (
        base.transform_filter("!isValid(datum.shown)")
        .mark_point(shape="circle", size=28, filled=False)
        .encode(x=x, y=alt.datum(0), color=alt.value(look.line), tooltip=tips)
    )
    layers = [bars, gaps] if has_gaps else [bars]
    chart = styled(alt.layer(*layers), look, height=_MONTHS_PX)
    spec: dict[str, Any] = chart.to_dict(validate=False)
    return spec
