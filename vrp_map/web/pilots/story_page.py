"""`GET /pilot/<reference>/story`: for everyone, the story of a pilot that a lead signed.

A story that is not out, was taken back, or never was: all three are one answer.
"""

from __future__ import annotations

import html
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vrp_map.disclosure.thresholds import public_threshold
from vrp_map.errors import UserError
from vrp_map.pilots.service import Pilots
from vrp_map.pilots.story.service import PublicStory, public_story, said_there
from vrp_map.summit.cell_names import cell_names
from vrp_map.summit.follow_up.voices import Place, PublishedVoices, voices
from vrp_map.summit.service import Summit
from vrp_map.web.summit import pin_page
from vrp_map.web.summit.wall_page import HEADERS, message_page, static_version
from vrp_map.wording import day_words

_SAID = {
    "unsafe": "feel unsafe here",
    "safe": "feel safe here",
    "corridor": "pass through on a journey",
}
_log = logging.getLogger(__name__)


def story_routes(
    pilots: Callable[[], Pilots],
    summit: Callable[[], Summit],
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC).replace(tzinfo=None),
    clock: Callable[[], float] = time.monotonic,
) -> list[Route]:
    """The route. `now`, `clock`: for tests."""

    def page(request: Request) -> Response:
        try:
            story = public_story(pilots(), request.path_params["reference"])
            if story is None:
                return message_page(
                    "There is nothing here",
                    "Please check the address.",
                    request,
                    status=404,
                )
            here = summit()
            heard = voices(
                here, now=now(), clock=clock(), names=lambda cells: cell_names(cells, here)
            )
        except UserError as trouble:
            _log.error("A story cannot be read: %s", trouble)
            return message_page(
                "Not just now",
                "This page cannot be shown just now. Please try again soon.",
                request,
                status=503,
            )
        values = {
            "static": static_version(),
            "name": html.escape(story.name),
            "parts": "\n".join(_part(*part) for part in story.parts),
            "k": f"{public_threshold(here.settings):,}",
            "voices": _voices(story, heard),
        }
        return pin_page.html_page("story.html", values, request, status=200, headers=HEADERS)

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(page, request)

    return [Route("/pilot/{reference}/story", endpoint)]


def _part(heading: str, said: str) -> str:
    return f"<h2>{html.escape(heading)}</h2><p>{html.escape(said)}</p>"


def _voices(story: PublicStory, heard: list[PublishedVoices]) -> str:
    """Two lists: events before the start, and since; each says where there was none."""
    found = said_there(story, heard)
    made = ""
    for heading, is_before in (("Before", True), ("Since the start", False)):
        events = [one for one in found if (one[0].event.starts_on < story.start) is is_before]
        items = "".join(_event(*one) for one in events)
        made += f"<h3>{heading}</h3>" + (items or "<p>No event of that time has numbers.</p>")
    return made


def _event(one: PublishedVoices, places: list[Place]) -> str:
    title = f"{html.escape(one.event.name)}, {day_words(one.event.starts_on)}"
    if not places:
        return f"<p>{title}: too few people pinned these places for us to show a number.</p>"
    rows = "".join(
        f"<li>{html.escape(place.name[:1].upper() + place.name[1:])}: {_counts(place)}</li>"
        for place in places
    )
    return f"<p>{title}:</p><ul>{rows}</ul>"


def _counts(place: Place) -> str:
    told = [
        f"{place.counts[kind]:,} people {words}"
        for kind, words in _SAID.items()
        if kind in place.counts
    ]
    return "; ".join(told)
