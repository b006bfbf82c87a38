"""The area of the pin page by address: groups of hexagons, outlines, place names.

Nothing here says how many incidents there are anywhere. Addresses carry the version of the
event area, so a phone may keep an answer for ever.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Awaitable, Callable
from functools import lru_cache

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from vrp_map.errors import UserError
from vrp_map.places.search import MOST_FOUND
from vrp_map.summit.pins import places as pin_places
from vrp_map.summit.pins.event_area import EventArea
from vrp_map.summit.pins.event_areas import EventAreaCache
from vrp_map.summit.pins.pin import MOST_CELLS, PinRefused

FOR_EVER = "public, max-age=31536000, immutable"
_HOUR = "public, max-age=3600"
_SMALL = 400
_PARENT = re.compile(r"87[0-9a-f]{7}ffffff")
Work = Callable[[EventArea, Request], bytes | None]


def event_area_routes(event_areas: EventAreaCache) -> list[Route]:
    """The routes."""

    def answer(work: Work, cache: str) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await run_in_threadpool(_answer, event_areas, work, request, cache)

        return endpoint

    return [
        Route("/pin/ground.json", answer(lambda event_area, _: event_area.overview(), FOR_EVER)),
        Route("/pin/cells/{parent}.json", answer(_group, FOR_EVER)),
        Route("/pin/places.json", answer(_places, _HOUR)),
    ]


def _answer(event_areas: EventAreaCache, work: Work, request: Request, cache: str) -> Response:
    version = request.query_params.get("v")
    try:
        event_area = event_areas.by_version(version) or event_areas.by_code(
            request.query_params.get("event", "")
        )
    except PinRefused as refused:
        return PlainTextResponse(
            refused.message, status_code=refused.status, headers={"Cache-Control": "no-store"}
        )
    except UserError:
        return PlainTextResponse(
            "Please try again in a moment.", status_code=503, headers={"Retry-After": "5"}
        )
    body = work(event_area, request)
    if body is None:
        return PlainTextResponse("That place is outside the area of this event.", status_code=404)
    # What is around a hexagon is asked for by who has chosen it: no trace of that stays on the
    # phone or on the way.
    may_stay = version == event_area.version and "cell" not in request.query_params
    return packed(body, "application/json", request, cache=cache if may_stay else "no-store")


def _group(event_area: EventArea, request: Request) -> bytes | None:
    parent = request.path_params["parent"]
    return event_area.group(parent) if _PARENT.fullmatch(parent) else None


def _places(event_area: EventArea, request: Request) -> bytes | None:
    area, cells = request.query_params.get("area"), request.query_params.getlist("cell")
    if cells:
        return _around(event_area, cells)
    found = (
        event_area.names.inside(area)
        if area
        else event_area.search(request.query_params.get("q", "")[:60])
    )
    return pin_places.as_json(found)


def _around(event_area: EventArea, cells: list[str]) -> bytes | None:
    try:
        return pin_places.as_json(event_area.names.around(cells[:MOST_CELLS])[:MOST_FOUND])
    except UserError:
        return None


def packed(
    body: bytes, kind: str, request: Request, *, cache: str, headers: dict[str, str] | None = None
) -> Response:
    """A response, compressed where the browser allows: a hall's Wi-Fi is slow."""
    sent = {"Cache-Control": cache, "Vary": "Accept-Encoding"} | (headers or {})
    if len(body) > _SMALL and "gzip" in request.headers.get("accept-encoding", ""):
        body, sent = _squeezed(body), sent | {"Content-Encoding": "gzip"}
    return Response(body, media_type=kind, headers=sent)


@lru_cache(maxsize=512)
def _squeezed(body: bytes) -> bytes:
    """Compressed once: a hall of phones asks for the same files within seconds."""
    return gzip.compress(body, 9)
