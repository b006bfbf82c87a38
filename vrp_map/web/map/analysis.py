"""`GET /map/analysis.json?method=…` with the filters of the map: the answer of one method, or why
it is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from vrp_map.errors import MethodRefused, NotAllowed, UserError
from vrp_map.principal import Principal
from vrp_map.views import answers
from vrp_map.views import hotspots as views
from vrp_map.web.map.params import asked_for, asking


async def analysis(request: Request) -> Response:
    """200: the answer for the page's audience. 422: refused, with the reason and a hint.

    400: a slip in the address.
    """
    try:
        principal = asking(request)
        body = await run_in_threadpool(lambda: _answer(principal, request.query_params))
    except NotAllowed as refusal:
        return PlainTextResponse(str(refusal), status_code=403)
    except MethodRefused as refusal:
        return _json(
            {"error": "refused", "message": refusal.message, "hint": refusal.hint}, status=422
        )
    except UserError as mistake:
        return _json(
            {"error": "mistake", "message": mistake.message, "hint": mistake.hint}, status=400
        )
    return _json(body, status=200)


def _answer(principal: Principal, query: Mapping[str, str]) -> dict[str, Any]:
    ws = views.workspace_for(principal)
    if query.get("snapshot", ws.snapshot.id) != ws.snapshot.id:
        raise UserError(
            "The map has been rebuilt since this page was opened.", hint="Load the page again."
        )
    method = answers.method_named(query.get("method", ""))
    choice = asked_for(ws, query)
    answer = answers.answer(ws, method, choice.selection(ws), resolution=choice.resolution)
    return answers.document(answer)


def _json(body: dict[str, Any], *, status: int) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=str, allow_nan=False)
    headers = {"Cache-Control": "no-store", "Vary": "Cookie"}
    return Response(text, status_code=status, media_type="application/json", headers=headers)
