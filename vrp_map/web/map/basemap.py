"""The streets by address, for staff and phones alike: `/basemap/{z}/{x}/{y}`.

A vector tile is the same for everybody and holds nothing of anybody. An address that carries the
map's version may be kept for ever; without it a browser asks again whether it is still the same.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from vrp_map.config import Settings
from vrp_map.places.basemap.base_map import usable_streets
from vrp_map.web.summit.cells import FOR_EVER

_TILE = "application/vnd.mapbox-vector-tile"
_DAY = "public, max-age=86400"


def basemap_routes(settings: Callable[[], Settings]) -> list[Route]:
    """The route of the tiles."""

    async def tile(request: Request) -> Response:
        return await run_in_threadpool(_tile, request, settings)

    return [Route("/basemap/{z:int}/{x:int}/{y:int}", tile)]


def _tile(request: Request, settings: Callable[[], Settings]) -> Response:
    streets = usable_streets(settings())
    if streets is None:
        return PlainTextResponse("There is no base map here.", status_code=404)
    z, x, y = (request.path_params[name] for name in ("z", "x", "y"))
    kept = FOR_EVER if request.query_params.get("v") == streets.version else _DAY
    headers = {"Cache-Control": kept, "Vary": "Accept-Encoding"}
    body = streets.tile(z, x, y)
    if body is None:
        return Response(status_code=204, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
    else:
        body = gzip.decompress(body)
    return Response(body, media_type=_TILE, headers=headers)


@dataclass(frozen=True)
class StreetAddress:
    """What a page is told of the base map: where its tiles lie, and what must be said with them.

    Attributes:
        tiles: with {z}, {x} and {y}; empty = there is no base map.
    """

    tiles: str = ""
    zooms: tuple[int, int] = (0, 0)
    attribution: str = ""


def street_address(settings: Settings, *, origin: str = "") -> StreetAddress:
    """The address of the tiles; with the origin where a page cannot add its own."""
    streets = usable_streets(settings)
    if streets is None:
        return StreetAddress()
    tiles = f"{origin}/basemap/{{z}}/{{x}}/{{y}}?v={streets.version}"
    return StreetAddress(tiles, streets.zooms, streets.about.attribution)
