"""Which fields of a response differ between two versions, as people call them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from vrp_map.responses.response import Response

# Field of `Response` -> what the form and the history call it.
FIELD_NAMES: Mapping[str, str] = {
    "what": "What happened",
    "when": "When it happened",
    "where": "Where it happened",
    "told_by": "Who told us",
    "told_at": "When we were told",
    "summary": "Summary",
    "definition": "Why it meets the definition",
    "tier": "Tier",
    "retaliation_risk": "Risk of retaliation",
    "risk_review": "Review of the risk",
    "scene_managed": "Scene managed",
    "cctv_kept": "CCTV kept",
    "other_areas": "Other local authorities",
    "lead_agency": "Lead agency",
    "first_action_at": "First action",
    "meeting_held": "Meeting held",
    "strands": "Strands",
    "interventions": "Interventions",
    "resources": "Resources",
    "reached_24_and_under": "Contacts aged 24 and under",
    "reached_25_and_over": "Contacts aged 25 and over",
    "schools_told": "Schools told",
    "links": "Links",
    "clocks_done": "Clocks done",
    "clocks_set": "Days set for clocks",
    "state": "Open or closed",
    "closed_because": "Closed because",
    "learning": "Learning",
}


def changed_fields(before: Response, after: Response) -> list[str]:
    """The names of the fields that differ, in the order of the form."""
    return [
        name
        for field, name in FIELD_NAMES.items()
        if getattr(before, field) != getattr(after, field)
    ]


def changes_of(versions: Sequence[Response]) -> list[list[str]]:
    """For each version, the names of the fields that differ from the one before; none at first."""
    steps = pairwise(versions)
    return [[] for _ in versions[:1]] + [changed_fields(*step) for step in steps]
