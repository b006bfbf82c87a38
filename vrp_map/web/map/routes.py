"""The map's data by address: cells, outlines and names.

Each route asks who is asking.

Addresses carry the snapshot's id, so that a new build changes every address. Outlines and names are
the same for everyone: the person's own browser keeps them (`private`) for a month. Numbers follow
from roles and areas, which no address names: a browser that two people share asks each time, and
the answer says whether what it kept is still theirs.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from vrp_map import maps
from vrp_map.config import load_settings
from vrp_map.errors import NotAllowed, UserError
from vrp_map.summit.service import Summit
from vrp_map.views import hotspots as views
from vrp_map.views.hotspots import HotspotView
from vrp_map.vocabulary import AreaType
from vrp_map.web.map.analysis import analysis
from vrp_map.web.map.basemap import basemap_routes
from vrp_map.web.map.body import NEVER_KEPT, Body, body_of, response
from vrp_map.web.map.changes import change_routes
from vrp_map.web.map.first_map import first_map_route
from vrp_map.web.map.params import asked_for, asking
from vrp_map.web.map.voice import voice_routes
from vrp_map.workspace import Workspace

_MONTH_S = 30 * 24 * 3600
Work = Callable[[Workspace, Request], Any]


def routes(summit: Callable[[], Summit]) -> list[Route]:
    """Every route of the map.

    Args:
        summit: gives events and pins, or says why they cannot be read.
    """
    return [
        Route("/map/cells.json", _answer(_cells)),
        Route("/map/hidden.json", _answer(_hidden)),
        Route("/map/hotspots.json", _answer(_hotspots)),
        Route("/map/areas/{type}.json", _outlines(_areas)),
        Route("/map/labels/{type}.json", _outlines(_labels)),
        Route("/map/places/{tier:int}.json", _outlines(_places)),
        Route("/map/snap/{z:int}/{x:int}/{y:int}.json", _outlines(_snap)),
        *basemap_routes(load_settings),
        first_map_route(_answer),
        *change_routes(_answer),
        *voice_routes(_answer, summit),
        Route("/map/analysis.json", analysis),
    ]


def _answer(work: Work, *, keep_s: int = 0) -> Callable[[Request], Any]:
    """An endpoint: the principal, then the work in a thread, then JSON; refusals become
    plain text.

    Args:
        keep_s: how long a browser may show the answer to an address of a snapshot without asking.
    """
    kept = f"private, max-age={keep_s}, immutable" if keep_s else "private, no-cache"

    @functools.wraps(work)
    async def endpoint(request: Request) -> Response:
        try:
            principal = asking(request)
            body = await run_in_threadpool(
                lambda: _asked(work, views.workspace_for(principal), request)
            )
        except NotAllowed as refusal:
            return PlainTextResponse(str(refusal), status_code=403)
        except UserError as mistake:
            return PlainTextResponse(str(mistake), status_code=400)
        is_kept = "snapshot" in request.query_params
        return response(body, request.headers, cache=kept if is_kept else NEVER_KEPT)

    return endpoint


_outlines = functools.partial(_answer, keep_s=_MONTH_S)


def _asked(work: Work, ws: Workspace, request: Request) -> Body:
    asked = request.query_params.get("snapshot", ws.snapshot.id)
    if asked != ws.snapshot.id:
        raise UserError(
            "The map has been rebuilt since this page was opened.", hint="Load the page again."
        )
    return body_of(work(ws, request))


def _of_view(
    ws: Workspace, request: Request, work: Callable[[HotspotView], Any], *more: str
) -> Body:
    """What is worked out of a selection and sent, once for all who may see the same."""
    choice = asked_for(ws, request.query_params)
    selection, size = choice.selection(ws), choice.resolution
    return views.remember(
        ws,
        (request.url.path, selection, size, *more),
        lambda: body_of(work(views.hotspot_view(ws, selection, resolution=size))),
    )


def _cells(ws: Workspace, request: Request) -> Any:
    colour = request.query_params.get("colour", "count")
    if colour not in ("count", "new"):
        raise UserError("The map is not coloured by that.", hint="Known: count, new.")
    return _of_view(ws, request, _counted if colour == "count" else _emerging, colour)


def _counted(view: HotspotView) -> dict[str, Any]:
    return maps.with_outlines(maps.cell_rows(view.hotspots.cells, view.limits))


def _emerging(view: HotspotView) -> dict[str, Any]:
    if not maps.has_emerging(view.hotspots.cells):
        raise UserError("There are too few months to say what is new.", hint="Load more months.")
    return maps.with_outlines(maps.emerging_rows(view.hotspots.cells))


def _hidden(ws: Workspace, request: Request) -> Any:
    return _of_view(
        ws,
        request,
        lambda view: maps.with_outlines(maps.hidden_rows(view.hotspots.cells)),
    )


def _hotspots(ws: Workspace, request: Request) -> Any:
    return _of_view(ws, request, lambda view: maps.hotspot_outlines(view.hotspots.cells))


def _area_type(request: Request) -> AreaType:
    try:
        return AreaType(request.path_params["type"])
    except ValueError:
        raise UserError(
            "There is no layer of that name.", hint=f"Known: {', '.join(AreaType)}."
        ) from None


def _areas(ws: Workspace, request: Request) -> Any:
    kind = _area_type(request)
    return views.remember(
        ws, ("areas", kind), lambda: body_of(maps.area_outlines(ws.areas(kind.value)))
    )


def _labels(ws: Workspace, request: Request) -> Any:
    return _labels_of(ws, _area_type(request))


def _labels_of(ws: Workspace, kind: AreaType) -> list[dict[str, Any]]:
    # Six of the eight policing units are council areas under the same name, which is on the map
    # already.
    besides = () if kind is AreaType.LAD else tuple(ws.areas(AreaType.LAD.value)["name"])
    return views.remember(
        ws, ("labels", kind), lambda: maps.area_labels(ws.areas(kind.value), besides=besides)
    )


def _places(ws: Workspace, request: Request) -> Any:
    tier = request.path_params["tier"]
    labels = [label for kind in (AreaType.LAD, AreaType.NPU) for label in _labels_of(ws, kind)]
    return views.remember(
        ws, ("places", tier), lambda: maps.place_rows(ws.places(), tier=tier, labels=labels)
    )


def _snap(ws: Workspace, request: Request) -> Any:
    """Where the snap points are, and the outlines round them; never how many incidents
    they have.
    """
    points = views.remember(ws, ("snap points",), lambda: ws.reader.frame("snap_points"))
    region = views.remember(ws, ("region",), lambda: _region(ws))
    z, x, y = (request.path_params[name] for name in ("z", "x", "y"))
    return maps.snap_areas(points, region, z=z, x=x, y=y)


def _region(ws: Workspace) -> Any:
    """Everything inside the boundaries as one shape; None without boundaries."""
    force = ws.areas(AreaType.FORCE.value)
    whole = force if len(force) else ws.areas(AreaType.LAD.value)
    return whole.geometry.union_all() if len(whole) else None
