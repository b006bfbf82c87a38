"""The cells of a CSV file or an XLSX sheet that people typed, line by line.

For small tables that come in by hand; files of incidents have a reader of their own
(`warehouse/ingest/files/`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from vrp_map.common.plain_text import plain_text
from vrp_map.errors import UserError

MOST_ROWS, MOST_BYTES = 5000, 10_000_000
HEADER_WITHIN = 20


def read_sheet(
    name: str,
    data: bytes,
    *,
    is_column: Callable[[str], Any],
    most_rows: int = MOST_ROWS,
    most_bytes: int = MOST_BYTES,
) -> list[list[Any]]:
    """The cells of a CSV or XLSX file, line by line.

    Args:
        is_column: whether a text names a column that is looked for. Of a workbook the sheet with
            most of them is the table; others are notes.

    Raises:
        UserError: it is neither, is too large, cannot be read, or a quote swallows lines.
    """
    if len(data) > most_bytes:
        raise UserError(
            f"The file is larger than {most_bytes // 1_000_000:,} MB.", hint="Save the sheet alone."
        )
    rows = _xlsx(data, is_column) if data[:4] == b"PK\x03\x04" else _csv(data)
    if len(rows) > most_rows:
        raise UserError(
            f"{name} has more than {most_rows:,} lines.", hint="Split it, and import each part."
        )
    return rows


def read_file(path: Path, *, is_column: Callable[[str], Any], **most: int) -> list[list[Any]]:
    """The cells of a file on this computer; as `read_sheet`."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"{path} cannot be read ({error.strerror}).", hint="Check the path."
        ) from error
    return read_sheet(path.name, data, is_column=is_column, **most)


def text_of(value: Any) -> str:
    """A cell as one line of text; "" for an empty one."""
    if value is None:
        return ""
    if isinstance(value, (datetime, date, time)):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return plain_text(str(value))


def _csv(data: bytes) -> list[list[Any]]:
    text = _decoded(data)
    head = "\n".join(text.splitlines()[:HEADER_WITHIN])
    mark = max(",;\t", key=head.count)
    rows: list[list[Any]] = []
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    begins = 1
    try:
        for row in lines:
            width = max(map(len, rows), default=len(row))
            _refuse_swallowed(row, mark, min(width, len(row)), (begins, lines.line_num))
            rows.append(list(row))
            begins = lines.line_num + 1
    except csv.Error as error:
        raise UserError(
            f"The file is no CSV from line {begins:,} on: a quote has no end, or text follows it.",
            hint="Mend the quote, or save the sheet as XLSX.",
        ) from error
    return rows


def _refuse_swallowed(row: Sequence[str], mark: str, width: int, at: tuple[int, int]) -> None:
    """A cell may hold a note of several lines; but where one of them looks like a row, a quote was
    opened by mistake and has swallowed it.

    Args:
        width: how many cells a row has. at: the first and the last line of this one.
    """
    inner = (line for cell in row if "\n" in cell for line in cell.splitlines()[1:])
    if any(line.count(mark) >= max(1, width - 1) for line in inner):
        raise UserError(
            f"A quote that begins in line {at[0]:,} runs to line {at[1]:,}, over what looks like"
            " rows.",
            hint="Mend the quote in that line, or save the sheet as XLSX.",
        )


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _xlsx(data: bytes, is_column: Callable[[str], Any]) -> list[list[Any]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book]
    except Exception as error:
        raise UserError(
            "The file is no XLSX sheet that can be read.", hint="Save it again as XLSX or CSV."
        ) from error
    return max(sheets, key=lambda rows: _most_columns(rows, is_column), default=[])


def _most_columns(rows: Iterable[Sequence[Any]], is_column: Callable[[str], Any]) -> int:
    """How many different columns the best line of a sheet names."""
    found = [
        len({is_column(text_of(cell)) for cell in row} - {"", False, None})
        for row, _ in zip(rows, range(HEADER_WITHIN), strict=False)
    ]
    return max(found, default=0)
