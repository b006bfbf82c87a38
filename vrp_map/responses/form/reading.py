"""What the form sends, understood as a response. Nothing but the four first fields is needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from vrp_map.errors import UserError
from vrp_map.responses.catalogue import Catalogue
from vrp_map.responses.form.changes import FIELD_NAMES
from vrp_map.responses.places import ResponsePlaces
from vrp_map.responses.response import IncidentTime, ResourceUse, Response, ResponsePlace, Strand

_TEXTS = ("told_by", "summary", "tier", "lead_agency", "definition", "scene_managed", "cctv_kept")
_NUMBERS = (
    "reached_24_and_under",
    "reached_25_and_over",
    "schools_told",
    "retaliation_risk",
)
_MOMENTS = ("told_at", "first_action_at")
_DAYS = ("risk_review", "meeting_held")
_CLOCKS = ("clocks_done", "clocks_set")
_MOST_IN_A_LIST = 50


def read_form(
    said: Mapping[str, Any],
    places: ResponsePlaces,
    lists: Catalogue,
    *,
    before: Response | None = None,
) -> Response:
    """A response from the fields of a form; a field that is not sent stays as it was.

    Args:
        said: the fields as `filling.form_values` names them.
        before: the version that is changed; None = a new response.

    Raises:
        UserError: a field that cannot be understood, and what to do.
    """
    values: dict[str, Any] = {name: _text(said, name) for name in _TEXTS if name in said}
    values |= {name: _number(said, name) for name in _NUMBERS if name in said}
    values |= {name: _moment(said, name) for name in _MOMENTS if name in said}
    values |= {name: _day(_text(said, name), FIELD_NAMES[name]) for name in _DAYS if name in said}
    values |= {name: _clocks(said, name) for name in _CLOCKS if name in said}
    values |= _lists(said, lists)
    if "what" in said or before is None:
        values["what"] = _text(said, "what")
    if before is None or {"date", "last_day", "time"} & set(said):
        values["when"] = _when(said)
    if before is None or {"where", "cell", "lad"} & set(said):
        values["where"] = _where(said, places)
    if before is not None:
        return replace(before, **values)
    return Response(**({"told_by": ""} | values))


def _lists(said: Mapping[str, Any], lists: Catalogue) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: tuple(str(one) for one in _list(said, name))
        for name in ("interventions", "other_areas")
        if name in said
    }
    if "links" in said:
        values["links"] = tuple(line.strip() for line in _lines(said, "links") if line.strip())
    if "strands" in said:
        values["strands"] = tuple(_strand(one, lists) for one in _rows(said, "strands"))
    if "resources" in said:
        values["resources"] = tuple(map(_resource, _rows(said, "resources")))
    return values


def _where(said: Mapping[str, Any], places: ResponsePlaces) -> ResponsePlace:
    return places.at(_text(said, "where"), cell=_text(said, "cell"), lad=_text(said, "lad"))


def _when(said: Mapping[str, Any]) -> IncidentTime:
    first = _day(_text(said, "date"), FIELD_NAMES["when"])
    if first is None:
        raise UserError("It is not said when it happened.", hint="Choose the day.")
    last = _day(_text(said, "last_day"), "The last day") or first
    at = _text(said, "time")
    try:
        return IncidentTime(first, last, time.fromisoformat(at) if at else None)
    except ValueError:
        raise UserError("The time cannot be read.", hint="Write it as 22:30.") from None


def _day(text: str, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UserError(f"{name}: the day cannot be read.", hint="Choose it again.") from None


def _moment(said: Mapping[str, Any], name: str) -> datetime | None:
    text = _text(said, name)
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None) if text else None
    except ValueError:
        raise UserError(
            f"{FIELD_NAMES[name]}: the date and time cannot be read.", hint="Choose it again."
        ) from None


def _number(said: Mapping[str, Any], name: str) -> int | None:
    text = _text(said, name)
    try:
        return int(text) if text else None
    except ValueError:
        raise UserError(
            f"{FIELD_NAMES[name]}: this is no number.", hint="Use digits only."
        ) from None


def _strand(said: Mapping[str, Any], lists: Catalogue) -> Strand:
    if not _text(said, "code"):
        raise UserError("A strand has no name.", hint="Choose one from the list, or remove it.")
    owner = _text(said, "owner")
    return Strand(
        _text(said, "code"),
        lists.code_of("agencies", owner) or owner,
        due=_day(_text(said, "due"), "A strand"),
        done=_day(_text(said, "done"), "A strand"),
        note=_text(said, "note"),
    )


def _resource(said: Mapping[str, Any]) -> ResourceUse:
    if not _text(said, "kind"):
        raise UserError("A resource has no kind.", hint="Say what it was, or remove it.")
    hours, cost = _amount(said, "hours"), _amount(said, "cost")
    return ResourceUse(_text(said, "kind"), hours=hours, cost=cost, fund=_text(said, "fund"))


def _amount(said: Mapping[str, Any], name: str) -> float:
    text = _text(said, name)
    try:
        return float(text or 0)
    except ValueError:
        raise UserError(
            "The hours or pounds of a resource are no number.", hint="Write them as 3.5 or 120."
        ) from None


def _clocks(said: Mapping[str, Any], name: str) -> tuple[tuple[str, date], ...]:
    held = said[name]
    if not isinstance(held, Mapping) or len(held) > _MOST_IN_A_LIST:
        raise UserError("The clocks cannot be read.", hint="Load the page again.")
    days = {str(code): _day(_text(held, code), FIELD_NAMES[name]) for code in held}
    return tuple((code, day) for code, day in days.items() if day)


def _rows(said: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The rows of a list in which anything stands."""
    found = _list(said, name)
    if not all(isinstance(one, Mapping) for one in found):
        raise UserError(f"{FIELD_NAMES[name]}: a row cannot be read.", hint="Fill it in again.")
    return [one for one in found if any(_text(one, part) for part in one)]


def _lines(said: Mapping[str, Any], name: str) -> list[str]:
    found = said[name].splitlines() if isinstance(said[name], str) else _list(said, name)
    return [str(one) for one in found]


def _list(said: Mapping[str, Any], name: str) -> list[Any]:
    found = said.get(name) or []
    if not isinstance(found, list) or len(found) > _MOST_IN_A_LIST:
        raise UserError(
            f"{FIELD_NAMES[name]}: the list cannot be read.", hint="Choose from it again."
        )
    return found


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if value is None:
        return ""
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        raise UserError("A field holds no text.", hint="Fill it in again.")
    return str(value).strip()
