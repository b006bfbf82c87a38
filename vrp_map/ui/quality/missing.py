"""What is missing: under the map in a few sentences, and on the Data quality page in full."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from vrp_map.analysis.missing import EVERYTHING, MissingData, incomplete_months, unlocated_words
from vrp_map.disclosure.protect import Protected
from vrp_map.disclosure.words import FEW_OR_NONE
from vrp_map.maps import Palette
from vrp_map.selection import Selection, shift_month
from vrp_map.ui.quality import parts as quality
from vrp_map.ui.shared import charts, session, words
from vrp_map.ui.shared.markdown import plain
from vrp_map.views import hotspots as views
from vrp_map.views.choice import Choice
from vrp_map.views.hotspots import HotspotView
from vrp_map.workspace import Workspace

INDICATIVE = "The policing unit boundaries are indicative."


def under_the_map(ws: Workspace, view: HotspotView, choice: Choice) -> None:
    """One line under the map that opens: what was asked for and is not on it."""
    selection = choice.selection(ws)
    key = ("facts", selection, views.AUDIENCE)
    facts = views.remember(
        ws, key, lambda: ws.facts(selection, audience=views.AUDIENCE)
    ).frame.iloc[0]
    partial = _partial(ws, selection)
    with st.expander(headline(facts, choice)):
        st.markdown(
            "\n".join(f"- {plain(line)}" for line in lines(ws, view, choice, facts, partial))
        )
        st.page_link("screens/data_quality.py", label="All missing data, by kind, month and source")


def headline(facts: pd.Series, choice: Choice) -> str:
    """The line itself. Nobody knows in which area an incident without a place was."""
    if choice.where:
        return "What is not on this map: incidents without a place"
    return f"What is not on this map: {unlocated_words(facts['incidents'], facts['unlocated'])}"


def lines(
    ws: Workspace, view: HotspotView, choice: Choice, facts: pd.Series, partial: Mapping[date, str]
) -> list[str]:
    """What is not on the map, in sentences.

    Args:
        facts: of the selection, as shown. partial: why a month is not whole, by month.
    """
    if choice.where:
        said = ["Incidents without a place are on no map. We do not know how many were here."]
    else:
        said = [
            (
                f"{_how_many(facts['unlocated'], facts['incidents'])} no place: they are in no"
                " hexagon."
            ),
            (
                f"{_how_many(facts['outside'], facts['incidents'], verb='lie')} outside"
                f" {ws.settings.place}."
            ),
        ]
    if not view.hotspots.cells.is_exact:
        said.append(
            "A hexagon without a colour has few of these incidents, or none. The map does not say"
            " which."
        )
    said += [
        f"{months} {are} not complete: {why}." for months, are, why in _not_whole_words(partial)
    ]
    if not partial:
        said.append("Every month of this period is complete.")
    return [*said, INDICATIVE] if ws.is_indicative(choice.layer) else said


def _how_many(n: Any, among: Any, *, verb: str = "have") -> str:
    """ "5 of 60 incidents have", "Few of 60 incidents, or none, have", "Few incidents, or none,
    have".
    """
    of = "incidents" if pd.isna(among) else f"of {int(among):,} incidents"
    if pd.isna(n):
        return f"Few {of}, or none, {verb}"
    return f"{int(n):,} {of} {verb}"


def _not_whole_words(partial: Mapping[date, str]) -> list[tuple[str, str, str]]:
    """Months in words, "is" or "are", and why they are not whole; those with one
    reason together.
    """
    reasons: dict[str, list[date]] = {}
    for month, why in partial.items():
        reasons.setdefault(why, []).append(month)
    return [
        (words.months(months), "is" if len(months) == 1 else "are", why)
        for why, months in reasons.items()
    ]


def _partial(ws: Workspace, selection: Selection) -> dict[date, str]:
    months = [shift_month(selection.first, i) for i in range(selection.months)]
    return incomplete_months(
        ws.gaps(selection, audience=views.AUDIENCE), months, created=ws.snapshot.created.date()
    )


def show(ws: Workspace) -> None:
    """The whole of it, for the Data quality page: by kind, by month, by source, each as a picture
    and as a table.
    """
    found = views.remember(ws, ("missing", views.AUDIENCE), lambda: _found(ws))
    look = session.appearance()
    st.html("<h2>What is missing</h2>")
    st.markdown(
        f"Of all the data loaded, {plain(found.sentence)}. They count in every total, but are on"
        " no map. If many incidents of one kind have no place, the map shows only part of them."
    )
    _by_kind(found.by_category, look)
    _by_month(found, look)
    st.html("<h3>Without a place, by source</h3>")
    quality.table(
        _readable(found.by_source, "Source", str), nothing="No incidents yet.", stack=True
    )
    _not_whole(found)


def _found(ws: Workspace) -> MissingData:
    return ws.missing(EVERYTHING, audience=views.AUDIENCE)


def _by_kind(table: Protected, look: Palette) -> None:
    st.html("<h3>Without a place, by kind of incident</h3>")
    known = table.frame.dropna(subset=["share"])
    if len(known):
        data = pd.DataFrame(
            {"kind": known["category"].map(words.category), "share": known["share"].astype(float)}
        )
        charts.draw(_kinds(data, look))
    with st.expander("The same as a table"):
        quality.table(
            _readable(table, "Kind", words.category), nothing="No incidents yet.", stack=True
        )


def _by_month(found: MissingData, look: Palette) -> None:
    st.html("<h3>Without a place, by month</h3>")
    frame = found.by_month.frame
    if len(frame):
        charts.draw(_months(month_marks(frame), look))
        st.html(
            "<p class='under'>An open bar is a month that is not complete yet. A circle is a month"
            " without a number: nothing was delivered, or the number is small and hidden.</p>"
        )
    with st.expander("The same as a table"):
        shown = _readable(found.by_month, "Month", words.month)
        shown["Complete?"] = ["yes" if not why else f"no: {why}" for why in frame["why"]]
        quality.table(shown, nothing="No incidents yet.", stack=True)


def _not_whole(found: MissingData) -> None:
    """Months absent by supplier, and months that are not over."""
    st.html("<h3>Missing and incomplete months</h3>")
    rows = [
        {"Supplier": supplier, "Months not delivered": words.months(months)}
        for supplier, months in found.gaps.items()
    ]
    nothing = "Every supplier that matters has delivered every month, from its first to its last."
    quality.table(pd.DataFrame(rows), nothing=nothing, stack=True)
    for months, are, why in _not_whole_words(found.incomplete):
        st.markdown(
            f"**{months}** {are} not complete: {plain(why)}. A low number there does not mean a"
            " fall."
        )


def _readable(table: Protected, label: str, words_of: Any) -> pd.DataFrame:
    frame = table.frame
    return pd.DataFrame(
        {
            label: frame.iloc[:, 0].map(words_of),
            "Incidents": frame["n"],
            "Without a place": frame["unlocated"],
            "Share": frame["share"].map(words.share),
        }
    )


def month_marks(frame: pd.DataFrame) -> pd.DataFrame:
    """How each month is drawn: month, share (missing = no number), open (not whole), words for its
    tooltip.
    """
    share = frame["share"].astype("Float64")
    said = share.map(words.share).where(share.notna(), FEW_OR_NONE)
    said = said.mask(frame["n"].eq(0).fillna(value=False).astype(bool), "nothing delivered")
    why = frame["why"].astype(str)
    return pd.DataFrame(
        {
            "month": pd.to_datetime(frame["month"]),
            "share": share.astype(float),
            "open": why != "",
            "words": said + why.map(lambda text: f"; not complete: {text}" if text else ""),
        }
    )


def _kinds(data: pd.DataFrame, look: Palette) -> alt.TopLevelMixin:
    y = alt.Y(
        "kind:N", title=None, sort=None, axis=alt.Axis(labelLimit=220, ticks=False, domain=False)
    )
    x = alt.X(
        "share:Q",
        title=None,
        axis=alt.Axis(format="%", tickCount=4),
        scale=alt.Scale(domainMin=0, nice=True),
    )
    tips = [
        alt.Tooltip("kind:N", title="Kind"),
        alt.Tooltip("share:Q", title="Without a place", format=".1%"),
    ]
    bars = (
        alt.Chart(data)
        .mark_bar(color=charts.STRONG[look.name], height=14)
        .encode(x=x, y=y, tooltip=tips)
    )
    return charts.styled(bars, look, height=24 * len(data) + 30)


def _months(data: pd.DataFrame, look: Palette) -> alt.TopLevelMixin:
    x = alt.X(
        "yearmonth(month):T",
        title=None,
        axis=alt.Axis(format="%b %y", tickCount=6, labelFlush=True, grid=False),
    )
    axis: dict[str, Any] = {
        "title": None,
        "scale": alt.Scale(domainMin=0, nice=True),
        "axis": alt.Axis(format="%", tickCount=4),
    }
    tips = [
        alt.Tooltip("month:T", title="Month", format="%B %Y"),
        alt.Tooltip("words:N", title="Without a place"),
    ]
    colour = charts.STRONG[look.name]
    bar: dict[str, Any] = {"width": {"band": 0.7}}
    known, y = data[data["share"].notna()], alt.Y("share:Q", **axis)
    hollow = {"filled": False, "stroke": colour, "strokeWidth": 1.5}
    parts: list[tuple[pd.DataFrame, dict[str, Any]]] = [(known[~known["open"]], {"color": colour})]
    parts.append((known[known["open"]], hollow))
    drawn = [
        alt.Chart(part).mark_bar(**bar, **paint).encode(x=x, y=y, tooltip=tips)
        for part, paint in parts
        if len(part)
    ]
    gone = data[data["share"].isna()]
    if len(gone):
        ring = alt.Chart(gone).mark_point(shape="circle", size=28, color=look.line)
        drawn.append(ring.encode(x=x, y=alt.datum(0), tooltip=tips))
    return charts.styled(alt.layer(*drawn), look, height=160)
