"""`GET /map/first.json` with the address of the Hotspots page: what its map shows, for a browser
that waits for the page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from vrp_map import maps
from vrp_map.views import hotspot_map
from vrp_map.views import hotspots as views
from vrp_map.views.choice import choice_from_query
from vrp_map.views.map_size import is_phones, map_size_of
from vrp_map.web.map.params import refuse_other_views
from vrp_map.workspace import Workspace

Work = Callable[[Workspace, Request], Any]


def first_map_route(answer: Callable[[Work], Any]) -> Route:
    """The route.

    Args:
        answer: makes an endpoint of work: who asks, refusals, headers.
    """
    return Route("/map/first.json", answer(_first))


def _first(ws: Workspace, request: Request) -> dict[str, Any]:
    """The map as the page will describe it, but for what is drawn over the hexagons by role.

    `look` in the address is what the browser prefers, light or dark.
    """
    refuse_other_views(request.query_params)
    query, agent = request.query_params, request.headers.get("user-agent", "")
    choice, _ = choice_from_query({name: query[name] for name in query if name != "look"}, ws)
    view = views.hotspot_view(ws, choice.selection(ws), resolution=choice.resolution)
    size = map_size_of(agent)
    drawn = hotspot_map.picture(
        ws,
        view,
        choice,
        palette=maps.theme(query.get("look")),
        looks_at=hotspot_map.whole_of(ws, choice, size),
        narrow=is_phones(agent),
        outlined=hotspot_map.selected(view, choice, is_several=bool(choice.chosen)),
    )
    return drawn.told(
        alt=hotspot_map.ALT,
        height=size.height,
        presses=True,
        place=hotspot_map.kept_for(choice),
    )
