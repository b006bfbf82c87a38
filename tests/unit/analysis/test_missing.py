"""What is missing: against a plain loop, by audience, and in words."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pyarrow as pa
import pytest

from vrp_map.analysis.missing import (
    EVERYTHING,
    MissingData,
    incomplete_months,
    missing,
    unlocated_words,
)
from vrp_map.analysis.question import Question
from vrp_map.config import Settings
from vrp_map.selection import Selection
from vrp_map.ui.quality.missing import month_marks
from vrp_map.vocabulary import Audience
from vrp_map.warehouse.count_columns import CountColumns
from vrp_map.warehouse.counts import CountTable
from vrp_map.warehouse.reader import Reader

CELL = 0x8A195C05B007FFF
JAN, FEB, MAR = (date(2026, m, 1) for m in (1, 2, 3))
# month, category, source, place (None = no place), n; February has no drugs, and the second source
# only January.
ROWS = [
    (JAN, "drugs", "one", 0, 40),
    (JAN, "drugs", "one", None, 10),
    (JAN, "robbery", "one", 0, 60),
    (JAN, "robbery", "two", None, 3),
    (FEB, "robbery", "one", 0, 20),
    (FEB, "robbery", "one", None, 2),
    (MAR, "robbery", "one", 0, 100),
    (MAR, "burglary", "one", 0, 1),
]


def a_reader(created: date = date(2026, 4, 3)) -> Reader:
    months, categories, sources, places, n = (list(column) for column in zip(*ROWS, strict=True))
    counts = pa.table(
        {
            "month": pa.array(months, pa.date32()),
            "category": categories,
            "source": sources,
            "grade": ["D"] * len(n),
            "place_id": pa.array(places, pa.int32()),
            "n": n,
        }
    )
    place = pd.DataFrame(
        {"place_id": [0], "cell10": pd.array([CELL], dtype="uint64"), "is_inside": [True]}
    )
    areas = pd.DataFrame({"place_id": [0], "area": ["lad:x"]})
    held = pd.DataFrame({"month": months, "source": sources, "publisher": sources, "n": n})
    held = held.groupby(["month", "source", "publisher"], as_index=False)["n"].sum()
    stamp = SimpleNamespace(date=lambda: created)
    snapshot = SimpleNamespace(first_month=JAN, last_month=MAR, created=stamp)
    return cast(
        Reader,
        Stand(
            counts=CountTable(CountColumns.of_tables(counts, place, areas)),
            snapshot=snapshot,
            coverage=held,
            deliveries=held,
        ),
    )


class Stand(SimpleNamespace):
    """A reader of the made-up rows; `study.gaps` keeps answers by reader, so it must
    be hashable.
    """

    __hash__ = object.__hash__  # type: ignore[assignment]
    unit = 1


def found(
    audience: Audience = Audience.ANALYST, selection: Selection = EVERYTHING, **more: Any
) -> MissingData:
    return missing(Question(a_reader(**more), Settings(), selection, audience))


def plain(column: int) -> dict[Any, tuple[int, int]]:
    out: dict[Any, tuple[int, int]] = {}
    for row in ROWS:
        n, unlocated = out.get(row[column], (0, 0))
        out[row[column]] = n + row[4], unlocated + (row[4] if row[3] is None else 0)
    return out


@pytest.mark.parametrize(("name", "column"), [("month", 0), ("category", 1), ("source", 2)])
def test_exact_numbers_are_those_of_a_plain_loop(name: str, column: int) -> None:
    frame = getattr(found(), f"by_{name}").frame
    rows = {row[name]: (row["n"], row["unlocated"]) for row in frame.to_dict("records")}
    assert rows == plain(column)
    for row in frame.to_dict("records"):
        assert row["share"] == pytest.approx(row["unlocated"] / row["n"])


def test_kinds_come_by_share() -> None:
    assert found().by_category.frame["category"].tolist() == ["drugs", "robbery", "burglary"]


@pytest.mark.parametrize("audience", [Audience.PARTNER, Audience.PUBLIC])
def test_others_get_no_small_and_no_exact_number(audience: Audience) -> None:
    out = found(audience)
    for table in (out.everything, out.by_category, out.by_month, out.by_source):
        assert not [c for c in table.frame if "key" in c]
        for column in ("n", "unlocated"):
            shown = table.frame[column].dropna()
            assert ((shown == 0) | (shown >= table.k)).all()
            assert (shown % table.k == 0).all()
        known = (
            table.frame["n"].notna() & table.frame["unlocated"].notna() & (table.frame["n"] != 0)
        )
        assert table.frame["share"].notna().tolist() == known.tolist()
        assert (table.frame["share"].dropna() <= 1).all()


def test_areas_play_no_part_because_nobody_knows_where_they_were() -> None:
    one, all_of_it = found(selection=Selection((), areas=("lad:x",))), found()
    pd.testing.assert_frame_equal(one.by_month.frame, all_of_it.by_month.frame)


def test_months_are_not_whole_where_a_supplier_is_late_or_the_month_not_over() -> None:
    out = found(created=date(2026, 3, 20))
    assert out.gaps == {"two": [FEB, MAR]}
    assert out.incomplete[FEB] == "two did not deliver it"
    assert (
        out.incomplete[MAR]
        == "two did not deliver it and it had not ended when the data was loaded"
    )
    assert JAN not in out.incomplete
    assert out.by_month.frame["why"].tolist() == ["", out.incomplete[FEB], out.incomplete[MAR]]


@pytest.mark.parametrize(
    ("created", "whole"), [(date(2026, 3, 31), False), (date(2026, 4, 1), True)]
)
def test_a_month_is_whole_from_the_first_day_of_the_next(created: date, whole: bool) -> None:
    assert (incomplete_months({}, [MAR], created=created) == {}) is whole


def test_months_that_are_not_whole_are_drawn_open_and_hidden_ones_as_no_number() -> None:
    frame = pd.DataFrame(
        {
            "month": [JAN, FEB, MAR, date(2026, 4, 1)],
            "n": pd.array([100, 50, None, 0], dtype="Int64"),
            "share": pd.array([0.1, 0.2, None, None], dtype="Float64"),
            "why": ["", "two did not deliver it", "", ""],
        }
    )
    marks = month_marks(frame)
    assert marks["open"].tolist() == [False, True, False, False]
    assert marks["share"].isna().tolist() == [False, False, True, True]
    assert marks["words"].tolist() == [
        "10.0%",
        "20.0%; not complete: two did not deliver it",
        "few, or none",
        "nothing delivered",
    ]


@pytest.mark.parametrize(
    ("n", "unlocated", "said"),
    [
        (1000, 41, "4.1% of incidents have no place"),
        (100_000, 5, "under 0.1% of incidents have no place"),
        (1000, 0, "every incident has a place"),
        (1000, pd.NA, "few incidents, or none, have no place"),
        (pd.NA, 5, "few incidents, or none, have no place"),
        (0, 0, "every incident has a place"),
    ],
)
def test_the_share_in_words(n: object, unlocated: object, said: str) -> None:
    assert unlocated_words(n, unlocated) == said
