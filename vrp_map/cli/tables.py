"""Tables for people: headers in words, numbers to the right, no more columns than the window has
room for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import pandas as pd
from rich.cells import cell_len
from rich.markup import escape
from rich.table import Table

from vrp_map.common.plain_text import visible
from vrp_map.disclosure.protect import Protected
from vrp_map.export import tables as report
from vrp_map.vocabulary import AREA_WORDS

_GAP = 2
# A name may be folded over several lines, but not to less than this.
_LEAST_NAME = 24
_LESS_THAN = 0.001


@dataclass(frozen=True)
class Heading:
    """A column as people read it.

    Attributes:
        words: the header; a line break folds it.
        rank: the columns with the highest rank go first where there is no room; those of rank 1
            stay.
    """

    words: str
    rank: int


_HEADINGS = {
    "rank": Heading("No.", 1),
    "cluster": Heading("No.", 1),
    "name": Heading("Place", 1),
    "month": Heading("Month", 1),
    "n": Heading("Incidents", 1),
    "cell": Heading("Hexagon", 2),
    "change": Heading("Change", 2),
    "q": Heading("q", 2),
    "rate": Heading("Per\n1,000", 3),
    "npu": Heading("NPU", 4),
    "lad": Heading("Local authority", 5),
    "share": Heading("Share", 5),
    "population": Heading("Residents", 5),
    "n_previous": Heading("Before", 6),
    "hotspot_class": Heading("Class", 6),
    "cells": Heading("Hexagons", 7),
    "points": Heading("Points", 7),
    "code": Heading("Code", 7),
    "category": Heading("For --category", 7),
}
_CLUSTER_COLUMNS = (
    "cluster",
    "name",
    "npu",
    "n",
    "change",
    "q",
    "rate",
    "share",
    "hotspot_class",
    "cells",
)
_CELL_COLUMNS = (
    "rank",
    "cell",
    "name",
    "npu",
    "n",
    "change",
    "q",
    "rate",
    "share",
    "hotspot_class",
)
_FOLDED = ("name",)


def heading(name: str, *, by: str = "") -> Heading:
    """The heading of a column of a table that is counted by `by`."""
    if name == "name" and by == "category":
        return Heading("Category", 1)
    if name == "name" and by in AREA_WORDS:
        words = AREA_WORDS[by]  # type: ignore[index]
        return Heading(words[0].upper() + words[1:], 1)
    return _HEADINGS.get(name, Heading(name.replace("_", " ").capitalize(), 9))


def protected_table(
    protected: Protected, *, width: int, by: str = "", most: int | None = None
) -> tuple[Table, list[str]]:
    """A protected table that fits a window.

    Args:
        width: columns of text. by: what is counted by. most: rows to show; None = all.

    Returns:
        The table, and the headers of what found no room.
    """
    rows = report.records(protected)[:most]
    names = _columns_for_people(protected.frame)
    words = {name: heading(name, by=by) for name in names}
    if not protected.is_exact and "q" in words:
        # Outsiders get the band that q lies in.
        words["q"] = Heading("q ≤", words["q"].rank)
    texts = {
        name: [cell_text(name, row[name], hidden=bool(row["hidden"])) for row in rows]
        for name in names
    }
    if "cluster" in names and "name" in names:
        texts["name"] = [_short_name(row) for row in rows]
    shown = fitting(
        {name: (_least(name, words[name], texts[name]), words[name].rank) for name in names}, width
    )
    numeric = {name: _is_numeric(protected.frame[name]) for name in shown}
    table = _empty()
    for name in shown:
        _add(table, words[name].words, numeric=numeric[name], fold=name in _FOLDED)
    for i in range(len(rows)):
        table.add_row(*(escape(texts[name][i]) for name in shown))
    return table, [words[name].words.replace("\n", " ") for name in names if name not in shown]


def _columns_for_people(frame: pd.DataFrame) -> list[str]:
    """The columns worth reading, in the order of reading; a table of another kind is shown as it
    is.
    """
    names = [name for name in frame.columns if name != "hidden"]
    for wanted in (_CELL_COLUMNS, _CLUSTER_COLUMNS):
        if {wanted[0], "hotspot_class"} <= set(names):
            return [name for name in wanted if name in names]
    return names


def _short_name(row: Mapping[str, Any]) -> str:
    """The name of a cluster without the authority and unit that have a column of their own."""
    name = str(row["name"])
    if row.get("npu"):
        name = name.removesuffix(f", {row['npu']} NPU")
        return name.removesuffix(f", {row.get('lad')}")
    return name


def _least(name: str, words: Heading, texts: Sequence[str]) -> int:
    natural = max(map(cell_len, [*words.words.split("\n"), *texts]))
    return min(natural, _LEAST_NAME) if name in _FOLDED else natural


def fitting(columns: Mapping[str, tuple[int, int]], width: int) -> list[str]:
    """The columns that fit side by side: name -> (least width, rank), in order; rank 1 always
    stays.
    """
    shown = list(columns)
    while sum(columns[name][0] + _GAP for name in shown) - _GAP > width:
        rank, at = max((columns[name][1], i) for i, name in enumerate(shown))
        if rank == 1:
            break
        del shown[at]
    return shown


def cell_text(name: str, value: Any, *, hidden: bool) -> str:
    """One value as people read it."""
    if value is None:
        return "hidden" if hidden and name == "n" else "–"
    if isinstance(value, float):
        if name in ("q", "p"):
            return f"<{_LESS_THAN}" if value < _LESS_THAN else f"{value:.2g}"
        if name == "change":
            return "0%" if f"{value:.0%}" in ("0%", "-0%") else f"{value:+.0%}"
        return f"{value:.1%}" if name == "share" else f"{value:,.1f}"
    return (
        f"{value:,}"
        if isinstance(value, int) and name not in ("rank", "cluster")
        else visible(str(value))
    )


def _is_numeric(column: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(column)) and not pd.api.types.is_bool_dtype(column)


def grid(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
    """A small table; numbers to the right, a missing number "hidden", and long words folded."""
    table = _empty()
    for i, words in enumerate(header):
        numeric = bool(rows) and all(_number(row[i]) or _missing(row[i]) for row in rows)
        _add(table, words, numeric=numeric, fold=not numeric)
    for row in rows:
        table.add_row(
            *(
                escape("hidden" if _missing(v) else f"{v:,}" if _number(v) else visible(str(v)))
                for v in row
            )
        )
    return table


def _number(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _missing(value: Any) -> bool:
    return value is None or value is pd.NA


def _empty() -> Table:
    return Table(header_style="bold", box=None, pad_edge=False)


def _add(table: Table, words: str, *, numeric: bool, fold: bool) -> None:
    table.add_column(
        escape(words), justify="right" if numeric else "left", no_wrap=not fold, overflow="fold"
    )
