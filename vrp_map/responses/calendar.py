"""Due dates as a calendar file (iCalendar, RFC 5545): references, no place and no words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from vrp_map.responses.clocks import DueItem

_STAMP = "%Y%m%dT%H%M%S"


def to_ics(items: Iterable[tuple[str, DueItem]], *, now: datetime) -> str:
    """The file's text.

    Args:
        items: the reference of a response and what is due for it; times are of the local clock.
        now: UTC.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//vrp-map//responses//EN"]
    for reference, item in items:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{reference}-{item.code.replace(':', '-')}@vrp-map",
            f"DTSTAMP:{now:{_STAMP}}Z",
            f"DTSTART:{item.at:{_STAMP}}",
            f"DTEND:{item.at + timedelta(minutes=15):{_STAMP}}",
            f"SUMMARY:{reference}: {_escaped(item.words)}",
            "END:VEVENT",
        ]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def _escaped(text: str) -> str:
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return text
