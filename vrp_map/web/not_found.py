"""The answer of a public address where there is nothing, or the method is wrong.

Without these routes the staff application would answer, with its own page, for everything that no
route of ours takes.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from vrp_map.web.middleware import PUBLIC

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def not_found_routes() -> list[Route]:
    """Routes for all that is left under the public addresses; they must come after all others."""
    exact = [
        Route(start, _nothing, methods=_METHODS) for start in PUBLIC if not start.endswith("/")
    ]
    below = [
        Route(f"{start.rstrip('/')}/{{rest:path}}", _nothing, methods=_METHODS) for start in PUBLIC
    ]
    return [*exact, *below]


async def _nothing(request: Request) -> Response:
    if request.url.path.startswith("/api/pins") or request.method not in ("GET", "HEAD"):
        words = "That cannot be done here. /api/openapi.json says what can."
        return PlainTextResponse(
            words, status_code=405, headers={"Allow": _allowed(request.url.path)}
        )
    words = "There is nothing at this address. Please check it, or scan the code again."
    return PlainTextResponse(words, status_code=404, headers={"Cache-Control": "no-store"})


def _allowed(path: str) -> str:
    if path.startswith("/api/pins/"):
        return "DELETE"
    return "POST" if path == "/api/pins" else "GET, HEAD"
