"""One line of a sheet understood as a response, with what was wrong with it and what was taken
otherwise. Dates are day first, as in Britain.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from dateutil import parser as dates

from vrp_map.common.plain_text import plain_text
from vrp_map.common.sheets import text_of
from vrp_map.errors import UserError
from vrp_map.export.tables import defused
from vrp_map.responses.response import IncidentTime, Response
from vrp_map.responses.service import Responses
from vrp_map.responses.sheets.details import lines_of, read_details

_NEEDED = ("what", "date", "where", "told_by")
_NUMBERS = ("reached_24_and_under", "reached_25_and_over", "schools_told")
_NOTHING = ("", "-", "n/a", "na", "none", "nil", "tbc", "unknown", "not known")


@dataclass(frozen=True)
class SheetLine:
    """One line of a sheet and what became of it.

    Attributes:
        number: in the file, from 1. response: None where it is left out.
        reasons: why it is left out. remarks: what was understood otherwise than it was written.
        cells: the line as it came, by the names of the columns. digest: of it.
    """

    number: int
    response: Response | None
    reasons: tuple[str, ...]
    remarks: tuple[str, ...]
    cells: Mapping[str, str]
    digest: str


class LineReader:
    """One line while it is understood: what is wrong with it, and what was taken otherwise."""

    def __init__(self, responses: Responses, values: Mapping[str, Any]) -> None:
        self.responses, self.values = responses, values
        self.reasons: list[str] = []
        self.remarks: list[str] = []

    def text(self, field: str) -> str:
        said = plain_text(self.raw(field))
        return "" if said.casefold() in _NOTHING else said

    def raw(self, field: str) -> str:
        """The cell with its lines; the sign that kept it from being a formula is gone."""
        value = self.values.get(field)
        said = value if isinstance(value, str) else text_of(value)
        return said[1:] if said[:1] == "'" and defused(said[1:]) != said[1:] else said

    def code(self, field: str, list_name: str, *, other: str = "") -> str:
        """A code of the catalogue; a word that is not in it stays as it is, or is `other`."""
        said = self.text(field)
        code = self.responses.catalogue.code_of(list_name, said) if said else ""
        if code is None:
            self.remarks.append(f"{said!r} is not in the list of {list_name}.")
            return other or said
        return code

    def moment(self, field: str) -> datetime | None:
        said = self.values.get(field)
        if isinstance(said, datetime):
            return said.replace(tzinfo=None)
        if isinstance(said, date):
            return datetime.combine(said, time())
        text = self.text(field)
        return self.moment_of(text) if text else None

    def moment_of(self, text: str) -> datetime | None:
        """The moment that a text names; where it names none, the line has a reason more."""
        found = _moment(text)
        if found is None:
            self.reasons.append(f"{text!r} is no date.")
        return found

    def number(self, field: str) -> int | None:
        text = self.text(field).replace(",", "")
        if not text:
            return None
        try:
            return int(float(text))
        except ValueError:
            self.reasons.append(f"{text!r} is no number ({field.replace('_', ' ')}).")
            return None

    def point(self) -> tuple[float, float] | None:
        try:
            return float(self.text("lon")), float(self.text("lat"))
        except ValueError:
            return None


def line_of(  # noqa: PLR0913 - the parts of one sheet or return, each another thing
    responses: Responses,
    number: int,
    values: Mapping[str, Any],
    cells: Mapping[str, str],
    digest: str,
    *,
    now: datetime,
) -> SheetLine:
    reading = LineReader(responses, values)
    reading.reasons += [
        f"{_SAID[field]} is missing." for field in _NEEDED if not _has(reading, field)
    ]
    first, last = _days(reading)
    at = _time_of(reading)
    try:
        where = responses.places.at(
            reading.text("where") or reading.text("lad"),
            cell=reading.text("cell"),
            lad=reading.text("lad"),
            point=reading.point(),
        )
    except UserError as problem:
        reading.reasons.append(str(problem))
        where = None
    tier = reading.code("tier", "tiers", other="-")
    actions = [_intervention(reading, part) for part in _parts(reading.text("interventions"))]
    told, action, met = map(reading.moment, ("told_at", "first_action_at", "meeting_held"))
    counted: Any = {field: reading.number(field) for field in _NUMBERS}
    details = read_details(reading)
    what = reading.code("what", "categories", other="other")
    agencies = [reading.code(field, "agencies") for field in ("told_by", "lead_agency")]
    response = None
    if not reading.reasons and first and last and where:
        response = Response(
            what=what,
            when=IncidentTime(first, last, at),
            where=where,
            told_by=agencies[0],
            told_at=told,
            summary=_summary(reading, what),
            tier="" if tier == "-" else tier,
            lead_agency=agencies[1],
            first_action_at=action,
            meeting_held=met.date() if met else None,
            interventions=tuple(dict.fromkeys(code for code in actions if code)),
            links=_links(reading),
        )
        response = replace(response, **counted, **details)
    return SheetLine(
        number, response, tuple(reading.reasons), tuple(reading.remarks), cells, digest
    )


_SAID = {
    "what": "What happened",
    "date": "The date",
    "where": "The place",
    "told_by": "Who told us",
}


def _has(reading: LineReader, field: str) -> bool:
    if field == "where":
        return any(reading.text(name) for name in ("where", "lad", "cell")) or bool(reading.point())
    return bool(reading.text(field))


def _summary(reading: LineReader, what: str) -> str:
    """The notes; a kind that is not in the list is not lost."""
    note, said = reading.text("summary"), reading.text("what")
    is_known = reading.responses.catalogue.code_of("categories", said) == what
    return note if is_known else ". ".join(part for part in (said, note) if part)


def _intervention(reading: LineReader, said: str) -> str:
    code = reading.responses.catalogue.code_of("interventions", said)
    if code is None:
        reading.remarks.append(f"{said!r} is not in the list of interventions, and is left out.")
    return code or ""


def _days(reading: LineReader) -> tuple[date | None, date | None]:
    """The first and the last day: of one date, or of two with "to" or a dash between them."""
    text = reading.text("date")
    ends = [part for mark in (" to ", " – ", " - ") for part in text.split(mark) if mark in text]
    if len(ends) == 2:
        days = [_moment(end) for end in ends]
        if all(days):
            first, last = (day.date() for day in days if day)
            return first, last
    moment = reading.moment("date")
    return (moment.date(), moment.date()) if moment else (None, None)


def _time_of(reading: LineReader) -> time | None:
    said = reading.values.get("time")
    if isinstance(said, time):
        return said.replace(tzinfo=None)
    found = _moment(f"1 January 2000 {reading.text('time')}") if reading.text("time") else None
    if found:
        return found.time()
    day = reading.values.get("date")
    has_time = ":" in reading.text("date") or (isinstance(day, datetime) and day.time() != time())
    moment = (day if isinstance(day, datetime) else _moment(text_of(day))) if has_time else None
    return moment.time() if moment and moment.time() != time() else None


def _moment(text: str) -> datetime | None:
    """A date as people in Britain write it: day first; a year first where it has four digits."""
    year_first = text[:4].isdigit()
    # Two defaults differ in every part: what only they would fill in was not said.
    ends = (datetime(2000, 1, 1), datetime(2001, 2, 2))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = [
                dates.parse(text, dayfirst=not year_first, yearfirst=year_first, default=end)
                for end in ends
            ]
    except (ValueError, OverflowError, TypeError, Warning):
        return None
    is_whole = found[0].date() == found[1].date()
    return found[0].replace(tzinfo=None) if is_whole else None


def _links(reading: LineReader) -> tuple[str, ...]:
    """One a line; else between commas where each is one word, as references are."""
    links = list(lines_of(reading, "links"))
    words = [part for link in links for part in _parts(link)]
    return tuple(links if any(" " in word for word in words) else words)


def _parts(text: str) -> Iterator[str]:
    marks = text.replace("\n", ";").replace(",", ";").replace("|", ";")
    yield from (part.strip() for part in marks.split(";") if part.strip())


def digest_of(values: Mapping[str, Any]) -> str:
    """Of what a line says, whatever the order of its columns, its spaces or the case of letters."""
    said = sorted((field, text_of(value).casefold()) for field, value in values.items())
    kept = [f"{field}={text}" for field, text in said if text]
    return hashlib.sha256("\x1f".join(kept).encode()).hexdigest()


def id_of(digest: str) -> UUID:
    """The same line has the same id, so that saving it twice keeps it once."""
    return UUID(bytes=bytes.fromhex(digest)[:16], version=5)
