"""`GET /respond`: the form on which staff log or change a response; `POST /respond/log` keeps it.

Plain HTML with one small script, so that a draft survives a reload and a lost connection: a page
of Streamlit forgets what was typed when its connection goes.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping
from concurrent.futures import Future
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
from vrp_map.places.postcodes import find_postcode
from vrp_map.principal import Principal
from vrp_map.responses.catalogue import Catalogue
from vrp_map.responses.form.filling import form_values
from vrp_map.responses.form.reading import read_form
from vrp_map.responses.response import RISKS, YES_NO
from vrp_map.responses.response import Response as IncidentResponse
from vrp_map.responses.service import NamesFlagged, Responses
from vrp_map.responses.store import ResponseChange, ResponseRecord
from vrp_map.web.map.basemap import street_address
from vrp_map.web.map.params import asking
from vrp_map.web.middleware import is_own_page
from vrp_map.web.refusal import refusal_page
from vrp_map.web.responses.form_map import hexagon_at, outlines
from vrp_map.web.summit import pin_page
from vrp_map.web.summit.pin_page import files_in, html_page, static_file, version_of

_MOST_BYTES = 20_000
_FEWEST_LETTERS = 2
_POSTCODE_SIZE = 9
_Answer = Callable[[Request, Responses, Principal, bytes], Response]


def log_page_routes(desk: Callable[[], Responses]) -> list[Route]:
    """The form, its files, the search for places, and where it is sent to."""
    return [
        Route("/respond", _endpoint(desk, _page)),
        Route("/respond/places", _endpoint(desk, _places)),
        Route("/respond/outlines", _endpoint(desk, outlines)),
        Route("/respond/hexagon", _endpoint(desk, hexagon_at)),
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
                return refusal_page(trouble, request, status=status)
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
    reference = request.query_params.get("response", "")
    record = responses.record(who, reference) if reference else None
    asked_cell = request.query_params.get("cell", "")
    try:
        place = places.at("", cell=asked_cell) if asked_cell and not record else None
    except UserError:
        place = None
    streets = street_address(responses.settings)
    values = {
        **_heading(record),
        **pin_page.street_values(streets),
        "now": html.escape(json.dumps(_now_of(responses, record))),
        "pin_static": pin_page.static_version(),
        "strands": _options(lists.strands),
        "agency_words": "".join(
            f'<option value="{html.escape(words)}">' for words in lists.agencies.values()
        ),
        "clocks": _clock_fields(lists),
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


def _heading(record: ResponseRecord | None) -> dict[str, str]:
    if record is None:
        words = {"title": "Log a response", "save": "Save"}
        return {**words, "back": "/responses", "up": "All responses"}
    name = html.escape(record.reference)
    return {
        "title": f"Change {name}",
        "save": "Save the changes",
        "back": f"/responses?response={name}",
        "up": f"Back to {name}",
    }


def _now_of(responses: Responses, record: ResponseRecord | None) -> dict[str, Any]:
    """What the script is told of the response that is changed; nothing of a new one."""
    if record is None:
        return {}
    return {
        "id": str(record.id),
        "after": record.version,
        "reference": record.reference,
        "fields": form_values(record.response, responses.catalogue),
    }


def _places(request: Request, responses: Responses, who: Principal, body: bytes) -> Response:
    text = request.query_params.get("q", "")[:60]
    if point := find_postcode(text, responses.settings):
        # The words name the place, not the postcode: that is a few homes.
        cell = point.cell(_POSTCODE_SIZE)
        row = {"name": responses.places.name_of(cell), "cell": cell, "is_postcode": True}
        return JSONResponse([row], headers={"Cache-Control": "no-store"})
    found = responses.places.search(text) if len(text) >= _FEWEST_LETTERS else []
    rows = [{"name": f"{one.name}, {one.area}", "cell": one.cell} for one in found[:8]]
    return JSONResponse(rows, headers={"Cache-Control": "no-store"})


def _log(request: Request, responses: Responses, who: Principal, body: bytes) -> Response:
    if not is_own_page(request.headers):
        raise NotAllowed("This page belongs to another site.")
    try:
        kept = _keep(_object(body), responses, who)
    except NamesFlagged as flagged:
        return _said(flagged, status=422, flags=flagged.flags)
    except NotAllowed:
        raise
    except UserError as mistake:
        return _said(mistake, status=422)
    return JSONResponse({"reference": kept.result()[0]}, status_code=201)


def _keep(said: Mapping[str, Any], responses: Responses, who: Principal) -> Future[list[str]]:
    """A new response; or, where it says after which version, the one that follows it."""
    id, after, lists = _id(said), said.get("after", 0), responses.catalogue
    options: dict[str, Any] = {"now": _now(), "past_flags": said.get("past_flags") is True}
    if not isinstance(after, int) or not after:
        change = ResponseChange(id, read_form(said, responses.places, lists), "logged")
        return responses.keep(who, [change], **options)

    def edit(before: IncidentResponse) -> IncidentResponse:
        return read_form(said, responses.places, lists, before=before)

    return responses.change(who, id, edit, after=after, **options)


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


def _clock_fields(lists: Catalogue) -> str:
    """Two days for each clock; the script shows the clocks of the tier."""
    return "".join(
        f'<fieldset class="clock" data-clock="{html.escape(code)}"'
        f' data-tiers="{" ".join(t for t, its in lists.clocks_of_tier.items() if code in its)}">'
        f"<legend>{html.escape(clock.words)}</legend>"
        f'<label>Done on<input type="date" data-list="clocks_done"></label>'
        f'<label>Due on another day<input type="date" data-list="clocks_set"></label></fieldset>'
        for code, clock in lists.clocks.items()
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
