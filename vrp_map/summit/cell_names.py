"""What to call a hexagon in public: the street that staff pages call it by, and the area.

Never a count.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from vrp_map import grid
from vrp_map.errors import UserError
from vrp_map.places.gazetteer import cell_names as place_names
from vrp_map.places.naming import known_places, names_of_streets
from vrp_map.summit.pins import places as pin_places
from vrp_map.summit.service import Summit
from vrp_map.views import hotspots as views
from vrp_map.warehouse.boundaries.layers import area_positions
from vrp_map.workspace import Workspace

NAMELESS = "a place without a name"


def cell_names(cells: Iterable[str], summit: Summit) -> dict[str, str]:
    """Cell -> "around Corporation Street, Birmingham"; two hexagons never share a name.

    Args:
        cells: H3 as text, of one resolution or several. Without a published snapshot there are
            areas only.
    """
    wanted = sorted(set(cells))
    if not wanted:
        return {}
    lon, lat = grid.centres(grid.from_text(wanted))
    big, _ = pin_places.area_layers(summit.areas)
    names = [*big["name"], ""]
    inside = [str(names[at]) for at in area_positions(lon, lat, big)]
    found: dict[str, str] = {}
    taken: dict[str, int] = {}
    for cell, street, area in zip(wanted, _nearest(wanted, summit), inside, strict=True):
        name = (
            ", ".join(part for part in (f"around {street}" if street else "", area) if part)
            or NAMELESS
        )
        taken[name] = taken.get(name, 0) + 1
        found[cell] = name if taken[name] == 1 else f"{name} ({taken[name]})"
    return found


def _nearest(cells: list[str], summit: Summit) -> list[str]:
    try:
        return nearest_names(grid.from_text(cells), views.workspace(summit.settings))
    except UserError:
        return [""] * len(cells)


def nearest_names(cells: np.ndarray, ws: Workspace) -> list[str]:
    """The public street of each hexagon, as on staff pages; "" where none is known.

    Args:
        cells: uint64, of one resolution or several.
    """
    reader, known = ws.reader, known_places(ws.settings)
    public = views.remember(
        ws,
        ("public streets", known),
        lambda: names_of_streets(reader.gazetteer, reader.frame("snap_points"), known),
    )
    sizes, names = grid.resolutions(cells), np.full(len(cells), "", dtype=object)
    for size in np.unique(sizes):
        of_size = np.unique(cells[sizes == size])
        found = place_names(of_size, public, int(size))
        here = np.flatnonzero(sizes == size)
        names[here] = found[np.searchsorted(of_size, cells[here])]
    return ["" if name is None else str(name).removeprefix("near ") for name in names]
