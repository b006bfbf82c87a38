"""How alike a pilot and its comparison were before the start: pictures, each with its table."""

from __future__ import annotations

import html

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from vrp_map.errors import UserError
from vrp_map.permissions import Action
from vrp_map.pilots.alike import PilotMatch
from vrp_map.pilots.service import Pilots
from vrp_map.pilots.store import PilotRecord
from vrp_map.principal import Principal
from vrp_map.ui.pilots.charts import draw_table, no_change
from vrp_map.ui.shared import session
from vrp_map.ui.shared.charts import STRONG, draw, styled
from vrp_map.ui.shared.markdown import of_mistake

_BARS = 24


def show(pilots: Pilots, who: Principal, record: PilotRecord) -> None:
    """The pictures, on demand, for whoever may judge; nothing where there is no comparison."""
    if not who.may(Action.JUDGE_PILOTS) or not record.pilot.places.comparison:
        return
    st.html("<h2>How alike is the comparison?</h2>")
    if not st.toggle("Show the months before the start", key=f"alike_{record.reference}"):
        return
    try:
        found = pilots.match(who, record, session.workspace())
    except UserError as mistake:
        st.warning(of_mistake(mistake))
        return
    st.html(f"<p>{html.escape(found.comparison.sentence)}</p>")
    _months(found)
    _features(found)
    st.html(f"<h3>Where nothing was done</h3><p>{html.escape(found.sentence)}</p>")
    _placebos(found)


def _months(found: PilotMatch) -> None:
    """Pilot and comparison month by month, the months that checked the choice shaded."""
    look, months = session.appearance(), found.comparison.months
    frame = months.assign(month=pd.to_datetime(months["month"]))
    base = alt.Chart(frame).encode(
        x=alt.X("month:T", title=None, axis=alt.Axis(format="%b %y", tickCount=6, grid=False))
    )
    held = frame.loc[frame["is_check"], "month"]
    shade = (
        alt.Chart(pd.DataFrame({"first": [held.min()], "last": [held.max()]}))
        .mark_rect(color=look.hidden, opacity=0.35, aria=False)
        .encode(x="first:T", x2="last:T")
    )
    pilot = base.mark_line(color=STRONG[look.name], strokeWidth=3).encode(
        y=alt.Y("pilot:Q", title=None)
    )
    other = base.mark_line(color=look.ink, strokeDash=[5, 4]).encode(y="comparison:Q")
    draw(styled(alt.layer(shade, other, pilot), look, height=220))
    st.html(
        "<p class='under'>Whole line: the pilot's area. Dashed: its comparison, at the pilot's"
        " level. Shaded: the months of the check.</p>"
    )
    rows = "".join(
        f"<tr><th scope='row'>{one.month:%B %Y}</th><td>{one.pilot:,}</td>"
        f"<td>{one.comparison:,.1f}</td><td>{'check' if one.is_check else 'level'}</td></tr>"
        for one in months.itertuples(index=False)
    )
    with st.expander("These months as a table"):
        draw_table(("Month", "Pilot", "Comparison, at its level", "Used for"), rows)


def _features(found: PilotMatch) -> None:
    rows = "".join(
        f"<tr><th scope='row'>{html.escape(str(one.feature)).capitalize()}</th>"
        f"<td>{one.apart:+.1f}</td><td>{one.apart_elsewhere:+.1f}</td></tr>"
        for one in found.comparison.balance.itertuples(index=False)
    )
    st.html(
        "<p>How far the pilot lies from its comparison, and from all other hexagons, in standard"
        " deviations. 0 is the same.</p>"
    )
    draw_table(("What they are matched on", "From its comparison", "From all others"), rows)


def _placebos(found: PilotMatch) -> None:
    """How far placebo pilots ended from 0, and where the pilot stands."""
    if found.middle is None:
        return
    look = session.appearance()
    counts, edges = np.histogram(found.placebos, bins=_BARS)
    frame = pd.DataFrame({"low": edges[:-1], "high": edges[1:], "pilots": counts})
    bars = (
        alt.Chart(frame)
        .mark_rect(color=look.line)
        .encode(
            x=alt.X("low:Q", title="Incidents against the comparison"),
            x2="high:Q",
            y=alt.Y("pilots:Q", title=None),
            y2=alt.datum(0),
        )
    )
    layers = [bars, no_change(frame, look, x=alt.datum(0))]
    if found.difference is not None:
        own = alt.Chart(frame.head(1)).mark_rule(color=STRONG[look.name], strokeWidth=3, aria=False)
        layers.append(own.encode(x=alt.datum(found.difference)))
    draw(styled(alt.layer(*layers), look, height=200))
    blue = " Blue line: this pilot." if found.difference is not None else ""
    st.html(f"<p class='under'>Bars: made-up pilots. Dashed: no change.{blue}</p>")
    rows = "".join(
        f"<tr><th scope='row'>{one.low:+,.0f} to {one.high:+,.0f}</th><td>{one.pilots:,}</td></tr>"
        for one in frame.itertuples(index=False)
        if one.pilots
    )
    with st.expander("Made-up pilots as a table"):
        draw_table(("Incidents against the comparison", "Made-up pilots"), rows)
