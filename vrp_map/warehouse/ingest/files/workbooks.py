"""The sheets of an Excel workbook as CSV text, row for row, so that they are read and judged as any
other file is.

A cell is what it holds, not how it is shown: a number of many digits is not rounded, and a date is
a date whatever the country. Line n of the text is row n of the sheet.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import re
import struct
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import IO, Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from vrp_map.errors import FileRefused

# Excel has no more rows than a million; a table of incidents has some dozen columns.
MOST_CELLS = 30_000_000
# A table of incidents gives at least a time and two coordinates.
_FEWEST_COLUMNS = 3
_MEGABYTE = 1 << 20
_MARKS = {
    "hidden": re.compile(rb'<(?:\w+:)?row\b[^>]*\bhidden="(?:1|true)"'),
    "merged": re.compile(rb"<(?:\w+:)?mergeCell\b"),
    "formula": re.compile(rb"<(?:\w+:)?f[ >/]"),
}
_LINE_END = re.compile(r"\s*[\r\n]+\s*")


@dataclass(frozen=True)
class Sheet:
    """One sheet as CSV in UTF-8 (empty where it holds no table), and what is odd about it, in
    sentences.
    """

    name: str
    text: bytes
    notes: list[str]


def read_sheets(file: str, content: IO[bytes]) -> list[Sheet]:
    """Every sheet of a workbook, in order.

    Raises:
        FileRefused: it is no workbook, is too large, or holds a formula whose result was never
            stored.
    """
    with _opened(file, content) as book:
        sheets = [(sheet.title, _marks(content, sheet)) for sheet in book.worksheets]
        if not any(marks["formula"] for _, marks in sheets):
            return [_sheet(file, book[name], None, marks) for name, marks in sheets]
        with _opened(file, content, formulas=True) as written:
            return [_sheet(file, book[name], written[name], marks) for name, marks in sheets]


def _sheet(file: str, sheet: Any, written: Any, marks: Counter[str]) -> Sheet:
    """The text of a sheet; `written` is the same sheet with its formulas, where it has any."""
    out, width, cells, blank = io.StringIO(), 0, 0, 0
    writer = csv.writer(out, lineterminator="\n")
    formulas = written.iter_rows() if written is not None else itertools.repeat(())
    for number, (row, formula) in enumerate(
        zip(sheet.iter_rows(), formulas, strict=False), start=1
    ):
        _refuse_unsaved(file, row, formula, number)
        values = [_text(cell) for cell in row]
        cells += len(values)
        if cells > MOST_CELLS:
            raise FileRefused(
                file,
                f"a sheet has more than {MOST_CELLS:,} cells.",
                hint="Save the sheet as CSV and give that.",
            )
        if not any(values):
            blank += 1
            continue
        out.write("\n" * blank)
        while not values[-1]:
            values.pop()
        blank, width = 0, max(width, sum(map(bool, values)))
        writer.writerow(values)
    text = out.getvalue().encode() if width >= _FEWEST_COLUMNS else b""
    return Sheet(sheet.title, text, _notes(sheet, marks))


@contextmanager
def _opened(file: str, content: IO[bytes], *, formulas: bool = False) -> Iterator[Any]:
    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and charts that it leaves out.
            warnings.simplefilter("ignore")
            with closing(
                openpyxl.load_workbook(content, read_only=True, data_only=not formulas)
            ) as book:
                for sheet in book.worksheets:
                    # What a sheet says of its size is not to be trusted: one far cell makes a
                    # billion of it.
                    sheet.reset_dimensions()
                yield book
    except FileRefused:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        InvalidFileException,
        ParseError,
        AssertionError,
        AttributeError,
        EOFError,
        LookupError,
        OSError,
        RuntimeError,
        TypeError,
        ValueError,
    ) as error:
        raise FileRefused(
            file,
            "it is damaged, protected by a password, or not an .xlsx workbook.",
            hint=(
                "Open it in the spreadsheet program and save it as .xlsx without a password, or as"
                " CSV (UTF-8)."
            ),
        ) from error


def _refuse_unsaved(
    file: str, row: tuple[Any, ...], formulas: tuple[Any, ...], number: int
) -> None:
    """A formula whose result was never stored reads as an empty cell."""
    for cell, formula in zip(row, formulas, strict=False):
        if cell.value is None and formula.data_type == "f":
            raise FileRefused(
                file,
                f"row {number} holds a formula whose result is not stored.",
                hint="Open it in the spreadsheet program, save it, and give it again.",
            )


def _text(cell: Any) -> str:
    """What a cell holds, as a CSV file would say it."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        # An identifier of many digits is no number to round, and 1.0 is how a workbook writes 1.
        return str(int(value)) if isinstance(value, float) and value.is_integer() else repr(value)
    if isinstance(value, dt.datetime):
        return _time(value, str(cell.number_format))
    return _LINE_END.sub(" ", str(value)).strip("\0")


def _time(value: dt.datetime, shown: str) -> str:
    """As exactly as the cell shows it: a month, a day, or a time."""
    shown = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", shown).lower()
    if "d" not in shown and "h" not in shown and value.day == 1 and "m" in shown:
        return f"{value:%Y-%m}"
    if "h" not in shown and value.time() == dt.time():
        return f"{value:%Y-%m-%d}"
    # Excel keeps times as fractions of a day, which miss the second by a little.
    return f"{value + dt.timedelta(milliseconds=500):%Y-%m-%d %H:%M:%S}"


def _marks(content: IO[bytes], sheet: Any) -> Counter[str]:
    """How many hidden rows, merged cells and formulas the XML of a sheet holds; the reader does not
    tell.
    """
    found: Counter[str] = Counter()
    with (
        zipfile.ZipFile(content) as archive,
        archive.open(sheet._worksheet_path.lstrip("/")) as xml,
    ):
        rest = b""
        while chunk := xml.read(_MEGABYTE):
            chunk = rest + chunk
            # A tag that is cut is left to the next turn.
            cut = chunk.rfind(b"<")
            chunk, rest = chunk[:cut], chunk[cut:][:_MEGABYTE]
            for name, pattern in _MARKS.items():
                found[name] += len(pattern.findall(chunk))
    return found


def _notes(sheet: Any, marks: Counter[str]) -> list[str]:
    """What a person looking at the sheet would not expect of its rows."""
    notes = []
    if sheet.sheet_state != "visible":
        notes.append("the sheet is hidden, and was read.")
    if marks["hidden"]:
        notes.append(f"{marks['hidden']:,} hidden or filtered rows were read as well.")
    if marks["merged"]:
        notes.append(
            f"{marks['merged']:,} groups of cells are merged; only the first cell of each holds its"
            " value."
        )
    return notes
