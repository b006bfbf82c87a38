"""The columns of the counts: the same from tables and from arrays, and what is left of a choice."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from vrp_map.selection import Selection
from vrp_map.warehouse.count_columns import CountColumns
from vrp_map.warehouse.counts import CountTable

JANUARY, MARCH = date(2026, 1, 1), date(2026, 3, 1)
CELLS = np.array([0x8A195D3B1897FFF, 0x8A195D3B189FFFF, 0x8A195D3B18AFFFF], dtype=np.uint64)


def columns() -> CountColumns:
    counts = pa.table(
        {
            "month": [JANUARY, JANUARY, date(2026, 2, 1), MARCH],
            "category": ["robbery", "weapons", "robbery", "weapons"],
            "source": ["a", "a", "b", "b"],
            "grade": ["A", "A", "B", "B"],
            "place_id": pa.array([3, 7, 9, None], pa.int64()),
            "n": [1, 2, 3, 4],
        }
    )
    places = pd.DataFrame(
        {"place_id": [3, 7, 9], "cell10": CELLS, "is_inside": [True, True, False]}
    )
    areas = pd.DataFrame({"place_id": [3, 7, 7], "area": ["lad:E1", "lad:E1", "npu:N"]})
    return CountColumns.of_tables(counts, places, areas)


def answers(table: CountTable) -> list[object]:
    chosen = Selection(()), Selection(("robbery",), areas=("lad:E1",))
    return [
        (
            table.totals(s),
            table.by_month(s).to_dict("list"),
            table.by_area(s, ["lad:E1", "lad:E2"]).tolist(),
        )
        for s in chosen
    ]


def test_a_file_gives_back_the_same_counts() -> None:
    before = columns()
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **before.to_arrays())
    file.seek(0)
    after = CountColumns.of_arrays(np.load(file, allow_pickle=False))
    assert answers(CountTable(after)) == answers(CountTable(before))
    assert after.category.words == before.category.words


def test_without_any_area_too() -> None:
    bare = replace(columns(), area_places={})
    assert CountColumns.of_arrays(bare.to_arrays()).area_places == {}


def test_a_month_without_a_choice_stays_and_has_none() -> None:
    left = CountTable(columns().only(np.array([0, 5, 0, 5])), unit=5)
    assert left.months.tolist() == CountTable(columns()).months.tolist()
    months = left.by_month(Selection(()))
    assert dict(zip(months["month"].dt.date, months["n"], strict=True)) == {JANUARY: 5, MARCH: 5}
    assert left.totals(Selection(())) == {"incidents": 10, "unlocated": 5, "outside": 0}
    assert left.by_category(Selection(()))["category"].tolist() == ["weapons"]


def test_columns_that_are_not_there_are_no_counts() -> None:
    arrays = columns().to_arrays()
    del arrays["n"]
    with pytest.raises(KeyError, match="n"):
        CountColumns.of_arrays(arrays)
