"""A plan as JSON, as people copy it from the list of plans."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from vrp_map.common.dataclass_json import typed_of
from vrp_map.errors import UserError
from vrp_map.pilots.osara.plan import OsaraPlan

_KNOWN = {"reference", "version", *(field.name for field in fields(OsaraPlan))}


def plan_of(plain: Any) -> tuple[str, int, OsaraPlan]:
    """The reference ("" = a new plan), the version that it follows, and the plan.

    Raises:
        UserError: it is no plan.
    """
    try:
        given = dict(plain)
        if unknown := sorted(set(given) - _KNOWN):
            raise UserError(
                f"A plan has no field {', '.join(map(str, unknown))}.",
                hint="Copy one from vrp-map pilots plans --json.",
            )
        reference, version = str(given.pop("reference", "")), int(given.pop("version", 0))
        return reference, version if reference else 0, typed_of(OsaraPlan, given)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            "The file is no plan.", hint="Copy one from vrp-map pilots plans --json."
        ) from error
