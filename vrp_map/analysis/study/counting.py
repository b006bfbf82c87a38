"""Counts of a question by any unit, exact and as its audience may see them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from vrp_map import grid
from vrp_map.analysis.question import Question
from vrp_map.config import nearest
from vrp_map.disclosure.protect import Protected
from vrp_map.errors import UserError
from vrp_map.selection import Selection
from vrp_map.vocabulary import ALL_CATEGORIES, AreaType
from vrp_map.warehouse.reader import Reader

BY = ("cell", *(str(kind) for kind in AreaType), "month", "category")


def shown(question: Question, *, by: str) -> Protected:
    """Incidents of the selection by one of `BY`, as the audience may see them: the columns of
    `count`, and `hidden`.
    """
    counted = count(question, by=by)
    return question.protect(counted, found_only=is_found_only(question.selection, by=by))


def count(question: Question, *, by: str) -> pd.DataFrame:
    """Incidents of the selection by one of `BY`, exact.

    Returns:
        By cell: cell, name, lad, npu, n; by area: code, name, population, n; by month: month, n; by
        category: category, name, n. Which rows an audience may be shown: `is_found_only`.
    """
    reader, selection = question.reader, question.selection
    if by == "cell":
        return _by_cell(question)
    if by in list(AreaType):
        return _by_area(question, by)
    if by == "month":
        return by_month(reader, reader.counts.by_month(selection), selection)
    if by == "category":
        return named_categories(reader.counts.by_category(selection))
    raise UserError(f"Incidents cannot be counted by {by!r}.", hint=nearest(by, BY))


def not_on_the_map(question: Question, *, by: str = "") -> Protected:
    """One row: incidents, unlocated (no place), outside (in no local authority) of the selection.

    Where areas are chosen, `unlocated` is missing: nobody knows in which area an incident without a
    place was.

    Args:
        by: a type of area; then also in_none: inside the boundaries, and in no area of that type.
    """
    facts, areas = question.facts, question.reader.area_names
    counts = {
        "incidents": facts.incidents,
        "unlocated": facts.unlocated,
        "outside": facts.outside,
    }
    if by in list(AreaType):
        of_type = list(areas["key"][areas["type"] == by])
        counts["in_none"] = question.reader.counts.in_none(question.selection, of_type)
    frame = pd.DataFrame([counts])
    if question.selection.areas:
        frame["unlocated"] = pd.NA
    return question.protect(frame, counts=tuple(counts))


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
    present = [month for month in held if selection.first <= month <= selection.last]
    sums = counted.assign(month=counted["month"].dt.date).groupby("month")[["n"]].sum()
    return sums.reindex(present, fill_value=0).astype(np.int64).rename_axis("month").reset_index()


def named_categories(counted: pd.DataFrame) -> pd.DataFrame:
    """category, name, n from counts that may have several rows a category."""
    frame = counted.groupby("category", as_index=False)[["n"]].sum()
    frame.insert(1, "name", frame["category"].map(ALL_CATEGORIES))
    return frame


def _by_cell(question: Question) -> pd.DataFrame:
    counts, resolution = question.reader.counts, question.resolution
    frame = counts.by_cell(question.selection, resolution=resolution)
    cells = frame["cell"].to_numpy(dtype=np.uint64)
    context = question.labels.reindex(cells)
    named = {c: context[c].to_numpy(dtype=object) for c in ("name", "lad", "npu")}
    return pd.DataFrame({"cell": grid.to_text(cells), **named, "n": frame["n"].to_numpy()})


def _by_area(question: Question, kind: str) -> pd.DataFrame:
    """Every area of a type, zero included.

    Raises:
        UserError: it is the Home Office's hexagons, which come with nobody's layers, and none are
            loaded.
    """
    areas = question.reader.area_names
    areas = areas[areas["type"] == kind].sort_values(["name", "code"])
    if areas.empty and kind == AreaType.HO_HEX:
        raise UserError(
            "No layer of the Home Office's hexagons is loaded.",
            hint="Run `vrp-map boundaries add FILE --type ho-hex`, then `vrp-map build`.",
        )
    n = question.reader.counts.by_area(question.selection, areas["key"].tolist())
    return pd.DataFrame(areas[["code", "name", "population"]]).reset_index(drop=True).assign(n=n)
