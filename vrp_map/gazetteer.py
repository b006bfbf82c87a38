"""What to call a hexagon or a group of them: the named place with the most incidents in it, or the nearest one."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from vrp_map import grid
from vrp_map.warehouse.boundaries import area_positions

# Near Britain a degree of longitude is about 0.6 of a degree of latitude; for "nearest" that is exact enough.
_SQUEEZE = 0.6


def cell_context(cells: np.ndarray, *, places: pd.DataFrame, gazetteer: pd.DataFrame, resolution: int) -> pd.DataFrame:
    """Name, local authority and NPU of each cell.

    Args:
        cells: uint64, sorted.
        places: place_id, cell10, lad, npu. gazetteer: name, is_generic, lon, lat, cell10, lad, incidents.

    Returns:
        Index the cells; columns name, lad, npu (missing where not known).
    """
    context = pd.DataFrame(index=pd.Index(cells, name="cell"))
    context["name"] = _names(cells, gazetteer[~gazetteer["is_generic"]], resolution)
    parents = grid.parents(places["cell10"].to_numpy(dtype=np.uint64), resolution=resolution)
    for column in ("lad", "npu"):
        known = pd.DataFrame({"cell": parents, "area": places[column].to_numpy()}).dropna()
        # A cell on a border belongs, for its label, to the area that most of its places lie in.
        most = (
            known.groupby(["cell", "area"])
            .size()
            .reset_index(name="n")
            .sort_values(["n", "area"], ascending=[False, True])
        )
        context[column] = most.drop_duplicates("cell").set_index("cell")["area"].reindex(cells)
    return context


def label_by_centre(context: pd.DataFrame, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Labels for the cells that no incident ever lay in: the areas of their centres.

    Args:
        context: as `cell_context` returns it.
        areas: type, code, name, geometry (EPSG:4326).
    """
    out = context.copy()
    lon, lat = grid.centres(out.index.to_numpy(dtype=np.uint64))
    for column in ("lad", "npu"):
        among = areas[areas["type"] == column]
        unknown = out[column].isna().to_numpy()
        if among.empty or not unknown.any():
            continue
        found = area_positions(lon[unknown], lat[unknown], among)
        names = np.array([*among["name"], None], dtype=object)[found]
        out.loc[unknown, column] = names
    return out


def _names(cells: np.ndarray, named: pd.DataFrame, resolution: int) -> np.ndarray:
    if named.empty:
        return np.full(len(cells), None, dtype=object)
    inside = grid.parents(named["cell10"].to_numpy(dtype=np.uint64), resolution=resolution)
    totals = pd.DataFrame({"cell": inside, "name": named["name"].to_numpy(), "n": named["incidents"].to_numpy()})
    totals = (
        totals.groupby(["cell", "name"], as_index=False)["n"].sum().sort_values(["n", "name"], ascending=[False, True])
    )
    names = totals.drop_duplicates("cell").set_index("cell")["name"].reindex(cells).to_numpy(dtype=object)
    missing = pd.isna(names)
    if missing.any():
        lon, lat = grid.centres(cells[missing])
        tree = cKDTree(np.column_stack([named["lon"] * _SQUEEZE, named["lat"]]))
        _, nearest = tree.query(np.column_stack([lon * _SQUEEZE, lat]))
        names[missing] = [f"near {name}" for name in named["name"].to_numpy()[nearest]]
    return names


def label_of(cell: np.uint64, context: pd.DataFrame) -> tuple[str | None, str | None, str | None]:
    """Name, local authority and NPU of one cell; None where not known."""
    if cell not in context.index:
        return None, None, None
    name, lad, npu = (None if pd.isna(value) else str(value) for value in context.loc[cell])
    return name, lad, npu


def cluster_name(name: str | None, lad: str | None, npu: str | None) -> str:
    """As people say it: "around Corporation Street, Birmingham, Birmingham West NPU"; a name is not said twice."""
    street = "" if pd.isna(name) else str(name).removeprefix("near ")
    parts = [
        f"around {street}" if street else "",
        "" if pd.isna(lad) else str(lad),
        "" if pd.isna(npu) or npu == lad else f"{npu} NPU",
    ]
    return ", ".join(part for part in parts if part) or "unnamed place"
