"""Areas of the map that a pilot's hexagons may be taken from, by name."""

from __future__ import annotations

from vrp_map.pilots.places import cells_of_words
from vrp_map.workspace import Workspace


def area_choices(ws: Workspace) -> list[str]:
    """The areas in force, as "type:name", sorted."""
    known = ws.reader.area_names
    return sorted(set(known["type"].astype(str) + ":" + known["name"].astype(str)))


def area_cells(ws: Workspace, words: str) -> tuple[str, ...]:
    """The hexagons of an area given as "type:name".

    Raises:
        UserError: there is none of that name.
    """
    return cells_of_words(words, ws.reader.current_areas)
