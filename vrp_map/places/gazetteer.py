"""What to call a hexagon or a group of them: a street, and what people know nearby.

No count and no period plays a part: the same hexagons have the same name on every page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from vrp_map import grid

if TYPE_CHECKING:
    import geopandas as gpd


# Near Britain a degree of longitude is about 0.6 of a degree of latitude; for "nearest" that is
# exact enough.
_SQUEEZE = 0.6
_METRES_A_DEGREE = 111_200.0
# A landmark within this of the middle of a hexagon helps to find it.
LANDMARK_METRES = 400.0


class GroupLabel(NamedTuple):
    """What some hexagons together are called by; None where not known."""

    name: str | None
    landmark: str | None
    lad: str | None
    npu: str | None


def cell_context(
    cells: np.ndarray,
    *,
    places: pd.DataFrame,
    streets: pd.DataFrame,
    landmarks: pd.DataFrame,
    resolution: int,
) -> pd.DataFrame:
    """Name, landmark, local authority and NPU of each cell.

    Args:
        cells: uint64, sorted.
        places: place_id, cell10, lad, npu. streets, landmarks: name, lon, lat, cell10
            (`places.naming`).

    Returns:
        Index the cells; columns name, landmark, lad, npu (missing where not known).
    """
    context = pd.DataFrame(index=pd.Index(cells, name="cell"))
    context["name"] = cell_names(cells, streets, resolution)
    context["landmark"] = _landmarks_near(cells, landmarks)
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


def cell_names(cells: np.ndarray, named: pd.DataFrame, resolution: int) -> np.ndarray:
    """The nearest name to the middle of each cell, with "near" where its point lies in another;
    None without names.

    Args:
        cells: uint64, sorted. named: name, lon, lat, cell10.
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


def _landmarks_near(cells: np.ndarray, landmarks: pd.DataFrame) -> np.ndarray:
    """The nearest landmark within `LANDMARK_METRES` of the middle of each cell; None for none."""
    if landmarks.empty:
        return np.full(len(cells), None, dtype=object)
    from scipy.spatial import cKDTree

    known = landmarks.sort_values(["lon", "lat", "name"])
    reach = LANDMARK_METRES / _METRES_A_DEGREE
    tree = cKDTree(_plane(known["lon"], known["lat"]))
    # Beyond its reach the tree answers with the number of its points.
    at = tree.query(_plane(*grid.centres(cells)), distance_upper_bound=reach)[1]
    return np.asarray(np.array([*known["name"], None], dtype=object)[at])


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


def label_of(cells: np.ndarray, context: pd.DataFrame) -> GroupLabel:
    """What some cells are called by; one alone is "near" a street whose point lies in another.

    Args:
        cells: uint64, of one resolution. context: as `cell_context` returns it.
    """
    labels = context.reindex(cells)
    found = group_label(cells, labels)
    own = labels["name"].iloc[0]
    return found._replace(name=str(own)) if len(cells) == 1 and not pd.isna(own) else found


def group_label(cells: np.ndarray, labels: pd.DataFrame) -> GroupLabel:
    """What most of some cells are called by; of equals, what is nearest to their middle.

    Args:
        cells: uint64, of one resolution. labels: name, landmark, lad, npu of each, in their order.
    """
    middles = _plane(*grid.centres(cells))
    from_middle = np.hypot(*(middles - middles.mean(axis=0)).T)
    ordered = labels.iloc[np.lexsort((cells, from_middle.round(9)))]
    names = ordered["name"].astype("string").str.removeprefix("near ")
    return GroupLabel(
        _most_common(names), *(_most_common(ordered[c]) for c in ("landmark", "lad", "npu"))
    )


def _most_common(values: Iterable[object]) -> str | None:
    """The commonest value that is known; of equals the first."""
    known = Counter(str(value) for value in values if not pd.isna(value)).most_common(1)
    return known[0][0] if known else None


def cluster_name(
    name: str | None, lad: str | None, npu: str | None, *, landmark: str | None = None
) -> str:
    """As people say it: "around Corporation Street, near Bull Street tram stop, Birmingham"; a name
    is not said twice.
    """
    street = "" if pd.isna(name) else str(name).removeprefix("near ")
    parts = [
        f"around {street}" if street else "",
        "" if pd.isna(landmark) or landmark == street else f"near {landmark}",
        "" if pd.isna(lad) else str(lad),
        "" if pd.isna(npu) or npu == lad else f"{npu} NPU",
    ]
    return ", ".join(part for part in parts if part) or "unnamed place"
