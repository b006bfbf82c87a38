"""`POST /api/pins` and `DELETE /api/pins/<code>` (docs/pins-api.md).

A request has no cookie and needs no account; what guards it is its own origin, its type, its size
and how often it comes. Nothing of it is logged: neither body nor address.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vrp_map.errors import UserError
from vrp_map.summit.pins.pin import MOST_BYTES, PinRefused
from vrp_map.summit.service import Summit
from vrp_map.web.middleware import is_own_page

RETRY_S = 5
TOO_OFTEN_S = 60
_log = logging.getLogger(__name__)
Endpoint = Callable[[Request], Awaitable[Response]]


def pin_routes(summit: Callable[[], Summit]) -> list[Route]:
    """The routes; `summit` gives the one object of this process."""
    return [
        Route("/api/pins", _plain(lambda request: _keep(request, summit)), methods=["POST"]),
        Route(
            "/api/pins/{code}",
            _plain(lambda request: _take_back(request, summit)),
            methods=["DELETE"],
        ),
    ]


async def _keep(request: Request, summit: Callable[[], Summit]) -> Response:
    _check_origin(request)
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise PinRefused(
            "content-type", "This page is out of date. Please load it again.", status=415
        )
    body = await _body(request)
    here = summit()
    answer = await run_in_threadpool(
        here.take, body, address=_address(request), now=_now(), clock=time.monotonic()
    )
    kept = await asyncio.wrap_future(answer)
    said = {"kept": True, "delete_code": kept.delete_code}
    # The code is for this phone alone.
    return JSONResponse(
        said, status_code=201 if kept.is_new else 200, headers={"Cache-Control": "no-store"}
    )


async def _take_back(request: Request, summit: Callable[[], Summit]) -> Response:
    _check_origin(request)
    here = summit()
    answer = await run_in_threadpool(
        here.take_back,
        request.path_params["code"],
        address=_address(request),
        clock=time.monotonic(),
    )
    if not await asyncio.wrap_future(answer):
        raise PinRefused("code-unknown", "No pin has this code. Please check it.", status=404)
    return JSONResponse({"deleted": True})


def _plain(work: Endpoint) -> Endpoint:
    """Refusals as their code and sentence, trouble as "not kept yet", never a traceback."""

    async def endpoint(request: Request) -> Response:
        try:
            return await work(request)
        except ClientDisconnect:
            # Bad Wi-Fi: nobody is there any more to be told, and the phone sends it again.
            return Response(status_code=400)
        except PinRefused as refused:
            said = {"error": refused.code, "message": refused.message}
            waits = {"Retry-After": str(TOO_OFTEN_S)} if refused.code == "too-often" else None
            return JSONResponse(said, status_code=refused.status, headers=waits)
        except UserError as trouble:
            # Once, when it begins, the records say why in the log; a hall of phones that try again
            # would fill a disk.
            _log.debug("A pin could not be saved: %s", type(trouble).__name__)
        return JSONResponse(
            {"kept": False, "retry_after": RETRY_S},
            status_code=503,
            headers={"Retry-After": str(RETRY_S)},
        )

    return endpoint


async def _body(request: Request) -> bytes:
    """The body, read no further than a pin may be long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            break
    return body


def _check_origin(request: Request) -> None:
    """Only our own page may send from a browser."""
    if not is_own_page(request.headers):
        raise PinRefused("origin", "This pin did not come from our page.", status=403)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
