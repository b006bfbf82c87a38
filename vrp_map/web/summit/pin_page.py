"""`GET /pin/<code>`: the page on which people put pins, and its own scripts and styles.

Plain HTML that a phone on bad Wi-Fi gets in one breath; it sets no cookie and asks nobody but this
server. The choices are written from `pin_words`, so that page and server cannot differ.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from string import Template

import xstatic.pkg.leaflet
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from vrp_map.errors import UserError
from vrp_map.summit.event_store import Event, State
from vrp_map.summit.pins.event_area import EventArea
from vrp_map.summit.pins.event_areas import EventAreaCache
from vrp_map.summit.pins.pin import MOST_CELLS, MOST_TEXT, PinRefused
from vrp_map.summit.service import Summit
from vrp_map.vocabulary import pins as words
from vrp_map.web.map.basemap import StreetAddress, street_address
from vrp_map.web.summit.cells import FOR_EVER, event_area_routes, packed
from vrp_map.web.summit.openapi import description

_FOLDER = Path(__file__).parent.parent
_LEAFLET = Path(xstatic.pkg.leaflet.BASE_DIR)
_KINDS = {".js": "text/javascript", ".css": "text/css"}
# Nothing inline and nothing from elsewhere; the position only when somebody asks for it.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src"
        " 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=()",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_SHUT = {
    State.PAUSED: ("Having a break", "This event is having a break. Please come back later."),
    State.CLOSED: (
        "This event is over",
        "You cannot add pins any more. Thank you to everyone who sent one.",
    ),
    State.ARCHIVED: (
        "This event is over",
        "You cannot add pins any more. Thank you to everyone who sent one.",
    ),
}
_AGAIN = '<p><a href="/pin">Type the code again</a></p>'


def pin_page_routes(
    summit: Callable[[], Summit], event_areas: EventAreaCache | None = None
) -> list[Route]:
    """The page, its files, its event area and the description of what it sends.

    Args:
        event_areas: those that the staff pages use too; None = its own.
    """
    event_areas = event_areas or EventAreaCache(summit)

    async def page(request: Request) -> Response:
        return await run_in_threadpool(_page, request, summit, event_areas)

    return [
        Route("/pin/static/{version}/{name}", _static),
        *event_area_routes(event_areas),
        Route("/pin/{code}", page),
        Route("/api/openapi.json", _openapi),
    ]


def _page(request: Request, summit: Callable[[], Summit], event_areas: EventAreaCache) -> Response:
    try:
        event = summit().event(request.path_params["code"])
        event_area = event_areas.of(event) if event.state is State.OPEN else None
    except PinRefused as refused:
        return _message_page(
            "We do not know this event",
            refused.message,
            request,
            status=refused.status,
            more=_AGAIN,
        )
    except UserError:
        return _message_page(
            "Not just now",
            "We cannot take pins just now. Please try again in a minute.",
            request,
            status=503,
        )
    if event_area is None:
        return _message_page(*_SHUT[event.state], request, status=200)
    streets = street_address(summit().settings)
    values = _values(event, event_area) | street_values(streets)
    return html_page("pin.html", values, request, status=200)


def _values(event: Event, event_area: EventArea) -> dict[str, str]:
    """What the template needs; everything that is not markup of ours is escaped."""
    text = "on" if event.free_text else "off"
    return {
        "code": html.escape(event.code),
        "event": html.escape(event.name),
        "ground": event_area.version,
        "text": text,
        "static": static_version(),
        "modules": _modules(),
        "most_reasons": str(words.MOST_REASONS),
        "most_helps": str(words.MOST_HELPS),
        "most_text": str(MOST_TEXT),
        "most_cells": str(MOST_CELLS),
        "settings": _buttons("setting", words.SETTINGS),
        "feelings": _buttons("feeling", words.FEELINGS),
        "reasons_unsafe": _boxes("checkbox", "reason-unsafe", words.REASONS_UNSAFE),
        "reasons_safe": _boxes("checkbox", "reason-safe", words.REASONS_SAFE),
        "hours": _boxes("radio", "hour_band", words.HOUR_BANDS),
        "days": _boxes("radio", "weekday", words.WEEKDAYS),
        "helps": _boxes("checkbox", "help", words.HELPS),
        "things": _boxes("radio", "thing", words.THINGS),
        "roles": _boxes("radio", "role", words.ROLES),
        "ages": _boxes("radio", "age_band", words.AGE_BANDS),
        "take_back": take_back_form(),
        "sources": html.escape(" ".join(event_area.sources)),
    }


def street_values(streets: StreetAddress) -> dict[str, str]:
    """What a template says of the base map."""
    return {
        "streets": html.escape(streets.tiles),
        "first_zoom": str(streets.zooms[0]),
        "credit": html.escape(streets.attribution),
    }


def take_back_form() -> str:
    """The form for a delete code, on open and closed events' pages."""
    return _template("take_back.html")


