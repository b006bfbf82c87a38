"""The official tables of harm weights, from the file that the user downloaded: .xlsx or .csv.

Publishers change their layouts from edition to edition, so nothing is taken from a fixed place. The
first sheet with a row (of its first 60) that has one column for the offence code and one for the
weight is read from there down. Names match whatever their case, spaces, punctuation and years: see
`CODE_COLUMNS` and `INDICES`; of several that match, the one listed first counts. A file with other
names is read by saying which columns hold what.

A code holds a digit and has at most 20 characters; anything else in its place is a heading, a note
or "n/a". Rows without a code and without a weight are passed over; rows with a weight and no code
match nothing and are counted.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import pandas as pd

from vrp_map.errors import FileRefused, UserError
from vrp_map.statistics.harm import HarmWeights, offence_code

# Spaces and punctuation are taken out on both sides before names are compared.
CODE_COLUMNS = (
    "Home Office code",
    "HO code",
    "Home Office offence code",
    "HO offence code",
    "Home Office classification",
    "HO classification",
    "Home Office class",
    "HO class",
    "Offence code",
    "Crime code",
    "Code",
)
_MOST_BYTES = 50_000_000
_HEADER_ROWS = 60
_LONGEST_CODE = 20

Rows = list[list[Any]]


@dataclass(frozen=True)
class Index:
    """What is known of an index before its file is read."""

    name: str
    unit: str
    weight_columns: tuple[str, ...]


@dataclass(frozen=True)
class WantedColumn:
    """A column to find: what it holds, the names it may have, and whether the user gave
    the name.
    """

    what: str
    names: tuple[str, ...]
    is_named: bool


INDICES = {
    "cambridge": Index(
        "Cambridge Crime Harm Index",
        "days of imprisonment",
        (
            "CCHI",
            "CCHI score",
            "CCHI value",
            "CCHI weight",
            "CCHI days",
            "Crime Harm Index",
            "Harm score",
            "Starting point in days",
            "Starting point (days)",
            "Number of days",
            "Days",
            "Starting point",
        ),
    ),
    "ons": Index(
        "ONS Crime Severity Score",
        "severity points",
        (
            "Crime Severity Score weight",
            "CSS weight",
            "Severity weight",
            "Offence weight",
            "Weight",
            "Weights",
        ),
    ),
}


def load_harm_weights(
    path: Path | str,
    index: str,
    *,
    edition: str = "",
    code_column: str = "",
    weight_column: str = "",
) -> HarmWeights:
    """Read one official table.

    Args:
        path: the .xlsx or .csv file (UTF-8), as published.
        index: "cambridge" (Cambridge Crime Harm Index) or "ons" (ONS Crime Severity Score).
        edition: which edition it is, as its publisher says: "February 2026". It goes into the
            version, with the first 12 digits of the file's SHA-256.
        code_column, weight_column: the columns' names, if they are not among those known.

    Raises:
        FileRefused: the file cannot be read, is not such a table or holds a fault, with the row.
        UserError: there is no such index.
    """
    if index not in INDICES:
        raise UserError(f"There is no harm index {index}.", hint=f"Known: {', '.join(INDICES)}.")
    known, file = INDICES[index], Path(path)
    content = _content(file)
    wanted = (
        WantedColumn(
            "offence code", (code_column,) if code_column else CODE_COLUMNS, bool(code_column)
        ),
        WantedColumn(
            "weight",
            (weight_column,) if weight_column else known.weight_columns,
            bool(weight_column),
        ),
    )
    sheet, header, columns = _find_table(file, _sheets(file, content), wanted)
    weights, left_out = _weights(file, sheet, header, columns)
    pinned = (
        f"{edition.strip() or 'edition not stated'}, sha256"
        f" {hashlib.sha256(content).hexdigest()[:12]}"
    )
    return HarmWeights(known.name, pinned, known.unit, weights, left_out)


def _content(file: Path) -> bytes:
    try:
        content = file.read_bytes() if file.stat().st_size <= _MOST_BYTES else None
    except OSError as error:
        raise FileRefused(
            str(file), "it cannot be opened.", hint="Check the path and that you may read it."
        ) from error
    if content is None:
        raise FileRefused(
            str(file), "it is far too big for a table of weights.", hint="Give the official file."
        )
    if not content.strip():
        raise FileRefused(str(file), "the file is empty.", hint="Download it again.")
    return content


def _sheets(file: Path, content: bytes) -> dict[str, Rows]:
    """Sheet name -> rows of cells; a CSV is one sheet."""
    if content.startswith(b"PK"):
        return _workbook(file, content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused(
            str(file),
            "it is an old .xls or protected workbook.",
            hint="Save it as .xlsx without password.",
        )
    try:
        text = content.decode("utf-8-sig")
        if "\0" in text:
            raise UnicodeError
        return {"": list(csv.reader(io.StringIO(text, newline="")))}
    except UnicodeError as error:
        raise FileRefused(
            str(file),
            "it is neither an .xlsx nor a UTF-8 .csv file.",
            hint="Give the official file as it is.",
        ) from error
    except csv.Error as error:
        raise FileRefused(
            str(file), "it cannot be read as CSV.", hint="Export it again."
        ) from error


def _workbook(file: Path, content: bytes) -> dict[str, Rows]:
    try:
        sheets = pd.read_excel(
            io.BytesIO(content),
            sheet_name=None,
            header=None,
            dtype=object,
            na_filter=False,
            engine="openpyxl",
        )
    except (BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        raise FileRefused(
            str(file),
            "it is damaged or not an .xlsx workbook.",
            hint="Download it again, or save it as .xlsx.",
        ) from error
    return {str(name): sheet.astype(object).to_numpy().tolist() for name, sheet in sheets.items()}


def _find_table(
    file: Path, sheets: dict[str, Rows], wanted: tuple[WantedColumn, WantedColumn]
) -> tuple[Rows, int, tuple[int, int]]:
    """The rows of the sheet, the header's position, and the positions of code and weight in it."""
    seen: set[str] = set()
    for rows in sheets.values():
        for number, row in enumerate(rows[:_HEADER_ROWS]):
            code, weight = (_position(file, row, column) for column in wanted)
            if code is not None and weight is not None and code != weight:
                return rows, number, (code, weight)
            seen |= {
                column.what
                for column, at in zip(wanted, (code, weight), strict=True)
                if at is not None
            }
    lacking = [column.what for column in wanted if column.what not in seen]
    problem = f"there is no column of the {' or the '.join(lacking)}."
    if not lacking:
        problem = "no row names both the offence code and the weight."
    looked = " and ".join(
        column.names[0] if column.is_named else f"{column.names[0]} or the like"
        for column in wanted
    )
    raise FileRefused(
        str(file),
        problem,
        hint=f"Looked for {looked}. Give the official file, or say what its columns are called.",
    )


