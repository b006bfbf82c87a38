"""The cases as files: CSV, a workbook and JSON. Words are never formulas."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from vrp_map.export.tables import defused
from vrp_map.pilots.deciding.case import DecisionCase

FORMATS = ("table", "json", "csv", "xlsx")
ABOUT = ("Cost", "Dose", "Reach", "Verdict", "Voice", "Fund")
COLUMNS = (
    "Reference",
    "Pilot",
    "Kind",
    "Stage",
    *ABOUT,
    "Decision",
    "Why",
    "Decided on",
    "Decided by",
)


def rows_of(cases: Sequence[DecisionCase]) -> list[list[str]]:
    """A row a case, as `COLUMNS`."""
    return [
        [
            one.reference,
            one.name,
            one.kind,
            one.stage,
            *(one.part(about) for about in ABOUT),
            one.decision,
            one.because,
            one.decided_on.isoformat() if one.decided_on else "",
            one.decided_by,
        ]
        for one in cases
    ]


def to_json(cases: Sequence[DecisionCase], *, now: datetime) -> str:
    """One object: every case with what each sentence rests on."""
    plain = [asdict(one) for one in cases]
    whole = {"made_at": now.isoformat(timespec="seconds"), "pilots": plain}
    return json.dumps(whole, ensure_ascii=False, default=str)


def to_csv(cases: Sequence[DecisionCase]) -> str:
    """A line a case."""
    made = io.StringIO()
    lines = csv.writer(made, lineterminator="\r\n")
    lines.writerow(COLUMNS)
    lines.writerows([defused(value) for value in row] for row in rows_of(cases))
    return made.getvalue()


def to_xlsx(cases: Sequence[DecisionCase], *, now: datetime) -> bytes:
    """A workbook of two sheets: the cases, and what each sentence rests on."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet = book.active
    sheet.title = "Decisions"
    traces = book.create_sheet("Rests on")
    sheet.append([*COLUMNS])
    for row in rows_of(cases):
        sheet.append([*map(defused, row)])
    traces.append(["Reference", "About", "Rests on", f"Made on {now:%d %B %Y}"])
    for one in cases:
        for part in one.parts:
            traces.append([*map(defused, (one.reference, part.about, "; ".join(part.rests_on)))])
    for page in book:
        for column in "ABCDEFGHIJKLMN":
            page.column_dimensions[column].width = 24
        for cell in (one for row in page.iter_rows() for one in row):
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=cell.row == 1)
            if cell.data_type == "f":
                cell.data_type = "s"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
