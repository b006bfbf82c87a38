"""The page of an address that was refused: what happened, what to do, and the way back."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from vrp_map.errors import UserError
from vrp_map.web.summit.wall_page import message_page

_HEADERS = {"Cache-Control": "no-store", "Vary": "Cookie, Accept"}
_BACK = ("Back to the map", "/")


def refusal_page(trouble: UserError, request: Request, *, status: int) -> Response:
    """A page for a browser, one line of text for anything that does not ask for HTML."""
    if "text/html" not in request.headers.get("accept", ""):
        return PlainTextResponse(str(trouble), status_code=status, headers=_HEADERS)
    page = message_page(trouble.message, trouble.hint, request, status=status, link=_BACK)
    page.headers["Vary"] = f"{_HEADERS['Vary']}, {page.headers.get('Vary', '')}".rstrip(", ")
    return page
