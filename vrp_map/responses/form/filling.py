"""What stands in the fields of the form when a response is changed. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vrp_map.responses.catalogue import Catalogue
from vrp_map.responses.response import Response

# Fields that the form shows as they are kept.
_AS_KEPT = (
    "what",
    "told_by",
    "summary",
    "definition",
    "tier",
    "lead_agency",
    "scene_managed",
    "cctv_kept",
    "reached_24_and_under",
    "reached_25_and_over",
    "schools_told",
    "retaliation_risk",
    "risk_review",
    "meeting_held",
)


def form_values(response: Response, lists: Catalogue) -> dict[str, Any]:
    """Name of a field of the form -> its text, its list of codes, or its rows.

    `reading.read_form` makes the same response of it; the state of a response is not in the form.
    """
    when, where = response.when, response.where
    return {
        **{name: _text(getattr(response, name)) for name in _AS_KEPT},
        "date": when.first.isoformat(),
        "last_day": when.last.isoformat() if when.last > when.first else "",
        "time": when.at.isoformat("minutes") if when.at else "",
        "where": where.words,
        "cell": where.cell,
        "lad": where.lad,
        "told_at": _moment(response.told_at),
        "first_action_at": _moment(response.first_action_at),
        "other_areas": list(response.other_areas),
        "interventions": list(response.interventions),
        "links": "\n".join(response.links),
        "strands": [
            {
                "code": strand.code,
                "owner": lists.words("agencies", strand.owner),
                "due": _text(strand.due),
                "done": _text(strand.done),
                "note": strand.note,
            }
            for strand in response.strands
        ],
        "resources": [
            {
                "kind": used.kind,
                "hours": _amount(used.hours),
                "cost": _amount(used.cost),
                "fund": used.fund,
            }
            for used in response.resources
        ],
        "clocks_done": {code: day.isoformat() for code, day in response.clocks_done},
        "clocks_set": {code: day.isoformat() for code, day in response.clocks_set},
    }


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _moment(at: datetime | None) -> str:
    """As a browser's field of date and time writes it: to the minute."""
    return at.isoformat("T", "minutes") if at else ""


def _amount(number: float) -> str:
    return f"{number:.10g}" if number else ""
