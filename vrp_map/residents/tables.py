"""Tables about residents that people load: ages, deprivation, ethnicity by LSOA. Known by columns.

Read are the census and the ONS estimates as Nomis gives them, the English Indices of Deprivation,
and any sheet with a column of LSOA codes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from vrp_map.common.sheets import HEADER_WITHIN, read_file, text_of
from vrp_map.errors import FileRefused, UserError

AGES, DEPRIVATION, ETHNICITY = "ages", "deprivation", "ethnicity"
KINDS = (AGES, DEPRIVATION, ETHNICITY)
KIND_WORDS = {AGES: "ages", DEPRIVATION: "deprivation", ETHNICITY: "ethnic groups"}
DECILES = ("1 (most deprived)", *(str(n) for n in range(2, 10)), "10 (least deprived)")
# Single years of age are added into these; a table of bands keeps its own.
AGE_BANDS = ((0, 9), (10, 17), (18, 24), (25, 44), (45, 64), (65, 200))
# A national file of LSOAs with a column a year of age.
MOST_ROWS, MOST_BYTES = 50_000, 60_000_000
_FEWEST_GROUPS = 3
_LSOA = re.compile(r"[EW]01\d{6}")
_AGE = re.compile(
    r"(?:aged?\s+)?(?P<low>\d{1,3})(?:\s*(?:-|–|to)\s*(?P<high>\d{1,3})|(?P<open>\s*\+| (?:and|or)"
    r" over))?(?:\s*years?(?: and over| old)?)?",
    re.IGNORECASE,
)
_UNDER = re.compile(r"aged?\s+(?:under 1|4 years and under)(?: year)?", re.IGNORECASE)
_ETHNIC = ("asian", "black", "mixed", "white", "other ethnic")


@dataclass(frozen=True)
class PeopleTable:
    """People (or the decile) of each small area by group.

    Attributes:
        kind: one of `KINDS`. groups: their names; of deprivation the deciles. rows: LSOA code ->
            people by group; of deprivation 1 for its decile. source: the file's name.
    """

    kind: str
    groups: tuple[str, ...]
    rows: Mapping[str, tuple[float, ...]]
    source: str
    added: date

    @property
    def summary(self) -> str:
        """What was read, in words."""
        groups = ", ".join(self.groups)
        return f"{KIND_WORDS[self.kind]} of {len(self.rows):,} LSOAs ({groups})"

    @property
    def is_ordered(self) -> bool:
        """Whether a group has neighbours."""
        return self.kind != ETHNICITY


def read_people(file: Path, known: Iterable[str], *, today: date) -> PeopleTable:
    """The table of a file, of the LSOAs of the boundaries alone.

    Args:
        known: the codes of the LSOAs.

    Raises:
        FileRefused: it is none of these tables, or hardly any of its codes is known.
    """
    rows = read_file(file, is_column=_column, most_rows=MOST_ROWS, most_bytes=MOST_BYTES)
    at, kind, columns = _head(rows, file)
    groups, values = _GROUPS[kind](columns)
    code_at = _code_column(rows[at + 1 :], file)
    wanted, found = set(known), {}
    for number, row in enumerate(rows[at + 1 :], start=at + 2):
        code = text_of(row[code_at]) if code_at < len(row) else ""
        if code not in wanted:
            continue
        if code in found:
            raise FileRefused(
                file.name,
                f"line {number:,} gives an area a second time.",
                hint="Leave one line an area.",
            )
        found[code] = tuple(values([_number(row, c, file, number) for c, _ in columns]))
    _refuse_other_codes(found, wanted, file)
    return PeopleTable(kind, groups, found, file.name, today)


def save_people(table: PeopleTable, folder: Path) -> None:
    """Keep a table instead of an earlier one of its kind."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = {code: list(values) for code, values in table.rows.items()}
    plain = {"groups": table.groups, "source": table.source, "added": table.added.isoformat()}
    (folder / f"{table.kind}.json").write_text(
        json.dumps(plain | {"rows": rows}, ensure_ascii=False), encoding="utf-8"
    )


def loaded_people(folder: Path) -> dict[str, PeopleTable]:
    """The tables that were loaded, by kind.

    Raises:
        UserError: a file is damaged.
    """
    found = {}
    for kind in KINDS:
        path = folder / f"{kind}.json"
        if not path.exists():
            continue
        try:
            plain = json.loads(path.read_text(encoding="utf-8"))
            rows = {str(code): tuple(map(float, n)) for code, n in plain["rows"].items()}
            added = date.fromisoformat(plain["added"])
            found[kind] = PeopleTable(kind, tuple(plain["groups"]), rows, plain["source"], added)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise UserError(
                f"The table of {KIND_WORDS[kind]} in {folder} cannot be read.",
                hint="Load its file again with vrp-map needs load.",
            ) from error
    return found


Columns = Sequence[tuple[int, str]]
Values = Callable[[Sequence[float]], Sequence[float]]


