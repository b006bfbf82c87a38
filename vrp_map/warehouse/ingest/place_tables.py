"""The tables that are computed in Python because DuckDB has no H3 and no polygons offline: areas,
places, locations.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb
import pandas as pd

from vrp_map import grid
from vrp_map.vocabulary import MAX_RESOLUTION
from vrp_map.warehouse.boundaries.layers import Layer, locate
from vrp_map.warehouse.ingest.locations import assign_places, merge_locations, to_lon_lat
from vrp_map.warehouse.sql_files import run


def fill_areas(con: duckdb.DuckDBPyConnection, layers: Sequence[Layer], *, today: date) -> None:
    """Write ref_layer and ref_area, so that a snapshot can draw its own map for ever."""
    newest = {
        layer.type: layer.id
        for layer in sorted(layers, key=lambda layer: layer.valid_from)
        if layer.valid_from <= today
    }
    described = [
        {
            "layer": layer.id,
            "type": str(layer.type),
            "name": layer.name,
            "valid_from": layer.valid_from,
            "valid_to": layer.valid_to,
            "basis": layer.basis,
            "basis_note": layer.basis_note,
            "source": layer.source,
            "licence": layer.licence,
            "attribution": layer.attribution,
            "is_current": newest.get(layer.type) == layer.id,
        }
        for layer in layers
    ]
    _insert(con, "ref_layer", pd.DataFrame(described))
    for layer in layers:
        areas = layer.areas
        frame = pd.DataFrame(areas[["code", "name", "population"]]).assign(layer=layer.id)
        _insert(con, "ref_area", frame.assign(geometry=areas.geometry.to_wkb().to_numpy()))


def fill_residents(con: duckdb.DuckDBPyConnection, layers: Sequence[Layer]) -> None:
    """Write ref_cell: each area's residents, spread evenly over the cells whose centre it holds.

    The finest layer that has a population is used. An area too small to hold a centre gives its
    residents to the cell that it lies in, so that nobody is lost.
    """
    counted = [layer for layer in layers if layer.areas["population"].notna().any()]
    if not counted:
        return
    areas = counted[-1].areas
    cells = grid.lattice(areas.geometry, resolution=MAX_RESOLUTION)
    spread = pd.DataFrame(
        {"cell10": cells, "code": locate(*grid.centres(cells), counted[-1])}
    ).dropna()
    small = areas[~areas["code"].isin(spread["code"].unique())]
    inside = small.geometry.representative_point()
    lone = grid.cells_at(inside.x.to_numpy(), inside.y.to_numpy(), resolution=MAX_RESOLUTION)
    spread = pd.concat([spread, pd.DataFrame({"cell10": lone, "code": small["code"].to_numpy()})])
    people = areas.set_index("code")["population"].astype("Float64").fillna(0.0)
    spread["residents"] = spread["code"].map(people / spread["code"].value_counts()).astype(float)
    _insert(con, "ref_cell", spread.groupby("cell10", as_index=False)["residents"].sum())


def fill_locations(
    con: duckdb.DuckDBPyConnection, layers: Sequence[Layer], *, generic: set[str]
) -> None:
    """Write core_location, core_place, core_place_area; leave `map_point` (a point -> its
    location_id) behind.
    """
    known = run(con, "build/previous_locations").df()
    points = to_lon_lat(run(con, "build/points").df())
    locations, mapped = merge_locations(known, points)
    con.register("map_point", mapped)
    named = run(con, "build/point_names").df().set_index("location_id")["name"]
    new_name = locations["location_id"].map(named)
    name = locations["name"].where(locations["name"].notna(), new_name).astype("string")
    place_id, places, areas = assign_places(locations, layers)
    _insert(con, "core_place_area", areas)
    _insert(con, "core_place", places)
    _insert(
        con,
        "core_location",
        locations.assign(place_id=place_id.to_numpy(), name=name, is_generic=name.isin(generic)),
    )


def _insert(con: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame) -> None:
    con.register("frame", frame)
    try:
        run(con, f"build/{table}")
    finally:
        con.unregister("frame")
