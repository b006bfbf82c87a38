"""What a pilot's hexagons may be taken from by name: areas of the map, and the hotspots of now."""

from __future__ import annotations

from dataclasses import replace

from vrp_map.errors import UserError
from vrp_map.pilots.places import cells_of_words
from vrp_map.views.choice import default_choice
from vrp_map.views.hotspots import hotspot_areas, hotspot_view
from vrp_map.vocabulary import DEFAULT_RESOLUTION, AreaType
from vrp_map.workspace import Workspace

HOTSPOT = "hotspot:"


def area_choices(ws: Workspace) -> list[str]:
    """The hotspots of now as "hotspot:rank. name, council", then the areas in force as "type:name",
    sorted; without the Home Office's hexagons, which are too many for a list.
    """
    known = ws.reader.area_names
    known = known[known["type"] != AreaType.HO_HEX]
    areas = sorted(set(known["type"].astype(str) + ":" + known["name"].astype(str)))
    return [*(f"{HOTSPOT}{name}" for name in _hotspots(ws)), *areas]


def area_cells(ws: Workspace, words: str) -> tuple[str, ...]:
    """The hexagons of a choice; of a hotspot its rank is enough, such as "hotspot:1".

    Raises:
        UserError: there is none of that name.
    """
    if not words.startswith(HOTSPOT):
        return cells_of_words(words, ws.reader.current_areas)
    known, wanted = _hotspots(ws), words.removeprefix(HOTSPOT).strip()
    for name, cells in known.items():
        if wanted in (name, name.partition(".")[0]):
            return tuple(sorted(cells))
    raise UserError(
        f"There is no hotspot {wanted!r} now.",
        hint=f"Give its rank in the list of hotspots, 1 to {len(known):,}."
        if known
        else "No place stands out in the latest months: give hexagons or an area.",
    )


def _hotspots(ws: Workspace) -> dict[str, tuple[str, ...]]:
    """As everybody with a role sees them when nothing is chosen; {} where nothing can be shown."""
    try:
        choice = replace(default_choice(ws), resolution=DEFAULT_RESOLUTION)
        view = hotspot_view(ws, choice.selection(ws), resolution=choice.resolution)
    except UserError:
        return {}
    return hotspot_areas(view)