def _position(file: Path, row: list[Any], column: WantedColumn) -> int | None:
    titles = [_plain(cell, keep_years=column.is_named) for cell in row]
    for name in column.names:
        plain = _plain(name, keep_years=column.is_named)
        found = [i for i, title in enumerate(titles) if title and title == plain]
        if len(found) > 1:
            called = ", ".join(str(row[i]).strip() for i in found)
            raise FileRefused(
                str(file),
                f"several columns may hold the {column.what}: {called}.",
                hint="Say which one counts.",
            )
        if found:
            return found[0]
    return None


def _plain(cell: Any, *, keep_years: bool) -> str:
    """A title without case, spaces and punctuation, and without years: "Weight (2015-2019)" is
    "weight".
    """
    if not isinstance(cell, str):
        return ""
    title = cell if keep_years else re.sub(r"\b(19|20)\d\d\b([/-](19|20)?\d\d\b)?", "", cell)
    return re.sub(r"[^a-z0-9]+", "", title.casefold())


def _weights(
    file: Path, rows: Rows, header: int, columns: tuple[int, int]
) -> tuple[dict[str, float], int]:
    """Offence code -> weight, and how many rows have a weight without a code."""
    weights: dict[str, float] = {}
    first_row: dict[str, int] = {}
    left_out = 0
    for number, row in enumerate(rows[header + 1 :], start=header + 2):
        code_cell, weight_cell = (row[i] if i < len(row) else None for i in columns)
        code = _code(file, number, code_cell)
        if not code:
            left_out += not _is_blank(weight_cell)
            continue
        weight = _weight(file, number, weight_cell)
        if weights.setdefault(code, weight) != weight:
            raise FileRefused(
                str(file),
                f"offence {code} has weight {weights[code]:g} in row {first_row[code]} and"
                f" {weight:g} in row {number}.",
                hint="Keep one of them, or name a column with a finer offence code.",
            )
        first_row.setdefault(code, number)
    if not weights:
        raise FileRefused(
            str(file), "there is no offence below the header.", hint="Download the file again."
        )
    return weights, left_out


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, float) and np.isnan(cell)) or not str(cell).strip()


def _code(file: Path, number: int, cell: Any) -> str:
    if _is_blank(cell):
        return ""
    if isinstance(cell, float) and not cell.is_integer():
        # A spreadsheet keeps the number 4.1 for both of two codes, 4.1 and 4.10.
        problem = (
            f"the offence code in row {number} is a number with decimals, so 4.1 and 4.10 cannot be"
            " told apart."
        )
        raise FileRefused(
            str(file), problem, hint="Make the column text and enter such codes again."
        )
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return offence_code(str(int(cell)))
    if not isinstance(cell, str):
        # 1/1 typed into a spreadsheet becomes the first of January.
        problem = f"the offence code in row {number} is a date or another kind of value."
        raise FileRefused(str(file), problem, hint="Make the column text and enter the code again.")
    is_code = any(c.isdigit() for c in cell) and len(cell.strip()) <= _LONGEST_CODE
    return offence_code(cell) if is_code else ""


def _weight(file: Path, number: int, cell: Any) -> float:
    if _is_blank(cell):
        raise FileRefused(
            str(file), f"row {number} has no weight.", hint="Fill it in, or remove the row."
        )
    try:
        # A thousands separator is the only thing that may stand in the number.
        weight = float(str(cell).strip().replace(",", ""))
    except ValueError:
        weight = float("nan")
    if not np.isfinite(weight) or isinstance(cell, bool):
        raise FileRefused(
            str(file),
            f"the weight in row {number} is not a number.",
            hint="Correct it in the file.",
        )
    if weight < 0:
        raise FileRefused(
            str(file), f"the weight in row {number} is negative.", hint="Correct it in the file."
        )
    return weight
