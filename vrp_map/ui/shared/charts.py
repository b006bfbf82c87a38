"""The monthly chart: counts from zero, the chosen months strong, hidden months said and never drawn
as a fall.
"""

from __future__ import annotations

import html
from datetime import date
from itertools import count
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from vrp_map.disclosure.protect import Protected
from vrp_map.disclosure.words import FEW_OR_NONE
from vrp_map.maps import Palette

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif"
# Lines over zero behind the bars, and words of months under them.
_LINES, _LABELS = 4, 4
_LABEL_EVERY = (1, 3, 6, 12, 24, 60, 120, 240)
STRONG = {"light": "#1d70b8", "dark": "#5694ca"}


def monthly(months: Protected, *, title: str, look: Palette, chosen: tuple[date, date]) -> None:
    """Draw `months_html`."""
    st.html(months_html(months, title=title, look=look, chosen=chosen))


def months_html(months: Protected, *, title: str, look: Palette, chosen: tuple[date, date]) -> str:
    """The counts of each month as a list that looks like bars, and what is hidden, as HTML.

    A screen reader reads every month, and a browser loads no library for it: 25 scripts, and 0.3 MB
    of a first visit.

    Args:
        months: a frame of month, n (NA where hidden), with a row for each month in order.
        chosen: first and last month of the selection, drawn in the strong colour.
    """
    frame = months.frame
    hidden = int(frame["n"].isna().sum())
    if frame.empty or hidden == len(frame):
        below = f"<p class='under'>{_all_hidden(len(frame))}</p>"
    else:
        below = _bars(frame, look, chosen, k=months.k)
        if hidden:
            many = f"{hidden} month{'s' if hidden > 1 else ''}"
            below += f"<p class='under'>○ {many} with {FEW_OR_NONE}: hidden.</p>"
    return f"<h3>{html.escape(title)}</h3>{below}"


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
    st.vega_lite_chart(spec=chart.to_dict(validate=False), theme=None, width="stretch")


def _all_hidden(months: int) -> str:
    return (
        f"Every month here has {FEW_OR_NONE}, so each is hidden."
        if months
        else "No months to draw."
    )


def _bars(frame: pd.DataFrame, look: Palette, chosen: tuple[date, date], *, k: int) -> str:
    """The list of bars, with the lines and numbers behind it, as HTML."""
    days = [pd.Timestamp(month) for month in frame["month"]]
    shown = [None if pd.isna(n) else int(n) for n in frame["n"]]
    lines = _round_numbers(max([k, *(n for n in shown if n is not None)]))
    top = lines[-1]
    first, last = (pd.Timestamp(day) for day in chosen)
    bars = "".join(
        f"<li class='{_kind(n, is_chosen=first <= day <= last)}'"
        f" style='--tall:{(n or 0) / top:.4f}'>"
        f"<span>{day:%B %Y}: {FEW_OR_NONE if n is None else f'{n:,}'}</span></li>"
        for day, n in zip(days, shown, strict=True)
    )
    behind = "".join(f"<i style='--tall:{n / top:.4f}'>{n:,}</i>" for n in lines)
    apart = next(step for step in _LABEL_EVERY if len(days) <= _LABELS * step)
    under = "".join(
        f"<b style='--at:{(at + 0.5) / len(days):.4f}'>{day:%b %y}</b>"
        for at, day in enumerate(days)
        if (12 * day.year + day.month - 1) % apart == 0
    )
    colours = f"--chosen:{STRONG[look.name]};--other:{look.hidden};--mark:{look.line}"
    return (
        f"<div class='months' style='{colours}'><div aria-hidden='true'>{behind}{under}</div>"
        f"<ol role='list'>{bars}</ol></div>"
    )


def _kind(n: int | None, *, is_chosen: bool) -> str:
    if n is None:
        return "unshown"
    return "chosen" if is_chosen else ""


def _round_numbers(top: int) -> list[int]:
    """Up to five whole numbers from zero on, evenly apart, the last at least as high as this."""
    step = next(
        part * 10**power
        for power in count()
        for part in (1, 2, 5)
        if top <= _LINES * part * 10**power
    )
    return list(range(0, top + step, step))
