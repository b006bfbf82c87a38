"""Emergency hospital admissions for violence by local authority, year and cause, from a table.

Causes are those of ICD-10: X85 to Y09, assault. A table shall hold first episodes of emergency
admissions alone; its columns cannot show that, so the document says what it takes them for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from vrp_map.common.sheets import HEADER_WITHIN, read_file, text_of
from vrp_map.errors import FileRefused, UserError

POOLED_YEARS = 3
SHARP, FORCE, BLUNT, FIREARM, CORROSIVE, OTHER = (
    "sharp object",
    "bodily force",
    "blunt object",
    "firearm",
    "corrosive substance",
    "other assault",
)
CAUSES = (SHARP, FORCE, BLUNT, FIREARM, CORROSIVE, OTHER)
_BY_CODE = {
    "X86": CORROSIVE,
    "X93": FIREARM,
    "X94": FIREARM,
    "X95": FIREARM,
    "X99": SHARP,
    "Y00": BLUNT,
    "Y04": FORCE,
}
_BY_WORD = {
    "sharp": SHARP,
    "knife": SHARP,
    "bodily force": FORCE,
    "blunt": BLUNT,
    "firearm": FIREARM,
    "corrosive": CORROSIVE,
}
_CODE = re.compile(r"\b([XY])(\d{2})")
_AREA = re.compile(r"[EW]\d{8}")
_YEAR = re.compile(r"(20\d{2})\s*[-/]\s*(?:20)?(\d{2})")
_COLUMNS = {
    "cause": re.compile(r"cause|icd|mechanism", re.IGNORECASE),
    "year": re.compile(r"year|period", re.IGNORECASE),
    "count": re.compile(r"admission|count|episodes|value", re.IGNORECASE),
}
_FILE = "admissions.json"
MOST_ROWS, MOST_BYTES = 200_000, 60_000_000


@dataclass(frozen=True)
class AdmissionTable:
    """Admissions: (area code, year as "2024-25", cause) -> count; None = the supplier hid it."""

    counts: Mapping[tuple[str, str, str], int | None]
    source: str
    added: date

    @property
    def summary(self) -> str:
        """What was read, in words."""
        areas = {area for area, _, _ in self.counts}
        years = sorted({year for _, year, _ in self.counts})
        return f"admissions of {len(areas):,} local authorities, {years[0]} to {years[-1]}"

    def pooled(self, area: str) -> tuple[tuple[str, ...], dict[str, int | None]]:
        """The last three years of an area together: the years, and cause -> count.

        None = the supplier hid a part of it. A cause without a row has none.

        Raises:
            UserError: the table has fewer years, or not this area.
        """
        years = sorted({year for code, year, _ in self.counts if code == area})
        if not are_consecutive(years[-POOLED_YEARS:]):
            raise UserError(
                f"The table of admissions lacks {POOLED_YEARS} years in a row for this area.",
                hint="Load a table with the last three years.",
            )
        chosen, found = tuple(years[-POOLED_YEARS:]), {}
        for cause in CAUSES:
            parts = [self.counts.get((area, year, cause), 0) for year in chosen]
            known = [n for n in parts if n is not None]
            found[cause] = sum(known) if len(known) == len(parts) else None
        return chosen, found


def are_consecutive(years: Sequence[str]) -> bool:
    """Whether years such as "2022-23", "2023-24", "2024-25" are three in a row."""
    begins = [int(year[:4]) for year in years]
    return begins == list(range(begins[0], begins[0] + POOLED_YEARS)) if begins else False


def cause_of(text: str) -> str | None:
    """The cause that a code or a description means; None = no assault, or all of them together.

    >>> [cause_of(t) for t in ("X99", "Y04.0 Assault by bodily force", "Assault by blunt object")]
    ['sharp object', 'bodily force', 'blunt object']
    >>> cause_of("X91"), cause_of("W19 fall"), cause_of("All causes")
    ('other assault', None, None)
    """
    codes = [f"{letter}{digits}" for letter, digits in _CODE.findall(text.upper())]
    if codes:
        is_whole = {codes[0], codes[-1]} == {"X85", "Y09"}
        if is_whole or not all("X85" <= code <= "Y09" for code in codes):
            return None
        found = {_BY_CODE.get(code, OTHER) for code in codes}
        return found.pop() if len(found) == 1 else OTHER
    small = text.casefold()
    known = next((cause for word, cause in _BY_WORD.items() if word in small), None)
    return known or (OTHER if "assault" in small and "all" not in small.split() else None)


def are_admissions(file: Path) -> bool:
    """Whether a file is such a table, by its columns."""
    return _head(_rows(file)) is not None


def _rows(file: Path) -> list[list[Any]]:
    return read_file(file, is_column=_kind_of, most_rows=MOST_ROWS, most_bytes=MOST_BYTES)


def _kind_of(name: str) -> str:
    return next((kind for kind, looks in _COLUMNS.items() if looks.search(name)), "")


def read_admissions(file: Path, known: Iterable[str], *, today: date) -> AdmissionTable:
    """The table of a file, of the local authorities of the boundaries alone.

    Args:
        known: their codes.

    Raises:
        FileRefused: what is wrong with it.
    """
    rows = _rows(file)
    head = _head(rows)
    if head is None:
        raise FileRefused(
            file.name,
            "it has no columns of cause, year and admissions.",
            hint="Give one row for each area, year and cause.",
        )
    begin, columns = head
    wanted, counts = set(known), dict[tuple[str, str, str], int | None]()
    seen = set[tuple[str, ...]]()
    for line, row in enumerate(rows[begin + 1 :], start=begin + 2):
        cells = [text_of(cell) for cell in row]
        area = next((cell for cell in cells if cell in wanted and _AREA.fullmatch(cell)), None)
        cause = cause_of(_cell(cells, columns["cause"]))
        if area is None or cause is None:
            continue
        key = (area, _year(_cell(cells, columns["year"]), file, line), cause)
        row_of = (*key, _cell(cells, columns["cause"]))
        n = _count(_cell(cells, columns["count"]), file, line)
        if row_of in seen:
            raise FileRefused(
                file.name,
                f"line {line:,} gives an area, year and cause a second time.",
                hint="Leave one line each, such as persons of all ages.",
            )
        seen.add(row_of)
        before = counts.get(key, 0)
        counts[key] = None if n is None or before is None else n + before
    if not counts:
        raise FileRefused(
            file.name,
            "it has no assault of a local authority here.",
            hint="Check codes and causes.",
        )
    return AdmissionTable(counts, file.name, today)


def save_admissions(table: AdmissionTable, folder: Path) -> None:
    """Keep a table instead of an earlier one."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [[*key, n] for key, n in table.counts.items()]
    plain = {"source": table.source, "added": table.added.isoformat(), "rows": rows}
    (folder / _FILE).write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")


