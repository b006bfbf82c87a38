"""The cells of a CSV file, an XLSX sheet or a pasted line, and which column is which."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vrp_map.common import sheets
from vrp_map.common.sheets import text_of
from vrp_map.errors import UserError
from vrp_map.places.search_order import folded

_HEADER_WITHIN = 15
_FEWEST_MATCHED = 3
# What a column is called, folded, by the field that it fills. The first that matches wins.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "reference": ("reference", "ref", "id", "our ref"),
    "what": ("what", "what happened", "category", "type", "incident type", "kind", "incident"),
    "date": ("date", "when", "date of incident", "incident date", "day", "happened"),
    "time": ("time", "time of incident", "incident time"),
    "where": ("where", "location", "place", "address", "street", "incident location"),
    "lad": ("local authority", "la", "area", "borough", "district", "council area", "lad"),
    "cell": ("hexagon", "cell", "h3"),
    "lat": ("latitude", "lat"),
    "lon": ("longitude", "lon", "lng", "long"),
    "told_by": ("who told us", "told by", "notified by", "referred by", "source", "reported by"),
    "told_at": ("told at", "notified at", "notified", "date notified", "notification"),
    "tier": ("tier", "level"),
    "lead_agency": ("lead agency", "lead", "agency", "owner"),
    "summary": ("summary", "notes", "note", "details", "comments", "description"),
    "interventions": ("interventions", "intervention", "support offered", "what we did"),
    "first_action_at": ("first action", "first action at", "first contact", "action date"),
    "meeting_held": ("meeting held", "meeting date", "meeting"),
    "reached_24_and_under": ("reached 24 and under", "24 and under", "under 25", "u25", "reach 24"),
    "reached_25_and_over": ("reached 25 and over", "25 and over", "25", "over 25", "25 plus"),
    "schools_told": ("schools told", "schools"),
    "links": ("links", "link", "linked to"),
    "definition": ("definition", "definition limb", "limb"),
    "retaliation_risk": ("retaliation risk", "risk of retaliation"),
    "risk_review": ("risk review", "risk review date"),
    "scene_managed": ("scene managed", "scene"),
    "cctv_kept": ("cctv kept", "cctv"),
    "other_areas": ("other local authorities", "other las", "other areas"),
    "strands": ("strands", "strand"),
    "resources": ("resources", "resource"),
    "clocks_done": ("clocks done",),
    "clocks_set": ("clocks set",),
    "state": ("state", "status"),
    "closed_because": ("closed because", "reason for closing"),
    "learning": ("learning", "lessons", "lessons learned"),
}
_FIELDS: Mapping[str, str] = {
    name: field
    for field, names in reversed(list(_NAMES.items()))
    for name in (*names, field.replace("_", " "))
}


def read_sheet(name: str, data: bytes) -> list[list[Any]]:
    """The cells of a sheet of responses; as `common.sheets.read_sheet`."""
    return sheets.read_sheet(name, data, is_column=field_of)


def read_file(path: Path) -> list[list[Any]]:
    """The cells of a file on this computer; as `read_sheet`."""
    return sheets.read_file(path, is_column=field_of)


def pasted(text: str) -> list[list[Any]]:
    """The rows of a pasted line (or lines), with the usual columns where it brings no names.

    The usual order: what, date, where, who told us, and then tier, lead agency and notes.
    """
    mark = "\t" if "\t" in text else ";" if text.count(";") >= 2 else ","
    rows = [[*map(str.strip, row)] for row in csv.reader(text.splitlines(), delimiter=mark)]
    rows = [row for row in rows if any(row)]
    if not rows:
        raise UserError("Nothing was pasted.", hint="Paste a line: what, date, where, who told us.")
    if sum(bool(field_of(cell)) for cell in rows[0]) < _FEWEST_MATCHED:
        usual = ["What", "Date", "Where", "Who told us", "Tier", "Lead agency", "Notes"]
        rows = [usual, *rows]
    return rows


def header(rows: Sequence[Sequence[Any]]) -> tuple[int, list[tuple[str, str]]]:
    """Where the names of the columns stand, and each name with its field; titles come before it."""
    best, at = 0, -1
    for row_number, row in enumerate(rows[:_HEADER_WITHIN]):
        fields = {field for cell in row if (field := field_of(text_of(cell)))}
        if len(fields) > best:
            best, at = len(fields), row_number
    if best < _FEWEST_MATCHED:
        raise UserError(
            "No line has the names of the columns.",
            hint="Name at least these: what happened, date, where, who told us.",
        )
    columns, used = [], set()
    for cell in rows[at]:
        field = field_of(text_of(cell))
        columns.append((text_of(cell), "" if field in used else field))
        used.add(field)
    return at, columns


def field_of(name: str) -> str:
    """The field that a column of this name fills; "" for none."""
    return _FIELDS.get(" ".join(folded(name)), "")
