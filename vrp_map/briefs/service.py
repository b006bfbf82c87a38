"""Briefs: who may, then what their audience may see, then the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from vrp_map.briefs.area import area_brief
from vrp_map.briefs.area_page import area_page
from vrp_map.disclosure.thresholds import threshold
from vrp_map.permissions import Action
from vrp_map.responses.places import ResponseOutline
from vrp_map.responses.service import Responses
from vrp_map.selection import Selection
from vrp_map.vocabulary import Audience
from vrp_map.workspace import Workspace


def brief_page(
    workspace: Workspace,
    selection: Selection,
    *,
    audience: Audience | str,
    now: datetime,
    responses: Callable[[], Responses] | None = None,
) -> str:
    """The page of the areas of a selection, as HTML.

    Args:
        responses: gives the responses; None = without them. The public's page never has them.

    Raises:
        NotAllowed: whoever asks may not see that audience's view, or an area of the selection.
    """
    workspace.principal.must(Action.SEE_MAP)
    seen_as = workspace.question(selection, audience=audience).audience
    hotspots = workspace.hotspots(selection, audience=seen_as)
    active: list[ResponseOutline] = []
    if responses is not None and seen_as is not Audience.PUBLIC:
        active = responses().outlines(workspace.principal)
    found = area_brief(workspace, selection, hotspots, audience=seen_as, active=active)
    return area_page(
        found,
        partnership=workspace.settings.partnership,
        step=threshold(seen_as, workspace.settings),
        made=now.date(),
    )
