"""Every grant as a sheet that the import reads back: CSV or XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from vrp_map.export.tables import defused
from vrp_map.funding.grant import QUARTERS, GrantRecord

TITLES = (
    "Reference",
    "Stream",
    "Year",
    "Organisation",
    "Purpose",
    "Amount",
    "State",
    "Area",
    "Shares",
    "Match",
    "Match needed",
    "Evaluation",
    "Tested",
    "Objective",
    "Published in",
    "Ends",
    "Return due",
    "Returned on",
    *(f"Q{q + 1} plan" for q in range(QUARTERS)),
    *(f"Q{q + 1} spend" for q in range(QUARTERS)),
)
_NOTHING = ("",) * QUARTERS


def to_rows(grants: Sequence[GrantRecord]) -> list[list[Any]]:
    """The titles, then a line a grant; no word is taken for a formula."""
    return [list(TITLES), *([defused(cell) for cell in grant_row(grant)] for grant in grants)]


def to_csv(grants: Sequence[GrantRecord]) -> bytes:
    """As UTF-8 with a mark, by which spreadsheets know it."""
    made = io.StringIO()
    csv.writer(made, lineterminator="\r\n").writerows(to_rows(grants))
    return made.getvalue().encode("utf-8-sig")


def to_xlsx(grants: Sequence[GrantRecord]) -> bytes:
    """As a workbook of one sheet."""
    from openpyxl import Workbook

    book, made = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Grants"
    for row in to_rows(grants):
        sheet.append([float(cell) if isinstance(cell, Decimal) else cell for cell in row])
    for cell in (one for row in sheet.iter_rows() for one in row):
        if cell.data_type == "f":
            cell.data_type = "s"
    book.save(made)
    return made.getvalue()


def grant_row(record: GrantRecord) -> list[Any]:
    """The cells of a grant, in the order of `TITLES`."""
    grant = record.grant
    areas = grant.areas or {}
    return [
        record.reference,
        grant.stream,
        grant.year,
        grant.body,
        grant.purpose,
        grant.amount,
        str(grant.state),
        "; ".join(areas),
        "; ".join(f"{share * 100:.15g}" for share in areas.values()),
        *("" if n is None else n for n in (grant.match, grant.match_needed)),
        *("" if n is None else n for n in (grant.evaluation, grant.tested)),
        grant.objective,
        grant.published_in,
        *(day.isoformat() if day else "" for day in (grant.ends_on, grant.return_due)),
        grant.returned_on.isoformat() if grant.returned_on else "",
        *("" if n is None else n for n in grant.planned or _NOTHING),
        *("" if n is None else n for n in grant.spent or _NOTHING),
    ]
