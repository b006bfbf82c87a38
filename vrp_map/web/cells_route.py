"""The ground of the pin page by address: hexagons in groups, outlines and names, and the places by name.

Nothing here says how many incidents there are anywhere. Addresses carry the version of the ground, so a phone may
keep an answer for ever.
"""

from __future__ import annotations

import gzip
import re
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from functools import lru_cache

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from vrp_map import pin_places, views
from vrp_map.errors import UserError
from vrp_map.pin_ground import PinGround
from vrp_map.pins import PinRefused
from vrp_map.records.events import Event
from vrp_map.summit import Summit
from vrp_map.warehouse.boundaries import current_areas
from vrp_map.workspace import Workspace

FOR_EVER = "public, max-age=31536000, immutable"
_HOUR = "public, max-age=3600"
_SMALL = 400
_PARENT = re.compile(r"87[0-9a-f]{7}ffffff")
Work = Callable[[PinGround, Request], bytes | None]


class Grounds:
    """The ground of each event, made once for its areas and the published snapshot."""

    def __init__(self, summit: Callable[[], Summit], *, keep: int = 8) -> None:
        self._summit, self._keep = summit, keep
        self._lock = threading.Lock()
        self._made: OrderedDict[tuple[str, ...], PinGround] = OrderedDict()

    def of(self, event: Event) -> PinGround:
        """The ground of an event; without a snapshot it has no names."""
        settings = self._summit().settings
        try:
            ws: Workspace | None = views.workspace(settings)
        except UserError:
            ws = None
        snapshot = "" if ws is None else ws.snapshot.id
        key = (snapshot, *event.areas)
        with self._lock:
            if key not in self._made:
                areas = current_areas(settings)
                cells = self._summit().cells(event)
                places = pin_places.no_places() if ws is None else pin_places.public_places(ws)
                sources = () if ws is None else ws.attributions()
                self._made[key] = PinGround(cells, areas, event.areas, places, snapshot=snapshot, sources=sources)
            self._made.move_to_end(key)
            while len(self._made) > self._keep:
                self._made.popitem(last=False)
            return self._made[key]

    def by_version(self, version: str | None) -> PinGround | None:
        """A ground that a page already holds the version of: without asking the records, which a whole hall would."""
        with self._lock:
            return next((ground for ground in self._made.values() if ground.version == version), None)

    def by_code(self, code: str) -> PinGround:
        """The ground of the event with this code.

        Raises:
            PinRefused: there is no such event. UserError: the records are not open.
        """
        return self.of(self._summit().event(code))


def ground_routes(grounds: Grounds) -> list[Route]:
    """The routes."""

    def answer(work: Work, cache: str) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await run_in_threadpool(_answer, grounds, work, request, cache)

        return endpoint

    return [
        Route("/pin/ground.json", answer(lambda ground, _: ground.overview(), FOR_EVER)),
        Route("/pin/cells/{parent}.json", answer(_group, FOR_EVER)),
        Route("/pin/places.json", answer(_places, _HOUR)),
    ]


def _answer(grounds: Grounds, work: Work, request: Request, cache: str) -> Response:
    version = request.query_params.get("v")
    try:
        ground = grounds.by_version(version) or grounds.by_code(request.query_params.get("event", ""))
    except PinRefused as refused:
        return PlainTextResponse(refused.message, status_code=refused.status, headers={"Cache-Control": "no-store"})
    except UserError:
        return PlainTextResponse("Please try again in a moment.", status_code=503, headers={"Retry-After": "5"})
    body = work(ground, request)
    if body is None:
        return PlainTextResponse("This event takes no pins there.", status_code=404)
    return packed(body, "application/json", request, cache=cache if version == ground.version else "no-store")


def _group(ground: PinGround, request: Request) -> bytes | None:
    parent = request.path_params["parent"]
    return ground.group(parent) if _PARENT.fullmatch(parent) else None


def _places(ground: PinGround, request: Request) -> bytes:
    area = request.query_params.get("area")
    found = ground.names.inside(area) if area else ground.names.search(request.query_params.get("q", "")[:60])
    return pin_places.as_json(found)


def packed(body: bytes, kind: str, request: Request, *, cache: str, headers: dict[str, str] | None = None) -> Response:
    """A response, compressed where the browser takes that: on a hall's Wi-Fi every kilobyte is waited for."""
    sent = {"Cache-Control": cache, "Vary": "Accept-Encoding"} | (headers or {})
    if len(body) > _SMALL and "gzip" in request.headers.get("accept-encoding", ""):
        body, sent = _squeezed(body), sent | {"Content-Encoding": "gzip"}
    return Response(body, media_type=kind, headers=sent)


@lru_cache(maxsize=512)
def _squeezed(body: bytes) -> bytes:
    """Compressed once: a hall of phones asks for the same files within seconds."""
    return gzip.compress(body, 9)
