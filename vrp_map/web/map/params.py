"""Who asks, and what an address of the map asks for: never another view than the pages show."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request

from vrp_map.config import Settings, load_settings
from vrp_map.errors import NotAllowed, UserError
from vrp_map.principal import Principal, principal_for
from vrp_map.selection import Selection, selection_from_query
from vrp_map.views import hotspots as views
from vrp_map.vocabulary import DEFAULT_RESOLUTION, RESOLUTION_WORDS
from vrp_map.workspace import Workspace


def asking(request: Request, settings: Settings | None = None) -> Principal:
    """Who asks.

    Raises:
        NotAllowed: nobody who may be here.
    """
    client = request.client.host if request.client else None
    return principal_for(client, request.headers, settings=settings or load_settings())


def refuse_other_audiences(query: Mapping[str, str]) -> None:
    """Every map route shows the one audience of the pages.

    Raises:
        NotAllowed: the address asks for another.
    """
    if query.get("audience", views.AUDIENCE) != views.AUDIENCE:
        raise NotAllowed(
            f"The map shows the {views.AUDIENCE} view only.",
            hint="Leave the audience out of the address.",
        )


def selection_of(ws: Workspace, query: Mapping[str, str]) -> Selection:
    """The filters of an address.

    Raises:
        NotAllowed: it asks for another audience. UserError: a word in it is not known.
    """
    refuse_other_audiences(query)
    wanted = selection_from_query(query, settings=ws.settings)
    return ws.select(
        wanted.categories,
        first=wanted.first,
        last=wanted.last,
        areas=wanted.areas,
        sources=wanted.sources,
    )


def resolution_of(query: Mapping[str, str]) -> int:
    """The size of hexagon of an address."""
    text = query.get("resolution", str(DEFAULT_RESOLUTION))
    if text not in {str(r) for r in RESOLUTION_WORDS}:
        raise UserError("There is no hexagon size of that number.", hint="Known: 7, 8, 9, 10.")
    return int(text)