def _modules() -> str:
    """Links to all scripts, so that a phone asks for them at once."""
    own = [
        name
        for name in files()
        if name.endswith(".js") and name not in ("leaflet.js", "waiting.js", "streets.js")
    ]
    return "\n".join(
        f'<link rel="modulepreload" href="/pin/static/{static_version()}/{name}">' for name in own
    )


def _buttons(name: str, options: Mapping[str, str]) -> str:
    return "\n".join(
        f'<button type="button" class="choice" name="{name}" value="{code}" aria-pressed="false">'
        f"{html.escape(said)}</button>"
        for code, said in options.items()
    )


def _boxes(kind: str, name: str, options: Mapping[str, str]) -> str:
    return "\n".join(
        f'<label class="choice"><input type="{kind}" name="{name}" value="{code}">'
        f"<span>{html.escape(said)}</span></label>"
        for code, said in options.items()
    )


def _message_page(
    heading: str, sentence: str, request: Request, *, status: int, more: str = ""
) -> Response:
    """A page that says one thing; `more` is markup of ours."""
    values = {
        "heading": html.escape(heading),
        "sentence": html.escape(sentence),
        "more": more,
        "static": static_version(),
        "take_back": f"<h2>Delete a pin by its code</h2>{take_back_form()}",
    }
    return html_page("pin_shut.html", values, request, status=status)


def html_page(
    template: str,
    values: Mapping[str, str],
    request: Request,
    *,
    status: int,
    headers: dict[str, str] = HEADERS,
) -> Response:
    """A page from its template; every value is escaped already.

    `$help` is whom to call, the same on every page.
    """
    page = (
        Template(_template(template))
        .substitute(values, help=_template("help.html").rstrip())
        .encode()
    )
    response = packed(page, "text/html", request, cache="no-store", headers=headers)
    response.status_code = status
    return response


@cache
def _template(name: str) -> str:
    return (_FOLDER / "templates" / name).read_text(encoding="utf-8")


@cache
def files() -> dict[str, bytes]:
    """Every file that the page may ask for: our own, and Leaflet as its package brings it."""
    own = files_in("static")
    for name in ("leaflet.js", "leaflet.css"):
        # The map of the minified source is for people who mend Leaflet; a browser would only fail
        # to find it.
        own[name] = re.sub(rb"//# sourceMappingURL=\S+", b"", (_LEAFLET / name).read_bytes())
    return own


def files_in(folder: str) -> dict[str, bytes]:
    """Our own scripts and styles of a folder beside this file, by name."""
    return {
        path.name: path.read_bytes()
        for path in sorted((_FOLDER / folder).iterdir())
        if path.suffix in _KINDS
    }


@cache
def static_version() -> str:
    """Changes with any of the files, so that a phone can keep them for ever."""
    return version_of(files())


def version_of(held: Mapping[str, bytes]) -> str:
    """A short word that is another as soon as a name or a byte is."""
    told = hashlib.sha256()
    for name, body in held.items():
        told.update(name.encode() + body)
    return told.hexdigest()[:12]


async def _static(request: Request) -> Response:
    return static_file(request, files(), static_version())


def static_file(request: Request, held: Mapping[str, bytes], version: str) -> Response:
    """A held file by its address, to keep for ever under its version."""
    name = request.path_params["name"]
    body = held.get(name)
    if body is None:
        return PlainTextResponse("There is no such file.", status_code=404)
    known = request.path_params["version"] == version
    cached = FOR_EVER if known else "no-store"
    return packed(body, _KINDS[Path(name).suffix], request, cache=cached, headers=HEADERS)


async def _openapi(request: Request) -> Response:
    return JSONResponse(description(), headers={"Cache-Control": "no-cache"})
