"""`GET /voices`: for everyone, what people said where and what was answered.

The list stands in the page itself; the map is drawn from the list, so that neither says more than
the other.
"""

from __future__ import annotations

import html
import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vrp_map.disclosure.thresholds import public_threshold
from vrp_map.errors import UserError
from vrp_map.summit.cell_names import cell_names
from vrp_map.summit.follow_up.replies import STATUSES
from vrp_map.summit.follow_up.store import Reply
from vrp_map.summit.follow_up.voices import Place, PublishedVoices, voices
from vrp_map.summit.service import Summit
from vrp_map.summit.wall.picture import outlines_of
from vrp_map.summit.wall.themes import ThemeCounts
from vrp_map.web.map.basemap import street_address
from vrp_map.web.summit import pin_page
from vrp_map.web.summit.wall_page import HEADERS, ICONS, message_page, static_version

_SAID = {
    "unsafe": "feel unsafe here",
    "safe": "feel safe here",
    "corridor": "pass through on a journey",
}
_MOST_WORDS = 3
_log = logging.getLogger(__name__)


def voices_routes(
    summit: Callable[[], Summit],
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC).replace(tzinfo=None),
    clock: Callable[[], float] = time.monotonic,
) -> list[Route]:
    """The route. `now`, `clock`: for tests."""

    def page(request: Request) -> Response:
        try:
            here = summit()
            found = voices(
                here, now=now(), clock=clock(), names=lambda cells: cell_names(cells, here)
            )
        except UserError as trouble:
            _log.error("The voices cannot be read: %s", trouble)
            return message_page(
                "Not just now",
                "This page cannot be shown just now. Please try again soon.",
                request,
                status=503,
            )
        k = public_threshold(here.settings)
        values = {
            "static": static_version(),
            "icon": ICONS,
            "k": f"{k:,}",
            "ground": html.escape(found[0].event.code) if found else "",
            "empty": "" if found else _EMPTY,
            "hidden": "" if any(v.places for v in found) else " hidden",
            "events": "\n".join(_event(one) for one in found),
        } | pin_page.street_values(street_address(here.settings))
        return pin_page.html_page("voices.html", values, request, status=200, headers=HEADERS)

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(page, request)

    return [Route("/voices", endpoint)]


def _event(one: PublishedVoices) -> str:
    people = (
        f"<p><strong>{one.contributors:,}</strong> people took part.</p>"
        if one.contributors
        else ""
    )
    places = (
        '<ol class="places">'
        + "".join(_place(p, outline) for p, outline in _with_outlines(one.places))
        + "</ol>"
        if one.places
        else "<p>We cannot show a place: too few people pinned the same one.</p>"
    )
    title = html.escape(one.event.name)
    where = ", ".join(part for part in (one.event.place, _day(one.event.starts_on)) if part)
    return (
        f'<section class="event"><h2>{title}</h2><p class="small">{html.escape(where)}</p>{people}'
        f"{_themes(one.themes)}{_words('Where is it?', one.settings)}"
        f"{_words('What makes it unsafe?', one.unsafe)}{_words('What makes it safe?', one.safe)}"
        f"<h3>Places, and what we did</h3>{places}</section>"
    )


def _themes(spoken: Sequence[ThemeCounts]) -> str:
    if not spoken:
        return ""
    items = "".join(
        f"<li>{html.escape(one.name)}: at least {one.at_least:,} people."
        f'<p class="small">{html.escape(one.words)}.</p></li>'
        for one in spoken
    )
    return f"<h3>What it was about</h3><ul>{items}</ul>"


def _words(heading: str, rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return ""
    items = "".join(
        f"<li>{html.escape(row['words'])}: {row['people']:,} people</li>"
        for row in rows[:_MOST_WORDS]
    )
    return f"<h3>{heading}</h3><ul>{items}</ul>"


def _with_outlines(places: Sequence[Place]) -> list[tuple[Place, list[list[float]]]]:
    outlines = outlines_of(place.cell for place in places)
    return [(place, outlines[place.cell]) for place in places]


def _place(place: Place, outline: list[list[float]]) -> str:
    counts = "".join(f' data-{kind}="{n}"' for kind, n in place.counts.items())
    told = "".join(
        f'<li><span class="key {kind}" aria-hidden="true"></span> {place.counts[kind]:,} people'
        f" {words}</li>"
        for kind, words in _SAID.items()
        if kind in place.counts
    )
    name = html.escape(place.name[:1].upper() + place.name[1:])
    drawn = html.escape(json.dumps(outline, separators=(",", ":")))
    return (
        f'<li class="place" data-outline="{drawn}"{counts}><h4>{name}</h4>'
        f'<ul class="counts">{told}</ul>{_answer(place.reply)}</li>'
    )


def _answer(reply: Reply | None) -> str:
    if reply is None:
        return '<div class="reply none"><p>There is no answer yet.</p></div>'
    status = html.escape(STATUSES.get(reply.status, reply.status))
    return (
        f'<div class="reply"><p class="status {html.escape(reply.status)}">{status}</p>'
        f"<p>{html.escape(reply.words)}</p>"
        f'<p class="small">{html.escape(reply.owner)}, {_day(reply.answered_on)}</p></div>'
    )


def _day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"


_EMPTY = (
    "<p>There is nothing to read yet. When an event is over and enough people took part, "
    "this page shows what they said and what we did about it.</p>"
)
