"""`GET /api/wall/<code>`: the current release, for projector, phones and anyone.

The answer is the same for everyone who asks between two releases, and carries the number of its
release as its ETag: a hall that refreshes gets 304 and no body.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vrp_map.disclosure.thresholds import wall_threshold
from vrp_map.errors import UserError
from vrp_map.summit.cell_names import cell_names
from vrp_map.summit.event_store import Event
from vrp_map.summit.pins.pin import PinRefused
from vrp_map.summit.service import Summit
from vrp_map.summit.wall.picture import picture
from vrp_map.summit.wall.service import CurrentRelease, shown
from vrp_map.web.summit.cells import packed

RETRY_S = 5
_log = logging.getLogger(__name__)
_UNSTORED = {"Cache-Control": "no-store"}


def wall_routes(
    summit: Callable[[], Summit],
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC).replace(tzinfo=None),
    clock: Callable[[], float] = time.monotonic,
) -> list[Route]:
    """The route.

    Args:
        summit: gives the one object of this process. now, clock: for tests.
    """
    written = _WallJson()

    def answer(request: Request) -> Response:
        here = summit()
        event = here.event(request.path_params["code"])
        at = now()
        current, k = (
            shown(here, event, now=at, clock=clock()),
            wall_threshold(here.settings, is_past=at.date() > event.ends_on),
        )
        tag = f'"{current.release.number}-{event.state}-{k}"'
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=_UNSTORED | {"ETag": tag})
        body = written.of(here, event, current, k, tag)
        return packed(body, "application/json", request, cache="no-store", headers={"ETag": tag})

    async def endpoint(request: Request) -> Response:
        try:
            return await run_in_threadpool(answer, request)
        except PinRefused as refused:
            return JSONResponse(
                {"error": refused.code, "message": refused.message},
                status_code=refused.status,
                headers=_UNSTORED,
            )
        except UserError as trouble:
            _log.error("The wall cannot be read: %s", trouble)
            said = {
                "error": "not-now",
                "message": "The wall cannot be shown just now. Please try again in a moment.",
            }
            return JSONResponse(
                said, status_code=503, headers=_UNSTORED | {"Retry-After": str(RETRY_S)}
            )

    return [Route("/api/wall/{code}", endpoint)]


class _WallJson:
    """The latest release of each event as JSON, written once for all who ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bodies: dict[UUID, tuple[str, bytes]] = {}

    def of(self, summit: Summit, event: Event, current: CurrentRelease, k: int, tag: str) -> bytes:
        with self._lock:
            known = self._bodies.get(event.id)
            if known is None or known[0] != tag:
                settings = summit.settings
                said = picture(
                    event,
                    current,
                    k=k,
                    resolution=settings.wall_resolution,
                    every_s=settings.wall_every_s,
                    names=lambda cells: cell_names(cells, summit),
                    themes=summit.themes,
                )
                known = tag, json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
                self._bodies[event.id] = known
            return known[1]
