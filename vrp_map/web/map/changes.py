"""The data of the maps of "What changed" by address: hexagons tested, outlines of the sure ones,
steps in time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from vrp_map.analysis import Analysis
from vrp_map.analysis.periods import BEFORE
from vrp_map.errors import UserError
from vrp_map.maps import changes
from vrp_map.maps.rows import with_outlines
from vrp_map.views import changes as views_changes
from vrp_map.views.changes import StepsView
from vrp_map.web.map.params import asked_for
from vrp_map.workspace import Workspace

Work = Callable[[Workspace, Request], Any]
_YES_NO = {"yes": True, "no": False}


def change_routes(answer: Callable[[Work], Any]) -> list[Route]:
    """The routes.

    Args:
        answer: makes an endpoint of work: who asks, refusals, headers.
    """
    return [
        Route("/map/changes.json", answer(_changes)),
        Route("/map/changes-sure.json", answer(_sure)),
        Route("/map/steps.json", answer(_steps)),
    ]


def _changes(ws: Workspace, request: Request) -> Any:
    return with_outlines(changes.change_rows(_compared(ws, request.query_params).table))


def _sure(ws: Workspace, request: Request) -> Any:
    return changes.sure_outlines(_compared(ws, request.query_params).table)


def _steps(ws: Workspace, request: Request) -> Any:
    view = _stepped(ws, request.query_params)
    return with_outlines(
        changes.step_rows(view.cells(request.query_params.get("step", "")), view.limits)
    )


def _compared(ws: Workspace, query: Mapping[str, str]) -> Analysis:
    beyond = query.get("beyond", "no")
    if beyond not in _YES_NO:
        raise UserError("The option beyond is yes or no.", hint="Give beyond=yes or beyond=no.")
    choice = asked_for(ws, query)
    return views_changes.changes(
        ws,
        choice.selection(ws),
        resolution=choice.resolution,
        against=query.get("against", BEFORE),
        beyond=_YES_NO[beyond],
    )


def _stepped(ws: Workspace, query: Mapping[str, str]) -> StepsView:
    choice = asked_for(ws, query)
    return views_changes.steps(ws, choice.selection(ws), resolution=choice.resolution)
