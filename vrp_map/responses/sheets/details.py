"""The fields of a response that most sheets do not have, as cells: written and read in one place.

A cell that holds several things has one a line; the parts of one stand between bars, its note last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from vrp_map.common.plain_text import plain_text
from vrp_map.responses.catalogue import Catalogue
from vrp_map.responses.response import CLOSED, YES_NO, ResourceUse, Response, Strand

if TYPE_CHECKING:
    from vrp_map.responses.sheets.line import LineReader

# Column of an export -> field; the same names are read again.
DETAILS: Mapping[str, str] = {
    "Definition limb": "definition",
    "Retaliation risk": "retaliation_risk",
    "Risk review": "risk_review",
    "Scene managed": "scene_managed",
    "CCTV kept": "cctv_kept",
    "Other local authorities": "other_areas",
    "Strands": "strands",
    "Resources": "resources",
    "Clocks done": "clocks_done",
    "Clocks set": "clocks_set",
    "State": "state",
    "Closed because": "closed_because",
    "Learning": "learning",
}
_BAR = " | "


def written_details(said: Response, lists: Catalogue) -> dict[str, str]:
    """Column -> cell."""
    cells: dict[str, Any] = {name: getattr(said, field) for name, field in DETAILS.items()}
    cells["Definition limb"] = lists.words("limbs", said.definition)
    cells["Other local authorities"] = "\n".join(said.other_areas)
    cells["Strands"] = _lines(
        (lists.words("strands", s.code), s.owner, s.due, s.done, s.note) for s in said.strands
    )
    cells["Resources"] = _lines((r.kind, r.hours, r.cost, r.fund) for r in said.resources)
    for name, clocks in (("Clocks done", said.clocks_done), ("Clocks set", said.clocks_set)):
        cells[name] = _lines((lists.clocks[code].words, day) for code, day in clocks)
    return {name: "" if value is None else str(value) for name, value in cells.items()}


def read_details(reading: LineReader) -> dict[str, Any]:
    """Field -> value, of the fields that the line fills."""
    lists = reading.responses.catalogue
    clocks = {clock.words.casefold(): code for code, clock in lists.clocks.items()}
    limb = reading.code("definition", "limbs", other="-")
    review = reading.moment("risk_review")
    values: dict[str, Any] = {
        "definition": "" if limb == "-" else limb,
        "retaliation_risk": reading.number("retaliation_risk"),
        "risk_review": review.date() if review else None,
        "other_areas": tuple(lines_of(reading, "other_areas")),
        "strands": tuple(_several(reading, "strands", lambda parts: _strand(reading, parts))),
        "resources": tuple(_several(reading, "resources", lambda parts: _resource(reading, parts))),
        "learning": reading.text("learning"),
    }
    for field in ("scene_managed", "cctv_kept"):
        said = reading.text(field).casefold()
        values[field] = said if said in YES_NO else ""
        if said and not values[field]:
            reading.remarks.append(f"{said!r} is none of {', '.join(YES_NO)}, and is left out.")
    for field in ("clocks_done", "clocks_set"):
        found = [parts for parts in map(_parts, lines_of(reading, field)) if len(parts) == 2]
        values[field] = tuple(
            (clocks[name.casefold()], day)
            for name, said in found
            if name.casefold() in clocks and (day := _day(reading, said))
        )
    because = reading.text("closed_because")
    if reading.text("state").casefold() == CLOSED:
        if because:
            values |= {"state": CLOSED, "closed_because": because}
        else:
            reading.remarks.append("It is closed without a reason, and stays open here.")
    return {field: value for field, value in values.items() if value not in ("", None, ())}


def lines_of(reading: LineReader, field: str) -> Iterator[str]:
    """The lines of a cell; of a cell with one line, what stands between semicolons."""
    lines = reading.raw(field).splitlines()
    for line in lines if len(lines) > 1 else "".join(lines).split(";"):
        if plain_text(line):
            yield plain_text(line)


def _several(reading: LineReader, field: str, read: Callable[[list[str]], Any]) -> Iterator[Any]:
    raw = reading.raw(field)
    # A note may hold a semicolon: with bars, a line is one thing.
    lines = raw.splitlines() if "|" in raw else lines_of(reading, field)
    for line in lines:
        found = read(_parts(plain_text(line))) if plain_text(line) else None
        if found is not None:
            yield found


def _strand(reading: LineReader, parts: list[str]) -> Strand | None:
    name, owner, due, done, *note = [*parts, *[""] * (4 - len(parts))]
    code = reading.responses.catalogue.code_of("strands", name)
    if not code:
        reading.remarks.append(f"{name!r} is not in the list of strands, and is left out.")
        return None
    days = _day(reading, due), _day(reading, done)
    return Strand(code, owner, due=days[0], done=days[1], note=_BAR.join(note))


def _resource(reading: LineReader, parts: list[str]) -> ResourceUse | None:
    kind, hours, cost, *fund = [*parts, *[""] * (3 - len(parts))]
    try:
        numbers = [float(said.replace(",", "").lstrip("£") or 0) for said in (hours, cost)]
    except ValueError:
        reading.remarks.append(f"{hours!r} or {cost!r} is no number, and the resource is left out.")
        return None
    return ResourceUse(kind, hours=numbers[0], cost=numbers[1], fund=_BAR.join(fund))


def _day(reading: LineReader, said: str) -> date | None:
    moment = reading.moment_of(said) if said else None
    return moment.date() if moment else None


def _parts(line: str) -> list[str]:
    return [part.strip() for part in line.split("|")]


def _lines(things: Iterable[tuple[Any, ...]]) -> str:
    return "\n".join(_BAR.join("" if v is None else str(v) for v in thing) for thing in things)
