"""The document inside its own file, as JSON: what a refresh and a check read. Pure."""

from __future__ import annotations

import json

from vrp_map.common.dataclass_json import plain_of, typed_of
from vrp_map.errors import UserError
from vrp_map.needs.assessment import NeedsAssessment

FORMAT = "vrp-map needs assessment 1"


def to_text(document: NeedsAssessment) -> str:
    """The document as JSON, of one line."""
    return json.dumps({"format": FORMAT, "document": plain_of(document)}, ensure_ascii=False)


def from_text(text: str, *, name: str) -> NeedsAssessment:
    """The document again.

    Args:
        name: of the file, for the refusal.

    Raises:
        UserError: the file holds none.
    """
    try:
        plain = json.loads(text)
        if plain["format"] != FORMAT:
            raise ValueError
        return typed_of(NeedsAssessment, plain["document"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UserError(
            f"{name} holds no needs assessment that this version can read.",
            hint="Give a file that vrp-map needs assess made.",
        ) from error
