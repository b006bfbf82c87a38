"""`/event/<code>/show`, `/poster` and `/paper`: what staff project and print of an event.

Never for phones.

Plain HTML without a script. The choices of the paper form are written from `pin_words`, as those of
the pin page are, so that paper and phone ask the same.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vrp_map.errors import NotAllowed, UserError
from vrp_map.permissions import Action
from vrp_map.summit.event_address import FOR_PHONES, NOT_FOR_PHONES, SAYS_HOW, event_address
from vrp_map.summit.event_store import Event, State
from vrp_map.summit.pins.pin import PinRefused
from vrp_map.summit.service import Summit
from vrp_map.vocabulary import pins as words
from vrp_map.web.map.params import asking
from vrp_map.web.refusal import refusal_page
from vrp_map.web.summit.pin_page import html_page, static_version
from vrp_map.wording import period_of_days

# How wide a letter of one width is, in units of its size; a little more than any of the fonts named
# needs.
_LETTER = 0.62
_PLACES_ON_A_SHEET = 3
_WARNING = (
    f'<p class="warning">{html.escape(NOT_FOR_PHONES)} <code>{FOR_PHONES}</code> {SAYS_HOW}</p>'
)
_CALL = {
    State.OPEN: "Where do you feel safe? Where not?",
    State.PAUSED: "We are having a break. Please wait to pin.",
    State.CLOSED: "This event is over. Thank you!",
    State.ARCHIVED: "This event is over. Thank you!",
}


def event_routes(summit: Callable[[], Summit]) -> list[Route]:
    """The three pages; each asks who is asking."""
    return [
        Route(f"/event/{{code}}/{name}", _page(summit, f"event_{name}.html"))
        for name in ("show", "poster", "paper")
    ]


def _page(summit: Callable[[], Summit], template: str) -> Callable[[Request], object]:
    def answer(request: Request) -> Response:
        try:
            here = summit()
            asking(request, here.settings).must(Action.PRINT_EVENTS)
            values = _values(here.event(request.path_params["code"]), here, request)
        except NotAllowed as refusal:
            return refusal_page(refusal, request, status=403)
        except PinRefused as refused:
            return refusal_page(refused, request, status=refused.status)
        except UserError as trouble:
            return refusal_page(trouble, request, status=503)
        return html_page(template, values, request, status=200)

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(answer, request)

    return endpoint


def _values(event: Event, summit: Summit, request: Request) -> Mapping[str, str]:
    """What the three templates need, escaped."""
    table = _table(request)
    at = event_address(
        event.code,
        public_url=summit.settings.public_url,
        asked_at=f"{request.url.scheme}://{request.headers.get('host', '')}",
        table=table,
    )
    return {
        "static": static_version(),
        "code": html.escape(event.code),
        "event": html.escape(event.name),
        "place": html.escape(event.place),
        "days": period_of_days(event.starts_on, event.ends_on),
        "address": html.escape(at.shown),
        "short": html.escape(at.short),
        "short_width": _width(at.short),
        "code_width": _width(event.code),
        "qr": at.qr(),
        "warning": "" if at.for_phones else _WARNING,
        "table": f"<p class='how'>Table <strong>{table}</strong></p>" if table else "",
        "call": _CALL[event.state],
        "words": ", what you write" if event.free_text else "",
        "left": _left(),
        "right": _right(),
        "roles": _once(words.ROLES),
        "ages": _once(words.AGE_BANDS),
        "text": '<p class="own-words">In your own words, if you like (no names):</p>'
        if event.free_text
        else "",
    }


def _table(request: Request) -> int | None:
    """The table whose card is asked for: `?table=4`."""
    asked = request.query_params.get("table", "")
    return int(asked) if re.fullmatch(r"[1-9][0-9]?", asked) else None


def _width(text: str) -> str:
    return f"{len(text) * _LETTER:.2f}"


def _left() -> str:
    feelings = {code: f"<b>{html.escape(said)}</b>" for code, said in words.FEELINGS.items()}
    return (
        _grid("What kind of place?", "one tick", _escaped(words.SETTINGS))
        + _grid("How do you feel there?", "one tick", feelings)
        + _grid("Unsafe: why?", _up_to(words.MOST_REASONS), _escaped(words.REASONS_UNSAFE))
        + _grid("Is something broken?", "one tick", _escaped(words.THINGS))
    )


def _right() -> str:
    return (
        _grid("Safe: why?", _up_to(words.MOST_REASONS), _escaped(words.REASONS_SAFE))
        + _grid("What time?", "one tick", _escaped(words.HOUR_BANDS))
        + _grid("Which days?", "one tick", _escaped(words.WEEKDAYS))
        + _grid("What would help?", _up_to(words.MOST_HELPS), _escaped(words.HELPS))
    )


def _grid(question: str, how: str, options: Mapping[str, str]) -> str:
    """One question with a box for each place; the options are markup."""
    places = range(1, _PLACES_ON_A_SHEET + 1)
    head = "".join(f"<td>{place}</td>" for place in places)
    boxes = '<td><span class="box"></span></td>' * len(places)
    rows = "".join(f'<tr><th scope="row">{said}</th>{boxes}</tr>' for said in options.values())
    head = f"<thead><tr><th scope='col'><b>{question}</b> {how}</th>{head}</tr></thead>"
    return f"<table>{head}<tbody>{rows}</tbody></table>"


def _once(options: Mapping[str, str]) -> str:
    return " ".join(
        f'<span><i class="box"></i>{html.escape(said)}</span>' for said in options.values()
    )


def _up_to(most: int) -> str:
    return f"up to {most} ticks"


def _escaped(options: Mapping[str, str]) -> dict[str, str]:
    return {code: html.escape(said) for code, said in options.items()}
