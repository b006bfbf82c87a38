"""The chart of the record: three lines from zero, each named at its end."""

from __future__ import annotations

from itertools import pairwise

import altair as alt
import numpy as np
import pandas as pd

from vrp_map.disclosure.words import TOO_FEW
from vrp_map.maps import Palette
from vrp_map.statistics.record import HOTSPOTS
from vrp_map.statistics.rolling import ALL_HISTORY, OURS
from vrp_map.ui.shared import charts

_STRONG = {"light": "#1d70b8", "dark": "#7ab8ec"}
_ENDS = {HOTSPOTS: "Hotspots", ALL_HISTORY: "All counts", OURS: "Our model"}
_COLUMNS = {HOTSPOTS: "held", ALL_HISTORY: ALL_HISTORY, OURS: OURS}
_DASHES = {HOTSPOTS: [1, 0], ALL_HISTORY: [6, 3], OURS: [2, 2]}
_HEIGHT_PX, _LINE_PX = 240, 17


def chart(frame: pd.DataFrame, look: Palette) -> alt.TopLevelMixin:
    """Draw held, all_history and ours of a record by month; a missing share is a gap in
    its line.
    """
    long = pd.concat(
        [
            pd.DataFrame(
                {"month": frame["month"], "share": frame[column].astype(float), "who": _ENDS[name]}
            )
            for name, column in _COLUMNS.items()
        ]
    )
    long["words"] = [(TOO_FEW if np.isnan(s) else f"{s:.0%}") for s in long["share"]]
    top = max(0.1, float(long["share"].max()) * 1.1)
    ends = labels(frame, top=top)
    x = alt.X(
        "month:T",
        title=None,
        axis=alt.Axis(format="%b %y", tickCount=3, labelFlush=True, labelOverlap=True, grid=False),
    )
    y = alt.Y(
        "share:Q",
        title=None,
        scale=alt.Scale(domain=[0, top], nice=False),
        axis=alt.Axis(format=".0%", tickCount=4),
    )
    names = list(_ENDS.values())
    tone = alt.Color(
        "who:N",
        legend=None,
        scale=alt.Scale(domain=names, range=[_STRONG[look.name], look.ink, look.hot]),
    )
    dash = alt.StrokeDash(
        "who:N", legend=None, scale=alt.Scale(domain=names, range=list(_DASHES.values()))
    )
    tips = [
        alt.Tooltip("month:T", title="Month", format="%B %Y"),
        alt.Tooltip("who:N", title="Chosen by"),
        alt.Tooltip("words:N", title="Held"),
    ]
    base = alt.Chart(long)
    lines = base.mark_line(strokeWidth=2.5, invalid="break-paths-show-domains").encode(
        x=x, y=y, color=tone, strokeDash=dash
    )
    points = (
        base.transform_filter("isValid(datum.share)")
        .mark_point(filled=True, size=36, opacity=1)
        .encode(x=x, y=y, color=tone, tooltip=tips)
    )
    text = (
        alt.Chart(ends)
        .mark_text(align="left", dx=8, fontSize=13, font=charts.FONT, fontWeight="bold")
        .encode(x=x, y=alt.Y("at:Q"), text="who:N", color=tone)
    )
    return charts.styled(alt.layer(lines, points, text), look, height=_HEIGHT_PX)


def labels(frame: pd.DataFrame, *, top: float) -> pd.DataFrame:
    """Where the names of the lines stand: at their last point, moved apart where they would touch.

    Returns:
        month, who, at (a height in the units of the axis); only lines with any point.
    """
    rows = []
    for name, column in _COLUMNS.items():
        known = frame.loc[frame[column].notna(), column]
        if len(known):
            rows.append(
                {"month": frame["month"].max(), "who": _ENDS[name], "at": float(known.iloc[-1])}
            )
    rows.sort(key=lambda row: row["at"])
    gap = top * _LINE_PX / _HEIGHT_PX
    for lower, upper in pairwise(rows):
        upper["at"] = max(upper["at"], lower["at"] + gap)
    # The topmost may have left the chart: push all down by what is too much.
    over = max(0.0, rows[-1]["at"] - top) if rows else 0.0
    return pd.DataFrame(
        [row | {"at": row["at"] - over} for row in rows], columns=["month", "who", "at"]
    )
