"""Two readers, one answer."""

from __future__ import annotations

import io

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vrp_map.errors import FileRefused
from vrp_map.vocabulary import WGS84
from vrp_map.warehouse.ingest.files.inputs import Input, scan
from vrp_map.warehouse.ingest.files.rows import SCHEMA, NotPlain, exact_batches, fast_batches
from vrp_map.warehouse.ingest.suppliers import Format

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
            st.just("2024-01,,1,2,Robbery"),
            st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=14),
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
    # The fast reader gives records of another width last; a carriage return alone is a line to one
    # of the two only.
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
    text = "\n".join(
        [HEADER, "2024-01,,1", good, good, "2024-01,,1,2,Drugs,x", '"a,b",,3', good, "x,y", ""]
    )
    table = read(fast_batches, text)
    assert table["line"].to_pylist() == [3, 4, 7, 2, 5, 6, 8]
    assert table["malformed"].to_pylist() == [False] * 3 + [True] * 4
    assert table.sort_by("line").equals(read(exact_batches, text))


@pytest.mark.parametrize("every", [2, 7, 1000])
def test_lines_are_right_over_many_blocks(every: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vrp_map.warehouse.ingest.files.rows._BLOCK", 200)
    rows = ["2024-01,,1,2" if i % every == 0 else f"2024-01,,{i},2,Robbery" for i in range(1500)]
    text = "\n".join([HEADER, *rows])
    assert read(fast_batches, text).sort_by("line").equals(read(exact_batches, text))


def test_short_and_long_records_are_marked_with_their_line() -> None:
    table = read(
        exact_batches, f'{HEADER}\n2024-01,"a\nb",1,2,Robbery\n\n2024-01,,1\n2024-01,,1,2,Drugs,x\n'
    )
    assert table["line"].to_pylist() == [2, 5, 6]
    assert table["malformed"].to_pylist() == [False, True, True]
    assert table["y"].to_pylist() == ["2", None, "2"]
    assert table["id"].to_pylist() == [None] * 3


def test_text_that_is_not_utf_8_is_refused() -> None:
    good = "2024-01,,1,2,Drugs\n" * 100_000
    for text in (
        f"{HEADER}\n2024-01,,1,2,Caf\xe9\n",
        f"{HEADER}\n{good}2024-01,Caf\xe9\n",
        f"{HEADER}\n2024-01,\xe9",
    ):
        file = source(text.encode("latin-1"))
        with pytest.raises(FileRefused, match="not UTF-8"):
            scan(file)


GOOD = "2024-01,,1.5,2.5,Robbery"
SWALLOWING = {
    "to the end of the file": ['2024-01,"open,1,2,Robbery', GOOD, GOOD],
    "in the first column": [f'"{GOOD}', GOOD, GOOD],
    "in the last column": ['2024-01,,1,2,"Robbery', GOOD, GOOD],
    "closed by the next row's own": ['2024-01,"open,1,2,Robbery', '2024-01,"b",1,2,Robbery', GOOD],
    "closed much later": [
        '2024-01,"open,1,2,Robbery',
        *[GOOD] * 40,
        '2024-01,b"",1,2,Robbery',
        GOOD,
    ],
    "doubled wrongly": [
        '2024-01,""open"",1,2,Robbery',
        '2024-01,"""open"",1,2,Robbery',
        GOOD,
        GOOD,
    ],
    "in a short row": ['2024-01,"open', GOOD, '"'],
    "a row without a place": ['2024-01,"open,1,2,Robbery', "2024-01,,,,Robbery", '"'],
    "rows with NA for a place": ['2024-01,"open,1,2,Robbery', "2024-01,,NA,NA,Robbery", '"'],
    "rows of another width": ['2024-01,"open,1,2,Robbery', "2024-01,a,b,1,2,Robbery", '"'],
    "decimal commas": ['2024-01,"open,1,2,Robbery', '2024-01,,"52,4","1,9",Robbery"', GOOD],
}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False], ids=["final line end", "none"])
@pytest.mark.parametrize("case", SWALLOWING)
def test_a_quote_that_swallows_rows_is_refused_by_line(case: str, last: bool, end: str) -> None:
    lines = [HEADER, GOOD, *SWALLOWING[case]]
    text = end.join(lines) + (end if last else "")
    with pytest.raises(NotPlain):
        read(fast_batches, text)
    opened = next(n for n, line in enumerate(lines, start=1) if line.count('"') % 2)
    with pytest.raises(FileRefused, match=rf"quotation mark opened in line {opened} is not closed"):
        read(exact_batches, text)


@pytest.mark.parametrize(
    "quoted_text",
    [
        "On or near\nMill Lane",
        "\n\n",
        "one, two,\nthree, four, five, six, seven",
        "He said:\n- 1 knife, taken\n- 2 phones, 1 bag, 3 keys, found, later",
        "a\r\nb\r\nc, d",
    ],
)
@pytest.mark.parametrize("column", [0, 1, 4])
def test_text_with_line_ends_is_no_swallowed_row(quoted_text: str, column: int) -> None:
    cells = GOOD.split(",")
    header = HEADER.split(",")
    # The text may stand before what tells time and place, as well as behind.
    cells.insert(column, quoted(quoted_text))
    header.insert(column, "note")
    text = "\n".join([",".join(header), ",".join(cells), ",".join(cells)])
    table = read(exact_batches, text)
    assert table.num_rows == 2 and table["x"].to_pylist() == ["1.5", "1.5"]


def test_an_unnamed_column_that_holds_something_is_refused_by_letter_and_line() -> None:
    good = f"{GOOD},,"
    assert read(exact_batches, f"{HEADER},,\n{good}\n{good}\n").num_rows == 2
    with pytest.raises(
        FileRefused, match=r"column G \(number 7\) has no name, and holds something in line 3"
    ):
        read(exact_batches, f"{HEADER},,\n{good}\n{good}x\n")


@settings(deadline=None)
@given(data=st.data())
def test_every_line_with_something_in_it_is_a_row_or_the_file_is_refused(
    data: st.DataObject,
) -> None:
    """Quotes anywhere, rows of any kind: no row of the file is in none of the rows read."""
    rows = data.draw(
        st.lists(
            st.sampled_from([GOOD, "2024-02,a b,3,4,Drugs", "2024-03,,,,Theft"]),
            min_size=2,
            max_size=9,
        )
    )
    text = list("\n".join(rows))
    for _ in range(data.draw(st.integers(1, 3))):
        text.insert(data.draw(st.integers(0, len(text))), '"')
    try:
        table = read(exact_batches, f"{HEADER}\n{''.join(text)}\n")
    except FileRefused:
        return
    assert table.num_rows == len(rows)
