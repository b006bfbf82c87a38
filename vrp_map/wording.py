"""Selections and hotspots in words, for sentences and method cards."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

import pandas as pd

from vrp_map.config import Settings
from vrp_map.disclosure.words import TOO_FEW_INCIDENTS
from vrp_map.statistics.sensitivity import FIRM, FRAGILE
from vrp_map.vocabulary import ALL_CATEGORIES, HotspotClass

_LONG_HOURS = 48
_CLEAR = {"99%": "very clear", "95%": "clear", "90%": "less clear"}
# Not the point of an abbreviation: "St. Philips", "No. 5".
_END_OF_SENTENCE = re.compile(r"(?<!\bSt)(?<!\bNo)(?<!\bMr)(?<!\bDr)[.?!]\s+(?=[A-Z0-9])")


def what(categories: Sequence[str], settings: Settings) -> str:
    """ "Violence", "Incidents of every category", "Robbery and drugs"."""
    for preset, members in settings.presets.items():
        if tuple(sorted(members)) == tuple(categories):
            return "All incidents together" if preset == "all" else preset.capitalize()
    names = [ALL_CATEGORIES[c] for c in categories]
    return listed([names[0], *(n[0].lower() + n[1:] for n in names[1:])])


def heading_and_rest(text: str, *, longest: int) -> tuple[str, str]:
    """A text in two: its first sentences, at most `longest` letters, for a heading; and the rest.

    The first sentence always belongs to the heading, however long it is.

    >>> heading_and_rest("Violence near St. Philips is up 5.2%. It could be chance.", longest=40)
    ('Violence near St. Philips is up 5.2%.', 'It could be chance.')
    """
    ends = [found.end() for found in _END_OF_SENTENCE.finditer(text)] + [len(text)]
    fitting = [end for end in ends if len(text[:end].rstrip()) <= longest]
    end = max(fitting, default=ends[0])
    return text[:end].rstrip(), text[end:]


def listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def month_words(day: date) -> str:
    return f"{day:%B %Y}"


def period_words(first: date, last: date) -> str:
    return month_words(first) if first == last else f"{month_words(first)} to {month_words(last)}"


def before_words(months: int) -> str:
    """The equal period before, as it follows "is down 8% on …"."""
    return "the month before" if months == 1 else f"the {months} months before"


def earlier_words(first: date, then: date, months: int) -> str:
    """The earlier period that begins with `then`, as it follows "is down 8% on …"."""
    back = (first.year - then.year) * 12 + first.month - then.month
    if back == months:
        return before_words(months)
    same = "the same month" if months == 1 else f"the same {months} months"
    return f"{same} a year before" if back == 12 else f"{same} {back // 12} years before"


def day_words(day: date) -> str:
    """ "3 November 2026"."""
    return f"{day.day} {day:%B %Y}"


def period_of_days(first: date, last: date) -> str:
    """ "3 November 2026", "3 to 5 November 2026", "30 November 2026 to 2 December 2026"."""
    if first == last:
        return day_words(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day_words(last)}"
    return f"{day_words(first)} to {day_words(last)}"


def hotspot_sentence(  # noqa: PLR0913 - the words of one sentence
    n: object,
    hotspot_class: str,
    chance: str,
    stability: str = "",
    emerging: str = "",
    checked_with: str = "",
) -> str:
    """What is known of a hexagon or a hotspot, in a few short sentences.

    Args:
        n: incidents as they may be shown; missing = hidden.
        chance: the words of `trend.real_or_chance`.
        stability: "firm", "fragile" or "". emerging: its months in words, or "".
        checked_with: the checks that ran, as they follow "still a hotspot with".
    """
    many = TOO_FEW_INCIDENTS.capitalize() if pd.isna(n) else _incidents(int(str(n)))
    # A hexagon is tested with its neighbours.
    if hotspot_class.startswith("hot") and pd.isna(n):
        many = f"{many}; it stands out together with the hexagons around it"
    elif hotspot_class.startswith("hot") and not int(str(n)):
        many = "None here; the hexagons around it stand out"
    if hotspot_class == HotspotClass.NONE:
        return f"{many}. {chance}"
    quiet = "" if hotspot_class.startswith("hot") else ", fewer than chance would explain"
    history = f" {emerging[0].upper()}{emerging[1:]}." if emerging else ""
    return (
        f"{many}{quiet}."
        f" {chance}{' ' if stability else ''}{stability_words(stability, checked_with)}{history}"
    )


def class_in_words(hotspot_class: str) -> str:
    """What the test says, in words: "hotspot, very clear"."""
    if hotspot_class == HotspotClass.NONE:
        return "does not stand out"
    kind, level = hotspot_class.split()
    return f"{'hotspot' if kind == 'hot' else 'quieter than chance'}, {_CLEAR[level]}"


def stability_words(stability: str, checked_with: str) -> str:
    """ "It is firm: still a hotspot with larger hexagons."; empty where nothing was checked."""
    if stability not in (FIRM, FRAGILE):
        return ""
    if not checked_with:
        return f"It is {stability}."
    if stability == FIRM:
        return f"It is firm: still a hotspot with {checked_with}."
    return f"It is fragile: it fails at least one check ({checked_with})."


def _incidents(n: int) -> str:
    return "1 incident" if n == 1 else f"{n:,} incidents" if n else "No incidents"


def waited(since: datetime, now: datetime) -> str:
    """ "12 minutes", "1 hour 5 minutes", "2 days": how long, as people say it."""
    minutes = max(int((now - since).total_seconds() // 60), 0)
    hours, minutes = divmod(minutes, 60)
    if hours >= _LONG_HOURS:
        return f"{hours // 24:,} days"
    parts = [_many(hours, "hour")] if hours else []
    if minutes or not hours:
        parts.append(_many(minutes, "minute") if minutes else "less than a minute")
    return " ".join(parts)


def _many(n: int, what: str) -> str:
    return f"1 {what}" if n == 1 else f"{n:,} {what}s"
