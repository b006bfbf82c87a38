"""Pilots from a JSON file or a sheet, and as JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from vrp_map.common.dataclass_json import plain_of, typed_of
from vrp_map.errors import UserError
from vrp_map.export.tables import defused
from vrp_map.pilots.catalogue import PilotCatalogue
from vrp_map.pilots.pilot import DosePlan, Pilot, PilotKind, PilotPlaces, PilotPurpose
from vrp_map.pilots.places import drawn_as
from vrp_map.pilots.sheets.rows import NamedLine, field_of, lines_of
from vrp_map.pilots.store import PilotRecord

# Of a pilot that brings no id: its name and its first day make one, so that a sheet that is
# imported twice adds nothing.
_NAMESPACE = UUID("5c0f0f7e-5d0e-4c57-9a0b-7b3c8f1f0a13")
_NAMES: Mapping[str, tuple[str, ...]] = {
    "name": ("pilot", "title", "project"),
    "kind": ("type",),
    "purpose": (),
    "area": ("hexagons", "cells", "where", "place"),
    "comparison": ("comparison hexagons", "comparison cells", "compared with"),
    "ring": ("ring hexagons", "buffer"),
    "comparison_ring": (),
    "start": ("start date", "first day", "from"),
    "end": ("end date", "last day", "to"),
    "months_before": (),
    "outcomes": ("outcome", "measured by"),
    "lead": ("lead agency", "owner"),
    "co_designers": ("designed with", "co-designers"),
    "theory_of_change": ("why it should work",),
    "side_effects": ("side effects to look for",),
    "approach": ("yef approach",),
    "budget": ("cost", "pounds"),
    "fund": ("funded by",),
    "place_days": ("planned place-days", "visits planned"),
    "minutes": ("minutes a visit", "planned minutes"),
    "headcount": ("people a visit", "planned headcount"),
}


def new_id(pilot: Pilot) -> UUID:
    """The id of a pilot that brings none."""
    return uuid5(_NAMESPACE, f"{pilot.name}|{pilot.start.isoformat()}")


def read_json(text: str) -> list[tuple[UUID, Pilot]]:
    """The pilots that `to_json` wrote, or a list of them without their ids.

    Raises:
        UserError: it was no such file.
    """
    try:
        said = json.loads(text)
        found = []
        for one in said["pilots"] if isinstance(said, dict) else said:
            pilot = typed_of(Pilot, one.get("pilot", one))
            found.append((UUID(one["id"]) if "id" in one else new_id(pilot), pilot))
        return found
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(
            "The file is no list of pilots.",
            hint="Write one with `vrp-map pilots export`, and use it as a pattern.",
        ) from error


def to_json(records: Sequence[PilotRecord]) -> str:
    """Every field of some pilots."""
    plain = [
        {
            "id": str(r.id),
            "reference": r.reference,
            "version": r.version,
            "pilot": plain_of(r.pilot),
        }
        for r in records
    ]
    return json.dumps({"pilots": plain}, ensure_ascii=False, indent=1)


def column_of(text: str) -> str:
    """The field that a column of this name fills; "" for none."""
    return field_of(text, _NAMES)


def read_sheet_of_pilots(
    rows: Sequence[Sequence[Any]],
    catalogue: PilotCatalogue,
    cells_of: Callable[[str], tuple[str, ...]],
) -> list[tuple[UUID, Pilot]]:
    """The pilots of a sheet.

    Args:
        cells_of: the hexagons of what stands in a column of hexagons.

    Raises:
        UserError: the first line that cannot be read, and why.
    """
    lines = lines_of(rows, _NAMES, needed=("name", "area", "start", "end"))
    pilots = [_pilot(line, catalogue, cells_of) for line in lines]
    return [(new_id(pilot), pilot) for pilot in pilots]


def _pilot(
    line: NamedLine, catalogue: PilotCatalogue, cells_of: Callable[[str], tuple[str, ...]]
) -> Pilot:
    start, end = line.day("start"), line.day("end")
    if start is None or end is None:
        raise line.mistake("it has no first or last day")
    where = line.text("area")
    # Several areas have no one kind.
    kind, name = drawn_as(where) if ":" in where and ";" not in where else ("hexagons", "")
    places = PilotPlaces(
        cells_of(where),
        ring=cells_of(line.text("ring")),
        comparison=cells_of(line.text("comparison")),
        comparison_ring=cells_of(line.text("comparison_ring")),
        drawn_as=kind,
        drawn_from=name,
    )
    approaches = {code: one.words for code, one in catalogue.approaches.items()}
    said = line.text("approach").lower()
    approach = next((c for c, words in approaches.items() if said in (c, words.lower())), said)
    return Pilot(
        name=line.text("name"),
        places=places,
        start=start,
        end=end,
        kind=line.text("kind").lower() or PilotKind.PLACE,
        purpose=line.text("purpose").lower()[:1] or PilotPurpose.OUR_DOING,
        outcomes=line.list_of("outcomes") or ("violence",),
        months_before=line.whole("months_before") or 12,
        dose=DosePlan(line.whole("place_days"), line.number_of("minutes"), line.whole("headcount")),
        co_designers=line.list_of("co_designers"),
        approach=approach,
        budget=line.number_of("budget"),
        lead=line.text("lead"),
        theory_of_change=line.text("theory_of_change"),
        fund=line.text("fund"),
        side_effects=line.text("side_effects"),
    )


def to_csv(records: Sequence[PilotRecord]) -> str:
    """One line a pilot, with the columns that `read_sheet_of_pilots` takes."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["reference", "state", *_NAMES])
    for record in records:
        pilot, places = record.pilot, record.pilot.places
        own: dict[str, Any] = {
            "co_designers": "; ".join(pilot.co_designers),
            "outcomes": "; ".join(pilot.outcomes),
            "place_days": pilot.dose.place_days,
            "minutes": pilot.dose.minutes,
            "headcount": pilot.dose.headcount,
            "area": " ".join(places.area),
            "comparison": " ".join(places.comparison),
            "ring": " ".join(places.ring),
            "comparison_ring": " ".join(places.comparison_ring),
        }
        values = [own[name] if name in own else getattr(pilot, name) for name in _NAMES]
        writer.writerow([record.reference, pilot.state, *map(defused, values)])
    return out.getvalue()
