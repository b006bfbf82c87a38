"""Every response that somebody may read, as JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from vrp_map.export.tables import defused
from vrp_map.responses.as_json import as_plain
from vrp_map.responses.service import Responses
from vrp_map.responses.sheets.details import DETAILS, written_details
from vrp_map.responses.store import ResponseRecord

# As `importing` reads them again.
_COLUMNS = (
    "Reference",
    "What",
    "Date",
    "Time",
    "Where",
    "Local authority",
    "Hexagon",
    "Who told us",
    "Told at",
    "Tier",
    "Lead agency",
    "First action",
    "Meeting held",
    "Interventions",
    "Reached 24 and under",
    "Reached 25 and over",
    "Schools told",
    "Links",
    "Summary",
    *DETAILS,
)


def to_json(found: Sequence[ResponseRecord], responses: Responses) -> str:
    """One object: every field of every response."""
    rows = [
        {"reference": record.reference, "version": record.version, **as_plain(record.response)}
        for record in found
    ]
    about = {"count": len(rows), "time_zone": responses.settings.time_zone}
    return json.dumps({**about, "responses": rows}, ensure_ascii=False)


def to_csv(found: Sequence[ResponseRecord], responses: Responses) -> str:
    """A line a response, in words; no word is taken for a formula."""
    made = io.StringIO()
    lines = csv.writer(made, lineterminator="\r\n")
    lines.writerow(_COLUMNS)
    lines.writerows([defused(value) for value in _row(record, responses)] for record in found)
    return made.getvalue()


def _row(record: ResponseRecord, responses: Responses) -> list[object]:
    said, lists = record.response, responses.catalogue
    days = f"{said.when.first}" + (
        f" to {said.when.last}" if said.when.last > said.when.first else ""
    )
    return [
        record.reference,
        lists.words("categories", said.what),
        days,
        said.when.at.isoformat("minutes") if said.when.at else "",
        said.where.words,
        responses.places.lad_names.get(said.where.lad, ""),
        said.where.cell,
        lists.words("agencies", said.told_by),
        said.told_at or "",
        lists.words("tiers", said.tier),
        lists.words("agencies", said.lead_agency),
        said.first_action_at or "",
        said.meeting_held or "",
        "; ".join(lists.words("interventions", one) for one in said.interventions),
        *("" if n is None else n for n in (said.reached_24_and_under, said.reached_25_and_over)),
        "" if said.schools_told is None else said.schools_told,
        "\n".join(said.links),
        said.summary,
        *written_details(said, lists).values(),
    ]
