"""What the pages to take into the room share: who asks, headers, and buttons above the sheet."""

from __future__ import annotations

import html
from collections.abc import Callable
from functools import cache
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vrp_map.errors import NotAllowed, UserError
from vrp_map.permissions import Action
from vrp_map.principal import Principal
from vrp_map.server import Server
from vrp_map.web.map.params import asking
from vrp_map.web.refusal import refusal_page
from vrp_map.web.summit.pin_page import files_in, static_file, version_of

# Its own script and styles, and nothing else: the page holds whatever it shows.
_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self' data:;"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {"Cache-Control": "no-store", "Vary": "Cookie", "Content-Security-Policy": _POLICY}
Answer = Callable[[Request, Principal], Response]


def sheet_endpoint(server: Server, answer: Answer) -> Callable[[Request], Any]:
    """Who asks, then the answer in a thread; a refusal is a page of its own."""

    def guarded(request: Request) -> Response:
        try:
            who = asking(request, server.settings())
            who.must(Action.SEE_MAP)
            return answer(request, who)
        except NotAllowed as refusal:
            return refusal_page(refusal, request, status=403)
        except UserError as mistake:
            return refusal_page(mistake, request, status=400)

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(guarded, request)

    return endpoint


def sheet_files(server: Server) -> Route:
    """The script and the styles of the buttons."""

    def file(request: Request, who: Principal) -> Response:
        return static_file(request, _files(), _version())

    return Route("/brief/static/{version}/{name}", sheet_endpoint(server, file))


def sheet_tools(links: dict[str, str], *, form: str = "") -> str:
    """The buttons above a sheet; those that need the script are shown by it.

    Args:
        links: words -> address, in their order. form: HTML of what may be chosen, above them.
    """
    anchors = "".join(
        f"<a href='{html.escape(address)}'>{html.escape(words)}</a>"
        for words, address in links.items()
    )
    return (
        f"<link rel='stylesheet' href='/brief/static/{_version()}/tools.css'>{form}"
        "<nav class='tools' aria-label='This page'>"
        "<button type='button' id='print' hidden>Print</button>"
        "<button type='button' id='copy' hidden>Copy link</button>"
        f"{anchors}<span id='said' role='status'></span></nav>"
        f"<script src='/brief/static/{_version()}/brief.js' defer></script>"
    )


def saved_as(name: str) -> dict[str, str]:
    """The header that makes a browser keep an answer as a file."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}


@cache
def _files() -> dict[str, bytes]:
    return files_in("brief_static")


@cache
def _version() -> str:
    return version_of(_files())
