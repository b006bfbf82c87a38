"""Money against need: a table and a drawn map of the areas, each number with what it is not."""

from __future__ import annotations

import html
from base64 import b64encode

import streamlit as st

from vrp_map.briefs.drawn_map import DrawnArea, drawn_areas
from vrp_map.errors import UserError
from vrp_map.funding.need.areas import CAVEATS, NeedTable, columns_of
from vrp_map.funding.need.service import (
    ALL_YEARS,
    NeedSources,
    fund_years,
    money_against_need,
)
from vrp_map.funding.service import Funding
from vrp_map.principal import Principal
from vrp_map.server import this_server
from vrp_map.ui.money.incidents import incidents_chosen
from vrp_map.ui.shared import session
from vrp_map.ui.shared.markdown import of_mistake, plain
from vrp_map.ui.shared.tables import stacked
from vrp_map.vocabulary import AreaType
from vrp_map.workspace import Workspace

_COLOURED = ("For each resident", "For each incident", "Money")


def show(funding: Funding, who: Principal) -> None:
    """The headline, the choices, the map, the table and its caveats."""
    ws = session.workspace()
    headline = st.empty()
    years = fund_years(funding, who)
    if not years:
        headline.title("No grant names an area yet", anchor=False)
        st.markdown(
            "Here you would see money beside violence, voices and work, area by area. **First"
            " step:** add grants with a column *Area* under **Grants**."
        )
        return
    left, middle, right = st.columns(3)
    year = left.selectbox("Money of", [*years, ALL_YEARS], key="need_year")
    selection = incidents_chosen(ws, middle, right, key="need")
    server = this_server()
    sources = NeedSources(server.responses, server.pilots, server.summit)
    try:
        found = money_against_need(funding, who, ws, selection, year=year, sources=sources)
    except UserError as mistake:
        headline.title("This cannot be set side by side", anchor=False)
        st.error(of_mistake(mistake))
        return
    headline.title(plain(f"Money of {found.money_of} beside {found.incidents_of}"), anchor=False)
    _draw(ws, found)
    st.caption("The darker an area, the more. White: none, or not known.")
    columns = columns_of(found.areas)
    titles = list(columns)
    rows = [list(cells) for cells in zip(*columns.values(), strict=True)]
    table = stacked(titles, rows, numbers=titles[1:-1])
    st.html(f"<h2>Area by area</h2><div class='many'>{table}</div>")
    said = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in found.sentences)
    st.html(f"<h2>In words</h2><ul>{said}</ul>")
    caveats = "".join(
        f"<li><strong>{html.escape(title)}.</strong> {html.escape(words)}</li>"
        for title, words in CAVEATS.items()
    )
    st.html(f"<h2>What each number is, and is not</h2><ul>{caveats}</ul>")
    st.caption(f"Partner view. Data: snapshot {plain(found.snapshot)}.")


def _draw(ws: Workspace, found: NeedTable) -> None:
    """The map of what is chosen; the table says the same."""
    by = st.selectbox("Map coloured by", _COLOURED, key="need_by")
    values: dict[str, list[float | None]] = {
        "Money": [float(area.pounds) for area in found.areas],
        "For each resident": [area.pounds_a_head for area in found.areas],
        "For each incident": [area.pounds_an_incident for area in found.areas],
    }
    words = columns_of(found.areas)[by]
    shapes = ws.areas(str(AreaType.LAD)).set_index("code")["geometry"]
    areas = [
        DrawnArea(area.name, shapes[area.code], value, said)
        for area, value, said in zip(found.areas, values[by], words, strict=True)
    ]
    listed = "; ".join(f"{area.name} {area.words}" for area in areas)
    said = f"Map of money, {by.lower()}: {listed}"
    # Streamlit takes every drawing out of HTML, and lets a picture in.
    drawn = b64encode(drawn_areas(areas, said=said).encode()).decode()
    picture = f"data:image/svg+xml;base64,{drawn}"
    st.html(f"<img class='drawn' src='{picture}' alt='{html.escape(said, quote=True)}'>")
