"""`GET /map/analysis.json?method=…` with the filters of the map: the answer of one method, or why it is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from vrp_map import answers, views
from vrp_map.errors import MethodRefused, NotAllowed, UserError
from vrp_map.principal import Principal, principal_for
from vrp_map.selection import selection_from_query
from vrp_map.vocabulary import DEFAULT_RESOLUTION, RESOLUTION_WORDS


async def analysis(request: Request) -> Response:
    """200: the answer for the page's audience. 422: refused, with the reason and a hint. 400: a slip in the address."""
    try:
        principal = principal_for(request.client.host if request.client else None, request.headers)
        body = await run_in_threadpool(lambda: _answer(principal, request.query_params))
    except NotAllowed as refusal:
        return PlainTextResponse(str(refusal), status_code=403)
    except MethodRefused as refusal:
        return _json({"error": "refused", "message": refusal.message, "hint": refusal.hint}, status=422)
    except UserError as mistake:
        return _json({"error": "mistake", "message": mistake.message, "hint": mistake.hint}, status=400)
    return _json(body, status=200)


def _answer(principal: Principal, query: Mapping[str, str]) -> dict[str, Any]:
    if query.get("audience", views.AUDIENCE) != views.AUDIENCE:
        raise NotAllowed(
            f"The map shows the {views.AUDIENCE} view only.", hint="Leave the audience out of the address."
        )
    ws = views.workspace_for(principal)
    if query.get("snapshot", ws.snapshot.id) != ws.snapshot.id:
        raise UserError("The map has been rebuilt since this page was opened.", hint="Load the page again.")
    method = answers.method_named(query.get("method", ""))
    wanted = selection_from_query(query, settings=ws.settings)
    selection = ws.select(
        wanted.categories, first=wanted.first, last=wanted.last, areas=wanted.areas, sources=wanted.sources
    )
    return answers.document(answers.answer(ws, method, selection, resolution=_resolution(query)))


def _resolution(query: Mapping[str, str]) -> int:
    text = query.get("resolution", str(DEFAULT_RESOLUTION))
    if text not in {str(r) for r in RESOLUTION_WORDS}:
        raise UserError("There is no hexagon size of that number.", hint="Known: 7, 8, 9, 10.")
    return int(text)


def _json(body: dict[str, Any], *, status: int) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=str, allow_nan=False)
    headers = {"Cache-Control": "no-store", "Vary": "Cookie"}
    return Response(text, status_code=status, media_type="application/json", headers=headers)
