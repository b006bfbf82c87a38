"""Lines of a CSV file or XLSX sheet by the names of their columns, and the values in them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from dateutil import parser as dates

from vrp_map.common.sheets import text_of
from vrp_map.errors import UserError
from vrp_map.places.search_order import folded

_HEADER_WITHIN = 15
_FEWEST_MATCHED = 2


@dataclass(frozen=True)
class NamedLine:
    """One line: its number in the sheet, and what it says by field."""

    number: int
    values: Mapping[str, Any]

    def text(self, field: str) -> str:
        return text_of(self.values.get(field)).strip()

    def list_of(self, field: str) -> tuple[str, ...]:
        """Words that stand apart by semicolons."""
        parts = (part.strip() for part in self.text(field).split(";"))
        return tuple(part for part in parts if part)

    def number_of(self, field: str) -> float | None:
        text = self.text(field).replace(",", "").replace("£", "")
        if not text:
            return None
        try:
            return float(text)
        except ValueError:
            raise self.mistake(f"{text!r} is no number ({field.replace('_', ' ')})") from None

    def whole(self, field: str) -> int | None:
        """A whole number."""
        found = self.number_of(field)
        if found is not None and not found.is_integer():
            raise self.mistake(f"{found:g} is no whole number ({field.replace('_', ' ')})")
        return None if found is None else int(found)

    def day(self, field: str) -> date | None:
        value = self.values.get(field)
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        moment = self._moment(field)
        return moment.date() if moment else None

    def clock(self, field: str) -> time | None:
        value = self.values.get(field)
        if isinstance(value, datetime):
            return value.time()
        if isinstance(value, time):
            return value.replace(tzinfo=None)
        moment = self._moment(field)
        return moment.time() if moment else None

    def mistake(self, what: str) -> UserError:
        """The error of this line."""
        return UserError(f"Line {self.number:,}: {what}.", hint="Mend the line, and import again.")

    def _moment(self, field: str) -> datetime | None:
        """As people in Britain write it: day first; a year first where it has four digits."""
        text = self.text(field)
        if not text:
            return None
        year_first = text[:4].isdigit()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                found: datetime = dates.parse(
                    text,
                    dayfirst=not year_first,
                    yearfirst=year_first,
                    default=datetime(2000, 1, 1),
                )
                return found.replace(tzinfo=None)
        except (ValueError, OverflowError, TypeError, Warning):
            raise self.mistake(f"{text!r} is no date or time") from None


def lines_of(
    rows: Sequence[Sequence[Any]], names: Mapping[str, tuple[str, ...]], *, needed: Sequence[str]
) -> Iterator[NamedLine]:
    """The lines under the names of the columns; titles before them and blank lines are passed over.

    Args:
        names: field -> what its column may be called. needed: fields that must have a column.

    Raises:
        UserError: no line names the columns, or one that is needed is missing.
    """
    at, columns = _header(rows, names)
    missing = [field for field in needed if field not in columns.values()]
    if missing:
        raise UserError(
            f"The sheet has no column for {', '.join(missing)}.".replace("_", " "),
            hint=f"Name these columns: {', '.join(needed)}.".replace("_", " "),
        )
    for number, row in enumerate(rows[at + 1 :], start=at + 2):
        values = {field: row[i] for i, field in columns.items() if i < len(row)}
        if any(text_of(value) for value in values.values()):
            yield NamedLine(number, values)


def _header(
    rows: Sequence[Sequence[Any]], names: Mapping[str, tuple[str, ...]]
) -> tuple[int, dict[int, str]]:
    best: tuple[int, dict[int, str]] = (0, {})
    for at, row in enumerate(rows[:_HEADER_WITHIN]):
        columns: dict[int, str] = {}
        for i, cell in enumerate(row):
            field = field_of(text_of(cell), names)
            if field and field not in columns.values():
                columns[i] = field
        if len(columns) > len(best[1]):
            best = (at, columns)
    if len(best[1]) < _FEWEST_MATCHED:
        raise UserError(
            "No line has the names of the columns.",
            hint=f"Name them: {', '.join(names)}.".replace("_", " "),
        )
    return best


def field_of(name: str, names: Mapping[str, tuple[str, ...]]) -> str:
    wanted = " ".join(folded(name))
    known = ((field, (field.replace("_", " "), *more)) for field, more in names.items())
    return next((f for f, words in known if wanted in (" ".join(folded(w)) for w in words)), "")
