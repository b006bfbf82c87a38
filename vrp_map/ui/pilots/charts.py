"""Pictures, each with a table that says the same: a pilot month by month, and several at once."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from vrp_map.maps import Palette
from vrp_map.pilots.look import CoursePoint
from vrp_map.pilots.several import PilotForest
from vrp_map.ui.shared import session
from vrp_map.ui.shared.charts import STRONG, draw, styled

# Beyond these an interval is drawn to the edge; the table has the number.
_LOWEST, _HIGHEST = 0.1, 10.0
_TICKS = [0.1, 0.25, 0.5, 1, 2, 4, 10]
_ROW_PX = 40


def course(points: Sequence[CoursePoint]) -> None:
    """How the difference stood after each month, with its bands; nothing where there is none."""
    if not points:
        return
    look = session.appearance()
    st.html(
        "<h3>Month by month</h3><p>Incidents so far, more or fewer than the comparison leads one to"
        " expect, without the rings. It tells when the whole band lies to one side of 0. The bands"
        " allow for looking every month.</p>"
    )
    frame = pd.DataFrame([asdict(point) for point in points])
    frame["month"] = pd.to_datetime(frame["month"])
    base = alt.Chart(frame).encode(
        x=alt.X("month:T", title=None, axis=alt.Axis(format="%b %y", tickCount=6, grid=False))
    )
    colour = STRONG[look.name]
    band = base.mark_area(opacity=0.25, color=colour).encode(
        y=alt.Y("low:Q", title=None), y2="high:Q"
    )
    line = base.mark_line(point=True, color=colour).encode(y="difference:Q")
    zero = no_change(frame, look, y=alt.datum(0))
    draw(styled(alt.layer(band, zero, line), look, height=220))
    rows = "".join(
        f"<tr><th scope='row'>{point.month:%B %Y}</th><td>{point.difference:+,.0f}</td>"
        f"<td>{point.low:+,.0f} to {point.high:+,.0f}</td></tr>"
        for point in points
    )
    with st.expander("Month by month as a table"):
        draw_table(("Up to", "Difference", "Band"), rows)


def forest(found: PilotForest | None) -> None:
    """Several pilots side by side, each by itself and drawn to the others."""
    if found is None:
        return
    look, frame = session.appearance(), found.pilots
    st.html(
        "<h2>The pilots side by side</h2>"
        f"<p>{html.escape(found.sentence)}</p>"
        "<p>Line: each alone, with its interval. Diamond: drawn to the others. 1 is no change;"
        " less is fewer incidents.</p>"
    )
    shown = frame.assign(
        ratio=[_inside(n) for n in frame["ratio"]],
        low=[_inside(n, _LOWEST) for n in frame["low"]],
        high=[_inside(n, _HIGHEST) for n in frame["high"]],
        drawn_ratio=[_inside(n) for n in frame["drawn_ratio"]],
    )
    base = alt.Chart(shown).encode(
        y=alt.Y(
            "name:N", title=None, sort=list(shown["name"]), axis=alt.Axis(labelLimit=_label_px())
        )
    )
    colour = STRONG[look.name]
    layers = alt.layer(
        no_change(shown, look, x=alt.datum(1)),
        base.mark_rule(color=look.ink, aria=False).encode(x=_ratio("low"), x2="high:Q"),
        base.mark_tick(color=look.ink, thickness=3, size=14).encode(x=_ratio("ratio")),
        base.mark_point(shape="diamond", filled=True, size=110, color=colour, opacity=1).encode(
            x=_ratio("drawn_ratio")
        ),
    )
    draw(styled(layers, look, height=_ROW_PX * len(shown) + 40))
    rows = "".join(
        f"<tr><th scope='row'>{html.escape(str(one.name))}</th>"
        f"<td>{html.escape(str(one.verdict).capitalize())}</td><td>{_number(one.ratio)}</td>"
        f"<td>{_span(one.low, one.high)}</td><td>{_number(one.drawn_ratio)}</td>"
        f"<td>{_span(one.drawn_low, one.drawn_high)}</td></tr>"
        for one in frame.itertuples(index=False)
    )
    titles = ("Pilot", "Verdict", "Ratio", "Interval", "Drawn to the others", "Its interval")
    with st.expander("The pilots as a table"):
        draw_table(titles, rows)


def _label_px() -> int:
    """How wide the names may be: on a phone they leave room for the picture."""
    return min(320, session.map_size().width // 3)


def _ratio(field: str) -> Any:
    scale = alt.Scale(type="log", domain=[_LOWEST, _HIGHEST], clamp=True)
    return alt.X(f"{field}:Q", title=None, scale=scale, axis=alt.Axis(values=_TICKS, format="~g"))


def no_change(frame: pd.DataFrame, look: Palette, **at: Any) -> alt.Chart:
    """The line of no change."""
    line: alt.Chart = alt.Chart(frame.head(1)).mark_rule(
        color=look.ink, strokeDash=[4, 4], aria=False
    )
    return line.encode(**at)


def _inside(number: float | None, otherwise: float = math.nan) -> float:
    if number is None or math.isnan(number):
        return otherwise
    return min(max(number, _LOWEST), _HIGHEST)


def _number(number: float | None) -> str:
    if number is None or math.isnan(number):
        return "not known"
    return f"{number:.2f}" if math.isfinite(number) else "no limit"


def _span(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return "not known"
    return (
        f"{_number(0.0 if low is None else low)} to {_number(math.inf if high is None else high)}"
    )


def draw_table(titles: tuple[str, ...], rows: str) -> None:
    """A table of rows that are HTML already, which scrolls where it is too wide."""
    head = "".join(f"<th scope='col'>{title}</th>" for title in titles)
    st.html(
        "<div class='scroll' tabindex='0'><table class='plain'>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