def loaded_admissions(folder: Path) -> AdmissionTable | None:
    """The table that was loaded; None where there is none.

    Raises:
        UserError: it is damaged.
    """
    path = folder / _FILE
    if not path.exists():
        return None
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        counts = {(str(a), str(y), str(c)): n for a, y, c, n in plain["rows"]}
        return AdmissionTable(counts, str(plain["source"]), date.fromisoformat(plain["added"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"The table of admissions in {folder} cannot be read.",
            hint="Load its file again with vrp-map needs load.",
        ) from error


def _head(rows: Sequence[Sequence[Any]]) -> tuple[int, dict[str, int]] | None:
    """The line of the column names, and where each column is."""
    for at, row in enumerate(rows[:HEADER_WITHIN]):
        names = [text_of(cell) for cell in row]
        found = {
            kind: next((i for i, name in enumerate(names) if looks.search(name)), None)
            for kind, looks in _COLUMNS.items()
        }
        places = {kind: i for kind, i in found.items() if i is not None}
        if len(places) == len(_COLUMNS) and len(set(places.values())) == len(_COLUMNS):
            return at, places
    return None


def _cell(cells: Sequence[str], at: int) -> str:
    return cells[at] if at < len(cells) else ""


def _year(text: str, file: Path, line: int) -> str:
    found = _YEAR.search(text)
    if found is None or int(found[2]) != (int(found[1]) + 1) % 100:
        raise FileRefused(
            file.name, f"line {line:,} has no financial year.", hint="Write it as 2024-25."
        )
    return f"{found[1]}-{found[2]}"


def _count(text: str, file: Path, line: int) -> int | None:
    """A count; None where the supplier hid it."""
    if text.casefold() in ("*", "c", "[c]", "x", "suppressed"):
        return None
    digits = text.replace(",", "")
    if not digits.isdigit():
        raise FileRefused(
            file.name,
            f"line {line:,} has no count where one is needed.",
            hint="Give a whole number, or * where it is hidden.",
        )
    return int(digits)
