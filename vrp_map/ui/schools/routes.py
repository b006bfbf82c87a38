"""The routes: who stands where and when, the sessions, and what is recorded along them."""

from __future__ import annotations

import html

import streamlit as st

from vrp_map.common.sheets import read_sheet
from vrp_map.errors import UserError
from vrp_map.permissions import Action
from vrp_map.pilots.pilot import SchoolRoute
from vrp_map.pilots.store import PilotRecord
from vrp_map.principal import Principal
from vrp_map.schools.routes.service import Routes
from vrp_map.schools.routes.sheet import column_of, read_sheet_of_routes, to_csv
from vrp_map.ui.pilots import sheet
from vrp_map.ui.shared import session
from vrp_map.ui.shared.file_button import file_button
from vrp_map.views import hotspots as views
from vrp_map.workspace import Workspace

_TITLES = ("Route", "Schools", "Hours", "Sessions", "Funded", "Incidents along it")


def show(routes: Routes, who: Principal) -> None:
    """The headline and the list."""
    known = routes.all(who)
    funded = sum(one.pilot.route.is_funded for one in known if one.pilot.route)
    if not known:
        st.title("There is no route yet", anchor=False)
        st.markdown(
            "Here you would see who stands where on the way to school, and what is recorded there."
            " **First step:** add a sheet of routes below, or with `vrp-map routes import FILE`."
        )
        _files(known, who)
        return
    many = "1 route" if len(known) == 1 else f"{len(known):,} routes"
    st.title(f"{many}, {funded:,} of them funded", anchor=False)
    ws = session.exact_workspace()
    rows = "".join(_row(routes, who, record, ws) for record in known)
    head = "".join(f"<th scope='col'>{title}</th>" for title in _TITLES)
    st.html(
        "<div class='scroll' tabindex='0'><table class='plain stack'>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
    st.caption(
        "Incidents are those within the buffer of the route, in its hours on school days. Where the"
        " data have no hours, all hours are counted. The change need not be the route's doing: the"
        " verdict of the pilot compares it with places like it."
    )
    _files(known, who)


def _files(known: list[PilotRecord], who: Principal) -> None:
    """A sheet of routes to add, and the routes as one to copy; for who may write pilots."""
    if not who.may(Action.WRITE_PILOTS):
        return
    sheet.take(
        "Add routes from a sheet",
        ["csv", "xlsx"],
        read=lambda name, data: read_sheet_of_routes(read_sheet(name, data, is_column=column_of)),
        known={record.id for record in known},
        save=lambda new: Routes(session.pilots()).add(session.principal(), new, now=session.now()),
    )
    if known:
        file_button(
            "The routes as CSV",
            lambda: to_csv(known).encode(),
            "routes.csv",
        )


def _row(routes: Routes, who: Principal, record: PilotRecord, ws: Workspace) -> str:
    route = record.pilot.route or SchoolRoute()
    held = "Not recorded" if route.sessions_held is None else f"{route.sessions_held:,}"
    hours = ", ".join(f"{w.first:%H:%M} to {w.last:%H:%M}" for w in route.windows)
    cells = {
        "Route": f"<a href='/pilots?pilot={record.reference}'>{record.reference}</a>"
        f" {html.escape(record.pilot.name)}",
        "Schools": html.escape(", ".join(route.schools) or "not said"),
        "Hours": html.escape(hours or "not said"),
        "Sessions": held
        + (
            ", none planned"
            if route.sessions_planned is None
            else f" of {route.sessions_planned:,} planned"
        ),
        "Funded": "Yes" if route.is_funded else "No",
        "Incidents along it": html.escape(_counted(routes, who, record, ws)),
    }
    return (
        "<tr>"
        + "".join(f'<td data-label="{name}"><span>{v}</span></td>' for name, v in cells.items())
        + "</tr>"
    )


def _counted(routes: Routes, who: Principal, record: PilotRecord, ws: Workspace) -> str:
    """The count of a route in a sentence, or why there is none."""
    key = ("route", record.id, record.version, routes.pilots.settings.school_calendar)

    def sentence() -> str:
        try:
            return routes.count(who, record, ws).sentence
        except UserError as why:
            return why.message

    return views.remember(ws, key, sentence)
