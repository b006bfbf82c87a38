"""The shortlist of places: firm hotspots, what is there already, and a link to each case."""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

from vrp_map.errors import UserError
from vrp_map.funding.need.places import FundingPlace, place_shortlist
from vrp_map.funding.need.service import NeedSources
from vrp_map.needs.service import equality_text
from vrp_map.principal import Principal
from vrp_map.selection import Selection
from vrp_map.server import this_server
from vrp_map.ui.money.incidents import incidents_chosen
from vrp_map.ui.shared import session
from vrp_map.ui.shared.file_button import file_button
from vrp_map.ui.shared.markdown import of_mistake, plain
from vrp_map.views.choice import Choice
from vrp_map.views.hotspots import AUDIENCE
from vrp_map.workspace import Workspace

_ALL, _UNTOUCHED = "All firm hotspots", "Where nothing is recorded"
_MOST = 30


def show(who: Principal) -> None:
    """The headline, the choices and the places."""
    ws = session.workspace()
    headline = st.empty()
    left, middle, right = st.columns(3)
    selection = incidents_chosen(ws, left, middle, key="places")
    which = right.selectbox("Places", [_ALL, _UNTOUCHED], key="places_which")
    server = this_server()
    choice = Choice(",".join(selection.categories), selection.first, selection.last)
    try:
        with st.spinner("Counting incidents in each hexagon…", show_time=False):
            found = place_shortlist(
                who,
                ws,
                choice,
                sources=NeedSources(server.responses, server.pilots, server.summit),
            )
    except UserError as mistake:
        headline.title("There is no shortlist for this choice", anchor=False)
        st.error(of_mistake(mistake))
        return
    headline.title(plain(found.sentences[0].removesuffix(".")), anchor=False)
    places = [one for one in found.places if which == _ALL or one.is_untouched]
    if places:
        st.html(f"<ol class='schools'>{''.join(map(_place, places[:_MOST]))}</ol>")
    else:
        st.markdown("No firm hotspot is in this list. Choose other months, or **All**.")
    if len(places) > _MOST:
        st.markdown(
            f"The first {_MOST} of {len(places):,}. `vrp-map funding places --json` has all."
        )
    for sentence in found.sentences[1:]:
        st.caption(plain(sentence))
    file_button(
        "Who lives in the hotspots (text for the equality file)",
        lambda: _equality(ws, selection),
        "equality.txt",
        help="Ages, deprivation and ethnic groups of the residents, against the whole area.",
    )


def _equality(ws: Workspace, selection: Selection) -> bytes:
    """Who lives there against the area; or, as a text too, why that cannot be said."""
    try:
        note = equality_text(ws, selection, audience=AUDIENCE, now=session.now())
    except UserError as mistake:
        return str(mistake).encode()
    return "\n".join(note.lines).encode()


def _place(one: FundingPlace) -> str:
    where = f"{one.name}, {one.lad}" if one.lad not in one.name else one.name
    where = where[:1].upper() + where[1:]
    voices = f"{one.voices} feel unsafe" if one.voices[-1:].isdigit() else one.voices or _UNKNOWN
    said = [f"About {one.incidents} incidents" if one.incidents[:1].isdigit() else one.incidents]
    said += [one.change] if one.change else []
    return (
        f"<li><strong>{html.escape(where)}</strong>"
        f"<ul>{_points([', '.join(said), f'Young people: {voices}'])}"
        f"{_points([f'Already there: {one.already}'])}"
        f"<li><a href='{html.escape(one.brief, quote=True)}' target='_blank'>"
        f"Its case on one page: {html.escape(where)}</a></li></ul></li>"
    )


_UNKNOWN = "not asked"


def _points(sentences: Sequence[str]) -> str:
    return "".join(f"<li>{html.escape(sentence)}</li>" for sentence in sentences)
