"""The contract of pins as OpenAPI 3.1, from the words and limits the server checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vrp_map.summit.pins.pin import MOST_CELLS, MOST_PLACE, MOST_TABLE, MOST_TEXT
from vrp_map.vocabulary import pins as words
from vrp_map.web.summit.openapi_wall import wall_path, wall_schema

_UUID = r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"


def description() -> dict[str, Any]:
    """The document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Pins",
            "version": "1",
            "description": (
                "Pins, and what is released from them. No cookie and no account. docs/pins-api.md"
                " says more."
            ),
        },
        "paths": {
            "/api/pins": {"post": _post()},
            "/api/pins/{delete_code}": {"delete": _delete()},
            "/api/wall/{code}": wall_path(),
        },
        "components": {
            "schemas": {"Pin": pin_schema(), "Refusal": _refusal(), "Wall": wall_schema()}
        },
    }


def pin_schema() -> dict[str, Any]:
    """A pin as `POST /api/pins` takes it, as a JSON Schema."""
    safe, unsafe = list(words.REASONS["safe"]), list(words.REASONS["unsafe"])
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["event", "key", "contributor", "cells", "setting", "feeling"],
        "properties": {
            "event": {
                "type": "string",
                "minLength": 1,
                "maxLength": 12,
                "description": "The code of the event.",
            },
            "key": {
                "type": "string",
                "format": "uuid",
                "pattern": _UUID,
                "description": "Made on the phone; the same key sent again is the same pin.",
            },
            "contributor": {
                "type": "string",
                "pattern": "^[A-Za-z0-9_-]{16,64}$",
                "description": (
                    "A random token made on the phone for this event; only a digest of it is"
                    " stored."
                ),
            },
            "cells": {
                "type": "array",
                "minItems": 1,
                "maxItems": MOST_CELLS,
                "items": {"type": "string", "pattern": "^8a[0-9a-f]{13}$"},
                "description": (
                    f"H3 cells of resolution {words.PIN_RESOLUTION}: one, or a journey's in order."
                ),
            },
            "setting": _one(words.SETTINGS),
            "feeling": _one(words.FEELINGS),
            "reasons": _some(
                [*unsafe, *safe], words.MOST_REASONS, "Reasons of the feeling that was chosen."
            ),
            "when": {
                "type": "object",
                "properties": {
                    "weekday": _one(words.WEEKDAYS),
                    "hour_band": _one(words.HOUR_BANDS),
                },
            },
            "role": _maybe(words.ROLES),
            "age_band": _maybe(words.AGE_BANDS),
            "helps": _some(list(words.HELPS), words.MOST_HELPS, "What would help."),
            "text": {
                "type": ["string", "null"],
                "maxLength": MOST_TEXT,
                "description": "Never public.",
            },
            "thing": _maybe(words.THINGS),
            "thing_place": {
                "type": ["string", "null"],
                "maxLength": MOST_PLACE,
                "description": (
                    "Where the thing is: the name, exactly as /pin/places.json?cell=… lists it, of"
                    " a place in one of the cells or one that touches it. Only with a thing."
                ),
            },
            "table": {
                "type": ["integer", "null"],
                "minimum": 1,
                "maximum": MOST_TABLE,
                "description": (
                    "The number of the table in the hall. Never shown; deleted with the pin."
                ),
            },
        },
        "allOf": [
            {
                "if": {"properties": {"feeling": {"const": feeling}}},
                "then": {"properties": {"reasons": {"items": {"enum": list(known)}}}},
            }
            for feeling, known in words.REASONS.items()
        ],
    }


def _post() -> dict[str, Any]:
    return {
        "summary": "Keep a pin",
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pin"}}},
        },
        "responses": {
            "201": _answer("Saved: it is on the disk.", _kept()),
            "200": _answer("This key was kept before; the same answer again.", _kept()),
            "4XX": _answer("Refused, with the reason.", {"$ref": "#/components/schemas/Refusal"}),
            "503": _answer(
                "Not saved yet. Send it again, with the same key, after this many seconds.",
                _later(),
            ),
        },
    }


def _delete() -> dict[str, Any]:
    code = {"name": "delete_code", "in": "path", "required": True, "schema": {"type": "string"}}
    deleted = {
        "type": "object",
        "required": ["deleted"],
        "properties": {"deleted": {"const": True}},
    }
    return {
        "summary": "Delete a pin by the code that was shown when it was kept",
        "parameters": [code],
        "responses": {
            "200": _answer("Deleted.", deleted),
            "4XX": _answer(
                "Not deleted, with the reason.", {"$ref": "#/components/schemas/Refusal"}
            ),
            "503": _answer("Not available now. Try again after this many seconds.", _later()),
        },
    }


def _answer(says: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": says, "content": {"application/json": {"schema": schema}}}


def _kept() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["kept", "delete_code"],
        "properties": {"kept": {"const": True}, "delete_code": {"type": "string"}},
    }


def _later() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["kept", "retry_after"],
        "properties": {"kept": {"const": False}, "retry_after": {"type": "integer"}},
    }


def _refusal() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["error", "message"],
        "properties": {
            "error": {"type": "string", "description": "A code for programs; it does not change."},
            "message": {
                "type": "string",
                "description": "A sentence for the person; it may be improved.",
            },
        },
    }


def _one(known: Mapping[str, str]) -> dict[str, Any]:
    told = "; ".join(f"{code}: {said}" for code, said in known.items())
    return {"type": "string", "enum": list(known), "description": told}


def _maybe(known: Mapping[str, str]) -> dict[str, Any]:
    return _one(known) | {"type": ["string", "null"], "enum": [*known, None]}


def _some(known: list[str], most: int, says: str) -> dict[str, Any]:
    items = {"type": "string", "enum": list(dict.fromkeys(known))}
    return {
        "type": "array",
        "maxItems": most,
        "uniqueItems": True,
        "items": items,
        "description": says,
    }
