"""What to call a hexagon in public: the named place nearest to its middle, and the area.

Never a count.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from vrp_map import grid
from vrp_map.errors import UserError
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
    for cell, street, area in zip(wanted, _nearest(lon, lat, summit), inside, strict=True):
        name = (
            ", ".join(part for part in (f"around {street}" if street else "", area) if part)
            or NAMELESS
        )
        taken[name] = taken.get(name, 0) + 1
        found[cell] = name if taken[name] == 1 else f"{name} ({taken[name]})"
    return found


def _nearest(lon: np.ndarray, lat: np.ndarray, summit: Summit) -> list[str]:
    try:
        return nearest_names(lon, lat, views.workspace(summit.settings))
    except UserError:
        return [""] * len(lon)


def nearest_names(lon: np.ndarray, lat: np.ndarray, ws: Workspace) -> list[str]:
    """The public place nearest to each point: the same name on the wall and staff pages."""
    names = views.remember(
        ws,
        ("public place names",),
        lambda: pin_places.PlaceNames(
            pin_places.public_places(ws), *pin_places.area_layers(ws.reader.current_areas)
        ),
    )
    return [str(name) for name in names.nearest(lon, lat)]
