"""Sheets that people typed: nothing is swallowed, and the right sheet of a workbook is read."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from vrp_map.common.sheets import MOST_ROWS, read_file, read_sheet
from vrp_map.errors import UserError

HEAD = "What,Where,Notes\n"


def named(text: str) -> str:
    return text.casefold() if text.casefold() in ("what", "where", "notes") else ""


def read(text: str) -> list[list[object]]:
    return read_sheet("a.csv", text.encode(), is_column=named)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('Knife,"Park Road,x\nRobbery,High Street,y\n', "no CSV from line 2 on"),
        ('Knife,"Park Road,x\nRobbery,High Street,y\nWeapon",Lane,z\n', "begins in line 2 runs to"),
        ('"Knife" shown,Park Road,x\n', "no CSV from line 2 on"),
    ],
)
def test_a_quote_swallows_no_line(text: str, said: str) -> None:
    with pytest.raises(UserError, match=said) as refused:
        read(HEAD + text)
    assert refused.value.hint


@pytest.mark.parametrize(
    "cell", ['"a note\nof two lines"', '"a note, with a comma\nand another, here"', '12" knife']
)
def test_what_people_write_in_a_cell_is_read(cell: str) -> None:
    rows = read(f"{HEAD}Knife,Park Road,{cell}\nRobbery,Lane,x\n")
    assert len(rows) == 3 and rows[2] == ["Robbery", "Lane", "x"]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_any_usual_mark_and_encoding(mark: str) -> None:
    text = mark.join(["What", "Where", "Notes"]) + "\r\n" + mark.join(["Café", "£5", "x"])
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        rows = read_sheet("a.csv", text.encode(encoding), is_column=named)
        assert rows[1] == ["Café", "£5", "x"], encoding


def test_the_table_of_a_workbook_is_the_sheet_with_the_columns() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Notes", "by the office"])  # type: ignore[union-attr]
    book.create_sheet("list").append(["What", "Where", "Notes"])
    out = io.BytesIO()
    book.save(out)
    assert read_sheet("a.xlsx", out.getvalue(), is_column=named) == [["What", "Where", "Notes"]]


def test_what_is_no_sheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no XLSX sheet"):
        read_sheet("a.xlsx", b"PK\x03\x04 damaged", is_column=named)
    with pytest.raises(UserError, match=f"more than {MOST_ROWS:,} lines"):
        read("x\n" * (MOST_ROWS + 1))
    with pytest.raises(UserError, match="cannot be read"):
        read_file(tmp_path / "none.csv", is_column=named)
