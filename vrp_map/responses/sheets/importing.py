"""Responses from one pasted line, a CSV file or an XLSX sheet: first a preview, then the saving.

Columns are matched by their names, dates are day first as in Britain. A line is understood, or left
out with a reason; what was understood differently from how it was written is said beside it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vrp_map.common.sheets import text_of
from vrp_map.errors import UserError
from vrp_map.export.tables import defused
from vrp_map.principal import Principal
from vrp_map.responses.response import check
from vrp_map.responses.service import Responses
from vrp_map.responses.sheets.cells import field_of, header
from vrp_map.responses.sheets.line import SheetLine, digest_of, id_of, line_of
from vrp_map.responses.store import ResponseChange, imported_lines


@dataclass(frozen=True)
class ImportPreview:
    """What a sheet would become. Nothing is saved yet.

    Attributes:
        columns: name in the sheet -> field, "" where it is not used.
    """

    lines: tuple[SheetLine, ...]
    columns: Mapping[str, str]

    @property
    def ready(self) -> list[SheetLine]:
        return [line for line in self.lines if line.response is not None]

    @property
    def left_out(self) -> list[SheetLine]:
        return [line for line in self.lines if line.response is None]

    @property
    def sentence(self) -> str:
        """What saving would do."""
        return f"Save {len(self.ready):,}, leave out {len(self.left_out):,}"

    def as_plain(self) -> dict[str, Any]:
        """For JSON: no words of any line but the reasons."""
        return {
            "save": len(self.ready),
            "leave_out": len(self.left_out),
            "columns": dict(self.columns),
            "left_out": [
                {"line": line.number, "reasons": list(line.reasons)} for line in self.left_out
            ],
            "remarks": [
                {"line": line.number, "remarks": list(line.remarks)}
                for line in self.ready
                if line.remarks
            ],
        }


def preview(
    responses: Responses,
    principal: Principal,
    rows: Sequence[Sequence[Any]],
    *,
    now: datetime,
    past_flags: bool = False,
) -> ImportPreview:
    """Understand a sheet, line by line.

    Args:
        past_flags: lines that seem to name a person are kept, and the audit says so.

    Raises:
        UserError: no line of it has the names of the columns that are needed.
    """
    at, columns = header(rows)
    known = set(imported_lines(responses.records))
    lines: list[SheetLine] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(rows[at + 1 :], at + 2):
        cells = {
            name: text_of(value)
            for (name, _), value in zip(columns, row, strict=False)
            if name and text_of(value)
        }
        values = {field: value for (_, field), value in zip(columns, row, strict=False) if field}
        if not cells or [field for _, field in columns] == [field_of(text_of(v)) for v in row]:
            continue
        digest = digest_of(values)
        repeated = _repeated(digest, seen, known)
        seen.setdefault(digest, number)
        line = line_of(responses, number, values, cells, digest, now=now)
        lines.append(_judged(responses, principal, line, repeated, now, past_flags=past_flags))
    return ImportPreview(tuple(lines), {name: field for name, field in columns if name})


def save(
    responses: Responses,
    principal: Principal,
    found: ImportPreview,
    *,
    now: datetime,
    past_flags: bool = False,
) -> list[str]:
    """Save the lines that were understood, all or none; their references.

    Raises:
        NotAllowed: who may not. UserError: a rule of a response that no longer holds.
    """
    changes = [
        ResponseChange(id_of(line.digest), line.response, "imported", line_digest=line.digest)
        for line in found.ready
        if line.response is not None
    ]
    return responses.keep(principal, changes, now=now, past_flags=past_flags).result()


def left_out_csv(found: ImportPreview) -> str:
    """The lines that were left out, as they came, with their reasons: safe to open in a sheet."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    names = list(found.columns)
    writer.writerow(["line", "why it was left out", *map(defused, names)])
    for line in found.left_out:
        cells = [defused(line.cells.get(name, "")) for name in names]
        writer.writerow([line.number, defused(" ".join(line.reasons)), *cells])
    return made.getvalue()


def _judged(  # noqa: PLR0913 - the parts of one sheet or return, each another thing
    responses: Responses,
    principal: Principal,
    line: SheetLine,
    repeated: str,
    now: datetime,
    *,
    past_flags: bool,
) -> SheetLine:
    """The line with every reason for which it cannot be saved."""
    reasons = [*line.reasons, *([repeated] if repeated else [])]
    if line.response is not None:
        try:
            check(line.response, responses.catalogue, today=responses.local(now).date())
            responses.must_be_theirs(principal, line.response)
        except UserError as problem:
            reasons.append(str(problem))
        flags = {} if past_flags else responses.flags(line.response)
        reasons += [
            f"{field} looks like {' and '.join(what)}: take it out."
            for field, what in flags.items()
        ]
    kept = None if reasons else line.response
    return SheetLine(line.number, kept, tuple(reasons), line.remarks, line.cells, line.digest)


def _repeated(digest: str, seen: Mapping[str, int], known: set[str]) -> str:
    if digest in known:
        return "This line was imported before."
    return f"The same as line {seen[digest]:,}." if digest in seen else ""
