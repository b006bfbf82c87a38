"""What to call a hexagon or a group of them: the named place nearest to its middle.

No count plays a part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from vrp_map import grid

if TYPE_CHECKING:
    import geopandas as gpd


# Near Britain a degree of longitude is about 0.6 of a degree of latitude; for "nearest" that is
# exact enough.
_SQUEEZE = 0.6


def cell_context(
    cells: np.ndarray, *, places: pd.DataFrame, gazetteer: pd.DataFrame, resolution: int
) -> pd.DataFrame:
    """Name, local authority and NPU of each cell.

    Args:
        cells: uint64, sorted.
        places: place_id, cell10, lad, npu. gazetteer: name, is_generic, lon, lat, cell10.

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
    from vrp_map.warehouse.boundaries.layers import area_positions

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
    """The nearest name to the middle of each cell, with "near" where its point lies in another;
    None without names.
    """
    if named.empty:
        return np.full(len(cells), None, dtype=object)
    # Of names at one point the first stays, whatever the order of the rows.
    named = named.sort_values(["lon", "lat", "name"]).drop_duplicates(["lon", "lat"])
    inside = grid.parents(named["cell10"].to_numpy(dtype=np.uint64), resolution=resolution)
    from scipy.spatial import cKDTree

    points, middles = _plane(named["lon"], named["lat"]), _plane(*grid.centres(cells))
    nearest = cKDTree(points).query(middles)[1]
    names = named["name"].to_numpy(dtype=object)
    found = np.array([f"near {name}" for name in names[nearest]], dtype=object)
    # A name inside the cell comes before a nearer one across its border.
    order = np.lexsort((names, _distance(points, inside, cells, middles), inside))
    cell, first = np.unique(inside[order], return_index=True)
    at = np.searchsorted(cells, cell)
    known = (at < len(cells)) & (cells[np.minimum(at, len(cells) - 1)] == cell)
    found[at[known]] = names[order[first[known]]]
    return found


def _plane(lon: ArrayLike, lat: ArrayLike) -> np.ndarray:
    return np.column_stack([np.asarray(lon) * _SQUEEZE, np.asarray(lat)])


def _distance(
    points: np.ndarray, inside: np.ndarray, cells: np.ndarray, middles: np.ndarray
) -> np.ndarray:
    """How far each point is from the middle of the cell that it lies in; of no matter if that is
    none of these.
    """
    at = np.minimum(np.searchsorted(cells, inside), len(cells) - 1)
    return np.asarray(np.hypot(*(points - middles[at]).T))


def label_of(cell: np.uint64, context: pd.DataFrame) -> tuple[str | None, str | None, str | None]:
    """Name, local authority and NPU of one cell; None where not known."""
    if cell not in context.index:
        return None, None, None
    name, lad, npu = (None if pd.isna(value) else str(value) for value in context.loc[cell])
    return name, lad, npu


def cluster_name(name: str | None, lad: str | None, npu: str | None) -> str:
    """As people say it: "around Corporation Street, Birmingham, Birmingham West NPU"; a name is not
    said twice.
    """
    street = "" if pd.isna(name) else str(name).removeprefix("near ")
    parts = [
        f"around {street}" if street else "",
        "" if pd.isna(lad) else str(lad),
        "" if pd.isna(npu) or npu == lad else f"{npu} NPU",
    ]
    return ", ".join(part for part in parts if part) or "unnamed place"
