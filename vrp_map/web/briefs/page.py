"""`GET /brief` with the choices of the map: one A4 page about an area, a hotspot or a hexagon.

The page is the file that the command makes, with three buttons above it for the screen.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from vrp_map.briefs.service import BriefSources, brief_page
from vrp_map.errors import NotAllowed, UserError
from vrp_map.permissions import Action
from vrp_map.principal import Principal
from vrp_map.server import Server
from vrp_map.views import hotspots as views
from vrp_map.views.choice import PLACE, Choice
from vrp_map.web.map.params import asked_for, asking
from vrp_map.web.summit.pin_page import files_in, static_file, version_of

# Its own script and nothing else: the page holds whatever it shows.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; img-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {"Cache-Control": "no-store", "Vary": "Cookie", "Content-Security-Policy": _POLICY}


def brief_routes(server: Server) -> list[Route]:
    """The page and its script."""

    def page(request: Request, who: Principal) -> Response:
        ws = views.workspace_for(who, server.settings())
        choice = asked_for(ws, request.query_params, names=PLACE)
        as_file = request.query_params.get("file") == "1"
        made = brief_page(
            ws,
            choice.selection(ws),
            at=choice.at,
            resolution=choice.resolution,
            audience=views.AUDIENCE,
            now=server.now(),
            sources=BriefSources(server.summit, server.responses, server.pilots),
            tools="" if as_file else _tools(choice),
        )
        saved = {"Content-Disposition": 'attachment; filename="brief.html"'} if as_file else {}
        return HTMLResponse(made, headers={**_HEADERS, **saved})

    def script(request: Request, who: Principal) -> Response:
        return static_file(request, _files(), _version())

    return [
        Route("/brief", _endpoint(server, page)),
        Route("/brief/static/{version}/{name}", _endpoint(server, script)),
    ]


def _endpoint(
    server: Server, answer: Callable[[Request, Principal], Response]
) -> Callable[[Request], Any]:
    """Who asks, then the answer in a thread; a refusal is a line of text."""

    def guarded(request: Request) -> Response:
        try:
            who = asking(request, server.settings())
            who.must(Action.SEE_MAP)
            return answer(request, who)
        except NotAllowed as refusal:
            return PlainTextResponse(str(refusal), status_code=403)
        except UserError as mistake:
            return PlainTextResponse(str(mistake), status_code=400)

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(guarded, request)

    return endpoint


def _tools(choice: Choice) -> str:
    """The buttons; those that need the script are shown by it."""
    file = html.escape(f"/brief?{urlencode(choice.place_query() | {'file': '1'})}")
    back = html.escape(f"/?{urlencode(choice.to_query())}")
    return (
        "<nav class='tools' aria-label='This page'>"
        "<button type='button' id='print' hidden>Print</button>"
        "<button type='button' id='copy' hidden>Copy link</button>"
        f"<a href='{file}'>Save as a file</a><a href='{back}'>Back to the map</a>"
        "<span id='said' role='status'></span></nav>"
        f"<script src='/brief/static/{_version()}/brief.js' defer></script>"
    )


@cache
def _files() -> dict[str, bytes]:
    return files_in("brief_static")


@cache
def _version() -> str:
    return version_of(_files())
