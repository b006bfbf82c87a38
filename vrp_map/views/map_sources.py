"""Where the browser gets what a map of the staff pages draws, and how far its area reaches."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from vrp_map import maps
from vrp_map.places.basemap.base_map import usable_streets
from vrp_map.views.choice import Choice
from vrp_map.vocabulary import AreaType
from vrp_map.workspace import Workspace


def data_sources(
    ws: Workspace, choice: Choice, *, emerging: bool = False, snap: bool = False
) -> maps.Sources:
    """The addresses of the Hotspots map; other pages put their own hexagons in their place."""
    snapshot = {"snapshot": ws.snapshot.id}
    query = choice.data_query()
    asked = urlencode(query | snapshot)
    coloured = urlencode(query | {"colour": "new"} | snapshot) if emerging else asked
    plain = urlencode(snapshot)
    layer = "" if choice.layer == "none" else choice.layer
    return replace(
        ground(ws),
        cells=f"/map/cells.json?{coloured}",
        hidden=f"/map/hidden.json?{asked}",
        hotspots=f"/map/hotspots.json?{asked}",
        areas=f"/map/areas/{layer}.json?{plain}" if layer else "",
        area_labels=f"/map/labels/{layer}.json?{plain}" if layer else "",
        has_wards=layer == AreaType.WARD.value,
        snap="/map/snap/{z}/{x}/{y}.json?" + plain if snap else "",
    )


def ground(ws: Workspace) -> maps.Sources:
    """What lies under and over the hexagons of every map: streets, boundaries, names."""
    plain = urlencode({"snapshot": ws.snapshot.id})
    streets = None if ws.settings.map_tiles_url else usable_streets(ws.settings)
    known = maps.Sources(
        lads=f"/map/areas/{AreaType.LAD.value}.json?{plain}",
        lad_labels=f"/map/labels/{AreaType.LAD.value}.json?{plain}",
        places=f"/map/places/TIER.json?{plain}",
        tiles=ws.settings.map_tiles_url,
    )
    if streets is None:
        return known
    has_parts = streets.has_kind("village")
    return replace(
        known,
        streets=f"/basemap/{{z}}/{{x}}/{{y}}?v={streets.version}",
        first=streets.zooms[0],
        credit=streets.about.attribution,
        parts="" if has_parts else f"/map/labels/{AreaType.WARD.value}.json?{plain}",
    )


def bounds(ws: Workspace, choice: Choice) -> tuple[float, ...]:
    """West, south, east, north of the chosen areas, or of everything."""
    areas = ws.areas()
    # An operator may have added council areas without the outline of the force.
    if not choice.where and (areas["type"] == AreaType.FORCE.value).any():
        areas = areas[areas["type"] == AreaType.FORCE.value]
    if choice.where:
        keys = areas["type"].astype(str) + ":" + areas["code"].astype(str)
        areas = areas[keys.isin(choice.where.split(","))]
    return tuple(float(edge) for edge in areas.total_bounds)
