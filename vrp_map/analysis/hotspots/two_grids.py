"""Where our hotspots and the busiest of the Home Office's hexagons differ.

The Home Office's unit is a hexagon of 350 m, judged by how many incidents lie in it; ours is a
hexagon judged with its surroundings (Gi*, false discovery rate). Both lists here mark as much
ground, so that neither is longer only because it takes more. Incidents are counted by point in
either grid: a count is never shared out between hexagons by area.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from vrp_map import grid
from vrp_map.analysis.hotspots.gi_star import hotspots_of
from vrp_map.analysis.question import Question
from vrp_map.analysis.study import counting
from vrp_map.disclosure.protect import Protected
from vrp_map.vocabulary import AreaType, HotspotClass, Method
from vrp_map.warehouse.reader import Reader

HEX_KM2 = 350**2 * np.sqrt(3) / 2 / 1e6
# Less of its ground in the other's list than this, and the two differ about it.
SHARED = 0.5
_HOT = (HotspotClass.HOT_95, HotspotClass.HOT_99)
ONLY_OURS, ONLY_THEIRS, BOTH = "only our hotspots", "only the busiest hexagons", "both"
_WHY = {
    ONLY_OURS: "It and its surroundings have more than chance makes, but it is not of the busiest.",
    ONLY_THEIRS: "It is of the busiest, but its surroundings are not, so that it may be chance.",
    BOTH: "",
}


@dataclass(frozen=True)
class GridDifferences:
    """What the two grids say.

    Attributes:
        table: marked_by (`ONLY_OURS`, `ONLY_THEIRS`, `BOTH`), grid (H3 or ho-hex), code, name, n,
            shared (the part of its ground that the other list marks too), why.
        sentence: how many of each. outlines: of the rows, by code (EPSG:4326).
    """

    table: Protected
    sentence: str
    outlines: Mapping[str, BaseGeometry]


def grid_differences(question: Question) -> GridDifferences:
    """The hexagons that our test or their count marks, and where the other does not.

    Raises:
        UserError: no layer of such hexagons is loaded.
        MethodRefused: data of this grade cannot carry hotspots.
    """
    question = question.carrying(Method.GI_STAR)
    hexes = _hexes(question)
    cells = hotspots_of(question).cells.frame
    ours = cells[cells["hotspot_class"].isin(_HOT)].reset_index(drop=True)
    numbers = grid.from_text(ours["cell"].tolist()) if len(ours) else np.empty(0, np.uint64)
    theirs = _busiest(hexes, round(float(grid.areas_km2(numbers).sum()) / HEX_KM2))
    mine = np.asarray(grid.polygons(numbers).to_numpy())
    shapes = _outlines(question.reader, theirs["code"].tolist())
    marked = ours.rename(columns={"cell": "code"})
    frame = pd.concat(
        [
            _rows("H3", marked, _shared(mine, shapes), alone=ONLY_OURS),
            _rows("ho-hex", theirs, _shared(shapes, mine), alone=ONLY_THEIRS),
        ],
        ignore_index=True,
    )
    table = question.protect(frame.sort_values(["marked_by", "grid", "code"]), found_only=True)
    both = [*zip(marked["code"], mine, strict=True), *zip(theirs["code"], shapes, strict=True)]
    kept = set(table.frame["code"])
    outlines = {str(code): shape for code, shape in both if code in kept}
    return GridDifferences(table, _sentence(frame), outlines)


def _hexes(question: Question) -> pd.DataFrame:
    """code, name, n of every such hexagon as the audience may see it; hidden counts as none."""
    shown = counting.shown(question, by=str(AreaType.HO_HEX)).frame
    return shown.assign(n=shown["n"].fillna(0).astype(int))


def _busiest(hexes: pd.DataFrame, many: int) -> pd.DataFrame:
    """As many of the busiest, and those that have as many incidents as the last of them."""
    some = hexes[hexes["n"] > 0].sort_values(["n", "code"], ascending=[False, True])
    if not many or some.empty:
        return some.head(0)
    least = some["n"].iloc[min(many, len(some)) - 1]
    return some[some["n"] >= least].reset_index(drop=True)


def _outlines(reader: Reader, codes: list[str]) -> NDArray[np.object_]:
    areas = reader.current_areas
    own = areas[areas["type"] == AreaType.HO_HEX].set_index("code")
    return np.asarray(own.loc[codes].geometry.to_numpy())


def _shared(one: NDArray[np.object_], other: NDArray[np.object_]) -> NDArray[np.float64]:
    """The part of each shape that any of the others covers, 0 to 1; in degrees, as over one hexagon
    a degree is of one length.
    """
    if not len(one) or not len(other):
        return np.zeros(len(one))
    left, right = shapely.STRtree(other).query(one)
    common = shapely.area(shapely.intersection(one[left], other[right]))
    covered = np.bincount(left, weights=common, minlength=len(one))
    return np.asarray(np.minimum(covered / shapely.area(one), 1.0))


def _rows(
    kind: str, marked: pd.DataFrame, shared: NDArray[np.float64], *, alone: str
) -> pd.DataFrame:
    """The rows of one grid: `marked` has code, name, n."""
    by = np.where(shared < SHARED, alone, BOTH)
    frame = marked[["code", "name", "n"]].reset_index(drop=True)
    frame.insert(0, "marked_by", by)
    frame.insert(1, "grid", kind)
    return frame.assign(shared=np.round(shared, 2), why=[_WHY[one] for one in by])


def _sentence(frame: pd.DataFrame) -> str:
    """How many of each, and on how much they agree."""
    ours, theirs = (frame[frame["grid"] == kind] for kind in ("H3", "ho-hex"))
    if ours.empty:
        return "Our test marks no hexagon here, so there is nothing to compare."
    alone = [(part["marked_by"] != BOTH).sum() for part in (ours, theirs)]
    return (
        f"Our test marks {len(ours):,} hexagons. As much ground is in the {len(theirs):,} busiest"
        f" hexagons of the Home Office's grid. {alone[0]:,} of ours lie mostly outside of theirs,"
        f" and {alone[1]:,} of theirs mostly outside of ours."
    )
