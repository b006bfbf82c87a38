"""`GET /wall/<code>`: the projector's page, and files of the wall and the voices.

It asks nobody but this server, sets no cookie, and draws what `GET /api/wall/<code>` gives.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from functools import cache

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vrp_map.disclosure.thresholds import batch_minimum, hall_threshold
from vrp_map.errors import UserError
from vrp_map.summit.event_address import event_address
from vrp_map.summit.pins.pin import PinRefused
from vrp_map.summit.service import Summit
from vrp_map.web.map.basemap import street_address
from vrp_map.web.summit import pin_page

# The pin page may ask a phone where it is; a wall has nothing to ask.
HEADERS = pin_page.HEADERS | {
    "Permissions-Policy": pin_page.HEADERS["Permissions-Policy"].replace("(self)", "()")
}
_SHARED = (
    "ask.js",
    "map.js",
    "map.css",
    "streets.js",
    "hexagons.js",
    "names.js",
    "leaflet.js",
    "leaflet.css",
)


def wall_page_routes(summit: Callable[[], Summit]) -> list[Route]:
    """The page and its files."""

    async def page(request: Request) -> Response:
        return await run_in_threadpool(_page, request, summit)

    async def static(request: Request) -> Response:
        return pin_page.static_file(request, files(), static_version())

    return [Route("/wall/static/{version}/{name}", static), Route("/wall/{code}", page)]


def _page(request: Request, summit: Callable[[], Summit]) -> Response:
    try:
        here = summit()
        event = here.event(request.path_params["code"])
    except PinRefused as refused:
        return message_page(
            "We do not know this event", refused.message, request, status=refused.status
        )
    except UserError:
        return message_page(
            "Not just now",
            "The wall cannot be shown just now. Please try again soon.",
            request,
            status=503,
        )
    address = event_address(
        event.code, public_url=here.settings.public_url, asked_at=str(request.base_url)
    )
    values = {
        "event": html.escape(event.name),
        "code": html.escape(event.code),
        "static": static_version(),
        "first": f"{batch_minimum(hall_threshold(here.settings)):,}",
        "join": html.escape(address.shown),
        "qr": address.qr(),
        "icon": ICONS,
    } | pin_page.street_values(street_address(here.settings))
    return pin_page.html_page("wall.html", values, request, status=200, headers=HEADERS)


def message_page(
    heading: str,
    sentence: str,
    request: Request,
    *,
    status: int,
    link: tuple[str, str] | None = None,
) -> Response:
    """A page that says one thing. `link`: words and address of a way on."""
    paragraphs = [html.escape(sentence)] if sentence else []
    if link:
        words, address = link
        paragraphs.append(f'<a href="{html.escape(address)}">{html.escape(words)}</a>')
    values = {
        "heading": html.escape(heading),
        "paragraphs": "\n".join(f"<p>{one}</p>" for one in paragraphs),
        "static": static_version(),
    }
    return pin_page.html_page("said.html", values, request, status=status, headers=HEADERS)


@cache
def files() -> dict[str, bytes]:
    """Every file that these pages may ask for: their own, and those that the pin page has too."""
    shared = {name: body for name, body in pin_page.files().items() if name in _SHARED}
    return shared | pin_page.files_in("wall_static")


@cache
def static_version() -> str:
    """Changes with any of the files."""
    return pin_page.version_of(files())


# The lines that say "unsafe" without a colour: the more people, the less between them.
_PATTERN = (
    '<pattern id="{name}" width="9" height="9" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect class="line" width="{width}" height="9"/></pattern>'
)
_PATTERNS = "".join(
    _PATTERN.format(name=n, width=w) for n, w in (("few", 2.5), ("some", 4.5), ("many", 7))
)
ICONS = f'<svg class="defs" width="0" height="0" aria-hidden="true"><defs>{_PATTERNS}</defs></svg>'
