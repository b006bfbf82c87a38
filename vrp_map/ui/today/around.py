"""What else a navigator looks at first: events, replies owed, hours, and the map itself."""

from __future__ import annotations

import html
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

import streamlit as st

from vrp_map.analysis.periods import CellChange
from vrp_map.errors import UserError
from vrp_map.maps.changes import change_words
from vrp_map.principal import Principal
from vrp_map.responses.agenda import DAYS_AHEAD, coming_events, pilot_hours, replies_owed
from vrp_map.ui.shared import session
from vrp_map.ui.shared.markdown import plain
from vrp_map.views import changes as views
from vrp_map.views.choice import Choice, default_choice
from vrp_map.wording import period_of_days

_MOST = 5
_SURE = {CellChange.MORE_SURE, CellChange.FEWER_SURE}


def events(now: datetime) -> None:
    """Events that run today or begin in the coming days."""
    summit = session.summit()
    local = session.responses().local(now)
    found = coming_events(summit, today=local.date())
    lines = [
        f"{html.escape(event.name)}, {html.escape(event.place)}:"
        f" {period_of_days(event.starts_on, event.ends_on)}"
        for event in found
    ]
    _list("Events", lines, nothing=f"No event is planned for the next {DAYS_AHEAD} days.")


def replies(who: Principal, now: datetime) -> None:
    """Places that wait for an answer."""
    owed = replies_owed(session.summit(), who, now=now, clock=time.monotonic())
    lines = [
        f"<a href='/you-said-we-did'>{html.escape(one.event)}</a>: {one.places:,}"
        f" {'place waits' if one.places == 1 else 'places wait'} for an answer"
        for one in owed
    ]
    _list("Replies owed", lines, nothing="No place waits for an answer.")


def hours(who: Principal, now: datetime) -> None:
    """Hours of the pilots that run, for who may read pilots."""
    found = pilot_hours(session.pilots(), who, now=now)
    lines = [
        f"<a href='/pilots?pilot={one.reference}'>{one.reference}</a>, {html.escape(one.name)}:"
        f" {_hours(one.hours)}{_of(one.planned)}"
        for one in found
    ]
    if lines:
        _list("Hours of pilots that run", lines, nothing="")


def hotspots() -> None:
    """Hexagons that changed between the latest two periods, as What changed says it."""
    st.html("<h2>What changed on the map</h2>")
    try:
        ws = session.workspace()
        choice = default_choice(ws)
        found = views.changes(ws, choice.selection(ws), resolution=choice.resolution)
    except UserError as trouble:
        st.markdown(f"{plain(trouble)} [What changed](/what-changed) compares other months.")
        return
    frame = found.table.frame
    sure = frame[frame["verdict"].isin(_SURE)].head(_MOST) if len(frame) else frame
    lines = [
        f"<a href='{_page(choice, cell)}'>{html.escape(str(name or cell))}</a>,"
        f" {html.escape(str(lad))}: {html.escape(change_words(verdict))}"
        for cell, name, lad, verdict in zip(
            *(sure.get(c, ()) for c in ("cell", "name", "lad", "verdict")), strict=True
        )
    ]
    st.html(
        f"<p>{html.escape(found.sentence)} <a href='/what-changed'>What changed</a> shows all.</p>"
        + _items(lines)
    )


def _page(choice: Choice, cell: str) -> str:
    return html.escape("/?" + urlencode(replace(choice, at=f"cell:{cell}").to_query()))


def _list(title: str, lines: Sequence[str], *, nothing: str) -> None:
    st.html(f"<h2>{title}</h2>" + (_items(lines) or f"<p>{nothing}</p>"))


def _items(lines: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>" if lines else ""


def _hours(hours: float | None) -> str:
    return "no hours are recorded yet" if hours is None else f"{hours:,.0f} hours"


def _of(planned: float | None) -> str:
    return "" if planned is None else f" of {planned:,.0f} planned so far"
