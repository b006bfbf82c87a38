"""`GET /pin`: where somebody who cannot scan types the code of the event.

A form without a script.

It looks a code up as `/pin/<code>` does, one at a time, and tells nothing that this page does not
tell.
"""

from __future__ import annotations

import html
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from vrp_map.errors import UserError
from vrp_map.summit.pins.pin import PinRefused
from vrp_map.summit.service import Summit
from vrp_map.web.summit import pin_page

_LONGEST = 40  # a code has twelve letters at the most; the rest is what slips in between
# The form may come back here, and nowhere else.
HEADERS = pin_page.HEADERS | {
    "Content-Security-Policy": pin_page.HEADERS["Content-Security-Policy"].replace(
        "form-action 'none'", "form-action 'self'"
    ),
    "Permissions-Policy": pin_page.HEADERS["Permissions-Policy"].replace("(self)", "()"),
}
_EMPTY = "Type the code first."
_UNKNOWN = "No event has this code. Please check it and try again."
_TROUBLE = "We cannot check the code just now. Please try again in a minute."


def code_page_routes(summit: Callable[[], Summit]) -> list[Route]:
    """The page, also where somebody types the slash that belongs before a code."""

    async def page(request: Request) -> Response:
        return await run_in_threadpool(_page, request, summit)

    return [Route("/pin", page), Route("/pin/", page)]


def _page(request: Request, summit: Callable[[], Summit]) -> Response:
    typed = request.query_params.get("code")
    if typed is None:
        return _form(request)
    code = "".join(letter for letter in typed[:_LONGEST] if letter.isalnum())
    if not code:
        return _form(request, said=_EMPTY)
    try:
        event = summit().event(code)
    except PinRefused:
        return _form(request, typed=typed[:_LONGEST], said=_UNKNOWN, status=404)
    except UserError:
        return _form(request, typed=typed[:_LONGEST], said=_TROUBLE, status=503)
    return RedirectResponse(
        f"/pin/{event.code}", status_code=303, headers={"Cache-Control": "no-store"}
    )


def _form(request: Request, *, typed: str = "", said: str = "", status: int = 200) -> Response:
    """The page; `said` is what was wrong with what was typed."""
    values = {
        "static": pin_page.static_version(),
        "typed": html.escape(typed),
        "said": html.escape(said),
        "error": "Error: " if said else "",
        "invalid": "true" if said else "false",
    }
    return pin_page.html_page("pin_code.html", values, request, status=status, headers=HEADERS)
