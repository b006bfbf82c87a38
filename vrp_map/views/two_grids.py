"""The map of where our hotspots and the Home Office's hexagons differ, as the page and the command
give it.
"""

from __future__ import annotations

from vrp_map.analysis.hotspots.two_grids import GridDifferences
from vrp_map.maps.offline.grids import bounds_of, grids_html
from vrp_map.places.basemap.base_map import usable_streets
from vrp_map.places.basemap.shapes import street_shapes
from vrp_map.vocabulary import AreaType
from vrp_map.workspace import Workspace


def differences_html(ws: Workspace, found: GridDifferences, *, period: str) -> bytes:
    """The differences as one HTML file, with the streets beneath.

    Args:
        period: the months and what is counted, in words.
    """
    areas, streets = ws.areas(AreaType.LAD), usable_streets(ws.settings)
    return grids_html(
        found,
        title=found.sentence,
        lines=[
            period,
            *(["Made-up (synthetic) data."] if ws.snapshot.synthetic else []),
            found.table.note,
            *ws.attributions(),
        ],
        areas=areas,
        streets=street_shapes(streets, bounds_of(found, areas)) if streets else None,
    )
