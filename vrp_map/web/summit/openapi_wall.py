"""The contract of `GET /api/wall/{code}` for the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vrp_map.summit.event_store import State
from vrp_map.summit.wall.picture import REASONS, SHORT_SETTINGS
from vrp_map.vocabulary import pins as words

_WHO = "Contributors; never fewer than k, and k or more under all of them."
_PEOPLE = {"type": "integer", "minimum": 0, "description": _WHO}
_TEXT = {"type": "string"}
_CORNER = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}


def wall_path() -> dict[str, Any]:
    """The path."""
    code = {
        "name": "code",
        "in": "path",
        "required": True,
        "schema": _TEXT,
        "description": "The event's code.",
    }
    seen = {
        "name": "If-None-Match",
        "in": "header",
        "schema": _TEXT,
        "description": "The ETag of the last answer.",
    }
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Wall"}}}
    refusal = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    return {
        "get": {
            "summary": "The current release of an event",
            "parameters": [code, seen],
            "responses": {
                "200": {
                    "description": "The same for everyone until the next release.",
                    "content": content,
                },
                "304": {"description": "Nothing new since the answer with this ETag."},
                "404": {"description": "No event has this code.", "content": refusal},
                "503": {
                    "description": "Not now: ask again after the seconds of Retry-After.",
                    "content": refusal,
                },
            },
        }
    }


def wall_schema() -> dict[str, Any]:
    """The answer as a JSON Schema."""
    hexagon = _object(
        {
            "cell": {"type": "string", "pattern": "^8[7-9][0-9a-f]{13}$"},
            "name": _TEXT,
            "unsafe": _PEOPLE,
            "safe": _PEOPLE,
            "corridor": _PEOPLE,
            "outline": {
                "type": "array",
                "items": _CORNER,
                "minItems": 5,
                "maxItems": 6,
                "description": "Corners: latitude, longitude.",
            },
        },
        needed=("cell", "name", "outline"),
    )
    return _object(
        {
            "event": _object({"code": _TEXT, "name": _TEXT, "place": _TEXT}),
            "state": {"enum": [str(state) for state in State]},
            "release": {
                "type": "integer",
                "minimum": 0,
                "description": "0 = nothing has been released yet.",
            },
            "released_at": {
                "type": ["string", "null"],
                "format": "date-time",
                "description": (
                    "UTC, rounded down to `every_s`; says nothing about when a pin came."
                ),
            },
            "k": {
                "type": "integer",
                "description": "No count is smaller. Larger after the last day of the event.",
            },
            "resolution": {
                "type": "integer",
                "minimum": 7,
                "maximum": 9,
                "description": "Of the hexagons (H3).",
            },
            "every_s": {
                "type": "integer",
                "description": "Seconds between two releases at the least.",
            },
            "contributors": _PEOPLE | {"description": "All of them; 0 where fewer than k."},
            "themes": {
                "type": "array",
                "items": _theme(),
                "description": "Of the event; the most spoken of first.",
            },
            "settings": _listed(words.SETTINGS, short={"enum": list(SHORT_SETTINGS.values())}),
            "reasons": _listed(REASONS, feeling={"enum": list(words.FEELINGS)}),
            "hexagons": {"type": "array", "items": hexagon},
        }
    )


def _theme() -> dict[str, Any]:
    answer = {
        "kind": {"enum": ["setting", "reason", "help"]},
        "code": _TEXT,
        "words": _TEXT,
        "people": _PEOPLE,
    }
    least = "The largest number of its answers; how many people they have together is not counted."
    return _object(
        {
            "name": _TEXT,
            "words": _TEXT,
            "at_least": _PEOPLE | {"description": least},
            "said": {"type": "array", "minItems": 1, "items": _object(answer)},
        }
    )


def _listed(known: Mapping[str, str], **more: Any) -> dict[str, Any]:
    row = {"code": {"enum": list(known)}, "words": _TEXT, "people": _PEOPLE} | more
    return {
        "type": "array",
        "items": _object(row),
        "description": "The answer most people gave comes first.",
    }


def _object(
    properties: Mapping[str, Any], *, needed: tuple[str, ...] | None = None
) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(properties if needed is None else needed),
        "properties": {**properties},
    }
