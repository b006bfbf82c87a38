"""`GET /healthz`: whether the server has a map and can keep pins.

Anybody may ask; only who sits at this machine is told which snapshot there is and why something is
wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vrp_map.errors import NotAllowed, UserError
from vrp_map.principal import check_is_here
from vrp_map.views import hotspots as views


def health_routes(
    records: Callable[[], str | None], *, waits: Callable[[], str | None] = lambda: None
) -> list[Route]:
    """The route; `records`: why pins cannot be kept, `waits`: why nothing is purged."""

    async def healthz(request: Request) -> Response:
        said = await run_in_threadpool(_status, records)
        status = 200 if said["status"] == "ok" else 503
        if why := waits():
            said["purge"] = why
        return JSONResponse(
            said if _is_at_home(request) else {"status": said["status"]}, status_code=status
        )

    return [Route("/healthz", healthz)]


def _status(records: Callable[[], str | None]) -> dict[str, Any]:
    snapshot, why = None, None
    try:
        snapshot = views.workspace().snapshot.id
    except UserError as problem:
        why = str(problem)
    trouble = records()
    status = "no snapshot" if why else "trouble" if trouble else "ok"
    said: dict[str, Any] = {"status": status, "snapshot": snapshot, "records": trouble or "ok"}
    return said | ({"message": why} if why else {})


def _is_at_home(request: Request) -> bool:
    try:
        check_is_here(request.client.host if request.client else None, request.headers)
    except NotAllowed:
        return False
    return True
