"""`GET /brief` with the choices of the map: one A4 page about an area, a hotspot or a hexagon.

The page is the file that the command makes, with buttons above it for the screen.
"""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from vrp_map.briefs.service import brief_page
from vrp_map.principal import Principal
from vrp_map.server import Server
from vrp_map.views import hotspots as views
from vrp_map.views.choice import Choice, place_asked
from vrp_map.web.briefs.sheet import HEADERS, saved_as, sheet_endpoint, sheet_tools
from vrp_map.web.map.params import asked_for


def brief_routes(server: Server) -> list[Route]:
    """The page."""

    def page(request: Request, who: Principal) -> Response:
        ws = views.workspace_for(who, server.settings())
        choice = asked_for(ws, request.query_params, read=place_asked)
        as_file = request.query_params.get("file") == "1"
        made = brief_page(
            ws,
            choice.selection(ws),
            at=choice.at,
            resolution=choice.resolution,
            audience=views.AUDIENCE,
            now=server.now(),
            sources=server.record_sources,
            tools="" if as_file else _tools(choice),
        )
        return HTMLResponse(made, headers=HEADERS | (saved_as("brief.html") if as_file else {}))

    return [Route("/brief", sheet_endpoint(server, page))]


def _tools(choice: Choice) -> str:
    file = f"/brief?{urlencode(choice.place_query() | {'file': '1'})}"
    return sheet_tools(
        {"Save as a file": file, "Back to the map": f"/?{urlencode(choice.to_query())}"}
    )
