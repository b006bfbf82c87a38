"""`GET /digest`: the weekly digest of one's own roles and areas, and its twin in plain text.

The page is the file that the command makes, with what may be chosen above it for the screen.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from vrp_map.briefs.digest.digest import Digest, as_text
from vrp_map.briefs.digest.page import as_html
from vrp_map.briefs.digest.service import digest_of, reader_of, since_day
from vrp_map.principal import Principal
from vrp_map.server import Server
from vrp_map.views import hotspots as views
from vrp_map.views.area_names import area_names
from vrp_map.web.briefs.sheet import HEADERS, saved_as, sheet_endpoint, sheet_tools
from vrp_map.web.map.params import refuse_other_views
from vrp_map.workspace import Workspace

_ASKED = ("role", "area", "since")


def digest_routes(server: Server) -> list[Route]:
    """The page and its twin."""

    def page(request: Request, who: Principal) -> Response:
        query = request.query_params
        refuse_other_views(query)
        asked = {name: query[name].strip() for name in _ASKED if query.get(name, "").strip()}
        ws = views.workspace_for(who, server.settings())
        reader = reader_of(
            ws.principal,
            roles=_parts(asked.get("role", "")),
            areas=ws.select(areas=_parts(asked.get("area", ""))).areas,
        )
        digest = digest_of(
            ws.for_principal(reader),
            since=since_day(asked.get("since", "")),
            now=server.now(),
            sources=server.record_sources,
        )
        name = f"digest-{digest.made:%Y-%m-%d}"
        saved = query.get("file") == "1"
        if query.get("text") == "1":
            headers = HEADERS | (saved_as(f"{name}.txt") if saved else {})
            return PlainTextResponse(as_text(digest), headers=headers)
        # A saved file is for anyone's computer, where an address of this map leads nowhere.
        made = (
            as_html(digest)
            if saved
            else as_html(digest, address="/", tools=_tools(ws, digest, asked))
        )
        return HTMLResponse(made, headers=HEADERS | (saved_as(f"{name}.html") if saved else {}))

    return [Route("/digest", sheet_endpoint(server, page))]


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _tools(ws: Workspace, digest: Digest, asked: Mapping[str, str]) -> str:
    roles = {role: role.replace("-", " ").capitalize() for role in sorted(ws.principal.roles)}
    if len(roles) > 1:
        roles = {"": "All of my roles"} | roles
    form = (
        "<form class='tools' action='/digest' aria-label='What it is about'>"
        + _chooser("role", "For", roles, asked.get("role", ""))
        + _chooser("area", "Where", area_names(ws), asked.get("area", ""))
        + f"<label>New since<input type='date' name='since' value='{digest.since}'></label>"
        + "<button type='submit'>Show</button></form>"
    )

    def address(**more: str) -> str:
        return f"/digest?{urlencode(dict(asked) | more)}"

    links = {"Plain text": address(text="1"), "Save as a file": address(file="1")}
    return sheet_tools(links | {"Back to the map": "/"}, form=form)


def _chooser(name: str, label: str, options: Mapping[str, str], chosen: str) -> str:
    if chosen and chosen not in options:
        options = dict(options) | {chosen: chosen}
    items = "".join(
        f"<option value='{html.escape(value)}'{' selected' if value == chosen else ''}>"
        f"{html.escape(words)}</option>"
        for value, words in options.items()
    )
    return f"<label>{label}<select name='{name}'>{items}</select></label>"
