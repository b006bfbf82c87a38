"""Exact counts of a selection by any unit; `Workspace` protects them before anybody sees them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from vrp_map import grid
from vrp_map.analysis.study.lattice import checked_resolution, labels
from vrp_map.config import nearest
from vrp_map.errors import UserError
from vrp_map.selection import Selection
from vrp_map.vocabulary import ALL_CATEGORIES, AreaType
from vrp_map.warehouse.reader import Reader

BY = ("cell", *(str(kind) for kind in AreaType), "month", "category")


def count(reader: Reader, selection: Selection, *, by: str, resolution: int) -> pd.DataFrame:
    """Incidents by one of `BY`.

    Returns:
        By cell: cell, name, lad, npu, n; by area: code, name, population, n; by month: month, n; by
        category: category, name, n. Which rows an audience may be shown: `is_found_only`.
    """
    if by == "cell":
        return _by_cell(reader, selection, checked_resolution(resolution))
    if by in list(AreaType):
        return _by_area(reader, selection, by)
    if by == "month":
        return by_month(reader, reader.counts.by_month(selection), selection)
    if by == "category":
        return named_categories(reader.counts.by_category(selection))
    raise UserError(f"Incidents cannot be counted by {by!r}.", hint=nearest(by, BY))


def is_found_only(selection: Selection, *, by: str) -> bool:
    """Whether a table lists only what it found something in: hexagons, kinds, and the areas that a
    choice touches.
    """
    return by in ("cell", "category") or (by in list(AreaType) and bool(selection.areas))


def by_month(reader: Reader, counted: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    """Every month that is in the data and the selection; a month that is not in the data is no
    zero.
    """
    held = sorted(set(reader.months["month"]))
    present = [m for m in held if (selection.first or m) <= m <= (selection.last or m)]
    sums = counted.assign(month=counted["month"].dt.date).groupby("month")[["n"]].sum()
    return sums.reindex(present, fill_value=0).astype(np.int64).rename_axis("month").reset_index()


def named_categories(counted: pd.DataFrame) -> pd.DataFrame:
    """category, name, n from counts that may have several rows a category."""
    frame = counted.groupby("category", as_index=False)[["n"]].sum()
    frame.insert(1, "name", frame["category"].map(ALL_CATEGORIES))
    return frame


def _by_cell(reader: Reader, selection: Selection, resolution: int) -> pd.DataFrame:
    frame = reader.counts.by_cell(selection, resolution=resolution)
    cells = frame["cell"].to_numpy(dtype=np.uint64)
    context = labels(reader, resolution).reindex(cells)
    named = {c: context[c].to_numpy(dtype=object) for c in ("name", "lad", "npu")}
    return pd.DataFrame({"cell": grid.to_text(cells), **named, "n": frame["n"].to_numpy()})


def _by_area(reader: Reader, selection: Selection, kind: str) -> pd.DataFrame:
    """Every area of a type, zero included."""
    areas = reader.area_names
    areas = areas[areas["type"] == kind].sort_values(["name", "code"])
    n = reader.counts.by_area(selection, areas["key"].tolist())
    return pd.DataFrame(areas[["code", "name", "population"]]).reset_index(drop=True).assign(n=n)
