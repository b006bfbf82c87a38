"""The data of the map of Youth voice by address: hexagons by class, and the outlines of journeys;
released numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from vrp_map.errors import UserError
from vrp_map.maps.rows import with_outlines
from vrp_map.summit.service import Summit
from vrp_map.summit.voice_gap import map as maps
from vrp_map.summit.voice_gap import released as voice
from vrp_map.summit.voice_gap.gaps import YouthVoice, youth_voice
from vrp_map.web.map.params import asked_for
from vrp_map.workspace import Workspace

Work = Callable[[Workspace, Request], Any]


def voice_routes(answer: Callable[[Work], Any], summit: Callable[[], Summit]) -> list[Route]:
    """The routes.

    Args:
        answer: makes an endpoint of work: who asks, refusals, headers. summit: gives events and
            pins, or says why they cannot be read.
    """

    def cells(ws: Workspace, request: Request) -> Any:
        return with_outlines(maps.gap_rows(_found(summit(), ws, request).cells))

    def corridors(ws: Workspace, request: Request) -> Any:
        return maps.corridor_outlines(_found(summit(), ws, request).corridors)

    return [
        Route("/map/voice.json", answer(cells)),
        Route("/map/voice-corridors.json", answer(corridors)),
    ]


def _found(summit: Summit, ws: Workspace, request: Request) -> YouthVoice:
    """What the address asks for.

    It names the releases, so that an answer which was kept is that of its own batch.
    """
    query = request.query_params
    choice = asked_for(ws, query)
    out = {one.key: one for one in voice.heard(summit, most_age_s=1.0) if one.is_out}
    names = [name for name in query.get("releases", "").split(",") if name] or list(out)
    if not set(names) <= set(out):
        raise UserError(
            "More voices have been released since this page was opened.",
            hint="Load the page again.",
        )
    selection = choice.selection(ws)
    return youth_voice(ws, [one for name, one in out.items() if name in names], selection)
