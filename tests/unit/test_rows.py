"""Two readers, one answer."""

from __future__ import annotations

import io

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vrp_map.errors import FileRefused
from vrp_map.vocabulary import WGS84
from vrp_map.warehouse.inputs import Input, scan
from vrp_map.warehouse.rows import SCHEMA, NotPlain, exact_batches, fast_batches
from vrp_map.warehouse.suppliers import Format

LAYOUT = Format("test", WGS84, {"month": "M", "x": "X", "y": "Y", "category": "C"})
HEADER = "M,other,X,Y,C"


def source(text: str | bytes) -> Input:
    data = text.encode() if isinstance(text, str) else text
    return Input("x.csv", len(data), lambda: io.BytesIO(data))


def read(reader: object, text: str | bytes) -> pa.Table:
    file = source(text)
    return pa.Table.from_batches(reader(file, scan(file), LAYOUT), schema=SCHEMA)  # type: ignore[operator]


_cell = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=6)


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


@settings(deadline=None)
@given(
    rows=st.lists(st.lists(_cell, min_size=5, max_size=5), max_size=12),
    end=st.sampled_from(["\n", "\r\n"]),
    last=st.booleans(),
)
def test_the_fast_reader_agrees_or_steps_back(rows: list[list[str]], end: str, last: bool) -> None:
    lines = [HEADER, *(",".join(quoted(c) for c in r) for r in rows)]
    text = end.join(lines) + (end if last else "")
    exact = read(exact_batches, text)
    assert exact.num_rows == len(rows) and not any(exact["malformed"].to_pylist())
    expected, line = [], 2
    for r in rows:
        expected.append(line)
        line += 1 + sum(c.count("\n") for c in r)
    assert exact["line"].to_pylist() == expected
    assert exact["x"].to_pylist() == [r[2].strip(" \t\n\v\f\r") for r in rows]
    try:
        assert read(fast_batches, text).equals(exact)
    except NotPlain:
        assert (
            not rows
            or any("\n" in c for r in rows for c in r)
            or any(all(c == "" for i, c in enumerate(r) if i != 1) for r in rows)
        )


@settings(deadline=None)
@given(
    lines=st.lists(
        st.one_of(
            st.just("2024-01,,1,2,Robbery"), st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=14)
        ),
        max_size=10,
    )
)
def test_on_any_text_at_all_the_fast_reader_agrees_or_steps_back(lines: list[str]) -> None:
    text = "\n".join([HEADER, *lines])
    try:
        fast = read(fast_batches, text)
    except NotPlain:
        return
    exact = read(exact_batches, text)
    assert fast.num_rows == exact.num_rows
    # The fast reader gives records of another width last; a carriage return alone is a line to one of the two only.
    fast, exact = fast.sort_by("line"), exact.sort_by("line")
    compared = fast.column_names if "\r" not in text else fast.drop_columns("line").column_names
    assert fast.select(compared).equals(exact.select(compared))


@pytest.mark.parametrize(
    "odd",
    [
        "",
        ",,,,",
        '2024-01,"a\nb",1,2,Robbery',
        "2024-01,,1,2,Robbery\n\n\n2024-01,,1,2,Drugs",
    ],
)
def test_what_is_not_plain_is_left_to_the_exact_reader(odd: str) -> None:
    with pytest.raises(NotPlain):
        read(fast_batches, f"{HEADER}\n2024-01,,1,2,Robbery\n{odd}\n2024-01,,1,2,Drugs\n")


def test_the_fast_reader_marks_short_and_long_records_with_their_line() -> None:
    good = "2024-01,,1,2,Robbery"
    text = "\n".join([HEADER, "2024-01,,1", good, good, "2024-01,,1,2,Drugs,x", '"a,b",,3', good, "x,y", ""])
    table = read(fast_batches, text)
    assert table["line"].to_pylist() == [3, 4, 7, 2, 5, 6, 8]
    assert table["malformed"].to_pylist() == [False] * 3 + [True] * 4
    assert table.sort_by("line").equals(read(exact_batches, text))


@pytest.mark.parametrize("every", [2, 7, 1000])
def test_lines_are_right_over_many_blocks(every: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vrp_map.warehouse.rows._BLOCK", 200)
    rows = ["2024-01,,1,2" if i % every == 0 else f"2024-01,,{i},2,Robbery" for i in range(1500)]
    text = "\n".join([HEADER, *rows])
    assert read(fast_batches, text).sort_by("line").equals(read(exact_batches, text))


def test_short_and_long_records_are_marked_with_their_line() -> None:
    table = read(exact_batches, f'{HEADER}\n2024-01,"a\nb",1,2,Robbery\n\n2024-01,,1\n2024-01,,1,2,Drugs,x\n')
    assert table["line"].to_pylist() == [2, 5, 6]
    assert table["malformed"].to_pylist() == [False, True, True]
    assert table["y"].to_pylist() == ["2", None, "2"]
    assert table["id"].to_pylist() == [None] * 3


def test_text_that_is_not_utf_8_is_refused() -> None:
    good = "2024-01,,1,2,Drugs\n" * 100_000
    for text in (f"{HEADER}\n2024-01,,1,2,Caf\xe9\n", f"{HEADER}\n{good}2024-01,Caf\xe9\n", f"{HEADER}\n2024-01,\xe9"):
        file = source(text.encode("latin-1"))
        with pytest.raises(FileRefused, match="not UTF-8"):
            scan(file)
