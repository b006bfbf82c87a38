"""How deprived the small area is that a hexagon lies in."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from vrp_map import grid
from vrp_map.residents.tables import PeopleTable
from vrp_map.vocabulary import AreaType
from vrp_map.warehouse.reader import Reader


def cell_deciles(reader: Reader, cells: ArrayLike, table: PeopleTable) -> NDArray[np.float64]:
    """The decile of deprivation (1 = most deprived) of the LSOA that the middle of each cell is in.

    Args:
        cells: uint64 (n,). table: of deprivation.

    Returns:
        (n,); NaN where the middle lies in no LSOA, or the table does not know it.
    """
    areas = reader.current_areas
    lsoas = areas[areas["type"] == AreaType.LSOA]
    of_lsoa = np.array([_decile(table, str(code)) for code in lsoas["code"]], dtype=float)
    found = np.full(len(np.asarray(cells)), np.nan)
    if not len(lsoas):
        return found
    lon, lat = grid.centres(cells)
    tree = shapely.STRtree(lsoas.geometry.to_numpy())
    at, inside = tree.query(shapely.points(lon, lat), predicate="intersects")
    found[at] = of_lsoa[inside]
    return found


def _decile(table: PeopleTable, code: str) -> float:
    row = table.rows.get(code)
    return float("nan") if row is None or not any(row) else float(np.argmax(row)) + 1
