"""`POST /api/pins` and `DELETE /api/pins/<code>`: the contract of the pin page (docs/pins-api.md).

A request has no cookie and needs no account; what guards it is its own origin, its type, its size and how often it
comes. Nothing of it is logged: neither body nor address.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vrp_map.errors import UserError
from vrp_map.pins import MOST_BYTES, PinRefused
from vrp_map.summit import Summit

RETRY_S = 5
_log = logging.getLogger(__name__)
Endpoint = Callable[[Request], Awaitable[Response]]


def pin_routes(summit: Callable[[], Summit]) -> list[Route]:
    """The routes; `summit` gives the one object of this process."""
    return [
        Route("/api/pins", _plain(lambda request: _keep(request, summit)), methods=["POST"]),
        Route("/api/pins/{code}", _plain(lambda request: _take_back(request, summit)), methods=["DELETE"]),
    ]


async def _keep(request: Request, summit: Callable[[], Summit]) -> Response:
    _check_origin(request)
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise PinRefused("content-type", "Something went wrong on the way. Please send it again.", status=415)
    body = await _body(request)
    here = summit()
    answer = await run_in_threadpool(here.take, body, address=_address(request), now=_now(), clock=time.monotonic())
    kept = await asyncio.wrap_future(answer)
    return JSONResponse({"kept": True, "delete_code": kept.delete_code}, status_code=201 if kept.is_new else 200)


async def _take_back(request: Request, summit: Callable[[], Summit]) -> Response:
    _check_origin(request)
    here = summit()
    answer = await run_in_threadpool(
        here.take_back, request.path_params["code"], address=_address(request), clock=time.monotonic()
    )
    if not await asyncio.wrap_future(answer):
        raise PinRefused("code-unknown", "No pin has this code. Please check it.", status=404)
    return JSONResponse({"deleted": True})


def _plain(work: Endpoint) -> Endpoint:
    """Refusals as their code and sentence, trouble as "not kept yet", never a traceback."""

    async def endpoint(request: Request) -> Response:
        try:
            return await work(request)
        except PinRefused as refused:
            return JSONResponse({"error": refused.code, "message": refused.message}, status_code=refused.status)
        except UserError as trouble:
            # Once, when it begins, the records say why in the log; a hall of phones that try again would fill a disk.
            _log.debug("A pin could not be kept: %s", type(trouble).__name__)
        return JSONResponse(
            {"kept": False, "retry_after": RETRY_S}, status_code=503, headers={"Retry-After": str(RETRY_S)}
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
    """Only our own page may send from a browser; a browser always says where it is."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise PinRefused("origin", "This pin did not come from our page.", status=403)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
