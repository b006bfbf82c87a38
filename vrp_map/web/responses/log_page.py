"""`GET /respond`: the form on which staff log a response; `POST /respond/log` keeps it.

Plain HTML with one small script, so that a draft survives a reload and a lost connection: a page
of Streamlit forgets what was typed when its connection goes.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from vrp_map.errors import NotAllowed, UserError
from vrp_map.permissions import Action
from vrp_map.principal import Principal
from vrp_map.responses.form import read_form
from vrp_map.responses.response import RISKS, YES_NO
from vrp_map.responses.service import NamesFlagged, Responses
from vrp_map.responses.store import ResponseChange
from vrp_map.web.map.params import asking
from vrp_map.web.middleware import is_own_page
from vrp_map.web.summit.pin_page import files_in, html_page, static_file, version_of

_MOST_BYTES = 20_000
_FEWEST_LETTERS = 2
_Answer = Callable[[Request, Responses, Principal, bytes], Response]


def log_page_routes(desk: Callable[[], Responses]) -> list[Route]:
    """The form, its files, the search for places, and where it is sent to."""
    return [
        Route("/respond", _endpoint(desk, _page)),
        Route("/respond/places", _endpoint(desk, _places)),
        Route("/respond/log", _endpoint(desk, _log), methods=["POST"]),
        Route("/respond/static/{version}/{name}", _endpoint(desk, _file)),
    ]


def _endpoint(desk: Callable[[], Responses], answer: _Answer) -> Callable[[Request], Any]:
    def guarded(request: Request, body: bytes) -> Response:
        try:
            responses = desk()
            who = asking(request, responses.settings)
            who.must(Action.WRITE_RESPONSES)
            return answer(request, responses, who, body)
        except UserError as trouble:
            status = 403 if isinstance(trouble, NotAllowed) else 503
            if answer is _page:
                return PlainTextResponse(str(trouble), status_code=status)
            return _said(trouble, status=status)

    async def endpoint(request: Request) -> Response:
        body = b""
        if request.method == "POST":
            async for part in request.stream():
                body += part
                if len(body) > _MOST_BYTES:
                    return PlainTextResponse("That is too much text.", status_code=413)
        return await run_in_threadpool(guarded, request, body)

    return endpoint


def _page(request: Request, responses: Responses, who: Principal, body: bytes) -> Response:
    lists, places = responses.catalogue, responses.places
    asked_cell = request.query_params.get("cell", "")
    try:
        place = places.at("", cell=asked_cell) if asked_cell else None
    except UserError:
        place = None
    values = {
        "static": static_version(),
        "today": responses.local(_now()).date().isoformat(),
        "categories": _options(lists.categories),
        "agencies": _options(lists.agencies),
        "tiers": _options(lists.tiers),
        "interventions": _boxes("interventions", lists.interventions),
        "lads": _options(places.lad_names),
        "other_areas": _boxes("other_areas", {name: name for name in places.lad_names.values()}),
        "limbs": _options(lists.limbs),
        "risks": _options({str(risk): str(risk) for risk in RISKS}),
        "yes_no": _options({answer: answer.capitalize() for answer in YES_NO}),
        "cell": html.escape(place.cell if place else ""),
        "where": html.escape(place.words if place else ""),
    }
    return html_page("respond.html", values, request, status=200)


def _places(request: Request, responses: Responses, who: Principal, body: bytes) -> Response:
    text = request.query_params.get("q", "")[:60]
    found = responses.places.search(text) if len(text) >= _FEWEST_LETTERS else []
    rows = [{"name": f"{one.name}, {one.area}", "cell": one.cell} for one in found[:8]]
    return JSONResponse(rows, headers={"Cache-Control": "no-store"})


def _log(request: Request, responses: Responses, who: Principal, body: bytes) -> Response:
    if not is_own_page(request.headers):
        raise NotAllowed("This page belongs to another site.")
    try:
        said = _object(body)
        change = ResponseChange(_id(said), read_form(said, responses.places), "logged")
        kept = responses.keep(who, [change], now=_now(), past_flags=said.get("past_flags") is True)
    except NamesFlagged as flagged:
        return _said(flagged, status=422, flags=flagged.flags)
    except NotAllowed:
        raise
    except UserError as mistake:
        return _said(mistake, status=422)
    return JSONResponse({"reference": kept.result()[0]}, status_code=201)


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise UserError("The form cannot be read.", hint="Load the page again: the draft stays.")
    return said


def _id(said: Mapping[str, Any]) -> UUID:
    try:
        return UUID(str(said.get("id")))
    except ValueError:
        raise UserError("The form has no number.", hint="Load the page again.") from None


def _said(trouble: UserError, *, status: int, **more: Any) -> JSONResponse:
    said = {"message": trouble.message, "hint": trouble.hint, **more}
    return JSONResponse(said, status_code=status, headers={"Cache-Control": "no-store"})


def _options(known: Mapping[str, str]) -> str:
    return "".join(
        f'<option value="{html.escape(code)}">{html.escape(words)}</option>'
        for code, words in known.items()
    )


def _boxes(name: str, known: Mapping[str, str]) -> str:
    return "".join(
        f'<label class="box"><input type="checkbox" name="{name}" value="{html.escape(code)}">'
        f"<span>{html.escape(words)}</span></label>"
        for code, words in known.items()
    )


@cache
def _files() -> dict[str, bytes]:
    return files_in("respond_static")


@cache
def static_version() -> str:
    """Changes with any of the files of the form."""
    return version_of(_files())


def _file(request: Request, responses: Responses, who: Principal, body: bytes) -> Response:
    return static_file(request, _files(), static_version())


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
