"""The faults planted in the demo: a known number of rows that a build must refuse, by
reason code.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

# How many rows the whole demo holds that a build must refuse with this reason, and no other.
REFUSED = {
    "category:missing": 15,
    "category:unknown": 21,
    "coordinate:incomplete": 12,
    "coordinate:not_a_number": 24,
    "coordinate:null_island": 30,
    "coordinate:out_of_range": 18,
    "coordinate:swapped": 36,
    "crime_id:repeated": 60,
    "month:future": 6,
    "month:invalid": 9,
    "month:missing": 12,
    "row:columns": 8,
}

ID, MONTH, LON, LAT, CATEGORY = 0, 1, 4, 5, 9
Row = list[str]


def _set(column: int, *values: str) -> Callable[[Row, int], Row]:
    def spoil(row: Row, turn: int) -> Row:
        row[column] = values[turn % len(values)]
        return row

    return spoil


def _out_of_range(row: Row, turn: int) -> Row:
    column, slip = ((LAT, "1"), (LON, "-18"))[turn % 2]
    row[column] = slip + row[column].lstrip("-")
    return row


def _null_island(row: Row, turn: int) -> Row:
    row[LON], row[LAT] = ("0.000000", "0.000000") if turn % 2 else ("0", "0")
    return row


def _swapped(row: Row, turn: int) -> Row:
    row[LON], row[LAT] = row[LAT], row[LON]
    return row


def _incomplete(row: Row, turn: int) -> Row:
    row[(LON, LAT)[turn % 2]] = ""
    return row


def _columns(row: Row, turn: int) -> Row:
    return row[:7] if turn % 2 else [*row, "synthetic", "synthetic"]


_SPOIL: dict[str, Callable[[Row, int], Row]] = {
    "category:missing": _set(CATEGORY, ""),
    "category:unknown": _set(CATEGORY, "Synthetic unknown category", "Synthetic misprint"),
    "coordinate:incomplete": _incomplete,
    "coordinate:not_a_number": _set(LON, "unknown", "west", "see notes"),
    "coordinate:null_island": _null_island,
    "coordinate:out_of_range": _out_of_range,
    "coordinate:swapped": _swapped,
    "crime_id:repeated": lambda row, turn: row,
    "month:future": _set(MONTH, "2099-01"),
    "month:invalid": _set(MONTH, "2025-13", "2025-00", "unknown"),
    "month:missing": _set(MONTH, ""),
    "row:columns": _columns,
}


def spread(months: int, *, rng: np.random.Generator) -> list[list[tuple[str, int]]]:
    """Which faults each month's file gets: (reason code, turn), the turns of a code numbered from
    0.
    """
    plan: list[list[tuple[str, int]]] = [[] for _ in range(months)]
    for code, count in REFUSED.items():
        for turn, month in enumerate(rng.integers(months, size=count)):
            plan[month].append((code, turn))
    return plan


def spoil(good: Row, code: str, turn: int, *, fresh_id: str) -> Row:
    """A faulty row made from a good one of the same file.

    Only a repeat keeps the good row's id; every other faulty row is an incident of its own.
    """
    row = list(good)
    if code != "crime_id:repeated":
        row[ID] = fresh_id
    return _SPOIL[code](row, turn)
