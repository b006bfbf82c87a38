"""School days and the hours of the way to school: a table that an operator may edit, a local
authority at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vrp_map.common.toml_table import read_toml_table
from vrp_map.errors import UserError

_OURS = Path(__file__).with_name("calendar.toml")
_SATURDAY = 5
Days = NDArray[np.datetime64]


@dataclass(frozen=True)
class SchoolTerms:
    """The school days of some local authorities.

    Attributes:
        areas: names or codes, in lower case; () = all that have no terms of their own.
        days: first and last day of each part of a term. closed: days of no school in them.
    """

    areas: tuple[str, ...]
    days: tuple[tuple[date, date], ...]
    closed: tuple[date, ...] = ()

    def hold(self, days: Days) -> NDArray[np.bool_]:
        """Whether each day is a school day."""
        held = np.zeros(len(days), dtype=bool)
        for first, last in self.days:
            held |= (days >= np.datetime64(first)) & (days <= np.datetime64(last))
        weekday = (days.astype("datetime64[D]").astype(int) + 3) % 7
        return held & (weekday < _SATURDAY) & ~np.isin(days, np.array(self.closed, "datetime64[D]"))


@dataclass(frozen=True)
class SchoolCalendar:
    """When pupils are on their way.

    Attributes:
        windows: name -> from and to, on school days. checked_on: when somebody read the source.
    """

    title: str
    source: str
    checked_on: date
    windows: Mapping[str, tuple[time, time]]
    terms: tuple[SchoolTerms, ...]

    def terms_of(self, *words: str) -> SchoolTerms:
        """The terms of a local authority by its name or code; else those of all others.

        Raises:
            UserError: the calendar has none for it.
        """
        wanted = {word.casefold() for word in words}
        for own in self.terms:
            if wanted & set(own.areas):
                return own
        for others in self.terms:
            if not others.areas:
                return others
        raise UserError(
            f"The school calendar has no terms for {words[0] or 'schools in no local authority'}.",
            hint="Add [[terms]] for it to the file of the setting school_calendar.",
        )

    @property
    def hours(self) -> str:
        """The windows in words: "08:00 to 09:00 and 15:00 to 16:30"."""
        return " and ".join(f"{a:%H:%M} to {b:%H:%M}" for a, b in self.windows.values())

    def in_windows(self, seconds: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each moment of a day, in seconds, lies in a window; its end is not in it."""
        inside = np.zeros(len(seconds), dtype=bool)
        for first, last in self.windows.values():
            inside |= (seconds >= _seconds(first)) & (seconds < _seconds(last))
        return inside


def _seconds(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def load_school_calendar(own: str = "") -> SchoolCalendar:
    """The calendar of the setting `school_calendar`, or the one that comes with the package.

    Raises:
        UserError: a file that cannot be used, and why.
    """
    return _load(Path(own) if own else _OURS)


@lru_cache(maxsize=4)
def _load(path: Path) -> SchoolCalendar:
    table = read_toml_table(path, what="school calendar", setting="school_calendar")
    return read_school_calendar(table)


def read_school_calendar(table: Mapping[str, Any]) -> SchoolCalendar:
    """The calendar of a TOML table.

    Raises:
        UserError: what is missing, or is no day or hour.
    """
    try:
        windows = {name: _window(*pair) for name, pair in table["windows"].items()}
        terms = tuple(_terms(one) for one in table["terms"])
        found = SchoolCalendar(
            str(table["title"]), str(table["source"]), _day(table["checked_on"]), windows, terms
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UserError(
            f"The school calendar cannot be used: {error}.",
            hint=(
                "Give title, source, checked_on, [windows] with hours, and [[terms]] with first and"
                " last days, as in the file that comes along."
            ),
        ) from error
    _check(found)
    return found


def _check(calendar: SchoolCalendar) -> None:
    backwards = [
        *(name for name, (a, b) in calendar.windows.items() if a >= b),
        *(str(a) for one in calendar.terms for a, b in one.days if a > b),
    ]
    if backwards or not calendar.windows or not calendar.terms:
        raise UserError(
            "The school calendar has no hours, no terms, or ends before it begins"
            f" ({', '.join(backwards) or 'it is empty'}).",
            hint="Mend the file of the setting school_calendar.",
        )


def _terms(one: Mapping[str, Any]) -> SchoolTerms:
    return SchoolTerms(
        tuple(str(area).casefold() for area in one.get("areas", ())),
        tuple((_day(first), _day(last)) for first, last in one["days"]),
        tuple(_day(day) for day in one.get("closed", ())),
    )


def _window(first: str, last: str) -> tuple[time, time]:
    return time.fromisoformat(first), time.fromisoformat(last)


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def days_between(first: date, last: date) -> Days:
    """Every day from first to last, both included."""
    return np.arange(np.datetime64(first), np.datetime64(last) + 1, dtype="datetime64[D]")
