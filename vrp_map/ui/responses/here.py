"""What a hotspot or a hexagon says of responses: how many were here, and the way to log one."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from vrp_map import grid
from vrp_map.errors import UserError
from vrp_map.permissions import Action
from vrp_map.pilots.pilot import Pilot
from vrp_map.responses import ring
from vrp_map.ui.shared import session, words
from vrp_map.views import hotspots as views
from vrp_map.views.cell_links import MOST_LINKED, short_text
from vrp_map.views.choice import default_choice
from vrp_map.wording import day_words

_MOST = 5


def show(cells: Sequence[str], *, place: str = "here") -> None:
    """A line for those who read responses, a link for those who write them; else nothing.

    Args:
        cells: hexagons of one size; the first is the place that a response is logged at.
        place: where that is, in the words of its link.
    """
    who = session.principal()
    said = ""
    if who.may(Action.READ_RESPONSES):
        responses = session.responses_if_open()
        if responses is None:
            return
        found = ring.inside(responses.all(who), cells)
        last = f", last {day_words(found[0].response.when.first)}" if found else ""
        links = ", ".join(
            f"<a href='/responses?response={r.reference}'>{r.reference}</a>" for r in found[:_MOST]
        )
        said = f"<p>Responses here: {len(found):,}{last}. {links}</p>"
    said += pilots_here(cells)
    if who.may(Action.WRITE_RESPONSES):
        link = f"/respond?cell={html.escape(cells[0])}"
        said += f"<p><a href='{link}'>Log a response {html.escape(place)}</a></p>"
    if who.may(Action.WRITE_PILOTS):
        said += _new_pilot(cells)
    if said:
        st.html(f"<h3>What we did here</h3>{said}")


def _new_pilot(cells: Sequence[str]) -> str:
    if len(cells) > MOST_LINKED:
        return (
            f"<p>To record a pilot here, choose larger hexagons: these are {len(cells):,}, and the"
            f" form takes {MOST_LINKED:,} from the map.</p>"
        )
    area = f"/pilots?pilot=new&amp;area={short_text(cells)}"
    return f"<p><a href='{area}'>Record a pilot here</a></p>"


def pilots_here(cells: Sequence[str]) -> str:
    """A line of HTML that names the pilots of some hexagons; "" without any, or for others."""
    who = session.principal()
    if not who.may(Action.READ_PILOTS) or session.responses_if_open() is None:
        return ""
    pilots = session.pilots()
    today = pilots.today(session.now())
    links = ", ".join(
        f"<a href='/pilots?pilot={one.reference}'>{one.reference}</a>,"
        f" {html.escape(one.pilot.name)} ({html.escape(one.pilot.stage(today))})"
        for one in ring.pilots_at(pilots.all(who), cells)[:_MOST]
    )
    return f"<p>Pilots here: {links}</p>" if links else ""


def hotspots_here(cells: Sequence[str]) -> str:
    """A line of HTML that names the hotspots of the latest months in some hexagons; "" for none.

    Args:
        cells: hexagons of one size.
    """
    try:
        ws = session.workspace()
        size = int(grid.resolutions(grid.from_text(cells[:1]))[0])
        choice = replace(default_choice(ws), resolution=size)
        view = views.hotspot_view(ws, choice.selection(ws), resolution=choice.resolution)
    except UserError:
        return ""
    found = views.hotspots_at(view, cells)
    links = ", ".join(
        f"<a href='/?{urlencode(replace(choice, at=f'hotspot:{cell}').to_query())}'>"
        f"{html.escape(str(name))}</a>"
        for cell, name in zip(found["at_cell"], found["name"], strict=True)
    )
    months = html.escape(words.period(choice.first, choice.last))
    return f"<p>Hotspots here ({months}): {links}</p>" if links else ""


def of_pilot(pilot: Pilot) -> None:
    """How many incidents the partnership answered in a pilot's area and ring while it ran."""
    who, responses = session.principal(), session.responses_if_open()
    if responses is None or not who.may(Action.READ_RESPONSES):
        return
    cells = [*pilot.places.area, *pilot.places.ring]
    found = ring.during(responses.all(who), cells, first=pilot.start, last=pilot.end)
    links = ", ".join(
        f"<a href='/responses?response={r.reference}'>{r.reference}</a>" for r in found[:_MOST]
    )
    count = f"Responses in its area and the ring around it while it ran: {len(found):,}."
    near = hotspots_here(pilot.places.area)
    st.html(f"<h2>What else we did there</h2><p>{count} {links}</p>{near}")
