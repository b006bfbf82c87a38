"""Briefs: who may, then what their audience may see, then the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from vrp_map import grid
from vrp_map.analysis.results import Hotspots
from vrp_map.briefs.area import area_brief, lads_of
from vrp_map.briefs.area_page import area_page
from vrp_map.briefs.place import picked, place_brief
from vrp_map.briefs.sources import NO_RECORDS, RecordSources
from vrp_map.disclosure.thresholds import threshold
from vrp_map.errors import UserError
from vrp_map.permissions import Action
from vrp_map.pilots.service import PilotOutline
from vrp_map.responses.places import ResponseOutline
from vrp_map.selection import Selection
from vrp_map.summit.voice_gap.beside import hotspots_with_voices
from vrp_map.summit.voice_gap.released import EventVoices, heard
from vrp_map.views import hotspots as views
from vrp_map.vocabulary import DEFAULT_RESOLUTION, AreaType, Audience
from vrp_map.warehouse.boundaries.layers import area_positions
from vrp_map.workspace import Workspace


def brief_page(  # noqa: PLR0913 - what it is about, for whom, when, and what is known besides
    workspace: Workspace,
    selection: Selection,
    *,
    at: str = "",
    resolution: int = DEFAULT_RESOLUTION,
    audience: Audience | str,
    now: datetime,
    sources: RecordSources = NO_RECORDS,
    tools: str = "",
) -> str:
    """The page of the areas of a selection, or of one place in them, as HTML.

    Args:
        at: "cell:" or "hotspot:" and a hexagon of this size; "" = the areas. sources: the public's
            page has nothing of them. tools: HTML above the page, for the screen.

    Raises:
        NotAllowed: whoever asks may not see that audience's view, or an area of the selection.
        UserError: the place is not on this map.
    """
    workspace.principal.must(Action.SEE_MAP)
    asked = workspace.question(selection, resolution=resolution, audience=audience)
    seen_as, selection = asked.audience, asked.selection
    voices = _voices(workspace, sources, seen_as)
    hotspots = _hotspots(workspace, selection, resolution, seen_as, sources)
    active = _active(workspace, sources, seen_as)
    if at:
        place = picked(hotspots, grid.to_text(asked.grid.cells), at)
        around = _lad_around(workspace, place.cells[0], selection)
        found = place_brief(
            workspace,
            selection,
            hotspots,
            place,
            audience=seen_as,
            active=active,
            pilots=_pilots(workspace, sources, seen_as, around),
            voices=voices,
        )
    else:
        found = area_brief(
            workspace,
            selection,
            hotspots,
            audience=seen_as,
            active=active,
            pilots=_pilots(workspace, sources, seen_as, selection),
            voices=voices,
        )
    return area_page(
        found,
        partnership=workspace.settings.partnership,
        step=threshold(seen_as, workspace.settings),
        made=now.date(),
        tools=tools,
    )


def _hotspots(
    workspace: Workspace,
    selection: Selection,
    resolution: int,
    audience: Audience,
    sources: RecordSources,
) -> Hotspots:
    """As the map has them; the partners' with the voices beside them."""
    if audience is not views.AUDIENCE:
        return workspace.hotspots(selection, resolution=resolution, audience=audience)
    view = views.hotspot_view(workspace, selection, resolution=resolution)
    if sources.summit is not None:
        view = hotspots_with_voices(
            workspace, view, selection, resolution=resolution, summit=sources.summit
        )
    return view.hotspots


def _voices(
    workspace: Workspace, sources: RecordSources, audience: Audience
) -> tuple[EventVoices, ...]:
    if sources.summit is None or audience is Audience.PUBLIC:
        return ()
    most_age_s = workspace.settings.wall_every_s
    try:
        return tuple(one for one in heard(sources.summit(), most_age_s=most_age_s) if one.is_out)
    except UserError:
        return ()


def _active(
    workspace: Workspace, sources: RecordSources, audience: Audience
) -> list[ResponseOutline]:
    if sources.responses is None or audience is Audience.PUBLIC:
        return []
    try:
        return sources.responses().outlines(workspace.principal)
    except UserError:
        return []


def _pilots(
    workspace: Workspace, sources: RecordSources, audience: Audience, around: Selection
) -> list[PilotOutline]:
    """The pilots that were signed off in the local authorities of a selection."""
    if sources.pilots is None or audience is Audience.PUBLIC:
        return []
    lads = lads_of(workspace, around)

    def is_there(cells: tuple[str, ...]) -> bool:
        return not lads.isdisjoint(lads_of_cells(workspace, cells))

    try:
        return sources.pilots().outlines(workspace.principal, where=is_there)
    except UserError:
        return []


def lads_of_cells(workspace: Workspace, cells: Sequence[str]) -> set[str]:
    """The names of the local authorities that the middles of some hexagons lie in."""
    areas = workspace.reader.current_areas
    lads = areas[areas["type"] == AreaType.LAD].reset_index(drop=True)
    if not len(lads) or not cells:
        return set()
    lon, lat = grid.centres(grid.from_text(list(cells)))
    return {str(lads["name"].iloc[at]) for at in area_positions(lon, lat, lads) if at >= 0}


def _lad_around(workspace: Workspace, cell: str, selection: Selection) -> Selection:
    """The selection in the local authority of a hexagon, where it lies in one."""
    areas = workspace.reader.current_areas
    names = lads_of_cells(workspace, [cell])
    is_here = (areas["type"] == AreaType.LAD) & areas["name"].isin(names)
    return replace(selection, areas=tuple(areas.loc[is_here, "key"]) or selection.areas)
