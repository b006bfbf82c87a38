"""Who asks, and what an address of the map asks for: never another view than the pages show."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.requests import Request

from vrp_map.config import Settings, load_settings
from vrp_map.errors import NotAllowed
from vrp_map.principal import Principal, principal_for
from vrp_map.views import hotspots as views
from vrp_map.views.choice import Choice, data_asked
from vrp_map.workspace import Workspace


def asking(request: Request, settings: Settings | None = None) -> Principal:
    """Who asks.

    Raises:
        NotAllowed: nobody who may be here.
    """
    client = request.client.host if request.client else None
    return principal_for(client, request.headers, settings=settings or load_settings())


def asked_for(
    ws: Workspace,
    query: Mapping[str, str],
    *,
    read: Callable[[Mapping[str, str], Workspace], Choice] = data_asked,
) -> Choice:
    """What an address of the map's data, or of a page about a place, asks for.

    Args:
        read: `data_asked` or `place_asked`.

    Raises:
        NotAllowed: another audience's view. UserError: a word in it is not known.
    """
    refuse_other_views(query)
    return read(query, ws)


def refuse_other_views(query: Mapping[str, str]) -> None:
    """Raises:
    NotAllowed: an address asks for another audience's view.
    """
    if query.get("audience", views.AUDIENCE) != views.AUDIENCE:
        raise NotAllowed(
            f"The map shows the {views.AUDIENCE} view only.",
            hint="Leave the audience out of the address.",
        )
