"""Made-up responses for the tests: short to write, synthetic, of nobody."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from vrp_map.responses.response import IncidentTime, Response, ResponsePlace

NOW = datetime(2026, 11, 3, 9, 0)
BIRMINGHAM, WALSALL = "E08000025", "E08000030"


def a_response(day: date = date(2026, 10, 12), *, lad: str = BIRMINGHAM, **more: Any) -> Response:
    """A response with the four fields that are needed, and these."""
    values: dict[str, Any] = {
        "what": "knife",
        "when": IncidentTime(day, day),
        "where": ResponsePlace("Example Parade", "", lad),
        "told_by": "police",
    }
    return Response(**(values | more))
