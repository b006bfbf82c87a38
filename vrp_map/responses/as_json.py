"""A response as the JSON text that the records keep, and back. Pure.

A field that a later version adds has its default in what was written before.
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import date, datetime, time
from typing import Any

from vrp_map.responses.response import IncidentTime, ResourceUse, Response, ResponsePlace, Strand


def to_json(response: Response) -> str:
    """What was filled in, in the order of the fields; dates as ISO 8601."""
    return json.dumps(as_plain(response), ensure_ascii=False)


def as_plain(response: Response) -> dict[str, Any]:
    """The same as plain values."""
    empty: tuple[Any, ...] = ("", None, ())
    return {name: _plain(v) for name, v in asdict(response).items() if v not in empty}


def from_json(text: str) -> Response:
    """The response that `to_json` wrote."""
    return from_plain(json.loads(text))


def from_plain(said: dict[str, Any]) -> Response:
    """The response that `as_plain` gave; names that are not known are passed over.

    Raises:
        KeyError, TypeError, ValueError: it was not.
    """
    known = {field.name for field in fields(Response)}
    values = {name: value for name, value in said.items() if name in known and value is not None}
    when, where = values["when"], values["where"]
    at = when.get("at")
    values["when"] = IncidentTime(
        date.fromisoformat(when["first"]),
        date.fromisoformat(when.get("last") or when["first"]),
        time.fromisoformat(at) if at else None,
    )
    values["where"] = ResponsePlace(**{k: str(v or "") for k, v in where.items()})
    for name in ("told_at", "first_action_at"):
        if name in values:
            values[name] = datetime.fromisoformat(values[name])
    for name in ("risk_review", "meeting_held"):
        if name in values:
            values[name] = date.fromisoformat(values[name])
    values["strands"] = tuple(map(_strand, values.get("strands", ())))
    values["resources"] = tuple(ResourceUse(**used) for used in values.get("resources", ()))
    for name in ("clocks_done", "clocks_set"):
        values[name] = tuple((c, date.fromisoformat(d)) for c, d in values.get(name, ()))
    for name in ("other_areas", "interventions", "links"):
        values[name] = tuple(map(str, values.get(name, ())))
    return Response(**values)


def _strand(said: dict[str, Any]) -> Strand:
    days = {k: date.fromisoformat(said[k]) for k in ("due", "done") if said.get(k)}
    return Strand(
        str(said["code"]), str(said.get("owner", "")), note=str(said.get("note", "")), **days
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(v) for name, v in value.items() if v not in ("", None)}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value.isoformat() if isinstance(value, (date, time)) else value