def _head(rows: Sequence[Sequence[Any]], file: Path) -> tuple[int, str, list[tuple[int, str]]]:
    """The line of the column names, the kind of table, and its columns (position, name)."""
    for at, row in enumerate(rows[:HEADER_WITHIN]):
        named = [(i, text_of(cell)) for i, cell in enumerate(row)]
        for kind in (DEPRIVATION, ETHNICITY, AGES):
            columns = [(i, name) for i, name in named if _column(name) == kind]
            if kind == DEPRIVATION and columns:
                return at, kind, columns[:1]
            # Two columns of one name could not be told apart; a line of figures has them.
            if len(columns) >= _FEWEST_GROUPS and len({n for _, n in columns}) == len(columns):
                return at, kind, columns
    raise FileRefused(
        file.name,
        "its columns are no ages, no decile of deprivation and no ethnic groups.",
        hint="See docs/needs-assessment.md for the tables that are read.",
    )


def _column(name: Any) -> str:
    """The kind of table that a column belongs to, or ""."""
    text = text_of(name)
    small = text.casefold()
    if "decile" in small and ("imd" in small or "multiple deprivation" in small):
        return DEPRIVATION
    if _AGE.fullmatch(text) or _UNDER.fullmatch(text):
        return AGES
    return ETHNICITY if _ethnic_group(small) else ""


def _ethnic_group(name: str) -> str:
    """The broad group that a column counts; "" for any other, and for the groups within it where
    the broad one has a column of its own.
    """
    words = name.removeprefix("ethnic group").lstrip(": (").rstrip(")")
    return next((group for group in _ETHNIC if words.startswith(group)), "")


def _ages(columns: Columns) -> tuple[tuple[str, ...], Values]:
    bounds = [_age_bounds(name) for _, name in columns]
    order = sorted(range(len(bounds)), key=lambda i: bounds[i])
    is_single = all(low == high or high >= 85 for low, high in bounds)
    if not is_single:
        return tuple(_age_words(*bounds[i]) for i in order), lambda n: [n[i] for i in order]
    bands = [[i for i, (low, _) in enumerate(bounds) if a <= low <= b] for a, b in AGE_BANDS]
    names = tuple(_age_words(*band) for band in AGE_BANDS)
    return names, lambda n: [sum(n[i] for i in band) for band in bands]


def _age_bounds(name: str) -> tuple[int, int]:
    if _UNDER.fullmatch(name):
        return (0, 4) if "4" in name else (0, 0)
    found = _AGE.fullmatch(name)
    low = int(found["low"]) if found else 0
    is_open = found is not None and (found["open"] or "over" in name.casefold())
    return low, 200 if is_open else int(found["high"] or low) if found else low


def _age_words(low: int, high: int) -> str:
    return f"{low} and over" if high >= 200 else f"{low} to {high}"


def _deciles(columns: Columns) -> tuple[tuple[str, ...], Values]:
    return DECILES, lambda n: [float(n[0] == decile) for decile in range(1, 11)]


def _ethnic_groups(columns: Columns) -> tuple[tuple[str, ...], Values]:
    """The broad groups; groups within one are added where it has no column of its own."""
    by_group: dict[str, list[int]] = {}
    for at, (_, name) in enumerate(columns):
        by_group.setdefault(_ethnic_group(name.casefold()), []).append(at)
    chosen = {}
    for group, places in by_group.items():
        names = {i: columns[i][1].casefold().removeprefix("ethnic group:") for i in places}
        whole = [i for i in places if ":" not in names[i]]
        chosen[group] = whole[:1] or places
    titles = tuple(group.capitalize() for group in chosen)
    return titles, lambda n: [sum(n[i] for i in places) for places in chosen.values()]


_GROUPS: Mapping[str, Callable[[Columns], tuple[tuple[str, ...], Values]]] = {
    AGES: _ages,
    DEPRIVATION: _deciles,
    ETHNICITY: _ethnic_groups,
}


def _code_column(rows: Sequence[Sequence[Any]], file: Path) -> int:
    """The column in which most cells are codes of LSOAs."""
    counts: dict[int, int] = {}
    for row in rows[:200]:
        for at, cell in enumerate(row):
            if isinstance(cell, str) and _LSOA.fullmatch(cell.strip()):
                counts[at] = counts.get(at, 0) + 1
    if not counts:
        raise FileRefused(
            file.name,
            "no column holds codes of LSOAs.",
            hint="Download the table by LSOA, with its codes.",
        )
    return max(counts, key=lambda at: counts[at])


def _number(row: Sequence[Any], at: int, file: Path, line: int) -> float:
    text = text_of(row[at]).replace(",", "") if at < len(row) else ""
    try:
        value = float(text)
        if not 0 <= value < 1e9:
            raise ValueError
    except ValueError:
        raise FileRefused(
            file.name,
            f"line {line:,} has no number where one is needed.",
            hint="Give 0 where there are none.",
        ) from None
    return value


def _refuse_other_codes(found: Mapping[str, object], wanted: set[str], file: Path) -> None:
    if len(found) < len(wanted) / 2:
        raise FileRefused(
            file.name,
            f"it has {len(found):,} of the {len(wanted):,} LSOAs of the boundaries.",
            hint="Download the table for the whole area, by the LSOAs of the same census.",
        )
