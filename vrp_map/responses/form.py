"""What the form sends, understood as a response. Nothing but the four first fields is needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from vrp_map.errors import UserError
from vrp_map.responses.places import ResponsePlaces
from vrp_map.responses.response import IncidentTime, Response, ResponsePlace, Strand

_TEXTS = ("told_by", "summary", "tier", "lead_agency", "definition", "scene_managed", "cctv_kept")
_NUMBERS = (
    "reached_24_and_under",
    "reached_25_and_over",
    "schools_told",
    "retaliation_risk",
)
_MOMENTS = ("told_at", "first_action_at")
_DAYS = ("risk_review", "meeting_held")
_LISTS = ("interventions", "links", "other_areas")


def read_form(
    said: Mapping[str, Any], places: ResponsePlaces, *, before: Response | None = None
) -> Response:
    """A response from the fields of a form; a field that is not sent stays as it was.

    Args:
        said: what, date (ISO), last_day, time, where, cell, lad, and fields of `Response`.
        before: the version that is changed; None = a new response.

    Raises:
        UserError: a field that cannot be understood, and what to do.
    """
    values: dict[str, Any] = {name: _text(said, name) for name in _TEXTS if name in said}
    values |= {name: _number(said, name) for name in _NUMBERS if name in said}
    values |= {name: _moment(said, name) for name in _MOMENTS if name in said}
    values |= {name: _day(_text(said, name)) for name in _DAYS if name in said}
    values |= {name: tuple(_list(said, name)) for name in _LISTS if name in said}
    if "what" in said or before is None:
        values["what"] = _text(said, "what")
    if "date" in said or before is None:
        values["when"] = _when(said)
    if before is None or {"where", "cell", "lad"} & set(said):
        values["where"] = _where(said, places)
    if "strands" in said:
        values["strands"] = tuple(map(_strand, _list(said, "strands")))
    if before is not None:
        return replace(before, **values)
    return Response(**({"told_by": ""} | values))


def _where(said: Mapping[str, Any], places: ResponsePlaces) -> ResponsePlace:
    return places.at(_text(said, "where"), cell=_text(said, "cell"), lad=_text(said, "lad"))


def _when(said: Mapping[str, Any]) -> IncidentTime:
    first = _day(_text(said, "date"))
    if first is None:
        raise UserError("It is not said when it happened.", hint="Choose the day.")
    at = _text(said, "time")
    try:
        return IncidentTime(
            first, _day(_text(said, "last_day")) or first, time.fromisoformat(at) if at else None
        )
    except ValueError:
        raise UserError("The time cannot be read.", hint="Write it as 22:30.") from None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UserError("A day cannot be read.", hint="Choose it again.") from None


def _moment(said: Mapping[str, Any], name: str) -> datetime | None:
    text = _text(said, name)
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None) if text else None
    except ValueError:
        raise UserError("A date and time cannot be read.", hint="Choose it again.") from None


def _number(said: Mapping[str, Any], name: str) -> int | None:
    text = _text(said, name)
    try:
        return int(text) if text else None
    except ValueError:
        raise UserError("A number cannot be read.", hint="Use digits only.") from None


def _strand(said: Any) -> Strand:
    if not isinstance(said, Mapping):
        raise UserError("A strand cannot be read.", hint="Choose it again.")
    return Strand(
        _text(said, "code"),
        _text(said, "owner"),
        due=_day(_text(said, "due")),
        done=_day(_text(said, "done")),
        note=_text(said, "note"),
    )


def _list(said: Mapping[str, Any], name: str) -> list[Any]:
    found = said.get(name) or []
    if not isinstance(found, list) or len(found) > 50:
        raise UserError("A list cannot be read.", hint="Choose from it again.")
    return [str(one) if not isinstance(one, Mapping) else one for one in found]


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if value is None:
        return ""
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        raise UserError("A field holds no text.", hint="Fill it in again.")
    return str(value).strip()
